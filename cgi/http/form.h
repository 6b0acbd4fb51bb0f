/* form.h: name=value fields of queries and of application/x-www-form-urlencoded bodies. */
#ifndef PLATEN_HTTP_FORM_H
#define PLATEN_HTTP_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "http/request.h"

#define FORM_FIELDS_MAX 1024
#define FORM_MAX_B ((size_t)24 << 20)

/* Splits and decodes `text` into `arena`, in order; empty pieces between '&' are skipped, a piece
 * without '=' has an empty value. RC_LIMIT: more than `max_fields`; RC_INVALID: a bad percent
 * escape, NUL, or a name or value that is not UTF-8. */
NODISCARD enum rc form_parse(struct arena *arena, struct str text, size_t max_fields,
			     struct http_pairs *out, struct err *err);
/* First field of that name; STR_NONE when absent. */
struct str form_get(const struct http_pairs *fields, const char *name);
/* A copy with LF where browsers send lines of a form with CRLF (HTML, form submission). */
struct str form_lf(struct arena *arena, struct str text);
/* The next field of that name: start with *at = 0; false at the end. For check boxes and lists. */
bool form_next(const struct http_pairs *fields, const char *name, size_t *at, struct str *value);

/* Reads the whole body, at most `max_b` bytes, and appends it to `out`. No body: nothing. RC_LIMIT:
 * it is announced or turns out longer; RC_IO, RC_TIMEOUT: as the front says; RC_INVALID: shorter than
 * announced. */
NODISCARD enum rc body_read(struct http_request *req, size_t max_b, struct buf *out, struct err *err);
/* Reads the body as a form of at most FORM_MAX_B and FORM_FIELDS_MAX into the request's arena.
 * RC_UNSUPPORTED: another content type. */
NODISCARD enum rc form_read(struct http_request *req, size_t max_b, struct http_pairs *out,
			    struct err *err);
/* The same where people write texts: the body may be `max_b`, what is in it, decoded, `text_max_b`. Letters that are not
 * ASCII are three times as long in the body. */
NODISCARD enum rc form_read_text(struct http_request *req, size_t max_b, size_t text_max_b, struct http_pairs *out,
				 struct err *err);
/* Whether the Content-Type header names `type` ("application/json"), parameters ignored. */
bool request_has_type(const struct http_request *req, const char *type);

#endif
