// System calls that fail on purpose, loaded with LD_PRELOAD: what a program does then is what Scripts/torture looks at.
//
// FAULT_CALLS  which calls: write, sync, truncate, open, rename, in one text with commas between them
// FAULT_PATH   only on files with this in their path
// FAULT_AT     the first call that fails (1 is the very first), counted over all threads
// FAULT_TIMES  how many fail from there on; 0 for all of them
// FAULT_KIND   EIO or ENOSPC: the call fails with it; SHORT: half is written; KILL: SIGKILL in place of the call
// FAULT_LOG    gets a line for each call that failed
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NOTHING = 0, SHORT = -1 };

static const char *calls, *wanted_path, *kind, *log_path;
static long first, times;
static atomic_long seen;

__attribute__((constructor)) static void read_settings(void) {
    calls = getenv("FAULT_CALLS"), wanted_path = getenv("FAULT_PATH"), kind = getenv("FAULT_KIND"), log_path = getenv("FAULT_LOG");
    const char *at = getenv("FAULT_AT"), *count = getenv("FAULT_TIMES");
    first = at ? atol(at) : 1, times = count ? atol(count) : 1;
}

// What becomes of a call on `path`: NOTHING, SHORT or the errno it fails with.
static int fate(const char *call, const char *path) {
    if (!calls || !wanted_path || !kind || !strstr(calls, call) || !strstr(path, wanted_path)) return NOTHING;
    long number = atomic_fetch_add(&seen, 1) + 1;
    if (number < first || (times > 0 && number >= first + times)) return NOTHING;
    if (log_path) {
        char line[PATH_MAX + 64];
        int length = snprintf(line, sizeof line, "%ld %s %s %s\n", number, call, kind, path);
        int log = syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (log >= 0) syscall(SYS_write, log, line, length), syscall(SYS_close, log);
    }
    if (!strcmp(kind, "KILL")) kill(getpid(), SIGKILL);
    return !strcmp(kind, "SHORT") ? SHORT : !strcmp(kind, "ENOSPC") ? ENOSPC : EIO;
}

static int fate_of_file(const char *call, int file) {
    if (!calls) return NOTHING;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return NOTHING;
    path[length] = 0;
    return fate(call, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL(code) return errno = (code), -1

ssize_t write(int file, const void *bytes, size_t count) {
    int code = fate_of_file("write", file);
    if (code > 0) FAIL(code);
    return REAL(write)(file, bytes, code == SHORT ? (count + 1) / 2 : count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    int code = fate_of_file("write", file);
    if (code > 0) FAIL(code);
    return REAL(pwrite)(file, bytes, code == SHORT ? (count + 1) / 2 : count, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    int code = fate_of_file("write", file);
    if (code > 0) FAIL(code);
    return REAL(pwrite64)(file, bytes, code == SHORT ? (count + 1) / 2 : count, offset);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    int code = fate_of_file("write", file);
    if (code > 0) FAIL(code);
    return REAL(writev)(file, parts, code == SHORT ? (count + 1) / 2 : count);
}

int fsync(int file) {
    int code = fate_of_file("sync", file);
    if (code > 0) FAIL(code);
    return REAL(fsync)(file);
}

int fdatasync(int file) {
    int code = fate_of_file("sync", file);
    if (code > 0) FAIL(code);
    return REAL(fdatasync)(file);
}

int ftruncate(int file, off_t size) {
    int code = fate_of_file("truncate", file);
    if (code > 0) FAIL(code);
    return REAL(ftruncate)(file, size);
}

int ftruncate64(int file, off64_t size) {
    int code = fate_of_file("truncate", file);
    if (code > 0) FAIL(code);
    return REAL(ftruncate64)(file, size);
}

int rename(const char *from, const char *to) {
    int code = fate("rename", to);
    if (code > 0) FAIL(code);
    return REAL(rename)(from, to);
}

// Only files that are opened to be written.
#define OPEN(name, DECLARATION, ARGUMENTS)                                    \
    int name DECLARATION {                                                    \
        va_list more;                                                         \
        va_start(more, flags);                                                \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                                         \
        int code = flags & (O_WRONLY | O_RDWR) ? fate("open", path) : NOTHING; \
        if (code > 0) FAIL(code);                                             \
        return REAL(name) ARGUMENTS;                                          \
    }
OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
