// Loading libcurl at its first use, and calling what was found there.
#define CURL_DISABLE_TYPECHECK
#include "CCurl.h"
#include <dlfcn.h>
#include <pthread.h>

#define EACH(do)                                                                                          \
    do(curl_global_init) do(curl_easy_init) do(curl_easy_perform) do(curl_easy_cleanup)                   \
    do(curl_easy_setopt) do(curl_easy_getinfo) do(curl_slist_append) do(curl_slist_free_all)   \
    do(curl_easy_send) do(curl_easy_recv)

#define POINTER(name) __typeof__(&name) name;
static struct { EACH(POINTER) } found;
static const char *trouble;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        trouble = "libcurl.so.4 is not on this machine";
        return;
    }
#define FIND(name)                                                                                        \
    if (!(found.name = (__typeof__(&name))dlsym(library, #name))) {                                       \
        trouble = "libcurl.so.4 of this machine lacks " #name;                                            \
        return;                                                                                           \
    }
    EACH(FIND)
    if (found.curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) trouble = "libcurl can't be started";
}

const char *galley_curl_load(void) {
    pthread_once(&once, load);
    return trouble;
}

CURL *galley_curl_init(void) { return found.curl_easy_init(); }
CURLcode galley_curl_perform(CURL *curl) { return found.curl_easy_perform(curl); }
void galley_curl_cleanup(CURL *curl) { found.curl_easy_cleanup(curl); }
struct curl_slist *galley_curl_append(struct curl_slist *list, const char *text) {
    return found.curl_slist_append(list, text);
}
void galley_curl_free_list(struct curl_slist *list) { found.curl_slist_free_all(list); }

CURLcode galley_curl_set_long(CURL *curl, CURLoption option, long value) {
    return found.curl_easy_setopt(curl, option, value);
}
CURLcode galley_curl_set_string(CURL *curl, CURLoption option, const char *value) {
    return found.curl_easy_setopt(curl, option, value);
}
CURLcode galley_curl_set_pointer(CURL *curl, CURLoption option, void *value) {
    return found.curl_easy_setopt(curl, option, value);
}
CURLcode galley_curl_set_list(CURL *curl, CURLoption option, struct curl_slist *value) {
    return found.curl_easy_setopt(curl, option, value);
}
CURLcode galley_curl_set_io(CURL *curl, CURLoption option, galley_curl_io value) {
    return found.curl_easy_setopt(curl, option, value);
}
CURLcode galley_curl_set_progress(CURL *curl, galley_curl_progress value) {
    return found.curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, value);
}
CURLcode galley_curl_set_opensocket(CURL *curl, curl_opensocket_callback value) {
    return found.curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, value);
}
CURLcode galley_curl_get_long(CURL *curl, CURLINFO info, long *value) {
    return found.curl_easy_getinfo(curl, info, value);
}
CURLcode galley_curl_send(CURL *curl, const void *bytes, size_t length, size_t *sent) {
    return found.curl_easy_send(curl, bytes, length, sent);
}
CURLcode galley_curl_receive(CURL *curl, void *room, size_t length, size_t *received) {
    return found.curl_easy_recv(curl, room, length, received);
}
CURLcode galley_curl_get_socket(CURL *curl, curl_socket_t *value) {
    return found.curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, value);
}
