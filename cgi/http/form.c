/* form.c: name=value fields, and reading a bounded body. */
#include "base/base.h"
#include "base/enc.h"
#include "base/utf8.h"
#include "http/form.h"

#define READ_B ((size_t)32 << 10)

/* Decodes `text` to *at, which moves behind it and its NUL. */
static enum rc decode(char **at, struct str text, struct str *out, struct err *err)
{
	size_t n;
	if (!enc_percent_decode_into(*at, text, true, &n))
		return err_set(err, RC_INVALID, "a field has a '%%' without two hex digits");
	if (memchr(*at, '\0', n))
		return err_set(err, RC_INVALID, "a field holds a NUL");
	if (!utf8_valid(str_n(*at, n)))
		return err_set(err, RC_INVALID, "a field is not valid UTF-8");
	(*at)[n] = '\0';
	*out = str_n(*at, n);
	*at += n + 1;
	return RC_OK;
}

static size_t count_fields(struct str text)
{
	size_t count = 0;
	struct str part;
	while (str_split(&text, '&', &part))
		count += part.n > 0;
	return count;
}

enum rc form_parse(struct arena *arena, struct str text, size_t max_fields, struct http_pairs *out,
		   struct err *err)
{
	size_t count = count_fields(text), at = 0;
	struct str part;
	if (count > max_fields)
		return err_set(err, RC_LIMIT, "there are more than %zu fields", max_fields);
	struct http_pair *items = arena_try(arena, (count + 1) * sizeof *items);
	char *bytes = arena_try(arena, text.n + 2 * count + 1);
	if (!items || !bytes)
		return err_set(err, RC_LIMIT, "no memory left for %zu fields", count);
	while (str_split(&text, '&', &part)) {
		if (part.n == 0)
			continue;
		ptrdiff_t equals = str_find_char(part, '=');
		struct str name = equals < 0 ? part : str_sub(part, 0, (size_t)equals);
		struct str value = equals < 0 ? STR("") : str_from(part, (size_t)equals + 1);
		enum rc rc = decode(&bytes, name, &items[at].name, err);
		if (rc == RC_OK)
			rc = decode(&bytes, value, &items[at].value, err);
		if (rc != RC_OK)
			return rc;
		at++;
	}
	*out = (struct http_pairs){ items, at };
	return RC_OK;
}

struct str form_lf(struct arena *arena, struct str text)
{
	char *copy = arena_cstr(arena, text);
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\r' || i + 1 == text.n || text.p[i + 1] != '\n')
			copy[n++] = text.p[i];
	return str_n(copy, n);
}

bool form_next(const struct http_pairs *fields, const char *name, size_t *at, struct str *value)
{
	while (*at < fields->count) {
		const struct http_pair *field = &fields->items[(*at)++];
		if (str_is(field->name, name)) {
			*value = field->value;
			return true;
		}
	}
	return false;
}

struct str form_get(const struct http_pairs *fields, const char *name)
{
	size_t at = 0;
	struct str value;
	return form_next(fields, name, &at, &value) ? value : STR_NONE;
}

enum rc body_read(struct http_request *req, size_t max_b, struct buf *out, struct err *err)
{
	struct http_body *body = req->body;
	size_t before = out->len, room = out->max_b - out->len, got = 1;
	enum rc rc = RC_OK;
	if (!body)
		return RC_OK;
	if (room > max_b)
		room = max_b;
	if (body->length_b >= 0 && (uint64_t)body->length_b > room)
		got = 0;
	for (size_t left = room; rc == RC_OK && got > 0; left -= got) {
		char beyond; /* one byte more than is allowed shows a body of unknown length that is too long */
		size_t want = left < READ_B ? left : READ_B;
		char *to = want ? buf_reserve(out, want) : &beyond;
		rc = to ? body->read(body, to, want ? want : 1, &got, err) : buf_status(out, "the body", err);
		if (rc == RC_OK && want)
			buf_commit(out, got);
		else if (rc == RC_OK && got > 0)
			break;
	}
	size_t length_b = out->len - before;
	if (rc == RC_OK && (got > 0 || (body->length_b >= 0 && (uint64_t)body->length_b > room)))
		rc = err_set(err, RC_LIMIT, "the request's body is larger than the limit of %zu bytes", room);
	else if (rc == RC_OK && body->length_b >= 0 && length_b != (uint64_t)body->length_b)
		rc = err_set(err, RC_INVALID, "the request's body has %zu bytes instead of %lld", length_b,
			     (long long)body->length_b);
	if (rc != RC_OK)
		buf_truncate(out, before);
	return rc;
}

bool request_has_type(const struct http_request *req, const char *type)
{
	struct str value = request_header(req, "content-type");
	ptrdiff_t at = str_find_char(value, ';');
	return str_ieq(str_trim(at < 0 ? value : str_sub(value, 0, (size_t)at)), str_of(type));
}

static size_t decoded_b(struct str body)
{
	size_t escapes = 0;
	for (size_t i = 0; i < body.n; i++)
		escapes += body.p[i] == '%';
	return body.n - (2 * escapes < body.n ? 2 * escapes : body.n);
}

enum rc form_read_text(struct http_request *req, size_t max_b, size_t text_max_b, struct http_pairs *out,
		       struct err *err)
{
	if (max_b > FORM_MAX_B)
		max_b = FORM_MAX_B;
	if (!request_has_type(req, "application/x-www-form-urlencoded"))
		return err_set(err, RC_UNSUPPORTED, "the request's body is not a form");
	struct buf body = BUF_INIT(max_b);
	enum rc rc = body_read(req, max_b, &body, err);
	if (rc == RC_OK && decoded_b(buf_view(&body)) > text_max_b)
		rc = err_set(err, RC_LIMIT, "the form is larger than the limit of %zu bytes", text_max_b);
	if (rc == RC_OK)
		rc = form_parse(req->arena, buf_view(&body), FORM_FIELDS_MAX, out, err);
	buf_release(&body);
	return rc;
}

enum rc form_read(struct http_request *req, size_t max_b, struct http_pairs *out, struct err *err)
{
	return form_read_text(req, max_b, max_b, out, err);
}
