/* cgi.c: plain CGI: one request from the environment and standard input. */
#include "base/base.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "front/answer.h"
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
static void open_body(const struct front_config *config, int64_t length_b, struct cgi_body *body,
		      struct http_request *req)
{
	*body = (struct cgi_body){ { cgi_body_read, length_b }, length_b, config->body_max_b,
				   config->timeout_ms };
	if (length_b > 0 || length_b == PARAMS_UNKNOWN_LENGTH)
		req->body = &body->http;
}

static bool write_all(struct str bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes.p, bytes.n);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

static bool write_file(int fd, int64_t left_b)
{
	char *chunk = mem_new(COPY_B);
	bool written = true;
	while (left_b > 0 && written) {
		ssize_t n = read(fd, chunk, left_b < (int64_t)COPY_B ? (size_t)left_b : COPY_B);
		if (n < 0 && errno == EINTR)
			continue;
		written = n > 0 && write_all(str_n(chunk, (size_t)n));
		left_b -= n;
	}
	free(chunk);
	return written;
}

static bool write_response(const struct http_response *res)
{
	struct buf head = BUF_INIT(2 * RESPONSE_HEADERS_MAX_B);
	response_write_head(res, &head);
	bool written = write_all(buf_view(&head));
	buf_release(&head);
	if (!written || res->head_only)
		return written;
	return res->file_fd >= 0 ? write_file(res->file_fd, res->file_length_b) : write_all(res->body);
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

enum rc front_cgi(const struct front_config *config, const struct front_handler *handler,
		  struct err *err)
{
	struct front_config full = front_defaults(config);
	struct arena arena;
	struct http_request req = { .arena = &arena, .start_us = clock_monotonic_us() };
	struct http_response res;
	struct refusal refusal;
	struct cgi_body body;
	int64_t length_b;
	signal(SIGPIPE, SIG_IGN);
	arena_init(&arena, ARENA_MAX_B);
	response_init(&res, &arena);
	answer_set_id(&req);
	params_read(environ, &req, &length_b, &refusal);
	answer_check(&req, handler, full.mount, &refusal);
	if (!refusal.status && length_b > full.body_max_b)
		refusal = (struct refusal){ 413, "The upload is too large." };
	open_body(&full, length_b, &body, &req);
	answer_slow(handler, 0, &req, &refusal, &res);
	drop_input(&req, &body);
	bool written = write_response(&res);
	answer_end(handler, &req, &res, written);
	arena_release(&arena);
	return written ? RC_OK : err_set(err, RC_IO, "the web server did not take the answer");
}
