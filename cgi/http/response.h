/* response.h: an HTTP response as pure values; a front writes it out. */
#ifndef PLATEN_HTTP_RESPONSE_H
#define PLATEN_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define RESPONSE_HEADERS_MAX 40
#define RESPONSE_HEADERS_MAX_B 12288 /* below the 16 KB buffer that the front servers are given */

struct response_header {
	const char *name;  /* a literal, as it is to be written: "Content-Type" */
	struct str value;  /* no CR, LF or NUL: response_header() refuses them */
};

struct http_response {
	struct arena *arena;  /* where header values are copied */
	int status;           /* 200 unless set */
	/* Header lines as they will be written, for an answer that is given often: those that are the same
	 * each time, before `headers`. Made by response_write_headers(); STR_NONE: none. */
	struct str prepared;
	struct response_header headers[RESPONSE_HEADERS_MAX];
	size_t header_count;
	/* The body, one of: bytes that somebody else keeps until `release` is called, or a file. */
	struct str body;
	int file_fd;          /* -1: none; else sent from its offset on and closed by the front */
	int64_t file_length_b;
	/* Called once by the front when body is written; NULL when the arena owns it. */
	void (*release)(void *owner);
	void *owner;
	/* Of a file that still grows: waits until there are bytes from `at_b` on, and says how many; 0: not yet, so that
	 * whoever has gone meanwhile is noticed; -1: none will come. Called with `owner`, in any thread, until `release`.
	 * NULL: the file is whole. */
	int64_t (*await)(void *owner, int64_t at_b);
	bool head_only;       /* HEAD, 204, 304: headers and Content-Length, no body */
};

void response_init(struct http_response *res, struct arena *arena);
/* Appends a header; the value is copied. A value with CR, LF or NUL, or one header too many, is a
 * bug in the caller or an attack: RC_INVALID / RC_LIMIT, and nothing is added. */
NODISCARD enum rc response_header(struct http_response *res, const char *name, struct str value,
				  struct err *err);
/* For values that cannot be bad (literals, numbers, ETags we made), instead of a header of that name
 * that is there. A bad one is logged and dropped; with AddressSanitizer it aborts. */
void response_set(struct http_response *res, const char *name, struct str value);
struct str response_get(const struct http_response *res, const char *name); /* STR_NONE when absent */

/* Appends the lines of `headers`, each with its line break: for `prepared` of later answers. */
void response_write_headers(const struct http_response *res, struct buf *out);

/* Writes the CGI form ("Status: 200 OK\r\n...\r\n\r\n") of the head into `out`; Content-Length is
 * added unless it is there or the status has none (204, 304). */
void response_write_head(const struct http_response *res, struct buf *out);
const char *http_reason(int status); /* "Not Found"; "" when unknown */

#endif
