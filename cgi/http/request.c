/* request.c: what follows from a request's raw fields: method, path, query and its fields. */
#include "base/base.h"
#include "base/enc.h"
#include "base/utf8.h"
#include "http/form.h"
#include "http/request.h"

static const char *const method_names[HTTP_METHOD__MAX] = {
	[HTTP_GET] = "GET",     [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",       [HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS", [HTTP_OTHER] = "OTHER",
};

const char *http_method_name(enum http_method method)
{
	return (unsigned)method < HTTP_METHOD__MAX ? method_names[method] : "OTHER";
}

/* Methods are case-sensitive (RFC 9110 section 9.1). */
static enum http_method method_of(struct str name)
{
	for (int m = 0; m < HTTP_OTHER; m++)
		if (str_is(name, method_names[m]))
			return (enum http_method)m;
	return HTTP_OTHER;
}

static enum rc check_sizes(const struct http_request *req, struct err *err)
{
	size_t total_b = 0;
	if (req->target.n > HTTP_TARGET_MAX_B)
		return err_set(err, RC_LIMIT, "the address is longer than the limit of %d bytes", HTTP_TARGET_MAX_B);
	if (req->headers.count > HTTP_HEADERS_MAX)
		return err_set(err, RC_LIMIT, "the request has more than %d header fields", HTTP_HEADERS_MAX);
	for (size_t i = 0; i < req->headers.count; i++) {
		total_b += req->headers.items[i].name.n + req->headers.items[i].value.n;
		if (total_b > HTTP_HEADERS_MAX_B)
			return err_set(err, RC_LIMIT, "the header fields are longer than the limit of %d bytes",
				       HTTP_HEADERS_MAX_B);
	}
	return RC_OK;
}

/* The absolute form ("http://host/path", RFC 9112 section 3.2.2) without scheme and host. */
static struct str without_origin(struct str target)
{
	size_t skip = str_istarts(target, STR("http://")) ? 7 : str_istarts(target, STR("https://")) ? 8 : 0;
	if (skip == 0)
		return target;
	while (skip < target.n && target.p[skip] != '/' && target.p[skip] != '?')
		skip++;
	return str_from(target, skip);
}

static enum rc bad_path(struct err *err, const char *what)
{
	return err_set(err, RC_INVALID, "the path of the address %s", what);
}

/* Decodes; a separator that was not one before decoding would let a path be read in two ways. */
static enum rc decode_path(struct arena *arena, struct str raw, struct str *out, struct err *err)
{
	size_t n;
	char *text = arena_try(arena, raw.n + 1);
	if (!text)
		return err_set(err, RC_LIMIT, "no memory left for the path");
	for (size_t i = 0; i < raw.n; i++)
		if (raw.p[i] == '%' && raw.n - i >= 3 && raw.p[i + 1] == '2' && (raw.p[i + 2] | 0x20) == 'f')
			return bad_path(err, "holds an encoded slash");
	if (!enc_percent_decode_into(text, raw, false, &n))
		return bad_path(err, "has a '%' without two hex digits");
	text[n] = '\0';
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
			return bad_path(err, "holds a control character");
		if (text[i] == '\\')
			return bad_path(err, "holds a backslash");
	}
	if (!utf8_valid(str_n(text, n)))
		return bad_path(err, "is not valid UTF-8");
	*out = str_n(text, n);
	return RC_OK;
}

/* Resolves "//", "." and ".." in place; ".." above the root stays there. A slash at the end stays. */
static struct str resolve(struct str path)
{
	char *text = (char *)(uintptr_t)path.p;
	size_t n = 0;
	struct str rest = path, part;
	bool slash = true; /* a segment has ended */
	while (str_split(&rest, '/', &part)) {
		bool last = rest.n == 0 && part.p + part.n == path.p + path.n;
		if (part.n == 0 || str_is(part, ".") || str_is(part, "..")) {
			while (part.n == 2 && n > 0 && text[--n] != '/')
				;
			slash = true;
			continue;
		}
		size_t part_n = part.n;
		text[n++] = '/';
		memmove(text + n, part.p, part_n);
		n += part_n;
		slash = !last;
	}
	if (slash)
		text[n++] = '/';
	text[n] = '\0';
	return str_n(text, n);
}

/* Whether a path means itself, as most do: nothing to decode, to refuse or to resolve. */
static bool is_plain(struct str raw)
{
	for (size_t i = 0; i < raw.n; i++) {
		unsigned char c = (unsigned char)raw.p[i];
		if (c <= ' ' || c >= 0x7F || c == '%' || c == '\\')
			return false;
		if ((c == '/' || c == '.') && i > 0 && raw.p[i - 1] == '/')
			return false;
	}
	return true;
}

static enum rc derive_path(struct http_request *req, struct str raw, struct str mount, struct err *err)
{
	struct str path = raw;
	if (!is_plain(raw)) {
		enum rc rc = decode_path(req->arena, raw, &path, err);
		if (rc != RC_OK)
			return rc;
		path = resolve(path);
	}
	bool inside = str_starts(path, mount) && (path.n == mount.n || path.p[mount.n] == '/');
	if (!inside)
		return err_set(err, RC_NOTFOUND, "the address lies outside the site");
	req->path = path.n == mount.n ? STR("/") : str_from(path, mount.n);
	req->raw_path = str_starts(raw, mount) ? str_from(raw, mount.n) : raw;
	return RC_OK;
}

enum rc request_parse(struct http_request *req, struct str mount, struct err *err)
{
	enum rc rc = check_sizes(req, err);
	if (rc != RC_OK)
		return rc;
	req->method = method_of(req->method_name);
	if (req->method == HTTP_OPTIONS && str_is(req->target, "*")) {
		req->path = req->raw_path = STR("*");
		req->query = STR("");
		req->params = (struct http_pairs){ NULL, 0 };
		return RC_OK;
	}
	struct str target = without_origin(req->target);
	if (target.n == 0 && req->target.n > 0)
		target = STR("/");
	if (str_find_char(target, '#') >= 0)
		return err_set(err, RC_INVALID, "the address holds a '#'");
	ptrdiff_t at = str_find_char(target, '?');
	struct str raw = at < 0 ? target : str_sub(target, 0, (size_t)at);
	req->query = at < 0 ? STR("") : str_from(target, (size_t)at + 1);
	if (raw.n == 0 && target.n > 0 && req->target.p != target.p)
		raw = STR("/"); /* "http://host?query" */
	if (raw.n == 0 || raw.p[0] != '/')
		return bad_path(err, "does not begin with a slash");
	rc = derive_path(req, raw, mount, err);
	if (rc == RC_OK)
		rc = form_parse(req->arena, req->query, HTTP_QUERY_FIELDS_MAX, &req->params, err);
	if (rc != RC_OK)
		err_prefix(err, "bad address");
	return rc;
}

/* Decodes the raw path once more and compares: it differs when a dot segment or a slash went, or
 * when the mount was written in another way. Escapes that need not be are no difference. */
bool request_is_canonical(const struct http_request *req)
{
	struct str raw = req->raw_path, path = req->path;
	while (raw.n > 0 && path.n > 0) {
		char c = raw.p[0];
		size_t used = 1;
		if (c == '%' && raw.n >= 3) {
			c = (char)(enc_hex_digit(raw.p[1]) << 4 | enc_hex_digit(raw.p[2]));
			used = 3;
		}
		if (c != path.p[0])
			return false;
		raw = str_from(raw, used);
		path = str_from(path, 1);
	}
	return raw.n == 0 && path.n == 0;
}

static struct str first_of(const struct http_pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (str_is(pairs->items[i].name, name))
			return pairs->items[i].value;
	return STR_NONE;
}

struct str request_header(const struct http_request *req, const char *name)
{
	return first_of(&req->headers, name);
}

struct str request_param(const struct http_request *req, const char *name)
{
	return first_of(&req->params, name);
}
