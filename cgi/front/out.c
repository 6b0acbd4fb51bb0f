/* out.c: an answer on its way out as FastCGI records, a piece whenever the peer has room. */
#include "base/base.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "front/out.h"

#define HEAD_MAX_B (2 * RESPONSE_HEADERS_MAX_B)

void out_release(struct out *out)
{
	out_end(out);
	buf_release(&out->head);
}

void out_end(struct out *out)
{
	MEM_FREE(out->chunk);
	out->file_fd = -1;
	out->file_left_b = 0;
	out->head_left = out->body_left = STR_NONE;
}

void out_begin(struct out *out, const struct http_response *res, uint16_t id)
{
	struct buf head = out->head;
	out_end(out);
	head.max_b = HEAD_MAX_B;
	buf_clear(&head);
	response_write_head(res, &head);
	out->id = id;
	out->head = head;
	out->head_left = buf_view(&out->head);
	out->body_left = STR("");
	out->await = res->await;
	out->owner = res->owner;
	if (!res->head_only && res->file_fd >= 0) {
		out->file_fd = res->file_fd;
		out->file_left_b = res->file_length_b;
	} else if (!res->head_only) {
		out->body_left = res->body;
	}
	out->closed = false;
	out->iov_at = out->iov_count = 0;
}

static void add_iov(struct out *out, const void *bytes, size_t n)
{
	if (n)
		out->iov[out->iov_count++] = (struct iovec){ (void *)(uintptr_t)bytes, n };
}

/* Takes up to `n` bytes off the front of `left` into the next iovec. */
static size_t add_part(struct out *out, struct str *left, size_t n)
{
	size_t take = left->n < n ? left->n : n;
	add_iov(out, left->p, take);
	*left = str_from(*left, take);
	return take;
}

static void add_record(struct out *out, unsigned char header[RECORD_HEADER_B])
{
	size_t left = out->head_left.n + out->body_left.n;
	size_t content_b = left < OUT_RECORD_B ? left : OUT_RECORD_B;
	record_header(header, RECORD_STDOUT, out->id, content_b);
	add_iov(out, header, RECORD_HEADER_B);
	size_t taken = add_part(out, &out->head_left, content_b);
	add_part(out, &out->body_left, content_b - taken);
}

/* End of STDOUT, then END_REQUEST with application status 0 and protocol status REQUEST_COMPLETE. */
static void add_closing(struct out *out)
{
	memset(out->closing, 0, sizeof out->closing);
	record_header(out->closing, RECORD_STDOUT, out->id, 0);
	record_header(out->closing + 8, RECORD_END_REQUEST, out->id, 8);
	add_iov(out, out->closing, sizeof out->closing);
	out->closed = true;
}

static bool has_gone(int fd)
{
	char byte;
	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* How much of a file that still grows may be read; -1: no more will come, or the peer at `fd` has gone. */
static int64_t await_more(const struct out *out, int fd)
{
	off_t at_b = lseek(out->file_fd, 0, SEEK_CUR);
	int64_t there_b = at_b < 0 ? -1 : 0;
	while (there_b == 0 && !has_gone(fd))
		there_b = out->await(out->owner, at_b);
	return there_b > 0 ? there_b : -1;
}

/* Reads the next piece of the file. False: it is shorter than announced, or cannot be read. */
static bool read_chunk(struct out *out, int fd)
{
	if (!out->chunk)
		out->chunk = mem_new(OUT_RECORD_B);
	size_t want = out->file_left_b < OUT_RECORD_B ? (size_t)out->file_left_b : OUT_RECORD_B;
	ssize_t n;
	int64_t there_b = out->await ? await_more(out, fd) : (int64_t)want;
	if (there_b < 0)
		return false;
	want = there_b < (int64_t)want ? (size_t)there_b : want;
	do
		n = read(out->file_fd, out->chunk, want);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	out->file_left_b -= n;
	out->body_left = str_n(out->chunk, (size_t)n);
	return true;
}

/* Prepares the next records. OUT_WAIT: there is something to send. */
static enum out_status fill(struct out *out, int fd, bool may_block)
{
	out->iov_at = out->iov_count = 0;
	if (out->closed)
		return OUT_DONE;
	if (out->body_left.n == 0 && out->file_left_b > 0) {
		if (!may_block)
			return OUT_FILE;
		if (!read_chunk(out, fd))
			return OUT_FAILED;
	}
	for (unsigned i = 0; i < OUT_RECORDS && out->head_left.n + out->body_left.n > 0; i++)
		add_record(out, out->headers[i]);
	if (out->head_left.n + out->body_left.n == 0 && out->file_left_b == 0)
		add_closing(out);
	return OUT_WAIT;
}

static void advance(struct out *out, size_t sent_b)
{
	while (sent_b > 0) {
		struct iovec *iov = &out->iov[out->iov_at];
		size_t take = sent_b < iov->iov_len ? sent_b : iov->iov_len;
		iov->iov_base = (char *)iov->iov_base + take;
		iov->iov_len -= take;
		sent_b -= take;
		if (iov->iov_len == 0)
			out->iov_at++;
	}
}

enum out_status out_send(struct out *out, int fd, bool may_block)
{
	for (;;) {
		if (out->iov_at == out->iov_count) {
			enum out_status status = fill(out, fd, may_block);
			if (status != OUT_WAIT)
				return status;
		}
		struct msghdr message = { .msg_iov = out->iov + out->iov_at,
					  .msg_iovlen = out->iov_count - out->iov_at };
		ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0)
			advance(out, (size_t)n);
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			return OUT_WAIT;
		else if (errno != EINTR)
			return OUT_FAILED;
	}
}
