/* answer.c: gets the answer to a request from the program's callbacks. */
#include "base/base.h"

#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "front/answer.h"

#define ID_B 16
#define ID_BLOCK_B (256 * ID_B)

static void random_block(unsigned char *out, size_t n)
{
	while (n > 0) {
		size_t piece = n < 256 ? n : 256; /* so much comes whole, whatever signals do */
		if (getrandom(out, piece, 0) != (ssize_t)piece)
			mem_fail();
		out += piece;
		n -= piece;
	}
}

void answer_set_id(struct http_request *req)
{
	static _Thread_local unsigned char block[ID_BLOCK_B];
	static _Thread_local size_t used_b, block_b;
	static const char digits[] = "0123456789abcdef";
	if (used_b == block_b) {
		block_b = block_b ? sizeof block : ID_B; /* plain CGI wants one */
		random_block(block, block_b);
		used_b = 0;
	}
	for (size_t i = 0; i < ID_B; i++) {
		req->id[2 * i] = digits[block[used_b + i] >> 4];
		req->id[2 * i + 1] = digits[block[used_b + i] & 15];
	}
	req->id[2 * ID_B] = '\0';
	used_b += ID_B;
}

void answer_check(struct http_request *req, const struct front_handler *handler, struct str mount,
		  struct refusal *refusal)
{
	struct err err = ERR_INIT;
	if (refusal->status)
		return;
	if (handler->mount)
		mount = handler->mount(handler->ctx, req->arena);
	switch (request_parse(req, mount, &err)) {
	case RC_OK:
		if (req->method == HTTP_OTHER)
			*refusal = (struct refusal){ 501, "This method is not supported." };
		break;
	case RC_NOTFOUND:
		*refusal = (struct refusal){ 404, "There is nothing at this address." };
		break;
	default:
		*refusal = (struct refusal){ 400, arena_cstr(req->arena, str_of(err.msg)) };
	}
}

bool answer_takes_large(const struct http_request *req, const struct front_handler *handler,
			const struct front_config *config)
{
	return handler->takes_large && config->large_body_max_b > config->body_max_b &&
	       handler->takes_large(handler->ctx, req);
}

void answer_refuse(const struct http_request *req, const struct refusal *refusal,
		   struct http_response *res)
{
	res->status = refusal->status;
	res->body = arena_printf(res->arena, "%d %s\n\n%s\n\nRequest %s\n", refusal->status,
				 http_reason(refusal->status), refusal->message, req->id);
	res->head_only = str_is(req->method_name, "HEAD");
	response_set(res, "Content-Type", STR("text/plain; charset=utf-8"));
	response_set(res, "Cache-Control", STR("no-store"));
	response_set(res, "X-Request-Id", str_of(req->id));
}

void answer_slow(const struct front_handler *handler, unsigned worker, struct http_request *req,
		 const struct refusal *refusal, struct http_response *res)
{
	if (!refusal->status)
		handler->slow(handler->ctx, worker, req, res);
	else if (handler->refuse)
		handler->refuse(handler->ctx, worker, req, refusal->status, refusal->message, res);
	else
		answer_refuse(req, refusal, res);
}

static int64_t body_size_b(const struct http_response *res)
{
	if (res->head_only)
		return 0;
	return res->file_fd >= 0 ? res->file_length_b : (int64_t)res->body.n;
}

void answer_end(const struct front_handler *handler, const struct http_request *req,
		struct http_response *res, bool sent)
{
	if (handler->done)
		handler->done(handler->ctx, req, res, sent ? body_size_b(res) : -1,
			      clock_monotonic_us() - req->start_us);
	if (res->release)
		res->release(res->owner);
	if (res->file_fd >= 0)
		close(res->file_fd);
	res->release = NULL;
	res->await = NULL;
	res->file_fd = -1;
}
