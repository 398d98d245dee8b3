// libcurl for mail, loaded with the first mail: with the thirty libraries behind it, it would be a third of every start.
// curl_easy_setopt is variadic, which Swift cannot call: one typed function per argument type.
#pragma once
#include <curl/curl.h>

/// Loads libcurl and sets it up, once for the process.
/// - Returns: NULL, or why it can't be had. The functions below may be called only after NULL.
const char *galley_curl_load(void);

CURL *galley_curl_init(void);
CURLcode galley_curl_perform(CURL *curl);
void galley_curl_cleanup(CURL *curl);
struct curl_slist *galley_curl_append(struct curl_slist *list, const char *text);
void galley_curl_free_list(struct curl_slist *list);

typedef size_t (*galley_curl_io)(char *, size_t, size_t, void *);
typedef int (*galley_curl_progress)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
CURLcode galley_curl_set_long(CURL *curl, CURLoption option, long value);
CURLcode galley_curl_set_string(CURL *curl, CURLoption option, const char *value);
CURLcode galley_curl_set_pointer(CURL *curl, CURLoption option, void *value);
CURLcode galley_curl_set_list(CURL *curl, CURLoption option, struct curl_slist *value);
CURLcode galley_curl_set_io(CURL *curl, CURLoption option, galley_curl_io value);
CURLcode galley_curl_set_progress(CURL *curl, galley_curl_progress value);
CURLcode galley_curl_set_opensocket(CURL *curl, curl_opensocket_callback value);
CURLcode galley_curl_get_long(CURL *curl, CURLINFO info, long *value);

/// Of a handle that only connected (CURLOPT_CONNECT_ONLY): what is then said over its connection.
CURLcode galley_curl_send(CURL *curl, const void *bytes, size_t length, size_t *sent);
CURLcode galley_curl_receive(CURL *curl, void *room, size_t length, size_t *received);
CURLcode galley_curl_get_socket(CURL *curl, curl_socket_t *value);
