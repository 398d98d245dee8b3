// Loading libpq at its first use, and its functions, which call what was found there.
#include "CPostgres.h"
#include <dlfcn.h>
#include <pthread.h>

// What it gives, its name, what it takes, and the names of that.
#define EACH(function)                                                                                    \
    function(void, PQclear, (PGresult *a), (a)) \
    function(char *, PQcmdTuples, (PGresult *a), (a)) \
    function(PostgresPollingStatusType, PQconnectPoll, (PGconn *a), (a)) \
    function(PGconn *, PQconnectStartParams, (const char *const *a, const char *const *b, int c), (a, b, c)) \
    function(char *, PQerrorMessage, (const PGconn *a), (a)) \
    function(void, PQfinish, (PGconn *a), (a)) \
    function(char *, PQfname, (const PGresult *a, int b), (a, b)) \
    function(void, PQfreeCancel, (PGcancel *a), (a)) \
    function(PGcancel *, PQgetCancel, (PGconn *a), (a)) \
    function(PGresult *, PQgetResult, (PGconn *a), (a)) \
    function(char *, PQgetvalue, (const PGresult *a, int b, int c), (a, b, c)) \
    function(char *, PQresultErrorField, (const PGresult *a, int b), (a, b)) \
    function(char *, PQresultErrorMessage, (const PGresult *a), (a)) \
    function(ExecStatusType, PQresultStatus, (const PGresult *a), (a)) \
    function(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn *a, PQnoticeReceiver b, void *c), (a, b, c)) \
    function(ConnStatusType, PQstatus, (const PGconn *a), (a)) \
    function(int, PQcancel, (PGcancel *a, char *b, int c), (a, b, c)) \
    function(int, PQsocket, (const PGconn *a), (a)) \
    function(int, PQsendQuery, (PGconn *a, const char *b), (a, b)) \
    function(int, PQsendPrepare, (PGconn *a, const char *b, const char *c, int d, const Oid *e), (a, b, c, d, e)) \
    function(int, PQsendQueryPrepared, (PGconn *a, const char *b, int c, const char *const *d, const int *e, const int *f, int g), (a, b, c, d, e, f, g)) \
    function(int, PQsetSingleRowMode, (PGconn *a), (a)) \
    function(int, PQisBusy, (PGconn *a), (a)) \
    function(int, PQconsumeInput, (PGconn *a), (a)) \
    function(int, PQsetnonblocking, (PGconn *a, int b), (a, b)) \
    function(int, PQflush, (PGconn *a), (a)) \
    function(int, PQntuples, (const PGresult *a), (a)) \
    function(int, PQnfields, (const PGresult *a), (a)) \
    function(Oid, PQftype, (const PGresult *a, int b), (a, b)) \
    function(int, PQgetlength, (const PGresult *a, int b, int c), (a, b, c)) \
    function(int, PQgetisnull, (const PGresult *a, int b, int c), (a, b, c)) \
    function(int, PQnparams, (const PGresult *a), (a)) \
    function(Oid, PQparamtype, (const PGresult *a, int b), (a, b)) \
    function(int, PQsendDescribePrepared, (PGconn *a, const char *b), (a, b))

#define POINTER(result, name, parameters, arguments) result(*name) parameters;
static struct { EACH(POINTER) } found;
static const char *trouble;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        trouble = "libpq.so.5 is not on this machine";
        return;
    }
#define FIND(result, name, parameters, arguments)                                                         \
    if (!(found.name = (__typeof__(found.name))dlsym(library, #name))) {                                  \
        trouble = "libpq.so.5 of this machine lacks " #name;                                              \
        return;                                                                                           \
    }
    EACH(FIND)
}

const char *galley_libpq_load(void) {
    pthread_once(&once, load);
    return trouble;
}

#define CALL(result, name, parameters, arguments)                                                         \
    result name parameters { return found.name arguments; }
EACH(CALL)
