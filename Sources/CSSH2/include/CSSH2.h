// libssh2, which Debian's libcurl brings along, loaded with the first SFTP connection: with the libraries behind it, it would slow every
// start. Its functions are here under its own names with `galley_` in front: libcurl, when it is loaded as well, must not find ours.
#pragma once
#include <libssh2.h>
#include <libssh2_sftp.h>
#include <sys/socket.h>

// The kind of socket it speaks through. Said here because libssh2's header includes that of sockets, whose constants a release build
// then finds in neither module.
static inline int galley_ssh2_socket_type(void) { return SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK; }

// What it gives, its name, what it takes, and the names of that.
#define GALLEY_SSH2_EACH(function)                                                                        \
    function(int, libssh2_init, (int a), (a)) \
    function(int, libssh2_session_method_pref, (LIBSSH2_SESSION *a, int b, const char *c), (a, b, c)) \
    function(int, libssh2_session_handshake, (LIBSSH2_SESSION *a, libssh2_socket_t b), (a, b)) \
    function(int, libssh2_session_block_directions, (LIBSSH2_SESSION *a), (a)) \
    function(int, libssh2_session_last_error, (LIBSSH2_SESSION *a, char **b, int *c, int d), (a, b, c, d)) \
    function(int, libssh2_session_last_errno, (LIBSSH2_SESSION *a), (a)) \
    function(int, libssh2_session_disconnect_ex, (LIBSSH2_SESSION *a, int b, const char *c, const char *d), (a, b, c, d)) \
    function(int, libssh2_session_free, (LIBSSH2_SESSION *a), (a)) \
    function(const char *, libssh2_hostkey_hash, (LIBSSH2_SESSION *a, int b), (a, b)) \
    function(const char *, libssh2_session_hostkey, (LIBSSH2_SESSION *a, size_t *b, int *c), (a, b, c)) \
    function(char *, libssh2_userauth_list, (LIBSSH2_SESSION *a, const char *b, unsigned int c), (a, b, c)) \
    function(int, libssh2_userauth_authenticated, (LIBSSH2_SESSION *a), (a)) \
    function(int, libssh2_userauth_publickey_frommemory, \
        (LIBSSH2_SESSION *a, const char *b, size_t c, const char *d, size_t e, const char *f, size_t g, const char *h), \
        (a, b, c, d, e, f, g, h)) \
    function(LIBSSH2_SFTP *, libssh2_sftp_init, (LIBSSH2_SESSION *a), (a)) \
    function(int, libssh2_sftp_shutdown, (LIBSSH2_SFTP *a), (a)) \
    function(unsigned long, libssh2_sftp_last_error, (LIBSSH2_SFTP *a), (a)) \
    function(LIBSSH2_SFTP_HANDLE *, libssh2_sftp_open_ex, \
        (LIBSSH2_SFTP *a, const char *b, unsigned int c, unsigned long d, long e, int f), (a, b, c, d, e, f)) \
    function(ssize_t, libssh2_sftp_read, (LIBSSH2_SFTP_HANDLE *a, char *b, size_t c), (a, b, c)) \
    function(int, libssh2_sftp_readdir_ex, \
        (LIBSSH2_SFTP_HANDLE *a, char *b, size_t c, char *d, size_t e, LIBSSH2_SFTP_ATTRIBUTES *f), (a, b, c, d, e, f)) \
    function(ssize_t, libssh2_sftp_write, (LIBSSH2_SFTP_HANDLE *a, const char *b, size_t c), (a, b, c)) \
    function(int, libssh2_sftp_fsync, (LIBSSH2_SFTP_HANDLE *a), (a)) \
    function(int, libssh2_sftp_close_handle, (LIBSSH2_SFTP_HANDLE *a), (a)) \
    function(int, libssh2_sftp_rename_ex, \
        (LIBSSH2_SFTP *a, const char *b, unsigned int c, const char *d, unsigned int e, long f), (a, b, c, d, e, f)) \
    function(int, libssh2_sftp_unlink_ex, (LIBSSH2_SFTP *a, const char *b, unsigned int c), (a, b, c)) \
    function(int, libssh2_sftp_mkdir_ex, (LIBSSH2_SFTP *a, const char *b, unsigned int c, long d), (a, b, c, d)) \
    function(int, libssh2_sftp_rmdir_ex, (LIBSSH2_SFTP *a, const char *b, unsigned int c), (a, b, c)) \
    function(int, libssh2_sftp_stat_ex, \
        (LIBSSH2_SFTP *a, const char *b, unsigned int c, int d, LIBSSH2_SFTP_ATTRIBUTES *e), (a, b, c, d, e)) \
    function(int, libssh2_sftp_symlink_ex, \
        (LIBSSH2_SFTP *a, const char *b, unsigned int c, char *d, unsigned int e, int f), (a, b, c, d, e, f))

#define GALLEY_SSH2_DECLARE(result, name, parameters, arguments) result galley_##name parameters;
GALLEY_SSH2_EACH(GALLEY_SSH2_DECLARE)
#undef GALLEY_SSH2_DECLARE

/// Loads libssh2 and sets it up, once for the process.
/// - Returns: NULL, or why it can't be had. The other functions may be called only after NULL.
const char *galley_ssh2_load(void);

/// A session that doesn't block. `password` has to stay as it is until the session is freed; it may be NULL.
LIBSSH2_SESSION *galley_ssh2_session(char *password);

/// Signs in with the session's password: `password`, or `keyboard-interactive` whose questions that are not echoed get it as the answer.
int galley_ssh2_sign_in(LIBSSH2_SESSION *session, const char *user, size_t length, int interactive);

/// Renames over a file that is there, in one move, where this libssh2 (1.11 and later) and the server can.
/// - Returns: LIBSSH2_FX_OP_UNSUPPORTED when libssh2 can't.
int galley_ssh2_posix_rename(
    LIBSSH2_SFTP *sftp, const char *from, size_t fromLength, const char *to, size_t toLength);
