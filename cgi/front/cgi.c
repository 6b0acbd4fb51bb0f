/* cgi.c: plain CGI: one request from the environment and standard input. */
#include "base/base.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "front/answer.h"
#include "front/proxies.h"
#include "front/server.h"

#define COPY_B ((size_t)64 << 10)

extern char **environ;

/* The body as it comes on standard input, no further than CONTENT_LENGTH. */
struct cgi_body {
	struct http_body http;   /* first: handlers see only this */
	int64_t left_b;          /* -1: to the end of the input */
	int64_t max_b;           /* when the length is not known */
	int timeout_ms;
};

static enum rc wait_readable(int timeout_ms, struct err *err)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	int n;
	do
		n = poll(&input, 1, timeout_ms);
	while (n < 0 && errno == EINTR);
	return n > 0 ? RC_OK : err_set(err, RC_TIMEOUT, "the body of the request stopped coming");
}

static enum rc cgi_body_read(struct http_body *http, void *bytes, size_t size_b, size_t *got,
			     struct err *err)
{
	struct cgi_body *body = (struct cgi_body *)http;
	size_t want = body->left_b >= 0 && (int64_t)size_b > body->left_b ? (size_t)body->left_b : size_b;
	ssize_t n = 0;
	if (want) {
		enum rc rc = wait_readable(body->timeout_ms, err);
		if (rc != RC_OK)
			return rc;
		do
			n = read(STDIN_FILENO, bytes, want);
		while (n < 0 && errno == EINTR);
	}
	if (n < 0)
		return err_sys(err, RC_IO, errno, "cannot read the body of the request");
	if (n == 0 && want && body->left_b > 0)
		return err_set(err, RC_IO, "the body of the request ended %lld bytes early",
			       (long long)body->left_b);
	if (body->left_b >= 0)
		body->left_b -= n;
	body->max_b -= n;
	if (body->max_b < 0)
		return err_set(err, RC_LIMIT, "the body of the request is too large");
	*got = (size_t)n;
	return RC_OK;
}

/* RFC 3875, 4.2: without CONTENT_LENGTH there is no body. */
static void open_body(const struct front_config *config, int64_t length_b, int64_t max_b, struct cgi_body *body,
		      struct http_request *req)
{
	*body = (struct cgi_body){ { cgi_body_read, length_b }, length_b, max_b, config->timeout_ms };
	if (length_b > 0 || length_b == PARAMS_UNKNOWN_LENGTH)
		req->body = &body->http;
}

static bool write_both(struct str first, struct str second)
{
	while (first.n + second.n > 0) {
		struct iovec parts[] = { { (void *)(uintptr_t)first.p, first.n }, { (void *)(uintptr_t)second.p, second.n } };
		ssize_t n = writev(STDOUT_FILENO, parts, COUNT_OF(parts));
		if (n < 0 && errno != EINTR)
			return false;
		size_t done = n > 0 ? (size_t)n : 0, of_first = done < first.n ? done : first.n;
		first = str_from(first, of_first);
		second = str_from(second, done - of_first);
	}
	return true;
}

static enum rc not_taken(struct err *err)
{
	return err_set(err, RC_IO, "the web server did not take the answer");
}

/* How much of a file that still grows may be read; -1: no more will come, or nobody takes it. */
static int64_t await_more(const struct http_response *res)
{
	int64_t there_b = 0;
	while (there_b == 0) {
		struct pollfd out = { .fd = STDOUT_FILENO };
		if (poll(&out, 1, 0) > 0 && (out.revents & (POLLERR | POLLHUP)))
			return -1;
		there_b = res->await(res->owner, lseek(res->file_fd, 0, SEEK_CUR));
	}
	return there_b;
}

/* The head goes out with the first piece: the web server wakes up once for a small page. */
static enum rc write_file(struct str head, const struct http_response *res, struct err *err)
{
	char *chunk = mem_new(COPY_B);
	int64_t left_b = res->file_length_b;
	enum rc rc = RC_OK;
	while ((left_b > 0 || head.n > 0) && rc == RC_OK) {
		int64_t want_b = left_b < (int64_t)COPY_B ? left_b : (int64_t)COPY_B;
		int64_t there_b = res->await && left_b > 0 ? await_more(res) : want_b;
		ssize_t n = there_b < 0 ? 0 : read(res->file_fd, chunk, (size_t)(there_b < want_b ? there_b : want_b));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || (n == 0 && left_b > 0))
			rc = err_set(err, RC_IO, "the file of the answer cannot be read to its end");
		else if (!write_both(head, str_n(chunk, (size_t)n)))
			rc = not_taken(err);
		head = STR("");
		left_b -= n;
	}
	free(chunk);
	return rc;
}

static enum rc write_response(const struct http_response *res, struct err *err)
{
	struct buf head = BUF_INIT(2 * RESPONSE_HEADERS_MAX_B);
	enum rc rc = RC_OK;
	response_write_head(res, &head);
	if (res->file_fd >= 0 && !res->head_only)
		rc = write_file(buf_view(&head), res, err);
	else if (!write_both(buf_view(&head), res->head_only ? STR("") : res->body))
		rc = not_taken(err);
	buf_release(&head);
	return rc;
}

/* A server may write all of the body before it reads: what is unread must go, or the answer is lost. */
static void drop_input(const struct http_request *req, struct cgi_body *body)
{
	char bytes[8192];
	size_t got = 1;
	if (!req->body)
		return;
	body->max_b = INT64_MAX;
	while (got > 0 && cgi_body_read(&body->http, bytes, sizeof bytes, &got, NULL) == RC_OK)
		;
}

/* One request, from first to last. */
struct cgi_call {
	struct arena arena;
	struct http_request req;
	struct http_response res;
	struct refusal refusal;
	int64_t length_b;
};

static void begin(struct cgi_call *call, const struct front_config *config, const struct front_handler *handler)
{
	call->req = (struct http_request){ .arena = &call->arena, .start_us = clock_monotonic_us() };
	arena_init(&call->arena, ARENA_MAX_B);
	response_init(&call->res, &call->arena);
	answer_set_id(&call->req);
	params_read(environ, &call->req, &call->length_b, &call->refusal);
	if (config->trusted)
		proxies_apply(config->trusted, &call->req);
	answer_check(&call->req, handler, config->mount, &call->refusal);
}

static enum rc end(struct cgi_call *call, const struct front_handler *handler, struct err *err)
{
	signal(SIGPIPE, SIG_IGN);
	enum rc rc = write_response(&call->res, err);
	answer_end(handler, &call->req, &call->res, rc == RC_OK);
	arena_release(&call->arena);
	return rc;
}

enum rc front_cgi(const struct front_config *config, const struct front_handler *handler,
		  struct err *err)
{
	struct front_config full = front_defaults(config);
	struct cgi_call call;
	struct cgi_body body;
	signal(SIGPIPE, SIG_IGN);
	begin(&call, &full, handler);
	bool large = !call.refusal.status && answer_takes_large(&call.req, handler, &full);
	int64_t max_b = large ? full.large_body_max_b : full.body_max_b;
	if (!call.refusal.status && call.length_b > max_b)
		call.refusal = (struct refusal){ 413, "The upload is too large." };
	open_body(&full, call.length_b, max_b, &body, &call.req);
	answer_slow(handler, 0, &call.req, &call.refusal, &call.res);
	drop_input(&call.req, &body);
	return end(&call, handler, err);
}

enum rc front_cgi_fast(const struct front_config *config, const struct front_handler *handler,
		       bool *answered, struct err *err)
{
	struct cgi_call call;
	begin(&call, config, handler);
	bool has_body = call.length_b > 0 || call.length_b == PARAMS_UNKNOWN_LENGTH;
	*answered = !call.refusal.status && !has_body && handler->fast(handler->ctx, 0, &call.req, &call.res);
	if (*answered)
		return end(&call, handler, err);
	arena_release(&call.arena);
	return RC_OK;
}

void front_cgi_cannot_start(void)
{
	signal(SIGPIPE, SIG_IGN);
	write_both(STR("Status: 500 Internal Server Error\r\n"
		       "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n\r\n"),
		   STR("500 Internal Server Error\n\nThe program could not start; the web server's error log says why.\n"));
}
