/* floor.c: the least that a FastCGI responder can do: for every request the same prepared bytes. What
 * tools/bench measures Platen against: the protocol's own cost behind a web server.
 *
 *   floor SOCKET BODY [HEADER-LINE ...]
 *
 * One thread, one epoll, connections kept as long as the web server wants. It trusts its web server (one
 * request a connection at a time, heads in one piece or few, no bodies), parses nothing but the record
 * headers and writes each answer in one call; whoever answers real requests does more. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define READ_B 65536
#define RECORD_B 65528
#define EVENTS 64

static unsigned char *answer; /* records up to END_REQUEST, for request id 1, which nginx always uses */
static size_t answer_n;

_Noreturn static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void put(const void *bytes, size_t n)
{
	memcpy(answer + answer_n, bytes, n);
	answer_n += n;
}

static void put_record(int type, const char *bytes, size_t n)
{
	unsigned char head[8] = { 1, (unsigned char)type, 0, 1, (unsigned char)(n >> 8), (unsigned char)n };
	put(head, sizeof head);
	put(bytes, n);
}

static void prepare(const char *path, char **headers, int count)
{
	struct stat st;
	int fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st) != 0)
		fail(path);
	size_t body_n = (size_t)st.st_size, n = 0;
	char *text = calloc(1, body_n + 16384);
	answer = calloc(1, body_n + 16384 + 64 + body_n / 1000);
	if (!text || !answer)
		fail("memory");
	for (int i = 0; i < count; i++)
		n += (size_t)snprintf(text + n, 8000 - n, "%s\r\n", headers[i]);
	n += (size_t)snprintf(text + n, 8192 - n, "Content-Length: %zu\r\n\r\n", body_n);
	if (read(fd, text + n, body_n) != (ssize_t)body_n)
		fail(path);
	close(fd);
	n += body_n;
	for (size_t at = 0; at < n; at += RECORD_B)
		put_record(6, text + at, n - at < RECORD_B ? n - at : RECORD_B);
	put_record(6, "", 0);
	put_record(3, "\0\0\0\0\0\0\0\0", 8);
	free(text);
}

static int listen_on(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	snprintf(un.sun_path, sizeof un.sun_path, "%s", path);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&un, sizeof un) != 0 || listen(fd, 1024) != 0)
		fail(path);
	chmod(path, 0666);
	return fd;
}

/* Whether the bytes end with the empty STDIN record (8 bytes) that ends a request without a body. */
static bool ends_request(const unsigned char *bytes, ssize_t n)
{
	return n >= 8 && bytes[n - 8] == 1 && bytes[n - 7] == 5 && bytes[n - 4] == 0 && bytes[n - 3] == 0;
}

static void serve(int fd)
{
	static unsigned char bytes[READ_B];
	ssize_t n = recv(fd, bytes, sizeof bytes, 0);
	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		close(fd);
		return;
	}
	if (ends_request(bytes, n) && send(fd, answer, answer_n, MSG_NOSIGNAL) != (ssize_t)answer_n)
		close(fd); /* larger than the socket's buffer: not what is measured here */
}

int main(int argc, char **argv)
{
	struct epoll_event events[EVENTS];
	if (argc < 3)
		return 2;
	prepare(argv[2], argv + 3, argc - 3);
	int listener = listen_on(argv[1]), epoll = epoll_create1(0);
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &(struct epoll_event){ EPOLLIN, { .fd = listener } });
	for (;;) {
		int count = epoll_wait(epoll, events, EVENTS, -1);
		for (int i = 0; i < count; i++) {
			int fd = events[i].data.fd;
			if (fd != listener) {
				serve(fd);
				continue;
			}
			while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
				epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &(struct epoll_event){ EPOLLIN, { .fd = fd } });
		}
	}
}
