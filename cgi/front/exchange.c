/* exchange.c: one FastCGI request and its answer. */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "front/exchange.h"
#include "front/proxies.h"

#define FRAMING_B ((int64_t)64 << 10) /* what small bodies may have of it */

static const struct refusal too_large = { 413, "The upload is too large." };

struct exchange *exchange_new(struct server *server)
{
	struct exchange *x = mem_new(sizeof *x);
	x->server = server;
	arena_init(&x->arena, ARENA_MAX_B);
	spool_init(&x->spool, &server->room);
	return x;
}

void exchange_free(struct exchange *x)
{
	arena_release(&x->arena);
	out_release(&x->out);
	free(x);
}

void exchange_begin(struct exchange *x, const unsigned char *bytes, size_t n,
		    const struct record_scan *scan)
{
	memset(&x->req, 0, sizeof x->req);
	x->req.arena = &x->arena;
	x->req.start_us = clock_monotonic_us();
	answer_set_id(&x->req);
	params_read_head(bytes, scan->too_large ? 0 : n, &x->req, &x->length_b, &x->refusal);
	if (scan->too_large)
		x->refusal = (struct refusal){ 431, "The headers of the request are too large." };
	else if (scan->malformed)
		x->refusal = (struct refusal){ 400, "The request contains characters that it must not." };
	if (x->server->config.trusted)
		proxies_apply(x->server->config.trusted, &x->req);
	answer_check(&x->req, x->server->handler, x->server->config.mount, &x->refusal);
	bool large = !x->refusal.status && answer_takes_large(&x->req, x->server->handler, &x->server->config);
	x->body_max_b = large ? x->server->config.large_body_max_b : x->server->config.body_max_b;
	x->spool.room = large ? &x->server->large_room : &x->server->room;
	if (!x->refusal.status && x->length_b > x->body_max_b)
		x->refusal = too_large;
}

/* Records may be a byte long and padded by 255: framing has a limit of its own. */
static int64_t framed_max_b(const struct exchange *x)
{
	return 2 * x->body_max_b + FRAMING_B;
}

void exchange_no_room(struct exchange *x, const struct err *why)
{
	log_err(LOG_ERROR, "cannot take an upload", why);
	x->refusal = (struct refusal){ 503, "There is no room for this upload at the moment." };
	spool_release(&x->spool);
}

/* libfcgi reads the body; the parameters it need not see. */
static bool open_fcgi(struct exchange *x, const struct record_scan *scan, struct err *err)
{
	struct server *server = x->server;
	pthread_mutex_lock(&server->replay_lock);
	x->fcgi_open = replay_empty_head(&server->replay, scan->id, &x->fcgi);
	pthread_mutex_unlock(&server->replay_lock);
	return x->fcgi_open || err_set(err, RC_INTERNAL, "libfcgi does not take the request") == RC_OK;
}

void exchange_take_body(struct exchange *x, const unsigned char *bytes, size_t n,
			const struct record_scan *scan)
{
	struct err err = ERR_INIT;
	if (x->refusal.status)
		return;
	if (!x->fcgi_open && !open_fcgi(x, scan, &err)) {
		exchange_no_room(x, &err);
		return;
	}
	if (scan->content_b > x->body_max_b ||
	    x->spool.file_b + (int64_t)x->spool.memory.len > framed_max_b(x)) {
		x->refusal = too_large;
		spool_release(&x->spool);
		return;
	}
	spool_put(&x->spool, bytes, n);
}

void exchange_complete(struct exchange *x, const struct record_scan *scan)
{
	int64_t announced_b = x->length_b == PARAMS_NO_LENGTH ? PARAMS_UNKNOWN_LENGTH : x->length_b;
	if (!x->refusal.status && announced_b >= 0 && announced_b != scan->content_b)
		x->refusal = (struct refusal){ 400, "The body of the request is not as long as announced." };
}

static void begin_response(struct exchange *x)
{
	response_init(&x->res, &x->arena);
	if (x->fcgi_open && x->body.in == NULL) {
		replay_end(&x->fcgi);
		x->fcgi_open = false;
	}
}

bool exchange_answer_fast(struct exchange *x, unsigned loop, const struct record_scan *scan)
{
	const struct front_handler *handler = x->server->handler;
	if (x->refusal.status ? handler->refuse != NULL : !handler->fast || scan->content_b > 0)
		return false;
	begin_response(x);
	if (x->refusal.status)
		answer_refuse(&x->req, &x->refusal, &x->res);
	else if (!handler->fast(handler->ctx, loop, &x->req, &x->res))
		return false;
	out_begin(&x->out, &x->res, scan->id);
	return true;
}

/* Points libfcgi at the spooled records. */
static void open_body(struct exchange *x, const struct record_scan *scan)
{
	struct err err = ERR_INIT;
	int fd;
	if (x->refusal.status || scan->content_b == 0)
		return;
	if (spool_rewind(&x->spool, &fd, &err) != RC_OK) {
		exchange_no_room(x, &err);
		return;
	}
	replay_body(&x->fcgi, fd);
	body_init(&x->body, x->fcgi.in, scan->content_b);
	x->req.body = &x->body.http;
}

/* Before the answer leaves: whoever gets it may send the next upload at once, and must find the room
 * of this one free. */
static void close_body(struct exchange *x)
{
	x->req.body = NULL;
	if (x->body.in) {
		replay_end(&x->fcgi);
		x->fcgi_open = false;
		x->body.in = NULL;
	}
	spool_release(&x->spool);
}

void exchange_answer_slow(struct exchange *x, unsigned worker, const struct record_scan *scan)
{
	open_body(x, scan);
	begin_response(x);
	answer_slow(x->server->handler, worker, &x->req, &x->refusal, &x->res);
	close_body(x);
	out_begin(&x->out, &x->res, scan->id);
}

void exchange_end(struct exchange *x, bool sent, bool answered)
{
	if (answered)
		answer_end(x->server->handler, &x->req, &x->res, sent);
	if (x->fcgi_open)
		replay_end(&x->fcgi);
	out_end(&x->out);
	if (x->spool.fd >= 0 || x->spool.memory.bytes)
		spool_release(&x->spool);
	x->fcgi_open = false;
	x->body.in = NULL;
	x->refusal.status = 0;
	arena_reset(&x->arena);
}
