/* cookie.h: cookies: read from a request, written for a response (RFC 6265bis). */
#ifndef PLATEN_HTTP_COOKIE_H
#define PLATEN_HTTP_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "http/request.h"

#define COOKIE_MAX_B 4096

/* The value of the first cookie of that name, without quotes around it; STR_NONE when absent.
 * Borrowed from the request. */
struct str cookie_get(const struct http_request *req, const char *name);
/* The same in one Cookie header's value. */
struct str cookie_find(struct str header, const char *name);

enum cookie_site { COOKIE_LAX, COOKIE_STRICT, COOKIE_NONE, COOKIE_SITE__MAX };

struct cookie {
	const char *name;
	struct str value;
	struct str path;      /* STR_NONE or "": "/" */
	int64_t max_age_s;    /* -1: until the browser closes; 0: remove it now */
	enum cookie_site site;
	bool secure, http_only;
};

/* Appends the value of a Set-Cookie header. RC_INVALID: a character that name, value or path may
 * not hold, a "__Host-" name that is not secure or has another path than "/", SameSite=None without
 * secure; RC_LIMIT: longer than COOKIE_MAX_B. */
NODISCARD enum rc cookie_write(const struct cookie *cookie, struct buf *out, struct err *err);

#endif
