/* library.h: libcurl, loaded at run time. Internal to net/. */
#ifndef PLATEN_NET_LIBRARY_H
#define PLATEN_NET_LIBRARY_H

#include <curl/curl.h>

#include "base/err.h"

/* The functions that are used of it, by their names without "curl_". */
struct curl_library {
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
	CURLcode (*easy_perform)(CURL *handle);
	CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
	void (*easy_cleanup)(CURL *handle);
	void (*easy_reset)(CURL *handle);
	const char *(*easy_strerror)(CURLcode code);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
};

/* Loads it at the first call, for ever. Any thread. RC_UNSUPPORTED: it is not there or lacks something. */
NODISCARD enum rc curl_library_get(const struct curl_library **out, struct err *err);

#endif
