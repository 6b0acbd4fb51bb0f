/* library.c: libcurl, loaded at run time: linked, it and the thirty libraries behind it would be loaded at
 * the start of every CGI request. */
#include "base/base.h"

#include <dlfcn.h>
#include <pthread.h>

#include "net/library.h"

static struct curl_library library;
static struct err failure = ERR_INIT;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Their interfaces are the same; Debian has one with OpenSSL, which is ours, and one with GnuTLS. */
static const char *const files[] = { "libcurl.so.4", "libcurl-gnutls.so.4" };

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
	{ "curl_global_init", offsetof(struct curl_library, global_init) },
	{ "curl_easy_init", offsetof(struct curl_library, easy_init) },
	{ "curl_easy_setopt", offsetof(struct curl_library, easy_setopt) },
	{ "curl_easy_perform", offsetof(struct curl_library, easy_perform) },
	{ "curl_easy_getinfo", offsetof(struct curl_library, easy_getinfo) },
	{ "curl_easy_cleanup", offsetof(struct curl_library, easy_cleanup) },
	{ "curl_easy_reset", offsetof(struct curl_library, easy_reset) },
	{ "curl_easy_strerror", offsetof(struct curl_library, easy_strerror) },
	{ "curl_slist_append", offsetof(struct curl_library, slist_append) },
	{ "curl_slist_free_all", offsetof(struct curl_library, slist_free_all) },
};

static enum rc load_functions(void *handle, struct err *err)
{
	for (size_t i = 0; i < COUNT_OF(functions); i++) {
		void *address = dlsym(handle, functions[i].name);
		if (!address)
			return err_set(err, RC_UNSUPPORTED, "libcurl has no %s", functions[i].name);
		memcpy((char *)&library + functions[i].offset, &address, sizeof address);
	}
	if (library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, RC_UNSUPPORTED, "libcurl cannot be initialised");
	return RC_OK;
}

static void load(void)
{
	void *handle = NULL;
	for (size_t i = 0; i < COUNT_OF(files) && !handle; i++)
		handle = dlopen(files[i], RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		failure.rc = err_set(&failure, RC_UNSUPPORTED, "cannot load libcurl, which requests to other servers need: %s",
				     dlerror());
	else
		failure.rc = load_functions(handle, &failure);
}

enum rc curl_library_get(const struct curl_library **out, struct err *err)
{
	pthread_once(&once, load);
	if (failure.rc != RC_OK)
		return err_set(err, failure.rc, "%s", failure.msg);
	*out = &library;
	return RC_OK;
}
