/* conn.c: a connection from the web server: bytes in, requests, answers out. */
#include "base/base.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/log.h"
#include "front/conn.h"

/* How much of a refused body is dropped before the connection is. */
#define DROP_MAX_B ((int64_t)1 << 30)

void conn_init(struct conn *conn)
{
	buf_init(&conn->kept, RECORD_HEAD_MAX_B + CONN_READ_B);
}

void conn_release(struct conn *conn)
{
	buf_release(&conn->kept);
}

static void fail(struct conn *conn, const char *why)
{
	conn->failed = true;
	LOG(LOG_WARN, "FastCGI connection refused", LOG_S("why", str_of(why)));
}

/* The head is complete: it lies in `bytes`, or behind what was kept of it. */
static void begin_request(struct conn *conn, const unsigned char *bytes, size_t n,
			  struct exchange **spare)
{
	if (conn->kept.len) {
		if (!conn->scan.too_large)
			buf_put(&conn->kept, bytes, n);
		bytes = (const unsigned char *)conn->kept.bytes;
		n = conn->kept.len;
	}
	conn->x = *spare ? *spare : exchange_new(conn->server);
	*spare = NULL;
	exchange_begin(conn->x, bytes, n, &conn->scan);
	buf_release(&conn->kept); /* an idle connection holds no memory of its last head */
	conn->stage = conn->x->refusal.status ? STAGE_ANSWER : STAGE_BODY;
}

/* Bytes of the request's body, with their framing. */
static void take_body(struct conn *conn, const unsigned char *bytes, size_t n)
{
	if (conn->stage != STAGE_BODY) {
		conn->dropped_b += (int64_t)n;
		if (conn->dropped_b > DROP_MAX_B)
			fail(conn, "endless body after a refusal");
		return;
	}
	exchange_take_body(conn->x, bytes, n, &conn->scan);
	if (conn->x->refusal.status)
		conn->stage = STAGE_ANSWER;
}

static void complete_request(struct conn *conn)
{
	conn->request_complete = true;
	if (conn->stage == STAGE_BODY) {
		exchange_complete(conn->x, &conn->scan);
		conn->stage = STAGE_ANSWER;
	}
}

/* Most requests have none: the record that says so need not be kept. */
static bool is_empty_body(const struct conn *conn, enum record_event event)
{
	return event == RECORD_DONE && conn->scan.content_b == 0;
}

/* Takes bytes of the request that is under way or begins; what is behind its end is kept. */
static void take_bytes(struct conn *conn, const unsigned char *bytes, size_t n, struct exchange **spare)
{
	size_t used;
	for (; n > 0 && !conn->request_complete && !conn->failed; bytes += used, n -= used) {
		bool in_head = conn->scan.phase < RECORD_IN_STDIN;
		enum record_event event = record_feed(&conn->scan, bytes, n, &used);
		if (event == RECORD_BAD)
			fail(conn, conn->scan.wrong);
		else if (event == RECORD_HEAD)
			begin_request(conn, bytes, used, spare);
		else if (in_head && !conn->scan.too_large)
			buf_put(&conn->kept, bytes, used);
		else if (!in_head && !is_empty_body(conn, event))
			take_body(conn, bytes, used);
		if (event == RECORD_DONE)
			complete_request(conn);
	}
	if (n > 0 && !conn->failed)
		buf_put(&conn->kept, bytes, n);
}

/* The number of bytes read; 0: none, the peer is done, or the connection failed. */
static size_t receive(struct conn *conn, unsigned char *bytes)
{
	ssize_t n = recv(conn->fd, bytes, CONN_READ_B, MSG_DONTWAIT);
	if (n > 0)
		return (size_t)n;
	if (n == 0)
		conn->peer_done = true;
	else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
		conn->failed = true;
	return 0;
}

void conn_read(struct conn *conn, unsigned char *bytes, struct exchange **spare)
{
	size_t n = receive(conn, bytes);
	if (n)
		take_bytes(conn, bytes, n, spare);
}

/* The answer is sent and the request read: ready for the next one, some of which may be here. */
static void next_request(struct conn *conn, struct exchange **spare)
{
	struct buf kept = conn->kept;
	conn->scan = (struct record_scan){ 0 };
	conn->stage = STAGE_HEAD;
	conn->request_complete = conn->sent = false;
	conn->dropped_b = 0;
	if (kept.len == 0)
		return;
	buf_init(&conn->kept, kept.max_b);
	server_arrived(conn->server, conn->loop); /* it may have been sent long after the one before it */
	take_bytes(conn, (const unsigned char *)kept.bytes, kept.len, spare);
	buf_release(&kept);
}

static void end_exchange(struct conn *conn, bool sent, struct exchange **spare)
{
	struct exchange *x = conn->x;
	exchange_end(x, sent, conn->stage >= STAGE_SEND);
	conn->x = NULL;
	if (*spare)
		exchange_free(x);
	else
		*spare = x;
}

static enum conn_want next_of_head(const struct conn *conn)
{
	if (conn->peer_done)
		return CONN_CLOSE;
	return conn->scan.head_b ? CONN_READ : CONN_IDLE;
}

static enum conn_want next_of_body(const struct conn *conn)
{
	if (conn->peer_done)
		return CONN_CLOSE;
	return spool_wants_file(&conn->x->spool) && conn->x->spool.memory.len ? CONN_THREAD : CONN_READ;
}

/* A stopping server ends the connection right behind the answer's last byte, not when the loop comes to
 * it, and not at all once the moment has passed: the web server must find no time to send another
 * request on it. */
static enum out_status send_answer(struct conn *conn, bool may_block)
{
	enum out_status status = out_send(&conn->x->out, conn->fd, may_block);
	if (status != OUT_DONE || conn->sent)
		return status;
	conn->sent = true;
	conn->last = atomic_load(&conn->server->stopping);
	if (conn->last && conn->request_complete)
		shutdown(conn->fd, SHUT_RDWR);
	return status;
}

static enum conn_want next_of_send(struct conn *conn)
{
	switch (send_answer(conn, false)) {
	case OUT_DONE:
		conn->stage = STAGE_SENT;
		return CONN_IDLE;
	case OUT_WAIT:
		return conn->request_complete || conn->peer_done ? CONN_WRITE : CONN_READ_WRITE;
	case OUT_FILE:
		return CONN_THREAD;
	case OUT_FAILED:
		break;
	}
	return CONN_CLOSE;
}

enum conn_want conn_next(struct conn *conn, struct exchange **spare)
{
	enum conn_want want = CONN_CLOSE;
	while (!conn->failed) {
		switch (conn->stage) {
		case STAGE_HEAD:
			return next_of_head(conn);
		case STAGE_BODY:
			return next_of_body(conn);
		case STAGE_ANSWER:
			conn->stage = exchange_answer_fast(conn->x, conn->loop, &conn->scan) ? STAGE_SEND : STAGE_SLOW;
			break;
		case STAGE_SLOW:
			return CONN_THREAD;
		case STAGE_SEND:
			want = next_of_send(conn);
			if (conn->stage != STAGE_SENT)
				return want;
			end_exchange(conn, true, spare);
			break;
		case STAGE_SENT:
			if (!conn->request_complete)
				return conn->peer_done ? CONN_CLOSE : CONN_READ;
			if (conn->last || !conn->scan.keep || conn->peer_done)
				return CONN_CLOSE;
			next_request(conn, spare);
			break;
		}
	}
	return CONN_CLOSE;
}

/* Takes what has arrived of an upload to its file, until it is complete or nothing more is there. */
static void receive_upload(struct conn *conn)
{
	static _Thread_local unsigned char bytes[CONN_READ_B];
	struct err err = ERR_INIT;
	struct exchange *none = NULL;
	size_t n;
	do {
		if (spool_flush(&conn->x->spool, &err) != RC_OK) {
			exchange_no_room(conn->x, &err);
			conn->stage = STAGE_ANSWER;
			return;
		}
		n = receive(conn, bytes);
		if (n)
			take_bytes(conn, bytes, n, &none);
	} while (n && conn->stage == STAGE_BODY && !conn->failed);
}

void conn_work(struct conn *conn, unsigned worker)
{
	if (conn->stage == STAGE_BODY)
		receive_upload(conn);
	if (conn->failed || (conn->stage != STAGE_ANSWER && conn->stage != STAGE_SLOW &&
			     conn->stage != STAGE_SEND))
		return;
	if (conn->stage != STAGE_SEND)
		exchange_answer_slow(conn->x, worker, &conn->scan);
	conn->stage = STAGE_SEND;
	if (send_answer(conn, true) == OUT_FAILED)
		conn->failed = true;
}

bool conn_reads_in_thread(const struct conn *conn)
{
	return conn->stage == STAGE_BODY && spool_wants_file(&conn->x->spool);
}

bool conn_is_upload(const struct conn *conn)
{
	return conn->scan.content_b > 0 || conn->stage == STAGE_BODY;
}
