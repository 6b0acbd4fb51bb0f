/* s3_http.c: one try of a request to an S3 server, by libcurl, over a connection that is kept. */
#include "base/base.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/date.h"
#include "net/library.h"
#include "net/s3_impl.h"

#define CONNECT_TIMEOUT_MS 5000
#define HEADERS_MAX_B ((size_t)64 << 10)
#define SPEED_MIN_B 256            /* a second: slower than this for the whole timeout counts as silent */
#define WORK_B ((int64_t)8 << 20)  /* a second: a slow server copies no slower within itself */
#define EXPECT_FROM_B (1 << 20)    /* larger bodies wait for the server to agree: a wrong key costs no upload */
#define ADDRESS_MAX_B ((size_t)16 << 10)
#define IDLE_MAX 8

/* Handles at rest, each with its connections: whoever needs one takes it, so that requests find an open connection,
 * whichever store they are for. */
static CURL *idle[IDLE_MAX];
static size_t idle_count;
static pthread_mutex_t idle_lock = PTHREAD_MUTEX_INITIALIZER;

static CURL *take_handle(const struct curl_library *curl)
{
	CURL *handle = NULL;
	pthread_mutex_lock(&idle_lock);
	if (idle_count)
		handle = idle[--idle_count];
	pthread_mutex_unlock(&idle_lock);
	if (!handle)
		handle = curl->easy_init();
	if (!handle)
		mem_fail();
	return handle;
}

static void give_handle(const struct curl_library *curl, CURL *handle)
{
	bool kept = false;
	curl->easy_reset(handle); /* the connections stay */
	pthread_mutex_lock(&idle_lock);
	if (idle_count < IDLE_MAX) {
		idle[idle_count++] = handle;
		kept = true;
	}
	pthread_mutex_unlock(&idle_lock);
	if (!kept)
		curl->easy_cleanup(handle);
}

struct attempt {
	struct s3 *s3;
	struct s3_call *call;
	const struct curl_library *curl;
	CURL *handle;
	struct curl_slist *headers;
	struct arena *arena;
	int64_t sent_b;             /* of the body */
	size_t seen_b;              /* of headers */
	bool began;                 /* the sink gets this answer */
	enum rc rc;                 /* a failure of our own, in `err` */
	struct err *err;
	char why[CURL_ERROR_SIZE];
};

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	(void)ctx, (void)purpose;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* --- what is sent --- */

static size_t give_body(char *room, size_t one, size_t n, void *ctx)
{
	struct attempt *a = ctx;
	const struct s3_source *body = a->call->body;
	int64_t left = body->length_b - a->sent_b;
	ssize_t got = left < (int64_t)(n * one) ? (ssize_t)left : (ssize_t)(n * one);
	if (body->fd < 0 && got > 0)
		memcpy(room, body->bytes + a->sent_b, (size_t)got);
	else if (got > 0)
		got = pread(body->fd, room, (size_t)got, (off_t)(body->from_b + a->sent_b));
	if (got < 0 || (got == 0 && left > 0)) {
		a->rc = got < 0 ? err_sys(a->err, RC_IO, errno, "cannot read a file that is to be sent to S3")
				: err_set(a->err, RC_IO, "a file that is to be sent to S3 has become shorter");
		return CURL_READFUNC_ABORT;
	}
	a->sent_b += got;
	return (size_t)got;
}

/* When a kept connection turns out to be closed, libcurl sends anew. */
static int rewind_body(void *ctx, curl_off_t offset, int origin)
{
	struct attempt *a = ctx;
	if (origin != SEEK_SET)
		return CURL_SEEKFUNC_CANTSEEK;
	a->sent_b = offset;
	return CURL_SEEKFUNC_OK;
}

/* --- what comes --- */

static void take_range(struct s3_call *call, struct str value)
{
	ptrdiff_t slash = str_rfind_char(value, '/'), dash = str_find_char(value, '-');
	int64_t first, size_b;
	if (!str_starts(value, STR("bytes ")) || slash < 0 || dash < 0 ||
	    !str_to_i64(str_sub(value, 6, (size_t)dash), &first) || !str_to_i64(str_from(value, (size_t)slash + 1), &size_b))
		return;
	call->first_b = first;
	call->got.size_b = size_b;
}

static void keep_header(struct s3_call *call, struct str name, struct str value)
{
	int64_t number;
	if (str_ieq(name, STR("etag")) && value.n < sizeof call->got.etag)
		snprintf(call->got.etag, sizeof call->got.etag, "%.*s", STR_ARG(value));
	else if (str_ieq(name, STR("content-length")) && str_to_i64(value, &number) && call->first_b < 0)
		call->got.size_b = number;
	else if (str_ieq(name, STR("content-range")))
		take_range(call, value);
	else if (str_ieq(name, STR("date")) && date_parse_http(value, &number))
		call->date_ms = number;
	else if (str_ieq(name, STR("retry-after")) && str_to_i64(value, &number) && number >= 0 && number < 3600)
		call->retry_after_ms = number * 1000;
}

static void forget_answer(struct s3_call *call)
{
	call->status = 0;
	call->got = (struct s3_object){ .size_b = -1 };
	call->first_b = -1;
	call->date_ms = call->retry_after_ms = 0;
	buf_clear(&call->answer);
}

static size_t take_header(char *bytes, size_t one, size_t n, void *ctx)
{
	struct attempt *a = ctx;
	struct str line = str_n(bytes, n * one), name = str_until(line, ':');
	a->seen_b += line.n;
	if (a->seen_b > HEADERS_MAX_B) {
		a->rc = err_set(a->err, RC_LIMIT, "the answer of '%.*s' has more than %zu KiB of headers", STR_ARG(a->s3->host),
				HEADERS_MAX_B >> 10);
		return 0;
	}
	if (str_starts(line, STR("HTTP/"))) /* of an interim answer, or the one that counts */
		forget_answer(a->call);
	else if (name.n < line.n)
		keep_header(a->call, name, str_trim(str_from(line, name.n + 1)));
	return line.n;
}

/* Before the first byte of a good answer goes to the sink: is it the part that was asked for? */
static bool begin_body(struct attempt *a)
{
	struct s3_call *c = a->call;
	int64_t want = c->from_b + c->given_b;
	bool whole = c->status == 200 && want == 0, part = c->status == 206 && c->first_b == want;
	if (!whole && !part)
		a->rc = err_set(a->err, RC_CORRUPT, "'%.*s' sends another part of an object than was asked for", STR_ARG(a->s3->host));
	else if (c->object && c->given_b == 0)
		*c->object = c->got;
	a->began = true;
	return a->rc == RC_OK;
}

/* A part may end early, since the object does, but not late. */
static void give_sink(struct attempt *a, const char *bytes, size_t n)
{
	struct s3_call *c = a->call;
	if (c->length_b >= 0 && (int64_t)n > c->length_b - c->given_b)
		a->rc = err_set(a->err, RC_CORRUPT, "'%.*s' sends more of an object than was asked for", STR_ARG(a->s3->host));
	else
		a->rc = c->sink(c->sink_ctx, bytes, n, a->err);
	if (a->rc == RC_OK)
		c->given_b += (int64_t)n;
}

static long answer_status(struct attempt *a)
{
	long status = 0;
	a->curl->easy_getinfo(a->handle, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static size_t take_body(char *bytes, size_t one, size_t n, void *ctx)
{
	struct attempt *a = ctx;
	struct s3_call *c = a->call;
	n *= one;
	if (c->status == 0)
		c->status = (int)answer_status(a);
	if (!c->sink || c->status > 299) {
		buf_put(&c->answer, bytes, n);
		if (c->answer.rc != RC_OK)
			a->rc = err_set(a->err, RC_LIMIT, "the answer of '%.*s' is larger than %zu bytes", STR_ARG(a->s3->host),
					c->answer.max_b);
		return c->answer.rc == RC_OK ? n : 0;
	}
	if (a->began || begin_body(a))
		give_sink(a, bytes, n);
	return a->rc == RC_OK ? n : 0;
}

/* --- the request --- */

#define SET(a, option, value) ((a)->curl->easy_setopt((a)->handle, (option), (value)) == CURLE_OK)

static void add_line(struct attempt *a, struct str line)
{
	struct curl_slist *longer = a->curl->slist_append(a->headers, line.p);
	if (!longer)
		mem_fail();
	a->headers = longer;
}

/* All that is sent is signed but what libcurl adds by itself, and Expect. */
static void add_headers(struct attempt *a, const struct sigv4_pair *headers, size_t count, struct str date,
			struct str authorization)
{
	for (size_t i = 0; i < count; i++)
		add_line(a, arena_printf(a->arena, "%.*s: %.*s", STR_ARG(headers[i].name), STR_ARG(headers[i].value)));
	if (!a->call->anonymous) {
		add_line(a, ARENA_JOIN(a->arena, STR("x-amz-date: "), date));
		add_line(a, ARENA_JOIN(a->arena, STR("Authorization: "), authorization));
	}
	add_line(a, STR("Accept:"));
	if (!a->call->body || a->call->body->length_b < EXPECT_FROM_B)
		add_line(a, STR("Expect:"));
}

/* Of what is left to get, also when a part of it is there already. */
static void add_range(const struct s3_call *c, struct sigv4_pair *headers, size_t *count, struct arena *arena)
{
	int64_t from_b = c->from_b + c->given_b;
	if (!c->sink || (from_b == 0 && c->length_b < 0))
		return;
	struct str range = c->length_b < 0 ? arena_printf(arena, "bytes=%lld-", (long long)from_b)
					   : arena_printf(arena, "bytes=%lld-%lld", (long long)from_b,
							  (long long)(c->from_b + c->length_b - 1));
	headers[(*count)++] = (struct sigv4_pair){ STR("range"), range };
	if (c->given_b > 0 && c->object && c->object->etag[0])
		headers[(*count)++] = (struct sigv4_pair){ STR("if-match"), str_of(c->object->etag) };
}

static void sign(struct attempt *a, struct str path)
{
	struct sigv4_pair headers[S3_HEADERS_MAX + 6];
	struct s3_call *c = a->call;
	size_t count = 0;
	struct sigv4 request = {
		.key = &a->s3->key, .method = str_of(c->method), .path = path, .query = c->query, .query_count = c->query_count,
		.headers = headers, .payload = str_of(c->body_sha256), .now_ms = s3_now_ms(a->s3),
	};
	c->signed_ms = request.now_ms;
	headers[count++] = (struct sigv4_pair){ STR("Host"), a->s3->host };
	if (!c->anonymous)
		headers[count++] = (struct sigv4_pair){ STR("x-amz-content-sha256"), request.payload };
	for (size_t i = 0; i < c->header_count; i++)
		headers[count++] = c->headers[i];
	add_range(c, headers, &count, a->arena);
	request.header_count = count;
	add_headers(a, headers, count, sigv4_date(a->arena, request.now_ms), sigv4_authorization(&request, a->arena));
}

static bool set_body(struct attempt *a)
{
	const struct s3_call *c = a->call;
	if (strcmp(c->method, "HEAD") == 0)
		return SET(a, CURLOPT_NOBODY, 1L);
	if (c->body)
		return SET(a, CURLOPT_UPLOAD, 1L) && SET(a, CURLOPT_CUSTOMREQUEST, c->method) &&
		       SET(a, CURLOPT_INFILESIZE_LARGE, (curl_off_t)c->body->length_b) &&
		       SET(a, CURLOPT_READFUNCTION, give_body) && SET(a, CURLOPT_READDATA, a) &&
		       SET(a, CURLOPT_SEEKFUNCTION, rewind_body) && SET(a, CURLOPT_SEEKDATA, a);
	return SET(a, CURLOPT_CUSTOMREQUEST, c->method);
}

static bool set_limits(struct attempt *a)
{
	long timeout_ms = a->s3->config.timeout_ms, silence_s = timeout_ms < 1000 ? 1 : timeout_ms / 1000;
	silence_s += (long)(a->call->work_b / WORK_B);
	return SET(a, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms < CONNECT_TIMEOUT_MS ? timeout_ms : (long)CONNECT_TIMEOUT_MS) &&
	       SET(a, CURLOPT_LOW_SPEED_LIMIT, (long)SPEED_MIN_B) && SET(a, CURLOPT_LOW_SPEED_TIME, silence_s) &&
	       SET(a, CURLOPT_PROTOCOLS_STR, "http,https") && SET(a, CURLOPT_FOLLOWLOCATION, 0L) &&
	       SET(a, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) && SET(a, CURLOPT_NOSIGNAL, 1L) &&
	       SET(a, CURLOPT_PROXY, "") && SET(a, CURLOPT_PATH_AS_IS, 1L) && SET(a, CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10) &&
	       (!a->s3->config.ca_file || SET(a, CURLOPT_CAINFO, a->s3->config.ca_file));
}

/* libcurl asks about once a second, also while nothing comes. */
static int look_up(void *ctx, curl_off_t all_down, curl_off_t down, curl_off_t all_up, curl_off_t up)
{
	struct attempt *a = ctx;
	(void)all_down, (void)down, (void)all_up, (void)up;
	if (!atomic_load(a->call->stop))
		return 0;
	a->rc = err_set(a->err, RC_BUSY, "nobody waits for the object any more");
	return 1;
}

static bool set_callbacks(struct attempt *a)
{
	if (a->call->stop && !(SET(a, CURLOPT_NOPROGRESS, 0L) && SET(a, CURLOPT_XFERINFOFUNCTION, look_up) &&
			       SET(a, CURLOPT_XFERINFODATA, a)))
		return false;
	return SET(a, CURLOPT_ERRORBUFFER, a->why) && SET(a, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
	       SET(a, CURLOPT_HEADERFUNCTION, take_header) && SET(a, CURLOPT_HEADERDATA, a) &&
	       SET(a, CURLOPT_WRITEFUNCTION, take_body) && SET(a, CURLOPT_WRITEDATA, a);
}

static enum rc prepare(struct attempt *a)
{
	struct s3_call *c = a->call;
	struct str path = s3_path(a->s3, c->key, a->arena), query = sigv4_query(a->arena, c->query, c->query_count);
	struct str url = ARENA_JOIN(a->arena, a->s3->scheme, STR("://"), a->s3->host, path, query.n ? STR("?") : STR(""), query);
	if (url.n > ADDRESS_MAX_B)
		return err_set(a->err, RC_LIMIT, "the key of an S3 object is too long");
	sign(a, path);
	if (!SET(a, CURLOPT_URL, url.p) || !set_body(a) || !set_limits(a) || !set_callbacks(a) ||
	    !SET(a, CURLOPT_USERAGENT, "Platen/" PACKAGE_VERSION) || !SET(a, CURLOPT_HTTPHEADER, a->headers))
		return err_set(a->err, RC_UNSUPPORTED, "this libcurl lacks an option that is needed");
	return RC_OK;
}

/* A failure on the way; another try may do, unless it is about what we ask or who answers. */
static enum rc broken(struct attempt *a, CURLcode code, bool *again)
{
	const char *why = a->why[0] ? a->why : a->curl->easy_strerror(code);
	struct str host = a->s3->host;
	if (a->rc != RC_OK)
		return a->rc;
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return err_set(a->err, RC_CORRUPT, "the certificate of the S3 server '%.*s' is not right: %s", STR_ARG(host), why);
	case CURLE_OPERATION_TIMEDOUT:
		*again = true;
		return err_set(a->err, RC_TIMEOUT, "the S3 server '%.*s' did not answer in time: %s", STR_ARG(host), why);
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_SEND_FAIL_REWIND:
		*again = true;
		break;
	default:
		break;
	}
	return err_set(a->err, RC_IO, "cannot reach the S3 server '%.*s': %s", STR_ARG(host), why);
}

enum rc s3_try(struct s3 *s3, struct s3_call *call, struct arena *arena, bool *again, struct err *err)
{
	struct attempt a = { .s3 = s3, .call = call, .arena = arena, .err = err };
	enum rc rc = curl_library_get(&a.curl, err);
	*again = false;
	if (rc != RC_OK)
		return rc;
	forget_answer(call);
	a.handle = take_handle(a.curl);
	rc = prepare(&a);
	if (rc == RC_OK) {
		CURLcode code = a.curl->easy_perform(a.handle);
		call->status = (int)answer_status(&a);
		rc = code == CURLE_OK ? RC_OK : broken(&a, code, again);
	}
	give_handle(a.curl, a.handle);
	a.curl->slist_free_all(a.headers);
	return rc;
}
