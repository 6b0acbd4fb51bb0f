/* net_fetch.c: tests of requests to other servers, against real ones on the loopback address: good ones and
 * hostile ones. What needs a certificate is in tests/http/hook_send.test.mjs. */
#include "unit.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/fetch.h"
#include "net/guard.h"

#define SERVER_CHUNK "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static int port, other_port; /* two servers with the same pages */
static char socket_path[64];
static char elsewhere[128];  /* where /elsewhere leads */
static atomic_int connections;

/* In place of the C library's, for libcurl, too: a name of a private address, and one that nobody knows about for
 * long. */
#define SILENCE_S 16

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	*(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
	if (host && strncmp(host, "silent.example", 14) == 0)
		nanosleep(&(struct timespec){ .tv_sec = SILENCE_S }, NULL);
	return next(host && strncmp(host, "private.example", 15) == 0 ? "127.0.0.1" : host, service, hints, out);
}

/* --- the server: a thread a connection, which ends with its peer --- */

static bool say(int fd, const char *text)
{
	size_t n = strlen(text);
	return send(fd, text, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static void say_for_ever(int fd, const char *text)
{
	while (say(fd, text))
		;
}

/* Answers with everything that the peer sent. */
static void echo(int fd, const char *request)
{
	char head[128];
	snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nX-One: 1\r\nx-two:  two  \r\n\r\n", strlen(request));
	if (say(fd, head))
		say(fd, request);
}

static void redirect(int fd, const char *where)
{
	char head[256];
	snprintf(head, sizeof head, "HTTP/1.1 302 Found\r\nLocation: %s\r\nX-Redirect: yes\r\nContent-Length: 0\r\n\r\n", where);
	say(fd, head);
}

static void drip(int fd)
{
	static const struct timespec pause = { .tv_nsec = 20000000 };
	say(fd, "HTTP/1.1 200 OK\r\n\r\n");
	while (say(fd, "."))
		nanosleep(&pause, NULL);
}

static void wait_for_end(int fd)
{
	char byte;
	while (recv(fd, &byte, 1, 0) > 0)
		;
}

static void answer(int fd, const char *path, const char *request)
{
	char other[64];
	snprintf(other, sizeof other, "http://127.0.0.1:%d/echo", other_port);
	if (strcmp(path, "/echo") == 0)
		echo(fd, request);
	else if (strcmp(path, "/interim") == 0)
		say(fd, "HTTP/1.1 103 Early Hints\r\nX-One: early\r\n\r\nHTTP/1.1 404 Not Found\r\nX-One: late\r\nContent-Length: 4\r\n\r\nnone");
	else if (strcmp(path, "/silent") == 0)
		wait_for_end(fd);
	else if (strcmp(path, "/drip") == 0)
		drip(fd);
	else if (strcmp(path, "/garbage") == 0)
		say(fd, "SSH-2.0-OpenSSH_9.2p1\r\n");
	else if (strcmp(path, "/cut") == 0)
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort");
	else if (strcmp(path, "/endless-body") == 0 && say(fd, "HTTP/1.1 200 OK\r\n\r\n"))
		say_for_ever(fd, SERVER_CHUNK);
	else if (strcmp(path, "/huge-length") == 0 && say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n"))
		say_for_ever(fd, SERVER_CHUNK);
	else if (strcmp(path, "/endless-headers") == 0 && say(fd, "HTTP/1.1 200 OK\r\n"))
		say_for_ever(fd, "X-More: " SERVER_CHUNK "\r\n");
	else if (strcmp(path, "/many-headers") == 0 && say(fd, "HTTP/1.1 200 OK\r\n"))
		say_for_ever(fd, "a:b\r\n");
	else if (strcmp(path, "/endless-line") == 0 && say(fd, "HTTP/1.1 200 OK\r\nX-Long: "))
		say_for_ever(fd, SERVER_CHUNK);
	else if (strcmp(path, "/endless-interim") == 0)
		say_for_ever(fd, "HTTP/1.1 100 Continue\r\nX-Wait: " SERVER_CHUNK "\r\n\r\n");
	else if (strcmp(path, "/redirect") == 0)
		redirect(fd, other);
	else if (strcmp(path, "/elsewhere") == 0)
		redirect(fd, elsewhere);
	else if (strcmp(path, "/redirect-loop") == 0)
		redirect(fd, "/redirect-loop");
	else if (strcmp(path, "/redirect-file") == 0)
		redirect(fd, "file:///etc/passwd");
	/* "/close": nothing at all */
}

static void *serve_one(void *ctx)
{
	int fd = (int)(intptr_t)ctx;
	char request[4096] = "", path[64] = "";
	size_t n = 0;
	ssize_t got;
	/* A body is announced by its length, which the tests keep to one digit or two. */
	while (n < sizeof request - 1 && (got = recv(fd, request + n, sizeof request - 1 - n, 0)) > 0) {
		request[n += (size_t)got] = '\0';
		const char *end = strstr(request, "\r\n\r\n"), *length = strcasestr(request, "\r\ncontent-length: ");
		if (end && n >= (size_t)(end + 4 - request) + (length ? strtoul(length + 18, NULL, 10) : 0))
			break;
	}
	if (sscanf(request, "%*s %63s", path) == 1)
		answer(fd, path, request);
	shutdown(fd, SHUT_WR);
	wait_for_end(fd);
	close(fd);
	return NULL;
}

static void *serve(void *ctx)
{
	int listener = (int)(intptr_t)ctx, fd;
	while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		pthread_t thread;
		atomic_fetch_add(&connections, 1);
		if (pthread_create(&thread, NULL, serve_one, (void *)(intptr_t)fd) != 0)
			return NULL;
		pthread_detach(thread);
	}
	return NULL;
}

static int listen_on(int family, const struct sockaddr *address, socklen_t size_b)
{
	pthread_t thread;
	struct sockaddr_in in = { 0 };
	socklen_t in_b = sizeof in;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, address, size_b) != 0 || listen(fd, 16) != 0 ||
	    (family == AF_INET && getsockname(fd, (struct sockaddr *)&in, &in_b) != 0) ||
	    pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) != 0)
		return -1;
	pthread_detach(thread);
	return ntohs(in.sin_port);
}

static int start_servers(void **state)
{
	(void)state;
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	snprintf(socket_path, sizeof socket_path, "/tmp/platen-fetch-%ld.sock", (long)getpid());
	snprintf(un.sun_path, sizeof un.sun_path, "%s", socket_path);
	port = listen_on(AF_INET, (struct sockaddr *)&in, sizeof in);
	other_port = listen_on(AF_INET, (struct sockaddr *)&in, sizeof in);
	return port <= 0 || other_port <= 0 || listen_on(AF_UNIX, (struct sockaddr *)&un, sizeof un) < 0;
}

static int end_servers(void **state)
{
	(void)state;
	return unlink(socket_path);
}

/* --- requests --- */

static struct arena arena;
static struct fetched got;
static struct err err;

static enum rc ask(struct fetch request)
{
	arena_release(&arena);
	arena_init(&arena, ARENA_MAX_B);
	err = (struct err)ERR_INIT;
	if (!request.method)
		request.method = "GET";
	if (!request.timeout_ms)
		request.timeout_ms = 20000;
	return fetch(&request, &arena, &got, &err);
}

static struct str at(const char *path)
{
	static char url[128];
	snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
	return str_of(url);
}

static bool says(const char *text)
{
	return str_find(got.body, str_of(text)) >= 0;
}

static void a_request_is_sent_as_it_is_told(void **state)
{
	(void)state;
	const struct fetch_header headers[] = { { STR("X-Mine"), STR("a b") }, { STR("X-Empty"), STR("") } };
	assert_ok(ask((struct fetch){ .method = "POST", .url = at("/echo"), .headers = headers, .header_count = 2, .body = STR("a\0b") }), &err);
	assert_int_equal(got.status, 200);
	assert_true(says("POST /echo HTTP/1.1\r\n") && says("\r\nX-Mine: a b\r\n") && says("\r\nX-Empty:\r\n"));
	assert_true(says("\r\nUser-Agent: Platen/") && says("\r\nContent-Length: 3\r\n") && says("\r\nContent-Type: application/octet-stream\r\n"));
	assert_false(says("Expect:") || says("Accept-Encoding"));
	assert_str(got.address, "127.0.0.1");
	assert_str(fetched_header(&got, "X-ONE"), "1");
	assert_str(fetched_header(&got, "X-Two"), "two");
	assert_false(str_given(fetched_header(&got, "x-three")));
	assert_ok(ask((struct fetch){ .url = at("/echo") }), &err);
	assert_true(says("GET /echo HTTP/1.1\r\n") && !says("Content-"));
	assert_ok(ask((struct fetch){ .method = "DELETE", .url = at("/echo") }), &err);
	assert_true(says("DELETE /echo HTTP/1.1\r\n"));
	assert_ok(ask((struct fetch){ .method = "PUT", .url = at("/echo"), .body = STR("") }), &err);
	assert_true(says("PUT /echo HTTP/1.1\r\n") && says("\r\nContent-Length: 0\r\n"));
	assert_ok(ask((struct fetch){ .method = "HEAD", .url = at("/echo") }), &err);
	assert_int_equal(got.body.n, 0);
}

static void the_last_answer_counts(void **state)
{
	(void)state;
	assert_ok(ask((struct fetch){ .url = at("/interim") }), &err);
	assert_int_equal(got.status, 404);
	assert_int_equal(got.header_count, 2);
	assert_str(fetched_header(&got, "x-one"), "late");
	assert_str(got.body, "none");
}

static void proxies_of_the_environment_are_not_asked(void **state)
{
	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	assert_ok(ask((struct fetch){ .url = at("/echo") }), &err);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
}

static void it_connects_where_it_is_told(void **state)
{
	(void)state;
	char via[96];
	snprintf(via, sizeof via, "unix:%s", socket_path);
	assert_ok(ask((struct fetch){ .url = STR("http://example.org/echo"), .via = str_of(via) }), &err);
	assert_true(says("\r\nHost: example.org\r\n"));
	assert_str(got.address, socket_path);
	snprintf(via, sizeof via, "127.0.0.1:%d", port);
	assert_ok(ask((struct fetch){ .url = STR("http://example.org:81/echo"), .via = str_of(via) }), &err);
	assert_true(says("\r\nHost: example.org:81\r\n"));
}

static void what_is_malformed_is_not_sent(void **state)
{
	(void)state;
	static const char *const urls[] = {
		"", "/echo", "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "http://", "http://a b/",
		"http://user:secret@127.0.0.1/", "http://127.0.0.1:99999/", "http://127.0.0.1/\r\nX: y",
	};
	static const struct fetch_header bad[] = {
		{ STR("X-A"), STR("a\r\nX-B: b") }, { STR("X-A"), STR("a\nb") }, { STR("X-A"), STR("a\0b") }, { STR("X A"), STR("a") },
		{ STR(""), STR("a") }, { STR("X-A:"), STR("a") }, { STR("X\r\nA"), STR("a") },
	};
	int before = atomic_load(&connections);
	for (size_t i = 0; i < COUNT_OF(urls); i++) {
		assert_int_equal(ask((struct fetch){ .url = str_of(urls[i]) }), RC_INVALID);
		assert_null(strstr(err.msg, "secret"));
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(ask((struct fetch){ .url = at("/echo"), .headers = &bad[i], .header_count = 1 }), RC_INVALID);
	assert_int_equal(atomic_load(&connections), before);
}

static void a_hostile_answer_costs_no_more_than_its_limit(void **state)
{
	(void)state;
	static const struct { const char *path; enum rc rc; const char *message; } all[] = {
		{ "/endless-body", RC_LIMIT, "larger than 100000 bytes" },
		{ "/huge-length", RC_LIMIT, "larger than 100000 bytes" },
		{ "/endless-headers", RC_LIMIT, "64 KiB of headers" },
		{ "/many-headers", RC_LIMIT, "64 KiB of headers" },
		{ "/endless-interim", RC_LIMIT, "64 KiB of headers" },
		{ "/endless-line", RC_IO, "cannot call '127.0.0.1'" }, /* libcurl's own limit, 100 KB */
		{ "/garbage", RC_IO, "'127.0.0.1' does not speak HTTP" },
		{ "/cut", RC_IO, "cannot call '127.0.0.1'" },
		{ "/close", RC_IO, "cannot call '127.0.0.1'" },
	};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		int64_t begun_us = clock_monotonic_us();
		enum rc rc = ask((struct fetch){ .url = at(all[i].path), .body_max_b = 100000 });
		if (rc != all[i].rc || !strstr(err.msg, all[i].message))
			fail_msg("%s: %s: %s", all[i].path, rc_name(rc), err.msg);
		assert_in_range(clock_monotonic_us() - begun_us, 0, 10000000);
		assert_true(arena.used_b < (1 << 20));
	}
}

static void who_takes_too_long_is_left(void **state)
{
	(void)state;
	static const char *const paths[] = { "/silent", "/drip" };
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		int64_t begun_us = clock_monotonic_us();
		assert_int_equal(ask((struct fetch){ .url = at(paths[i]), .timeout_ms = 300 }), RC_TIMEOUT);
		assert_in_range(clock_monotonic_us() - begun_us, 250000, 10000000);
	}
}

struct sink {
	size_t n, most;
};

static bool count(void *ctx, struct str bytes)
{
	struct sink *sink = ctx;
	sink->n += bytes.n;
	return sink->n <= sink->most;
}

static void a_body_is_taken_piece_by_piece_within_the_same_limits(void **state)
{
	(void)state;
	struct sink all = { 0, SIZE_MAX }, some = { 0, 1000 }, limited = { 0, SIZE_MAX };
	assert_ok(ask((struct fetch){ .url = at("/redirect"), .redirects_max = 1, .take = count, .ctx = &all }), &err);
	assert_int_equal(got.status, 200);
	assert_int_equal(got.body.n, 0);
	assert_true(all.n > 0);
	assert_int_equal(ask((struct fetch){ .url = at("/endless-body"), .take = count, .ctx = &some }), RC_IO);
	assert_int_equal(ask((struct fetch){ .url = at("/endless-body"), .take = count, .ctx = &limited, .body_max_b = 100000 }), RC_LIMIT);
	assert_true(limited.n <= 100000);
	assert_non_null(strstr(err.msg, "larger than 100000 bytes"));
}

static bool is_over(void *ctx)
{
	return clock_monotonic_us() > *(int64_t *)ctx;
}

static void a_request_can_be_cancelled(void **state)
{
	(void)state;
	int64_t begun_us = clock_monotonic_us(), until_us = begun_us + 100000;
	assert_int_equal(ask((struct fetch){ .url = at("/silent"), .cancelled = is_over, .ctx = &until_us }), RC_BUSY);
	assert_in_range(clock_monotonic_us() - begun_us, 100000, 10000000);
}

static void a_redirect_is_followed_only_when_asked_for(void **state)
{
	(void)state;
	assert_ok(ask((struct fetch){ .url = at("/redirect") }), &err);
	assert_int_equal(got.status, 302);
	assert_ok(ask((struct fetch){ .url = at("/redirect"), .redirects_max = 1 }), &err);
	assert_int_equal(got.status, 200);
	assert_false(str_given(fetched_header(&got, "x-redirect")));
	assert_int_equal(ask((struct fetch){ .url = at("/redirect-loop"), .redirects_max = 3 }), RC_LIMIT);
	assert_int_equal(ask((struct fetch){ .url = at("/redirect-file"), .redirects_max = 3 }), RC_INVALID);
}

/* This machine and its neighbours in every way of writing them that anybody has thought of. */
static const char *const own_hosts[] = {
	"127.0.0.1", "localhost", "LOCALHOST", "127.1", "127.0.1", "0x7f000001", "0x7F.0x0.0x0.0x1", "2130706433", "0177.0.0.1",
	"017700000001", "0x7f.1", "00000177.0.0.1", "0.0.0.0", "0", "0x0", "10.1", "192.168.1", "0xa9fea9fe", "2852039166",
	"169.254.169.254", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
	"[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]",
	"[fd00:ec2::254]", "private.example", "private.example.",
};

static void nobody_is_asked_to_call_this_machine(void **state)
{
	(void)state;
	int before = atomic_load(&connections);
	for (size_t i = 0; i < COUNT_OF(own_hosts); i++) {
		char url[128];
		snprintf(url, sizeof url, "http://%s:%d/echo?secret", own_hosts[i], port);
		enum rc rc = ask((struct fetch){ .url = str_of(url), .allowed = guard_is_public });
		if (rc != RC_DENIED)
			fail_msg("%s: %s: %s", url, rc_name(rc), err.msg);
		assert_null(strstr(err.msg, "secret"));
	}
	char via[96];
	snprintf(via, sizeof via, "unix:%s", socket_path);
	assert_int_equal(ask((struct fetch){ .url = STR("http://example.org/echo"), .via = str_of(via), .allowed = guard_is_public }), RC_DENIED);
	assert_int_equal(atomic_load(&connections), before);
}

static void private_addresses_that_are_listed_are_called(void **state)
{
	(void)state;
	char list[64];
	snprintf(list, sizeof list, "10.0.0.1 127.0.0.1:%d", port);
	struct fetch request = { .url = at("/echo"), .allowed = guard_is_public, .allowed_too = str_of(list) };
	assert_ok(ask(request), &err);
	snprintf(elsewhere, sizeof elsewhere, "http://127.0.0.1:%d/echo", other_port);
	request.url = at("/elsewhere");
	request.redirects_max = 3;
	assert_int_equal(ask(request), RC_DENIED);
}

static bool is_first_server(const struct sockaddr *address)
{
	return ntohs(((const struct sockaddr_in *)(const void *)address)->sin_port) == port;
}

/* The server that is asked first counts as public, and leads to each of them. */
static bool is_first_server_or_public(const struct sockaddr *address)
{
	return is_first_server(address) || guard_is_public(address);
}

static void a_redirect_leads_to_no_private_address_however_it_is_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(own_hosts); i++) {
		snprintf(elsewhere, sizeof elsewhere, "http://%s:%d/echo", own_hosts[i], other_port);
		int before = atomic_load(&connections);
		enum rc rc = ask((struct fetch){ .url = at("/elsewhere"), .allowed = is_first_server_or_public, .redirects_max = 3 });
		if (rc != RC_DENIED)
			fail_msg("%s: %s: %s", elsewhere, rc_name(rc), err.msg);
		assert_int_equal(atomic_load(&connections), before + 1);
	}
}

/* Its name server says nothing. */
static void a_name_that_is_not_found_out_costs_no_more_than_the_time(void **state)
{
	(void)state;
	int64_t begun_us = clock_monotonic_us(), until_us = begun_us + 100000;
	assert_int_equal(ask((struct fetch){ .url = STR("http://silent.example/"), .timeout_ms = 300 }), RC_TIMEOUT);
	assert_in_range(clock_monotonic_us() - begun_us, 250000, SILENCE_S * 1000000 / 2);
	begun_us = clock_monotonic_us();
	assert_int_equal(ask((struct fetch){ .url = STR("http://silent.example/"), .cancelled = is_over, .ctx = &until_us }), RC_BUSY);
	assert_in_range(clock_monotonic_us() - begun_us, 0, SILENCE_S * 1000000 / 2);
}

/* As a name that resolves to something else when it is asked again. */
static void each_step_of_a_redirect_is_guarded(void **state)
{
	(void)state;
	assert_ok(ask((struct fetch){ .url = at("/echo"), .allowed = is_first_server }), &err);
	int before = atomic_load(&connections);
	assert_int_equal(ask((struct fetch){ .url = at("/redirect"), .allowed = is_first_server, .redirects_max = 3 }), RC_DENIED);
	assert_int_equal(atomic_load(&connections), before + 1);
}

static void nobody_listening_is_told_with_the_host(void **state)
{
	(void)state;
	assert_int_equal(ask((struct fetch){ .url = STR("http://127.0.0.1:1/") }), RC_IO);
	assert_non_null(strstr(err.msg, "'127.0.0.1'"));
	assert_int_equal(ask((struct fetch){ .url = STR("http://no-such-host.invalid/") }), RC_IO);
	assert_non_null(strstr(err.msg, "'no-such-host.invalid'"));
}

/* Reads a whole answer as the program would: any thread may. */
static void *ask_in_thread(void *ctx)
{
	struct arena own;
	struct fetched answer = { 0 };
	struct err why = ERR_INIT;
	arena_init(&own, ARENA_MAX_B);
	enum rc rc = fetch(&(struct fetch){ .method = "GET", .url = str_of(ctx), .timeout_ms = 20000 }, &own, &answer, &why);
	bool good = rc == RC_OK && answer.status == 200;
	arena_release(&own);
	return (void *)(intptr_t)good;
}

static void threads_ask_beside_each_other(void **state)
{
	(void)state;
	pthread_t threads[8];
	char url[128];
	snprintf(url, sizeof url, "%s", at("/echo").p);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_in_thread, url), 0);
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		void *good;
		assert_int_equal(pthread_join(threads[i], &good), 0);
		assert_non_null(good);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_sent_as_it_is_told),
		cmocka_unit_test(the_last_answer_counts),
		cmocka_unit_test(proxies_of_the_environment_are_not_asked),
		cmocka_unit_test(it_connects_where_it_is_told),
		cmocka_unit_test(what_is_malformed_is_not_sent),
		cmocka_unit_test(a_hostile_answer_costs_no_more_than_its_limit),
		cmocka_unit_test(a_body_is_taken_piece_by_piece_within_the_same_limits),
		cmocka_unit_test(private_addresses_that_are_listed_are_called),
		cmocka_unit_test(who_takes_too_long_is_left),
		cmocka_unit_test(a_request_can_be_cancelled),
		cmocka_unit_test(a_redirect_is_followed_only_when_asked_for),
		cmocka_unit_test(nobody_is_asked_to_call_this_machine),
		cmocka_unit_test(each_step_of_a_redirect_is_guarded),
		cmocka_unit_test(a_redirect_leads_to_no_private_address_however_it_is_written),
		cmocka_unit_test(a_name_that_is_not_found_out_costs_no_more_than_the_time),
		cmocka_unit_test(nobody_listening_is_told_with_the_host),
		cmocka_unit_test(threads_ask_beside_each_other),
	};
	int failed = cmocka_run_group_tests_name("net fetch", tests, start_servers, end_servers);
	arena_release(&arena);
	return failed;
}
