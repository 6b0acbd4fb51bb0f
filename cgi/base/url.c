/* url.c: splits, checks and resolves addresses (RFC 3986). */
#include "base/base.h"
#include "base/enc.h"
#include "base/url.h"

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of the scheme in front of ':', 0 when there is none. */
static size_t scheme_len(struct str text)
{
	size_t n = 0;
	while (n < text.n && (is_alpha(text.p[n]) || (n > 0 && (is_digit(text.p[n]) || text.p[n] == '+' ||
	       text.p[n] == '-' || text.p[n] == '.'))))
		n++;
	return n > 0 && n < text.n && text.p[n] == ':' ? n : 0;
}

static struct str skip_controls(struct str text)
{
	while (text.n > 0 && (unsigned char)text.p[0] <= 0x20)
		text = str_from(text, 1);
	return text;
}

struct str url_scheme(struct str text)
{
	text = skip_controls(text);
	size_t n = scheme_len(text);
	return n ? str_sub(text, 0, n) : STR_NONE;
}

bool url_is_absolute(struct str text)
{
	text = skip_controls(text);
	return scheme_len(text) > 0 || str_starts(text, STR("//"));
}

/* Takes the part up to the first byte of `stop` off *rest. */
static struct str take_until(struct str *rest, const char *stop)
{
	size_t n = 0;
	while (n < rest->n && (rest->p[n] == '\0' || !strchr(stop, rest->p[n])))
		n++;
	struct str part = str_sub(*rest, 0, n);
	*rest = str_from(*rest, n);
	return part;
}

/* Browsers skip leading controls and remove tabs and newlines anywhere before they look for the
 * scheme ("java\nscript:"): what they would see as a scheme counts. */
bool url_is_safe(struct str text, const char *const *schemes)
{
	static const char *const usual[] = { "http", "https", "mailto", "tel", "xmpp", "irc", "ircs", NULL };
	struct str rest = skip_controls(text);
	struct str front = take_until(&rest, ":/?#\\");
	char scheme[16];
	size_t n = 0;
	if (rest.n == 0 || rest.p[0] != ':')
		return true; /* relative */
	for (size_t i = 0; i < front.n; i++) {
		char c = front.p[i];
		if (c == '\t' || c == '\n' || c == '\r')
			continue;
		if (n == sizeof scheme)
			return false;
		scheme[n++] = c;
	}
	for (const char *const *s = schemes ? schemes : usual; *s; s++)
		if (str_ieq(str_n(scheme, n), str_of(*s)))
			return true;
	return false;
}

static enum rc check_bytes(struct str text, struct err *err)
{
	if (text.n > URL_MAX_B)
		return err_set(err, RC_LIMIT, "the address is longer than %d bytes", URL_MAX_B);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c <= 0x20 || c == 0x7F)
			return err_set(err, RC_INVALID, "the address '%.*s' holds white space or a control character",
				       STR_ARG(text));
		if (c == '%' && (text.n - i < 3 || enc_hex_digit(text.p[i + 1]) < 0 ||
				 enc_hex_digit(text.p[i + 2]) < 0))
			return err_set(err, RC_INVALID, "the address '%.*s' has a '%%' without two hex digits",
				       STR_ARG(text));
	}
	return RC_OK;
}

static bool host_is_valid(struct str host)
{
	if (host.n > 0 && host.p[0] == '[') {
		if (host.n < 4 || host.p[host.n - 1] != ']')
			return false;
		for (size_t i = 1; i + 1 < host.n; i++)
			if (enc_hex_digit(host.p[i]) < 0 && host.p[i] != ':' && host.p[i] != '.')
				return false;
		return true;
	}
	for (size_t i = 0; i < host.n; i++)
		if (strchr("[]\\\"<>^`{|}@:", host.p[i]))
			return false;
	return true;
}

/* [ userinfo "@" ] host [ ":" port ] */
static enum rc split_authority(struct str text, struct url *out, struct err *err)
{
	uint64_t port = 0;
	struct str host = text;
	ptrdiff_t at = str_rfind_char(text, '@');
	if (at >= 0) {
		out->userinfo = str_sub(text, 0, (size_t)at);
		host = str_from(text, (size_t)at + 1);
	}
	ptrdiff_t colon = str_rfind_char(host, ':');
	if (colon >= 0 && str_find_char(str_from(host, (size_t)colon), ']') < 0) {
		struct str digits = str_from(host, (size_t)colon + 1);
		if (digits.n > 0 && (!str_to_u64(digits, &port) || port == 0 || port > 65535))
			return err_set(err, RC_INVALID, "'%.*s' is not a port", STR_ARG(digits));
		host = str_sub(host, 0, (size_t)colon);
	}
	if (!host_is_valid(host))
		return err_set(err, RC_INVALID, "'%.*s' is not a host", STR_ARG(host));
	out->host = host;
	out->port = (int)port;
	return RC_OK;
}

enum rc url_split(struct str text, struct url *out, struct err *err)
{
	struct url url = { .path = STR("") };
	struct str rest = text;
	enum rc rc = check_bytes(text, err);
	if (rc != RC_OK)
		return rc;
	size_t n = scheme_len(rest);
	if (n) {
		url.scheme = str_sub(rest, 0, n);
		rest = str_from(rest, n + 1);
	}
	if (str_starts(rest, STR("//"))) {
		rest = str_from(rest, 2);
		rc = split_authority(take_until(&rest, "/?#"), &url, err);
		if (rc != RC_OK)
			return rc;
	}
	if (rest.n > 0)
		url.path = take_until(&rest, "?#");
	if (rest.n > 0 && rest.p[0] == '?') {
		rest = str_from(rest, 1);
		url.query = take_until(&rest, "#");
	}
	if (rest.n > 0)
		url.fragment = str_from(rest, 1);
	*out = url;
	return RC_OK;
}

enum rc url_parse_web(struct str text, struct url *out, struct err *err)
{
	struct url url;
	enum rc rc = url_split(text, &url, err);
	if (rc != RC_OK)
		return rc;
	if (!str_ieq(url.scheme, STR("http")) && !str_ieq(url.scheme, STR("https")))
		return err_set(err, RC_INVALID, "'%.*s' does not begin with http:// or https://", STR_ARG(text));
	if (url.host.n == 0)
		return err_set(err, RC_INVALID, "'%.*s' has no host", STR_ARG(text));
	*out = url;
	return RC_OK;
}

struct str url_remove_dots(struct arena *arena, struct str path)
{
	char *out = arena_try(arena, path.n + 1);
	if (!out)
		mem_fail();
	size_t n = 0;
	bool slash = path.n > 0 && path.p[0] == '/';
	struct str rest = slash ? str_from(path, 1) : path;
	for (bool more = true; more;) {
		struct str part = take_until(&rest, "/");
		more = rest.n > 0;
		rest = str_from(rest, 1);
		bool up = str_is(part, "..");
		if (up || str_is(part, ".")) {
			while (up && n > 0 && out[--n] != '/')
				;
			if (more || !slash)
				continue;
			part = STR(""); /* "/a/." is "/a/" */
		}
		if (slash)
			out[n++] = '/';
		if (part.n)
			memcpy(out + n, part.p, part.n);
		n += part.n;
		slash = true;
	}
	out[n] = '\0';
	return str_n(out, n);
}

/* Section 5.2.3: the reference's path in place of the base's last segment. */
static struct str merge(struct arena *arena, const struct url *base, struct str path)
{
	if (str_given(base->host) && base->path.n == 0)
		return ARENA_JOIN(arena, STR("/"), path);
	size_t keep = (size_t)(str_rfind_char(base->path, '/') + 1);
	return ARENA_JOIN(arena, str_sub(base->path, 0, keep), path);
}

static struct str compose(struct arena *arena, const struct url *url)
{
	struct str port = url->port ? arena_printf(arena, ":%d", url->port) : STR("");
	bool host = str_given(url->host), user = str_given(url->userinfo);
	bool query = str_given(url->query), fragment = str_given(url->fragment);
	/* Without a host, a path of "//x" would be read as one; "/.//x" is the same path. */
	bool guard = !host && str_starts(url->path, STR("//"));
	return ARENA_JOIN(arena, url->scheme, STR(":"), host ? STR("//") : STR(""), url->userinfo,
			  user ? STR("@") : STR(""), url->host, port, guard ? STR("/.") : STR(""), url->path, query ? STR("?") : STR(""),
			  url->query, fragment ? STR("#") : STR(""), url->fragment);
}

enum rc url_join(struct arena *arena, struct str base, struct str reference, struct str *out,
		 struct err *err)
{
	struct url b, r;
	enum rc rc = url_split(base, &b, err);
	if (rc == RC_OK && !str_given(b.scheme))
		rc = err_set(err, RC_INVALID, "the base '%.*s' is not absolute", STR_ARG(base));
	if (rc == RC_OK)
		rc = url_split(reference, &r, err);
	if (rc != RC_OK)
		return rc;
	if (!str_given(r.scheme)) {
		r.scheme = b.scheme;
		if (!str_given(r.host)) {
			r.userinfo = b.userinfo;
			r.host = b.host;
			r.port = b.port;
			if (r.path.n == 0) {
				r.path = b.path;
				r.query = str_given(r.query) ? r.query : b.query;
				*out = compose(arena, &r);
				return RC_OK;
			}
			if (r.path.p[0] != '/')
				r.path = merge(arena, &b, r.path);
		}
	}
	r.path = url_remove_dots(arena, r.path);
	*out = compose(arena, &r);
	return RC_OK;
}
