// Loading libssh2 at its first use, and its functions, which call what was found there.
#include "CSSH2.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define POINTER(result, name, parameters, arguments) result(*name) parameters;
static struct {
    GALLEY_SSH2_EACH(POINTER)
    __typeof__(&libssh2_session_init_ex) session_init;
    __typeof__(&libssh2_session_set_blocking) set_blocking;
    __typeof__(&libssh2_session_abstract) abstract;
    __typeof__(&libssh2_userauth_password_ex) password;
    __typeof__(&libssh2_userauth_keyboard_interactive_ex) interactive;
    int (*posix_rename)(LIBSSH2_SFTP *, const char *, size_t, const char *, size_t);
} found;
static const char *trouble;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("libssh2.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        trouble = "libssh2.so.1 is not on this machine";
        return;
    }
#define FIND_AS(member, name)                                                                             \
    if (!(found.member = (__typeof__(found.member))dlsym(library, #name))) {                              \
        trouble = "libssh2.so.1 of this machine lacks " #name;                                            \
        return;                                                                                           \
    }
#define FIND(result, name, parameters, arguments) FIND_AS(name, name)
    GALLEY_SSH2_EACH(FIND)
    FIND_AS(session_init, libssh2_session_init_ex)
    FIND_AS(set_blocking, libssh2_session_set_blocking)
    FIND_AS(abstract, libssh2_session_abstract)
    FIND_AS(password, libssh2_userauth_password_ex)
    FIND_AS(interactive, libssh2_userauth_keyboard_interactive_ex)
    found.posix_rename =
        (__typeof__(found.posix_rename))dlsym(library, "libssh2_sftp_posix_rename_ex");
    if (found.libssh2_init(0) != 0) trouble = "libssh2 can't be started";
}

const char *galley_ssh2_load(void) {
    pthread_once(&once, load);
    return trouble;
}

#define CALL(result, name, parameters, arguments)                                                         \
    result galley_##name parameters { return found.name arguments; }
GALLEY_SSH2_EACH(CALL)

LIBSSH2_SESSION *galley_ssh2_session(char *password) {
    LIBSSH2_SESSION *session = found.session_init(NULL, NULL, NULL, password);
    if (session) found.set_blocking(session, 0);
    return session;
}

static void answer(
    const char *name, int nameLength, const char *instruction, int instructionLength, int count,
    const LIBSSH2_USERAUTH_KBDINT_PROMPT *prompts, LIBSSH2_USERAUTH_KBDINT_RESPONSE *responses, void **abstract) {
    (void)name, (void)nameLength, (void)instruction, (void)instructionLength;
    const char *password = *abstract;
    for (int i = 0; i < count; i++) {
        responses[i].text = prompts[i].echo || !password ? NULL : strdup(password);
        responses[i].length = responses[i].text ? strlen(responses[i].text) : 0;
    }
}

int galley_ssh2_sign_in(LIBSSH2_SESSION *session, const char *user, size_t length, int interactive) {
    if (interactive) return found.interactive(session, user, length, answer);
    const char *password = *found.abstract(session);
    return found.password(session, user, length, password, strlen(password), NULL);
}

int galley_ssh2_posix_rename(
    LIBSSH2_SFTP *sftp, const char *from, size_t fromLength, const char *to, size_t toLength) {
    if (!found.posix_rename) return LIBSSH2_FX_OP_UNSUPPORTED;
    return found.posix_rename(sftp, from, fromLength, to, toLength);
}
