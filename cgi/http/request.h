/* request.h: an HTTP request as pure values, whatever front it came by.
 *
 * A front fills the raw fields; request_parse() derives the rest. All text lives in `arena` until
 * the request ends. */
#ifndef PLATEN_HTTP_REQUEST_H
#define PLATEN_HTTP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum http_method {
	HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS,
	HTTP_OTHER, /* a method nobody here handles: 501 */
	HTTP_METHOD__MAX
};

#define HTTP_TARGET_MAX_B 8192   /* longer: 414 */
#define HTTP_HEADERS_MAX 128     /* more: 431 */
#define HTTP_HEADERS_MAX_B 32768 /* all names and values together: 431 */
#define HTTP_QUERY_FIELDS_MAX 256

struct http_pair {
	struct str name;  /* headers: lower case with dashes ("accept-encoding") */
	struct str value;
};

struct http_pairs {
	struct http_pair *items;
	size_t count;
};

/* The body, read by whoever handles the request, at most once. */
struct http_body {
	/* Reads up to `size_b` bytes; *got = 0 is the end. RC_IO when the peer broke off, RC_TIMEOUT
	 * when it fell silent. */
	enum rc (*read)(struct http_body *body, void *bytes, size_t size_b, size_t *got, struct err *err);
	int64_t length_b; /* as announced; -1 unknown (chunked through Caddy): read to the end */
};

struct http_request {
	struct arena *arena;
	/* Raw, as the front got them. */
	struct str method_name;
	struct str target;          /* REQUEST_URI: path and query as sent, still encoded */
	struct str remote_addr;
	struct str scheme;          /* "http" or "https", as the front server says; never used for addresses */
	struct str protocol;        /* SERVER_PROTOCOL */
	struct str send_media;      /* SEND_MEDIA: how the front server would send media itself; "": not at all */
	struct http_pairs headers;
	struct http_body *body;     /* NULL: none */
	/* Derived by request_parse(). */
	enum http_method method;
	struct str path;            /* decoded, below the mount, begins with '/', no "//", no dot segments */
	struct str raw_path;        /* the same part of the target before decoding */
	struct str query;           /* raw, without '?' */
	struct http_pairs params;   /* query fields, decoded, in order; filled by request_parse() */
	char id[33];                /* request id: 32 hex digits, set by the front */
	int64_t start_us;           /* monotonic clock when the front had it */
};

/* Derives method, path, query and params. `mount` is the path of PLATEN_URL ("" or "/blog", no
 * trailing slash). RC_LIMIT: a limit above, the message names it (414 when target.n is over its own,
 * else 431). RC_INVALID: a malformed target (bad percent escape, NUL, invalid UTF-8, control character,
 * '#', encoded slash or backslash in the path). RC_NOTFOUND: the target lies outside the mount. The
 * absolute form is taken; its host is not looked at. "OPTIONS *" has the path "*". Dot
 * segments and doubled slashes are resolved in `path`; request_is_canonical() shows that there were
 * some. */
NODISCARD enum rc request_parse(struct http_request *req, struct str mount, struct err *err);
/* Whether the path was written without dot segments and doubled slashes; how its characters are
 * escaped does not count. "/blog" for the mount "/blog" is not canonical ("/blog/" is). */
bool request_is_canonical(const struct http_request *req);

/* First header of that lower-case name; STR_NONE when absent. O(headers). */
struct str request_header(const struct http_request *req, const char *name);
/* First query field of that name; STR_NONE when absent. Duplicates: the first counts. */
struct str request_param(const struct http_request *req, const char *name);
const char *http_method_name(enum http_method method);

#endif
