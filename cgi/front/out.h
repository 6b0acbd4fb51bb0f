/* out.h: an answer on its way out as FastCGI records, a piece whenever the peer has room.
 *
 * libfcgi's own writer is not used: it blocks until the peer has taken everything (a peer that stops
 * reading would hold a thread), copies the body through 8 KB records and needs two system calls for
 * a page of 12 KB. Here head, body and the closing records leave in one sendmsg(2) straight from where
 * they lie, never waiting; what does not fit goes on when epoll says so. So neither the loop nor a
 * pool thread is ever held by a slow reader, and no send buffer has to be sized for the largest page. */
#ifndef PLATEN_FRONT_OUT_H
#define PLATEN_FRONT_OUT_H

#include <sys/uio.h>

#include "base/buf.h"
#include "front/record.h"
#include "http/response.h"

#define OUT_RECORD_B 65528  /* content of one record; the largest multiple of eight */
#define OUT_RECORDS 4       /* handed to the kernel at once: more than a socket buffer takes */
#define OUT_CLOSING_B 24    /* empty STDOUT, END_REQUEST */

enum out_status {
	OUT_DONE,   /* everything is with the kernel */
	OUT_WAIT,   /* the peer's buffer is full: go on when the descriptor is writable */
	OUT_FILE,   /* the next piece must be read from a file, which may block: go on in a thread */
	OUT_FAILED, /* the peer is gone, or the file is shorter than was announced: close */
};

struct out {
	uint16_t id;
	struct buf head;              /* CGI head; its memory is kept from answer to answer */
	struct str head_left, body_left;
	int file_fd;                  /* borrowed from the response; -1: none */
	int64_t file_left_b;
	int64_t (*await)(void *owner, int64_t at_b); /* the response's */
	void *owner;
	char *chunk;                  /* piece of the file, OUT_RECORD_B bytes; NULL until needed */
	bool closed;                  /* the closing records are in `iov` */
	unsigned char headers[OUT_RECORDS][RECORD_HEADER_B];
	unsigned char closing[OUT_CLOSING_B];
	struct iovec iov[3 * OUT_RECORDS + 1];
	unsigned iov_at, iov_count;
};

/* Zeroed memory is an out at rest; out_release() frees what it holds. */
void out_release(struct out *out);

/* Prepares the answer `res` to request `id`. The response's body, file and arena must outlive the
 * sending. */
void out_begin(struct out *out, const struct http_response *res, uint16_t id);

/* Sends as much as the socket takes. `may_block`: a thread calls, the file may be read. */
enum out_status out_send(struct out *out, int fd, bool may_block);

/* Makes the sending end after what is prepared now: frees the chunk of a file. */
void out_end(struct out *out);

#endif
