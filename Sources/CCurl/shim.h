// libcurl for mail. curl_easy_setopt is variadic, which Swift cannot call: one typed wrapper per argument type.
#include <curl/curl.h>
static inline CURLcode galley_curl_set_long(CURL *h, CURLoption o, long v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode galley_curl_set_string(CURL *h, CURLoption o, const char *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode galley_curl_set_pointer(CURL *h, CURLoption o, void *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode galley_curl_set_list(CURL *h, CURLoption o, struct curl_slist *v) { return curl_easy_setopt(h, o, v); }
typedef size_t (*galley_curl_io)(char *, size_t, size_t, void *);
static inline CURLcode galley_curl_set_io(CURL *h, CURLoption o, galley_curl_io v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode galley_curl_get_long(CURL *h, CURLINFO i, long *v) { return curl_easy_getinfo(h, i, v); }
typedef int (*galley_curl_progress)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
static inline CURLcode galley_curl_set_progress(CURL *h, galley_curl_progress v) { return curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, v); }
static inline CURLcode galley_curl_set_opensocket(CURL *h, curl_opensocket_callback v) { return curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, v); }
