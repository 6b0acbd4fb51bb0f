/* answer.h: gets the answer to a request from the program's callbacks; the same for FastCGI and CGI. */
#ifndef PLATEN_FRONT_ANSWER_H
#define PLATEN_FRONT_ANSWER_H

#include "front/front.h"
#include "front/params.h"

/* Sets req->id to 32 hexadecimal digits from the kernel's generator, a block of which is kept in each
 * thread: one system call for 256 requests. */
void answer_set_id(struct http_request *req);

/* Parses the target below the site's mount and finds what must not be handed on: fills `refusal`
 * unless it says something already. */
void answer_check(struct http_request *req, const struct front_handler *handler, struct str mount,
		  struct refusal *refusal);

/* Whether the checked request may have a body up to large_body_max_b, where that is more. */
bool answer_takes_large(const struct http_request *req, const struct front_handler *handler,
			const struct front_config *config);

/* A complete plain text answer to a refused request, with its id. */
void answer_refuse(const struct http_request *req, const struct refusal *refusal,
		   struct http_response *res);

/* Calls `refuse` or `slow` of the handler. May block: a pool thread, or CGI. */
void answer_slow(const struct front_handler *handler, unsigned worker, struct http_request *req,
		 const struct refusal *refusal, struct http_response *res);

/* Once the answer was sent or given up (`sent_b` -1): tells `done`, gives body and file back. */
void answer_end(const struct front_handler *handler, const struct http_request *req,
		struct http_response *res, bool sent);

#endif
