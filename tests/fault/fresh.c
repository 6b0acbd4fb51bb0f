/* fresh.c: a writer that counts its commits and readers that look for an answer older than one of them.
 * Driven by tests/http/fresh.test.mjs.
 *
 *   fresh write COUNTER SLUG PAUSE_US                     commits until it is killed
 *   fresh read COUNTER unix:SOCKET|http:PORT READS PATH...  prints "READS reads, OLD older, RUN of RUN"
 *
 * COUNTER is a file of eight bytes that all of them map: the number of the last commit that has
 * returned. The title of the post carries the number of its commit, so every page that shows the title
 * tells how new it is. A reader takes the counter, then asks: an answer below it is too old. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/place.h"
#include "store/post.h"

#define MARK "counter-"
#define ANSWER_MAX_B ((size_t)1 << 20)

_Noreturn static void fail(const char *what)
{
	fprintf(stderr, "fresh: %s: error %d\n", what, errno);
	exit(2);
}

static _Atomic int64_t *map_counter(const char *path)
{
	int fd = open(path, O_RDWR);
	void *map = fd < 0 ? MAP_FAILED : mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		fail(path);
	close(fd);
	return map;
}

/* --- writer --- */

static int64_t number_in(struct str text)
{
	int64_t n = -1;
	ptrdiff_t at = str_find(text, STR(MARK));
	if (at < 0)
		return -1;
	struct str digits = str_from(text, (size_t)at + strlen(MARK));
	size_t len = 0;
	while (len < digits.n && len < 15 && digits.p[len] >= '0' && digits.p[len] <= '9')
		len++;
	return str_to_i64(str_sub(digits, 0, len), &n) ? n : -1;
}

static enum rc commit_next(struct db_rw *db, struct str slug, struct arena *arena, int64_t *n, struct err *err)
{
	struct db_tx *tx;
	struct post post;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = post_by_slug(db_tx_ro(tx), slug, STR("post"), arena, &post, err);
	if (rc == RC_OK) {
		*n = number_in(post.title) + 1;
		post.title = arena_printf(arena, MARK "%lld", (long long)*n);
		rc = post_update(tx, &post, post.version, err);
	}
	if (rc == RC_OK)
		return db_commit(tx, err);
	db_rollback(tx);
	return rc;
}

/* Nothing is told to the counter before the commit has returned. */
static int write_for_ever(_Atomic int64_t *counter, struct str slug, useconds_t pause_us)
{
	struct conf conf = { 0 };
	struct err err = ERR_INIT;
	struct arena arena;
	struct db_rw *db;
	int64_t n;
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = conf_load(NULL, &conf, &err);
	if (rc == RC_OK)
		rc = place_open_rw(&conf, &db, &err);
	while (rc == RC_OK && (rc = commit_next(db, slug, &arena, &n, &err)) == RC_OK) {
		atomic_store(counter, n);
		arena_reset(&arena);
		usleep(pause_us); /* so that pages are read more than once between two commits */
	}
	fprintf(stderr, "fresh: %s\n", err.msg);
	return 2;
}

/* --- readers --- */

struct reader {
	const char *where;
	bool fastcgi;
	int fd;
	char answer[ANSWER_MAX_B];
	size_t n;
};

static int connect_to(const struct reader *r)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(r->fastcgi ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (r->fastcgi)
		snprintf(un.sun_path, sizeof un.sun_path, "%s", r->where);
	else
		in.sin_port = htons((uint16_t)strtol(r->where, NULL, 10));
	int rc = r->fastcgi ? connect(fd, (struct sockaddr *)&un, sizeof un)
			    : connect(fd, (struct sockaddr *)&in, sizeof in);
	if (fd < 0 || rc != 0)
		fail(r->where);
	return fd;
}

static void put_record(struct buf *out, int type, struct str content)
{
	unsigned char head[8] = { 1, (unsigned char)type, 0, 1, (unsigned char)(content.n >> 8),
				  (unsigned char)content.n };
	buf_put(out, head, sizeof head);
	buf_str(out, content);
}

static void put_pair(struct buf *out, const char *name, const char *value)
{
	unsigned char lengths[2] = { (unsigned char)strlen(name), (unsigned char)strlen(value) };
	buf_put(out, lengths, 2);
	buf_cstr(out, name);
	buf_cstr(out, value);
}

static void send_request(struct reader *r, const char *path)
{
	struct buf out = BUF_INIT(8192), pairs = BUF_INIT(4096);
	if (r->fastcgi) {
		put_pair(&pairs, "REQUEST_METHOD", "GET");
		put_pair(&pairs, "REQUEST_URI", path);
		put_pair(&pairs, "SERVER_PROTOCOL", "HTTP/1.1");
		put_record(&out, 1, str_n("\0\1\1\0\0\0\0\0", 8)); /* responder, kept */
		put_record(&out, 4, buf_view(&pairs));
		put_record(&out, 4, STR(""));
		put_record(&out, 5, STR(""));
	} else {
		buf_printf(&out, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path);
	}
	if (send(r->fd, out.bytes, out.len, MSG_NOSIGNAL) != (ssize_t)out.len)
		fail("cannot send");
	buf_release(&out);
	buf_release(&pairs);
}

/* More of the answer. */
static void receive(struct reader *r)
{
	ssize_t n = recv(r->fd, r->answer + r->n, sizeof r->answer - r->n, 0);
	if (n <= 0)
		fail("no answer");
	r->n += (size_t)n;
}

/* The content of the records until END_REQUEST. */
static struct str read_fastcgi(struct reader *r, struct buf *content)
{
	size_t at = 0;
	for (;;) {
		while (r->n < at + 8)
			receive(r);
		const unsigned char *head = (const unsigned char *)r->answer + at;
		size_t n = (size_t)head[4] << 8 | head[5], whole = 8 + n + head[6];
		while (r->n < at + whole)
			receive(r);
		if (head[1] == 3)
			return buf_view(content);
		buf_put(content, r->answer + at + 8, n);
		at += whole;
	}
}

static struct str read_http(struct reader *r)
{
	ptrdiff_t end, length;
	while ((end = str_find(str_n(r->answer, r->n), STR("\r\n\r\n"))) < 0)
		receive(r);
	length = str_find(str_n(r->answer, (size_t)end), STR("Content-Length: "));
	size_t whole = (size_t)end + 4;
	if (length < 0)
		fail("an answer without Content-Length");
	whole += (size_t)strtol(r->answer + length + 16, NULL, 10);
	while (r->n < whole)
		receive(r);
	if (str_find(str_n(r->answer, (size_t)end), STR("Connection: close")) >= 0) {
		close(r->fd);
		r->fd = connect_to(r);
	}
	return str_n(r->answer, r->n);
}

static int64_t ask(struct reader *r, const char *path)
{
	struct buf content = BUF_INIT(ANSWER_MAX_B);
	r->n = 0;
	/* A server may close a kept connection that was silent for some seconds, as all are when the machine stands still. */
	if (!r->fastcgi && recv(r->fd, &(char){ 0 }, 1, MSG_PEEK | MSG_DONTWAIT) == 0) {
		close(r->fd);
		r->fd = connect_to(r);
	}
	send_request(r, path);
	struct str text = r->fastcgi ? read_fastcgi(r, &content) : read_http(r);
	int64_t n = number_in(text);
	if (n < 0)
		fprintf(stderr, "fresh: %s: %.*s\n", path, text.n > 300 ? 300 : (int)text.n, text.p);
	buf_release(&content);
	return n;
}

static int read_many(_Atomic int64_t *counter, char **args, int count)
{
	static struct reader r;
	long reads = strtol(args[1], NULL, 10), old = 0;
	r.fastcgi = strncmp(args[0], "unix:", 5) == 0;
	r.where = args[0] + 5;
	r.fd = connect_to(&r);
	int64_t first = atomic_load(counter);
	for (long i = 0; i < reads; i++) {
		const char *path = args[2 + i % (count - 2)];
		int64_t least = atomic_load(counter);
		int64_t seen = ask(&r, path);
		if (seen >= least)
			continue;
		if (old++ < 5)
			fprintf(stderr, "fresh: %s shows %lld after commit %lld\n", path, (long long)seen,
				(long long)least);
	}
	printf("%ld reads, %ld older, during %lld commits\n", reads, old,
	       (long long)(atomic_load(counter) - first));
	return old > 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "write") == 0)
		return write_for_ever(map_counter(argv[2]), str_of(argv[3]), (useconds_t)strtol(argv[4], NULL, 10));
	if (argc >= 6 && strcmp(argv[1], "read") == 0)
		return read_many(map_counter(argv[2]), argv + 3, argc - 3);
	fprintf(stderr, "fresh: see the head of tests/fault/fresh.c\n");
	return 2;
}
