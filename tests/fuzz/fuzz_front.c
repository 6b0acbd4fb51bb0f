/* fuzz_front.c: whatever arrives on a connection: the scan finds the same in one piece as byte by byte,
 * libfcgi parses every head that the scan passes and finds as many parameters and bytes, and what we read
 * of the head ourselves is what libfcgi reads of it. */
#include "base/base.h"

#include <sys/mman.h>
#include <unistd.h>

#include "front/params.h"
#include "front/proxies.h"
#include "front/record.h"
#include "front/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct replay replay;

static void require(bool holds)
{
	if (!holds)
		abort();
}

struct outcome {
	struct record_scan scan;
	enum record_event event;
	size_t head_b, used_b;
};

static struct outcome scan_pieces(const uint8_t *bytes, size_t n, size_t piece_b)
{
	struct outcome o = { .event = RECORD_MORE };
	while (o.used_b < n && o.event != RECORD_DONE && o.event != RECORD_BAD) {
		size_t used, left = n - o.used_b;
		o.event = record_feed(&o.scan, bytes + o.used_b, left < piece_b ? left : piece_b, &used);
		require(used > 0);
		o.used_b += used;
		if (o.event == RECORD_HEAD)
			o.head_b = o.used_b;
	}
	return o;
}

static void check_body(FCGX_Request *fcgi, const uint8_t *bytes, const struct outcome *o)
{
	char piece[100];
	int64_t left_b = o->scan.content_b;
	int fd = memfd_create("body", MFD_CLOEXEC), got = 1;
	require(write(fd, bytes + o->head_b, o->used_b - o->head_b) == (ssize_t)(o->used_b - o->head_b));
	require(lseek(fd, 0, SEEK_SET) == 0);
	replay_body(fcgi, fd);
	while ((got = FCGX_GetStr(piece, sizeof piece, fcgi->in)) > 0)
		left_b -= got;
	require(left_b == 0 && FCGX_GetError(fcgi->in) == 0);
	close(fd);
}

static bool same(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Not where a parameter holds NUL or its name '=': libfcgi's texts cannot tell, and such are refused. */
static void compare(const struct http_request *theirs, int64_t their_length_b, const struct refusal *their_refusal,
		    const uint8_t *bytes, size_t n)
{
	struct arena arena;
	struct refusal refusal;
	int64_t length_b;
	arena_init(&arena, ARENA_MAX_B);
	struct http_request req = { .arena = &arena };
	params_read_head(bytes, n, &req, &length_b, &refusal);
	require(refusal.status == their_refusal->status && length_b == their_length_b);
	require(same(req.method_name, theirs->method_name) && same(req.target, theirs->target) &&
		same(req.remote_addr, theirs->remote_addr) && same(req.scheme, theirs->scheme) &&
		same(req.protocol, theirs->protocol) && req.headers.count == theirs->headers.count);
	for (size_t i = 0; i < req.headers.count; i++)
		require(same(req.headers.items[i].name, theirs->headers.items[i].name) &&
			same(req.headers.items[i].value, theirs->headers.items[i].value));
	arena_release(&arena);
}

/* Whoever the visitor is said to be, the address stays or is one. */
static void check_visitor(struct http_request *req)
{
	static struct nets trusted;
	struct str before = req->remote_addr;
	struct ip ip;
	if (nets_empty(&trusted))
		require(nets_parse(STR("127.0.0.0/8 10.0.0.0/8 192.0.2.0/24 ::1 unix"), &trusted, NULL) == RC_OK);
	proxies_apply(&trusted, req);
	require(same(req->remote_addr, before) || ip_parse(req->remote_addr, &ip));
}

static void check_request(const uint8_t *bytes, const struct outcome *o)
{
	struct arena arena;
	struct refusal refusal;
	int64_t length_b;
	FCGX_Request fcgi;
	size_t count = 0;
	arena_init(&arena, ARENA_MAX_B);
	struct http_request req = { .arena = &arena };
	require(replay_head(&replay, bytes, o->head_b, &fcgi));
	while (fcgi.envp[count])
		count++;
	require(count == o->scan.param_count + 1); /* FCGI_ROLE is added */
	params_read(fcgi.envp, &req, &length_b, &refusal);
	require(req.headers.count <= HTTP_HEADERS_MAX && req.target.n <= HTTP_TARGET_MAX_B);
	if (!o->scan.malformed)
		compare(&req, length_b, &refusal, bytes, o->head_b);
	check_visitor(&req);
	if (o->event == RECORD_DONE)
		check_body(&fcgi, bytes, o);
	replay_end(&fcgi);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct err err = ERR_INIT;
	if (!replay.map)
		require(FCGX_Init() == 0 && replay_open(&replay, &err) == RC_OK);
	struct outcome whole = scan_pieces(bytes, n, SIZE_MAX), single = scan_pieces(bytes, n, 1);
	require(whole.event == single.event && whole.used_b == single.used_b && whole.head_b == single.head_b);
	require(whole.scan.content_b == single.scan.content_b && whole.scan.too_large == single.scan.too_large &&
		whole.scan.malformed == single.scan.malformed);
	if (whole.head_b && !whole.scan.too_large)
		check_request(bytes, &whole);
	return 0;
}
