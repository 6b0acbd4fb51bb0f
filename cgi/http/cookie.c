/* cookie.c: the Cookie and Set-Cookie headers (RFC 6265bis sections 4 and 5). */
#include "base/base.h"
#include "http/cookie.h"

static struct str unquoted(struct str value)
{
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		return str_sub(value, 1, value.n - 1);
	return value;
}

struct str cookie_find(struct str header, const char *name)
{
	struct str part;
	while (str_split(&header, ';', &part)) {
		ptrdiff_t at = str_find_char(part, '=');
		if (at >= 0 && str_is(str_trim(str_sub(part, 0, (size_t)at)), name))
			return unquoted(str_trim(str_from(part, (size_t)at + 1)));
	}
	return STR_NONE;
}

struct str cookie_get(const struct http_request *req, const char *name)
{
	for (size_t i = 0; i < req->headers.count; i++) {
		if (!str_is(req->headers.items[i].name, "cookie"))
			continue;
		struct str value = cookie_find(req->headers.items[i].value, name);
		if (str_given(value))
			return value;
	}
	return STR_NONE;
}

/* token of RFC 9110 section 5.6.2 */
static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || (unsigned char)s.p[i] >= 0x7F || strchr("()<>@,;:\\\"/[]?={}", s.p[i]))
			return false;
	return s.n > 0;
}

/* cookie-octet: neither controls nor white space, double quote, comma, semicolon, backslash */
static bool is_value(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || (unsigned char)s.p[i] >= 0x7F || strchr("\",;\\", s.p[i]))
			return false;
	return true;
}

static bool is_path(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] >= 0x7F || s.p[i] == ';')
			return false;
	return s.n > 0 && s.p[0] == '/';
}

enum rc cookie_write(const struct cookie *cookie, struct buf *out, struct err *err)
{
	static const char *const sites[COOKIE_SITE__MAX] = {
		[COOKIE_LAX] = "Lax", [COOKIE_STRICT] = "Strict", [COOKIE_NONE] = "None",
	};
	struct str name = str_of(cookie->name), path = cookie->path.n ? cookie->path : STR("/");
	if (!is_token(name) || !is_value(cookie->value) || !is_path(path))
		return err_set(err, RC_INVALID, "the cookie '%s' holds a character that it may not", cookie->name);
	if (name.n + cookie->value.n + path.n > COOKIE_MAX_B)
		return err_set(err, RC_LIMIT, "the cookie '%s' is longer than %d bytes", cookie->name, COOKIE_MAX_B);
	if (str_istarts(name, STR("__Host-")) && (!cookie->secure || !str_is(path, "/")))
		return err_set(err, RC_INVALID, "the cookie '%s' must be secure and have the path /", cookie->name);
	if ((str_istarts(name, STR("__Secure-")) || cookie->site == COOKIE_NONE) && !cookie->secure)
		return err_set(err, RC_INVALID, "the cookie '%s' must be secure", cookie->name);
	buf_printf(out, "%s=%.*s; Path=%.*s", cookie->name, STR_ARG(cookie->value), STR_ARG(path));
	if (cookie->max_age_s >= 0)
		buf_printf(out, "; Max-Age=%lld", (long long)cookie->max_age_s);
	buf_printf(out, "; SameSite=%s%s%s", sites[cookie->site], cookie->secure ? "; Secure" : "",
		   cookie->http_only ? "; HttpOnly" : "");
	return buf_status(out, "the cookie", err);
}
