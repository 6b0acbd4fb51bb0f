/* conn.h: a connection from the web server: bytes in, requests, answers out. Knows neither epoll nor
 * threads: after each step it says what it needs next.
 *
 * A connection carries one request at a time; what a peer sends beyond it waits. Whatever the handler
 * does with a body, the connection's own scan finds the end of the request: the unread rest of a POST
 * can never be taken for the next request. When a request is refused early (413) the answer leaves at
 * once and the rest of its body is read and dropped beside it: closing instead would turn the answer
 * into a 502 in front servers that write all of the body before they read. */
#ifndef PLATEN_FRONT_CONN_H
#define PLATEN_FRONT_CONN_H

#include "front/exchange.h"

#define CONN_READ_B ((size_t)64 << 10) /* read at once, into a buffer that all connections share */

enum conn_want {
	CONN_CLOSE,
	CONN_IDLE,       /* nothing under way: readable means a new request */
	CONN_READ,       /* the rest of a request */
	CONN_WRITE,      /* room for the rest of an answer */
	CONN_READ_WRITE, /* either */
	CONN_THREAD,     /* conn_work() in a thread of `pages` or `bodies` (conn_is_upload()) */
};

enum conn_stage {
	STAGE_HEAD,      /* no request, or an unfinished head */
	STAGE_BODY,      /* its body is arriving */
	STAGE_ANSWER,    /* the answer must be made */
	STAGE_SLOW,      /* and not in the loop */
	STAGE_SEND,      /* it is being sent */
	STAGE_SENT,      /* it is with the kernel; the rest of the request may still have to be dropped */
};

struct conn {
	struct pool_task task;       /* for the loop: its way to a thread */
	struct server *server;
	unsigned loop;               /* which one has it */
	int fd;
	struct record_scan scan;
	struct buf kept;             /* an unfinished head, or what came behind a complete request */
	enum conn_stage stage;
	bool request_complete;       /* STDIN has ended */
	bool peer_done;              /* the peer sends no more */
	bool sent;                   /* all of the answer is with the kernel */
	bool last;                   /* the server was stopping when the answer had been sent */
	bool failed;                 /* nothing can be saved: close */
	int64_t dropped_b;           /* of a refused body */
	struct exchange *x;          /* from STAGE_BODY to STAGE_SEND */
};

/* The caller sets `server`, `loop` and `fd` of a zeroed one first. */
void conn_init(struct conn *conn);
/* Gives everything back but the memory and the descriptor; `x` must have been taken off. */
void conn_release(struct conn *conn);

/* Reads once into `bytes` (CONN_READ_B) and takes it in. `spare`: an exchange to use when a request
 * begins; *spare becomes NULL then. */
void conn_read(struct conn *conn, unsigned char *bytes, struct exchange **spare);

/* Goes on as far as possible without waiting, and says what is needed then. In the loop only. */
enum conn_want conn_next(struct conn *conn, struct exchange **spare);

/* What may block, in a thread: moving an upload to its file, the handler, reading a file to send. */
void conn_work(struct conn *conn, unsigned worker);

/* True when what arrives next is for the file of an upload: hand it to a thread unread. */
bool conn_reads_in_thread(const struct conn *conn);
/* Which of the two pools: so that uploads, however many, leave pages their threads. */
bool conn_is_upload(const struct conn *conn);

#endif
