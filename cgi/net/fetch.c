/* fetch.c: one HTTP request to a server, with limits on everything that the server decides. */
#include "base/base.h"

#include <netdb.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/url.h"
#include "net/fetch.h"
#include "net/guard.h"
#include "net/library.h"

#define CONNECT_TIMEOUT_MS 10000
#define HEADER_COUNT_MAX 256
#define USER_AGENT "Platen/" PACKAGE_VERSION

/* A request on its way. */
struct transfer {
	const struct fetch *request;
	const struct curl_library *curl;
	CURL *handle;
	struct curl_slist *headers, *connect_to;
	struct str host;             /* for messages; borrowed from the address */
	struct arena *arena;
	size_t seen_b;               /* bytes of headers so far, of all answers */
	struct fetch_header got[HEADER_COUNT_MAX];
	size_t got_count;
	struct buf body;
	size_t taken_b;              /* of the body by request->take */
	bool too_large;
	char refused[NI_MAXHOST];    /* the address that was not allowed; "": none */
	bool too_many;               /* headers */
	char why[CURL_ERROR_SIZE];
};

/* --- what libcurl calls --- */

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct transfer *t = ctx;
	(void)purpose;
	if (t->request->allowed && !t->request->allowed(&to->addr) &&
	    !guard_is_listed(str_or_empty(t->request->allowed_too), &to->addr)) {
		if (getnameinfo(&to->addr, to->addrlen, t->refused, sizeof t->refused, NULL, 0, NI_NUMERICHOST) != 0)
			snprintf(t->refused, sizeof t->refused, "its address");
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static void keep_header(struct transfer *t, struct str line)
{
	ptrdiff_t colon = str_find_char(line, ':');
	if (colon <= 0)
		return;
	if (t->got_count == HEADER_COUNT_MAX) {
		t->too_many = true;
		return;
	}
	t->got[t->got_count++] = (struct fetch_header){
		arena_str(t->arena, str_sub(line, 0, (size_t)colon)),
		arena_str(t->arena, str_trim(str_from(line, (size_t)colon + 1))),
	};
}

/* Called once a line: of interim answers, of redirects, of trailers too. */
static size_t take_header(char *bytes, size_t one, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	struct str line = str_n(bytes, n);
	(void)one;
	t->seen_b += n;
	if (t->seen_b > FETCH_HEADERS_MAX_B)
		t->too_many = true;
	else if (str_starts(line, STR("HTTP/")))
		t->got_count = 0;
	else
		keep_header(t, line);
	return t->too_many ? 0 : n;
}

static size_t take_body(char *bytes, size_t one, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	(void)one;
	if (t->request->take) {
		t->too_large = n > t->body.max_b - t->taken_b;
		t->taken_b += n;
		return !t->too_large && t->request->take(t->request->ctx, str_n(bytes, n)) ? n : 0;
	}
	buf_put(&t->body, bytes, n);
	t->too_large = t->body.rc != RC_OK;
	return t->too_large ? 0 : n;
}

static int is_cancelled(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct transfer *t = ctx;
	(void)a, (void)b, (void)c, (void)d;
	return t->request->cancelled && t->request->cancelled(t->request->ctx);
}

/* --- the request --- */

static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("\"(),/:;<=>?@[\\]{}", s.p[i]))
			return false;
	return s.n > 0;
}

static bool is_field_value(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') || s.p[i] == 0x7F)
			return false;
	return true;
}

static void add_line(struct transfer *t, struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = t->curl->slist_append(*list, line);
	if (!longer)
		mem_fail();
	*list = longer;
}

static bool has_header(const struct fetch *request, struct str name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (str_ieq(request->headers[i].name, name))
			return true;
	return false;
}

/* A name with nothing behind it takes a header of libcurl's own away; "NAME;" is sent empty. */
static enum rc add_headers(struct transfer *t, struct err *err)
{
	for (size_t i = 0; i < t->request->header_count; i++) {
		const struct fetch_header *h = &t->request->headers[i];
		if (!is_token(h->name) || !is_field_value(h->value))
			return err_set(err, RC_INVALID, "header %zu of the request is malformed", i + 1);
		struct str line = str_empty(str_trim(h->value))
			? arena_printf(t->arena, "%.*s;", STR_ARG(h->name))
			: arena_printf(t->arena, "%.*s: %.*s", STR_ARG(h->name), STR_ARG(h->value));
		add_line(t, &t->headers, line.p);
	}
	add_line(t, &t->headers, "Expect:"); /* a body is small and sent at once */
	if (str_given(t->request->body) && !has_header(t->request, STR("content-type")))
		add_line(t, &t->headers, "Content-Type: application/octet-stream");
	return RC_OK;
}

#define SET(t, option, value) ((t)->curl->easy_setopt((t)->handle, (option), (value)) == CURLE_OK)

static bool set_method(struct transfer *t)
{
	const struct fetch *r = t->request;
	bool good = true;
	if (str_given(r->body))
		good = SET(t, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n) &&
		       SET(t, CURLOPT_POSTFIELDS, r->body.n ? r->body.p : "");
	if (strcmp(r->method, "HEAD") == 0)
		return good && SET(t, CURLOPT_NOBODY, 1L);
	/* Setting the name alone would keep it over a redirect that asks for GET. */
	if (strcmp(r->method, str_given(r->body) ? "POST" : "GET") != 0)
		good = good && SET(t, CURLOPT_CUSTOMREQUEST, r->method);
	return good;
}

static bool set_via(struct transfer *t)
{
	struct str via = t->request->via;
	if (!str_given(via))
		return true;
	if (str_starts(via, STR("unix:")))
		return SET(t, CURLOPT_UNIX_SOCKET_PATH, arena_cstr(t->arena, str_from(via, 5)));
	add_line(t, &t->connect_to, arena_printf(t->arena, "::%.*s", STR_ARG(via)).p);
	return SET(t, CURLOPT_CONNECT_TO, t->connect_to);
}

static bool set_limits(struct transfer *t)
{
	const struct fetch *r = t->request;
	long timeout_ms = r->timeout_ms > 0 ? r->timeout_ms : FETCH_TIMEOUT_MS;
	return SET(t, CURLOPT_TIMEOUT_MS, timeout_ms) &&
	       SET(t, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms < CONNECT_TIMEOUT_MS ? timeout_ms : (long)CONNECT_TIMEOUT_MS) &&
	       SET(t, CURLOPT_FOLLOWLOCATION, r->redirects_max > 0 ? 1L : 0L) &&
	       SET(t, CURLOPT_MAXREDIRS, (long)r->redirects_max) &&
	       SET(t, CURLOPT_PROTOCOLS_STR, "http,https") && SET(t, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") &&
	       SET(t, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) && SET(t, CURLOPT_NOSIGNAL, 1L) &&
	       SET(t, CURLOPT_PROXY, "") && SET(t, CURLOPT_FRESH_CONNECT, 1L) && SET(t, CURLOPT_FORBID_REUSE, 1L);
}

/* A name server that says nothing keeps a thread of libcurl's busy for half a minute: it is left to end by itself,
 * or neither the time limit nor a cancellation would hold. Older ones than 7.87 wait. */
static void set_quick_exit(struct transfer *t)
{
#if LIBCURL_VERSION_NUM >= 0x075700
	(void)SET(t, CURLOPT_QUICK_EXIT, 1L);
#else
	(void)t;
#endif
}

static bool set_callbacks(struct transfer *t)
{
	return SET(t, CURLOPT_ERRORBUFFER, t->why) &&
	       SET(t, CURLOPT_OPENSOCKETFUNCTION, open_socket) && SET(t, CURLOPT_OPENSOCKETDATA, t) &&
	       SET(t, CURLOPT_HEADERFUNCTION, take_header) && SET(t, CURLOPT_HEADERDATA, t) &&
	       SET(t, CURLOPT_WRITEFUNCTION, take_body) && SET(t, CURLOPT_WRITEDATA, t) &&
	       SET(t, CURLOPT_XFERINFOFUNCTION, is_cancelled) && SET(t, CURLOPT_XFERINFODATA, t) &&
	       SET(t, CURLOPT_NOPROGRESS, 0L);
}

static enum rc prepare(struct transfer *t, struct err *err)
{
	struct url url;
	enum rc rc = url_parse_web(t->request->url, &url, err);
	if (rc != RC_OK)
		return rc;
	if (str_given(url.userinfo))
		return err_set(err, RC_INVALID, "an address with a user and a password in it is not called");
	t->host = url.host;
	t->handle = t->curl->easy_init();
	if (!t->handle)
		mem_fail();
	rc = add_headers(t, err);
	if (rc != RC_OK)
		return rc;
	if (!SET(t, CURLOPT_URL, arena_cstr(t->arena, t->request->url)) || !set_method(t) || !set_via(t) ||
	    !set_limits(t) || !set_callbacks(t) || !SET(t, CURLOPT_USERAGENT, USER_AGENT) ||
	    !SET(t, CURLOPT_HTTPHEADER, t->headers) ||
	    (t->request->ca_file && !SET(t, CURLOPT_CAINFO, t->request->ca_file)))
		return err_set(err, RC_UNSUPPORTED, "this libcurl lacks an option that is needed");
	set_quick_exit(t);
	return RC_OK;
}

/* --- the answer --- */

static enum rc fail(struct transfer *t, CURLcode code, struct err *err)
{
	const char *why = t->why[0] ? t->why : t->curl->easy_strerror(code);
	struct str host = t->host;
	if (t->refused[0])
		return err_set(err, RC_DENIED, "'%.*s' is not called: %s is not a public address", STR_ARG(host), t->refused);
	if (t->too_many)
		return err_set(err, RC_LIMIT, "the answer of '%.*s' has more than %zu KiB of headers, or more than %d",
			       STR_ARG(host), FETCH_HEADERS_MAX_B >> 10, HEADER_COUNT_MAX);
	if (t->too_large)
		return err_set(err, t->body.rc != RC_OK ? t->body.rc : RC_LIMIT, "the answer of '%.*s' is larger than %zu bytes", STR_ARG(host), t->body.max_b);
	/* What begins without a status line counts as HTTP/0.9, and that as a protocol. It is no answer, but somebody's
	 * garbage; whoever is asked again may do better. */
	if (code == CURLE_UNSUPPORTED_PROTOCOL && t->seen_b == 0)
		return err_set(err, RC_IO, "'%.*s' does not speak HTTP: %s", STR_ARG(host), why);
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return err_set(err, RC_TIMEOUT, "'%.*s' did not answer in time: %s", STR_ARG(host), why);
	case CURLE_ABORTED_BY_CALLBACK:
		return err_set(err, RC_BUSY, "the request to '%.*s' was cancelled", STR_ARG(host));
	case CURLE_PEER_FAILED_VERIFICATION:
		return err_set(err, RC_CORRUPT, "the certificate of '%.*s' is not right: %s", STR_ARG(host), why);
	case CURLE_TOO_MANY_REDIRECTS:
		return err_set(err, RC_LIMIT, "'%.*s' redirects more than %d times", STR_ARG(host), t->request->redirects_max);
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return err_set(err, RC_INVALID, "the address of '%.*s' cannot be called: %s", STR_ARG(host), why);
	default:
		return err_set(err, RC_IO, "cannot call '%.*s': %s", STR_ARG(host), why);
	}
}

static enum rc give(struct transfer *t, int64_t begun_us, struct fetched *out, struct err *err)
{
	long status = 0;
	const char *address = NULL;
	struct str body = buf_view(&t->body);
	char *copy = arena_try(t->arena, body.n + 1);
	if (!copy)
		return err_set(err, RC_LIMIT, "the answer of '%.*s' does not fit into memory", STR_ARG(t->host));
	memcpy(copy, body.n ? body.p : "", body.n);
	copy[body.n] = '\0';
	t->curl->easy_getinfo(t->handle, CURLINFO_RESPONSE_CODE, &status);
	t->curl->easy_getinfo(t->handle, CURLINFO_PRIMARY_IP, &address);
	*out = (struct fetched){
		.status = (int)status, .header_count = t->got_count,
		.headers = ARENA_ARRAY(t->arena, t->got_count + 1, struct fetch_header),
		.body = str_n(copy, body.n), .address = arena_str(t->arena, str_of(address ? address : "")),
		.duration_ms = (clock_monotonic_us() - begun_us) / 1000,
	};
	memcpy(out->headers, t->got, t->got_count * sizeof *t->got);
	return RC_OK;
}

enum rc fetch(const struct fetch *request, struct arena *arena, struct fetched *out, struct err *err)
{
	int64_t begun_us = clock_monotonic_us();
	struct transfer *t = NULL;
	const struct curl_library *curl;
	enum rc rc = curl_library_get(&curl, err);
	if (rc != RC_OK)
		return rc;
	t = mem_new(sizeof *t);
	t->request = request;
	t->curl = curl;
	t->arena = arena;
	buf_init(&t->body, request->body_max_b ? request->body_max_b : FETCH_BODY_MAX_B);
	rc = prepare(t, err);
	if (rc == RC_OK) {
		CURLcode code = curl->easy_perform(t->handle);
		rc = code == CURLE_OK ? give(t, begun_us, out, err) : fail(t, code, err);
	}
	curl->easy_cleanup(t->handle);
	curl->slist_free_all(t->headers);
	curl->slist_free_all(t->connect_to);
	buf_release(&t->body);
	free(t);
	return rc;
}

struct str fetched_header(const struct fetched *fetched, const char *name)
{
	for (size_t i = 0; i < fetched->header_count; i++)
		if (str_ieq(fetched->headers[i].name, str_of(name)))
			return fetched->headers[i].value;
	return STR_NONE;
}
