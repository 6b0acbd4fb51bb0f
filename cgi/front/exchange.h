/* exchange.h: one FastCGI request and its answer, from the first byte of the head to the last one
 * sent. Belongs to one connection, and to one thread at a time. */
#ifndef PLATEN_FRONT_EXCHANGE_H
#define PLATEN_FRONT_EXCHANGE_H

#include "front/answer.h"
#include "front/body.h"
#include "front/out.h"
#include "front/replay.h"
#include "front/server.h"
#include "front/spool.h"

struct exchange {
	struct exchange *next;       /* in the list of those at rest */
	struct server *server;
	struct arena arena;
	struct http_request req;
	struct http_response res;
	struct refusal refusal;
	int64_t length_b;            /* CONTENT_LENGTH, or a value of params.h */
	int64_t body_max_b;          /* what this one may have */
	FCGX_Request fcgi;           /* from the first bytes of the body until it was read */
	bool fcgi_open;
	struct spool spool;
	struct body body;
	struct out out;
};

struct exchange *exchange_new(struct server *server);
void exchange_free(struct exchange *x);

/* The head is there: `n` bytes that record_feed() passed, or none of use when scan->too_large. Sets
 * x->refusal when the request will not be handed on, whatever follows. */
void exchange_begin(struct exchange *x, const unsigned char *bytes, size_t n,
		    const struct record_scan *scan);

/* Checked bytes of STDIN records have come; sets x->refusal (413) once the body is too large. The first
 * ones in a loop: they use the replay. */
void exchange_take_body(struct exchange *x, const unsigned char *bytes, size_t n,
			const struct record_scan *scan);

/* The body cannot be kept, which is logged: it will be refused (503), and its room is free again. */
void exchange_no_room(struct exchange *x, const struct err *why);

/* STDIN has ended. Sets x->refusal (400) when it differs from CONTENT_LENGTH. */
void exchange_complete(struct exchange *x, const struct record_scan *scan);

/* In that loop: asks the `fast` callback, or answers a refusal in plain text when there is no `refuse`: never
 * blocks. True: x->out is ready. */
bool exchange_answer_fast(struct exchange *x, unsigned loop, const struct record_scan *scan);

/* In a thread; afterwards x->out is ready and the body is gone. */
void exchange_answer_slow(struct exchange *x, unsigned worker, const struct record_scan *scan);

/* Sent, or given up; afterwards the exchange is at rest and can be used again. `answered`: there is a
 * response, so `done` is told. */
void exchange_end(struct exchange *x, bool sent, bool answered);

#endif
