/* params.c: the variables of CGI (RFC 3875), from FastCGI or the environment, as an http_request. */
#include "base/base.h"

#include "front/params.h"
#include "front/record.h"

/* By the length of their names: a name is compared with those of its own length only. */
enum variable {
	VAR_HTTPS, VAR_PATH, VAR_SEND, VAR_URI, VAR_SCRIPT, VAR_ADDR, VAR_QUERY, VAR_TYPE, VAR_METHOD, VAR_SCHEME,
	VAR_LENGTH, VAR_PROTOCOL, VAR__MAX
};

static const struct str variable_names[VAR__MAX] = {
	[VAR_HTTPS] = STR("HTTPS"),            [VAR_PATH] = STR("PATH_INFO"),
	[VAR_SEND] = STR("SEND_MEDIA"),
	[VAR_URI] = STR("REQUEST_URI"),        [VAR_SCRIPT] = STR("SCRIPT_NAME"),
	[VAR_ADDR] = STR("REMOTE_ADDR"),       [VAR_QUERY] = STR("QUERY_STRING"),
	[VAR_TYPE] = STR("CONTENT_TYPE"),      [VAR_METHOD] = STR("REQUEST_METHOD"),
	[VAR_SCHEME] = STR("REQUEST_SCHEME"),  [VAR_LENGTH] = STR("CONTENT_LENGTH"),
	[VAR_PROTOCOL] = STR("SERVER_PROTOCOL"),
};

static const unsigned char first_of_length[] = {
	[5] = VAR_HTTPS, [9] = VAR_PATH, [10] = VAR_SEND, [11] = VAR_URI, [12] = VAR_QUERY, [14] = VAR_METHOD, [15] = VAR_PROTOCOL,
};

/* Headers that have a variable of their own or none at all. */
static const struct str dropped_names[] = {
	STR("HTTP_PROXY"), STR("HTTP_CONTENT_TYPE"), STR("HTTP_CONTENT_LENGTH"),
};

/* The environment sorted into what is known and the headers; all borrowed from it. */
struct sorted {
	struct str vars[VAR__MAX];
	struct http_pair headers[HTTP_HEADERS_MAX];
	size_t header_count, headers_b;
	bool too_many;
};

static bool is_dropped(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(dropped_names); i++)
		if (str_eq(name, dropped_names[i]))
			return true;
	return false;
}

static void add_header(struct sorted *sorted, struct str name, struct str value)
{
	size_t size_b = name.n + value.n;
	if (sorted->header_count == HTTP_HEADERS_MAX ||
	    size_b > HTTP_HEADERS_MAX_B - sorted->headers_b) {
		sorted->too_many = true;
		return;
	}
	sorted->headers[sorted->header_count++] = (struct http_pair){ name, value };
	sorted->headers_b += size_b;
}

static void sort_variable(struct sorted *sorted, struct str name, struct str value)
{
	if (str_starts(name, STR("HTTP_"))) {
		if (!is_dropped(name))
			add_header(sorted, str_from(name, 5), value);
		return;
	}
	enum variable v = name.n < COUNT_OF(first_of_length) ? first_of_length[name.n] : VAR__MAX;
	for (; v < VAR__MAX && variable_names[v].n == name.n; v++) {
		if (!str_eq(name, variable_names[v]))
			continue;
		if (!str_given(sorted->vars[v]))
			sorted->vars[v] = value;
		return;
	}
}

static void begin_sorting(struct sorted *sorted)
{
	memset(sorted->vars, 0, sizeof sorted->vars);
	sorted->header_count = sorted->headers_b = 0;
	sorted->too_many = false;
}

static void end_sorting(struct sorted *sorted)
{
	if (!str_empty(sorted->vars[VAR_TYPE]))
		add_header(sorted, STR("CONTENT_TYPE"), sorted->vars[VAR_TYPE]);
	if (!str_empty(sorted->vars[VAR_LENGTH]))
		add_header(sorted, STR("CONTENT_LENGTH"), sorted->vars[VAR_LENGTH]);
}

static char header_char(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == '_' ? '-' : c;
}

/* All headers in one piece of memory: a request has about fifteen. */
static void copy_headers(const struct sorted *sorted, struct http_request *req)
{
	req->headers.items = ARENA_ARRAY(req->arena, sorted->header_count, struct http_pair);
	req->headers.count = sorted->header_count;
	char *at = arena_alloc(req->arena, sorted->headers_b + 1);
	for (size_t i = 0; i < sorted->header_count; i++) {
		struct str name = sorted->headers[i].name, value = sorted->headers[i].value;
		req->headers.items[i] = (struct http_pair){ str_n(at, name.n), str_n(at + name.n, value.n) };
		for (size_t k = 0; k < name.n; k++)
			*at++ = header_char(name.p[k]);
		if (value.n)
			memcpy(at, value.p, value.n);
		at += value.n;
	}
}

/* "https://host/path" is what a proxy's client sends (RFC 9112, 3.2.2): only the path counts. */
static struct str without_authority(struct str uri)
{
	if (!str_istarts(uri, STR("http://")) && !str_istarts(uri, STR("https://")))
		return uri;
	struct str rest = str_from(uri, (size_t)str_find_char(uri, ':') + 3);
	ptrdiff_t slash = str_find_char(rest, '/');
	return slash < 0 ? STR("/") : str_from(rest, (size_t)slash);
}

/* What may stand in a path as it is (RFC 3986, 3.3); all else is written as %XX. */
static bool is_path_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~!$&'()*+,;=:@/", c));
}

static void encode_path(struct buf *out, struct str path)
{
	for (size_t i = 0; i < path.n; i++) {
		if (is_path_char(path.p[i]))
			buf_char(out, path.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)path.p[i]);
	}
}

/* STR_NONE: longer than the limit. */
static struct str join_target(const struct str *vars, struct arena *arena)
{
	struct buf target = BUF_INIT(HTTP_TARGET_MAX_B);
	encode_path(&target, vars[VAR_SCRIPT]);
	encode_path(&target, vars[VAR_PATH]);
	if (!str_empty(vars[VAR_QUERY])) {
		buf_char(&target, '?');
		buf_str(&target, vars[VAR_QUERY]);
	}
	struct str copy = target.rc == RC_OK ? arena_str(arena, buf_view(&target)) : STR_NONE;
	buf_release(&target);
	return copy;
}

static void read_target(const struct str *vars, struct http_request *req, struct refusal *refusal)
{
	static const struct refusal too_long = { 414, "The address is too long." };
	if (str_empty(vars[VAR_URI])) {
		req->target = join_target(vars, req->arena);
		if (!str_given(req->target))
			*refusal = too_long;
	} else if (vars[VAR_URI].n > HTTP_TARGET_MAX_B) {
		*refusal = too_long;
	} else {
		req->target = arena_str(req->arena, without_authority(vars[VAR_URI]));
	}
	if (str_empty(req->target)) {
		req->target = STR("");
		if (!refusal->status)
			*refusal = (struct refusal){ 400, "The web server gave no address." };
	}
}

/* RFC 3875, 4.1.2; Caddy says -1 for a chunked body. */
static void read_length(struct str text, int64_t *length_b, struct refusal *refusal)
{
	*length_b = PARAMS_NO_LENGTH;
	if (str_empty(text))
		return;
	int64_t value;
	if (str_to_i64(text, &value) && value >= PARAMS_UNKNOWN_LENGTH)
		*length_b = value;
	else if (!refusal->status)
		*refusal = (struct refusal){ 400, "The length of the body is not a number." };
}

static struct str copy_or_empty(struct arena *arena, struct str s)
{
	return str_given(s) ? arena_str(arena, s) : STR("");
}

/* A request of what was sorted. */
static void read_sorted(struct sorted *sorted, struct http_request *req, int64_t *length_b,
			struct refusal *refusal)
{
	const struct str *vars = sorted->vars;
	*refusal = (struct refusal){ 0, NULL };
	end_sorting(sorted);
	copy_headers(sorted, req);
	req->method_name = copy_or_empty(req->arena, vars[VAR_METHOD]);
	req->remote_addr = copy_or_empty(req->arena, vars[VAR_ADDR]);
	req->protocol = copy_or_empty(req->arena, vars[VAR_PROTOCOL]);
	req->send_media = copy_or_empty(req->arena, vars[VAR_SEND]);
	bool https = str_ieq(vars[VAR_SCHEME], STR("https")) || str_ieq(vars[VAR_HTTPS], STR("on")) ||
		     str_is(vars[VAR_HTTPS], "1");
	req->scheme = https ? STR("https") : STR("http");
	if (sorted->too_many)
		*refusal = (struct refusal){ 431, "The headers of the request are too large." };
	else if (str_empty(req->method_name))
		*refusal = (struct refusal){ 400, "The web server gave no method." };
	read_target(vars, req, refusal);
	read_length(vars[VAR_LENGTH], length_b, refusal);
}

void params_read(char *const *env, struct http_request *req, int64_t *length_b,
		 struct refusal *refusal)
{
	struct sorted sorted;
	begin_sorting(&sorted);
	for (; *env; env++) {
		const char *equals = strchr(*env, '=');
		if (equals)
			sort_variable(&sorted, str_n(*env, (size_t)(equals - *env)), str_of(equals + 1));
	}
	read_sorted(&sorted, req, length_b, refusal);
}

/* The content of all PARAMS records: mostly there is one, which is left where it is. */
static struct str params_of_head(const unsigned char *bytes, size_t n, struct arena *arena)
{
	struct str content = STR("");
	while (n >= RECORD_HEADER_B) {
		size_t content_b = (size_t)bytes[4] << 8 | bytes[5], record_b = RECORD_HEADER_B + content_b + bytes[6];
		struct str part = str_n((const char *)bytes + RECORD_HEADER_B, content_b);
		if (record_b > n)
			break;
		if (bytes[1] == RECORD_PARAMS && content_b)
			content = content.n ? ARENA_JOIN(arena, content, part) : part;
		bytes += record_b;
		n -= record_b;
	}
	return content;
}

/* One length: a byte, or four with the highest bit set (FastCGI 1.0, 3.4). False: cut off. */
static inline bool take_length(const unsigned char **at, const unsigned char *end, size_t *length)
{
	const unsigned char *p = *at;
	size_t used = p < end && *p & 0x80 ? 4 : 1;
	if ((size_t)(end - p) < used)
		return false;
	*length = used == 1 ? p[0] : (size_t)(p[0] & 0x7F) << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	*at = p + used;
	return true;
}

static bool take_pair(struct str *rest, struct str *name, struct str *value)
{
	const unsigned char *at = (const unsigned char *)rest->p, *end = at + rest->n;
	size_t name_n, value_n;
	if (!take_length(&at, end, &name_n) || !take_length(&at, end, &value_n) ||
	    name_n > (size_t)(end - at) || value_n > (size_t)(end - at) - name_n)
		return false;
	*name = str_n((const char *)at, name_n);
	*value = str_n((const char *)at + name_n, value_n);
	at += name_n + value_n;
	*rest = str_n((const char *)at, (size_t)(end - at));
	return true;
}

void params_read_head(const unsigned char *bytes, size_t n, struct http_request *req, int64_t *length_b,
		      struct refusal *refusal)
{
	struct sorted sorted;
	struct str rest = params_of_head(bytes, n, req->arena), name, value;
	begin_sorting(&sorted);
	while (rest.n && take_pair(&rest, &name, &value))
		sort_variable(&sorted, name, value);
	read_sorted(&sorted, req, length_b, refusal);
}
