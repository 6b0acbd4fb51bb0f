/* net_s3.c: the S3 client against a server that answers as it is told: busy, broken, wrong and hostile.
 * What a real server says is in tests/s3. */
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "net/s3.h"

#define REQUESTS_MAX 32
#define SECRET "secret-that-nobody-may-see"

/* --- the server: the nth request gets the nth answer, and the last one again and again --- */

struct reply {
	const char *text;     /* NULL: nothing, for as long as the client waits */
	bool cut;             /* closed behind it */
	const char *endless;  /* sent again and again behind it */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct reply *replies;
static size_t reply_count;
static char requests[REQUESTS_MAX][4096];
static size_t request_count, connection_count;
static int port;

static struct reply next_reply(const char *request)
{
	pthread_mutex_lock(&lock);
	size_t at = request_count < reply_count ? request_count : reply_count - 1;
	if (request_count < REQUESTS_MAX)
		snprintf(requests[request_count], sizeof requests[0], "%s", request);
	request_count++;
	struct reply reply = replies[at]; /* others may come in its place while it is sent */
	pthread_mutex_unlock(&lock);
	return reply;
}

static void send_text(int fd, const char *text)
{
	size_t n = strlen(text);
	while (n > 0) {
		ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return;
		text += sent;
		n -= (size_t)sent;
	}
}

/* With the length of what follows the head where it says LENGTH. */
static void send_reply(int fd, const char *text)
{
	char filled[4096];
	const char *mark = strstr(text, "LENGTH"), *body = strstr(text, "\r\n\r\n");
	if (!mark || !body)
		return send_text(fd, text);
	snprintf(filled, sizeof filled, "%.*s%zu%s", (int)(mark - text), text, strlen(body + 4), mark + 6);
	send_text(fd, filled);
}

/* A head into `head`, and its body, which is thrown away. False: the client has gone. */
static bool read_request(int fd, char *head, size_t room)
{
	static _Thread_local char bytes[1 << 16];
	size_t n = 0;
	char *end = NULL;
	while (!end && n < room - 1) {
		if (recv(fd, head + n, 1, 0) != 1)
			return false;
		head[++n] = '\0';
		end = strstr(head, "\r\n\r\n");
	}
	const char *length = strcasestr(head, "\r\ncontent-length: ");
	size_t left = length ? strtoul(length + 18, NULL, 10) : 0;
	if (strcasestr(head, "\r\nexpect: 100"))
		send_text(fd, "HTTP/1.1 100 Continue\r\n\r\n");
	while (left > 0) {
		ssize_t got = recv(fd, bytes, left < sizeof bytes ? left : sizeof bytes, 0);
		if (got <= 0)
			return false;
		left -= (size_t)got;
	}
	return true;
}

static bool is_open(int fd)
{
	char c;
	return recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) != 0;
}

static void *serve_one(void *ctx)
{
	int fd = (int)(intptr_t)ctx;
	char head[4096];
	while (read_request(fd, head, sizeof head)) {
		struct reply reply = next_reply(head);
		if (!reply.text) {
			char c;
			(void)!recv(fd, &c, 1, 0); /* until the client goes */
			break;
		}
		send_reply(fd, reply.text);
		while (reply.endless && is_open(fd))
			send_text(fd, reply.endless);
		if (reply.cut || reply.endless)
			break;
	}
	close(fd);
	return NULL;
}

static void *serve(void *ctx)
{
	int listener = (int)(intptr_t)ctx, fd;
	while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		pthread_t thread;
		pthread_mutex_lock(&lock);
		connection_count++;
		pthread_mutex_unlock(&lock);
		if (pthread_create(&thread, NULL, serve_one, (void *)(intptr_t)fd) != 0)
			return NULL;
		pthread_detach(thread);
	}
	return NULL;
}

static int start_server(void **state)
{
	(void)state;
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t in_b = sizeof in;
	pthread_t thread;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&in, sizeof in) != 0 || listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&in, &in_b) != 0 || pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) != 0)
		return 1;
	pthread_detach(thread);
	port = ntohs(in.sin_port);
	return 0;
}

/* --- the client --- */

static struct arena arena;
static struct err err;
static struct s3 *s3;
static int64_t now_ms;

static int asks_left; /* of the time until `meanwhile` happens; 0: never */
static void (*meanwhile)(void);

static int64_t own_now_ms(void)
{
	if (asks_left > 0 && --asks_left == 0)
		meanwhile();
	return now_ms;
}

static struct s3_config settings(void)
{
	return (struct s3_config){
		.endpoint = arena_printf(&arena, "http://127.0.0.1:%d", port), .region = STR("us-east-1"), .bucket = STR("bucket"),
		.key_id = STR("AKID"), .secret = STR(SECRET), .retry_ms = 1, .timeout_ms = 20000, .part_b = 10, .now_ms = own_now_ms,
	};
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, ARENA_MAX_B);
	err = (struct err)ERR_INIT;
	now_ms = INT64_C(1767323045000); /* 2026-01-02T03:04:05Z */
	struct s3_config config = settings();
	return s3_open(&config, &s3, &err) != RC_OK;
}

static int teardown(void **state)
{
	(void)state;
	s3_close(s3);
	arena_release(&arena);
	return 0;
}

#define SERVER_SAYS(...) server_says((const struct reply[]){ __VA_ARGS__ }, \
				      sizeof((const struct reply[]){ __VA_ARGS__ }) / sizeof(struct reply))
/* What it says is kept until the next time. */
static void server_says(const struct reply *list, size_t count)
{
	static struct reply kept[REQUESTS_MAX];
	pthread_mutex_lock(&lock);
	memcpy(kept, list, count * sizeof *list);
	replies = kept;
	reply_count = count;
	request_count = 0;
	pthread_mutex_unlock(&lock);
}

#define OK "HTTP/1.1 200 OK\r\nETag: \"tag\"\r\nContent-Length: 0\r\n\r\n"
#define BUSY "HTTP/1.1 503 Slow\r\nContent-Length: 0\r\n\r\n"
#define GONE "HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n"
#define XML(status, text) "HTTP/1.1 " status "\r\nContent-Length: LENGTH\r\n\r\n" text
#define BEGUN XML("200 OK", "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")

static enum rc put(const char *bytes)
{
	struct s3_source source = { .fd = -1, .bytes = bytes, .length_b = (int64_t)strlen(bytes) };
	return s3_put(s3, STR("key"), &source, &(struct s3_put){ .exclusive = false }, &err);
}

static enum rc take(void *ctx, const void *bytes, size_t n, struct err *why)
{
	(void)why;
	buf_put(ctx, bytes, n);
	return RC_OK;
}

static enum rc get(int64_t from_b, int64_t length_b, const char *want)
{
	struct buf got = BUF_INIT(1 << 20);
	struct s3_object object;
	enum rc rc = s3_get(s3, STR("key"), from_b, length_b, take, &got, &object, &err);
	if (rc == RC_OK)
		assert_str(buf_view(&got), want);
	buf_release(&got);
	return rc;
}

static size_t seen(const size_t *count)
{
	pthread_mutex_lock(&lock);
	size_t now = *count;
	pthread_mutex_unlock(&lock);
	return now;
}

/* Whether the nth request has that in its head. */
static bool asked(size_t at, const char *text)
{
	pthread_mutex_lock(&lock);
	bool found = at < request_count && strcasestr(requests[at], text);
	pthread_mutex_unlock(&lock);
	return found;
}

static void a_busy_server_is_asked_again_over_the_same_connection(void **state)
{
	(void)state;
	SERVER_SAYS({ .text = OK });
	assert_ok(put("x"), &err);
	size_t before = seen(&connection_count);
	SERVER_SAYS({ .text = BUSY }, { .text = XML("500 Oops", "Oops!") }, { .text = OK });
	assert_ok(put("hello"), &err);
	assert_int_equal(seen(&request_count), 3);
	assert_int_equal(seen(&connection_count), before);
	assert_true(asked(2, "PUT /bucket/key HTTP/1.1\r\n") && asked(2, "\r\nContent-Length: 5\r\n") &&
		    asked(2, "\r\nx-amz-content-sha256: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\r\n"));
}

static void a_server_that_stays_busy_is_left_after_some_tries(void **state)
{
	(void)state;
	SERVER_SAYS({ .text = BUSY });
	assert_int_equal(put("hello"), RC_BUSY);
	assert_int_equal(seen(&request_count), S3_TRIES);
	assert_non_null(strstr(err.msg, "'bucket' at '127.0.0.1:"));
	assert_non_null(strstr(err.msg, "the server is busy (HTTP 503)"));
}

static void a_kept_connection_that_was_closed_costs_nothing(void **state)
{
	(void)state;
	SERVER_SAYS({ .text = OK, .cut = true }, { .text = OK });
	assert_ok(put("one"), &err);
	assert_ok(put("two"), &err);
	assert_int_equal(seen(&request_count), 2);
}

static void broken_connections_are_tried_again(void **state)
{
	(void)state;
	SERVER_SAYS({ .text = "", .cut = true }, { .text = "HTTP/1.1 200 OK\r\nContent-Le", .cut = true }, { .text = OK });
	assert_ok(put("hello"), &err);
	SERVER_SAYS({ .text = "", .cut = true });
	assert_int_equal(put("hello"), RC_IO);
	assert_non_null(strstr(err.msg, "cannot reach the S3 server '127.0.0.1:"));
}

static void what_is_wrong_is_said_once_and_without_the_secret(void **state)
{
	(void)state;
	static const struct { const char *reply; enum rc rc; const char *says; } all[] = {
		{ XML("403 F", "<Error><Code>SignatureDoesNotMatch</Code></Error>"), RC_DENIED, "the secret key is wrong (SignatureDoesNotMatch)" },
		{ XML("403 F", "<Error><Code>InvalidAccessKeyId</Code></Error>"), RC_DENIED, "the access key is not known" },
		{ XML("403 F", "<Error><Code>AccessDenied</Code></Error>"), RC_DENIED, "access is denied" },
		{ XML("404 N", "<Error><Code>NoSuchBucket</Code></Error>"), RC_INVALID, "there is no such bucket" },
		{ XML("404 N", "<Error><Code>NoSuchKey</Code></Error>"), RC_NOTFOUND, "there is no such object" },
		{ XML("400 B", "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>"), RC_INVALID, "another region; it is in eu-west-1" },
		{ XML("301 M", ""), RC_INVALID, "another region or at another endpoint" },
		{ XML("418 T", "I am a pot"), RC_UNSUPPORTED, "the request is refused (HTTP 418)" },
		{ XML("403 F", "<Error><Code>\"><script>" SECRET "</Code></Error>"), RC_DENIED, "access is denied (HTTP 403)" },
		{ XML("501 N", "<Error><Code>NotImplemented</Code></Error>"), RC_UNSUPPORTED, "does not know what is asked of it (NotImplemented)" },
		{ XML("501 N", ""), RC_UNSUPPORTED, "does not know what is asked of it (HTTP 501)" },
		{ XML("507 F", ""), RC_NOSPACE, "the quota is used up" },
	};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		SERVER_SAYS({ .text = all[i].reply, .cut = true });
		enum rc rc = put("hello");
		if (rc != all[i].rc || !strstr(err.msg, all[i].says))
			fail_msg("%s: %s", rc_name(rc), err.msg);
		assert_int_equal(seen(&request_count), 1);
		assert_null(strstr(err.msg, SECRET));
		assert_false(asked(0, SECRET));
	}
}

static void a_download_that_breaks_is_taken_up_where_it_broke(void **state)
{
	(void)state;
	SERVER_SAYS({ .text = "HTTP/1.1 200 OK\r\nETag: \"t\"\r\nContent-Length: 10\r\n\r\n0123", .cut = true }, { .text = BUSY },
		    { .text = "HTTP/1.1 206 Part\r\nETag: \"t\"\r\nContent-Length: 6\r\nContent-Range: bytes 4-9/10\r\n\r\n456", .cut = true },
		    { .text = "HTTP/1.1 206 Part\r\nContent-Range: bytes 7-9/10\r\nContent-Length: 3\r\n\r\n789" });
	assert_ok(get(0, -1, "0123456789"), &err);
	assert_false(asked(0, "\r\nRange:"));
	assert_true(asked(2, "\r\nRange: bytes=4-\r\n") && asked(2, "\r\nIf-Match: \"t\"\r\n"));
	assert_true(asked(3, "\r\nRange: bytes=7-\r\n"));
}

static void an_object_that_is_another_one_meanwhile_is_not_mixed(void **state)
{
	(void)state;
	SERVER_SAYS({ .text = "HTTP/1.1 200 OK\r\nETag: \"t\"\r\nContent-Length: 10\r\n\r\n0123", .cut = true },
		    { .text = "HTTP/1.1 412 Changed\r\nContent-Length: 0\r\n\r\n" });
	assert_int_equal(get(0, -1, ""), RC_CONFLICT);
}

static void a_part_must_be_the_part_that_was_asked_for(void **state)
{
	(void)state;
	static const char *const all[] = {
		"HTTP/1.1 206 Part\r\nContent-Range: bytes 0-3/10\r\nContent-Length: 4\r\n\r\n0123",
		"HTTP/1.1 206 Part\r\nContent-Length: 4\r\n\r\n0123",
		"HTTP/1.1 206 Part\r\nContent-Range: bytes 3-99999999999999999999/10\r\nContent-Length: 5\r\n\r\n34567",
		"HTTP/1.1 206 Part\r\nContent-Range: bytes 3-5/10\r\nContent-Length: 3\r\n\r\n345",
		"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
	};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		SERVER_SAYS({ .text = all[i], .cut = true });
		if (get(3, 4, "") != RC_CORRUPT)
			fail_msg("taken: %s", all[i]);
	}
	SERVER_SAYS({ .text = "HTTP/1.1 206 Part\r\nContent-Range: bytes 3-6/10\r\nContent-Length: 4\r\n\r\n3456" });
	assert_ok(get(3, 4, "3456"), &err);
	assert_true(asked(0, "\r\nRange: bytes=3-6\r\n"));
	SERVER_SAYS({ .text = "HTTP/1.1 206 Part\r\nContent-Range: bytes 8-9/10\r\nContent-Length: 2\r\n\r\n89" });
	assert_ok(get(8, 4, "89"), &err);
}

#define SKEWED(date) "HTTP/1.1 403 F\r\nDate: " date "\r\nContent-Length: LENGTH\r\n\r\n<Error><Code>RequestTimeTooSkewed</Code></Error>"

static void the_servers_clock_is_believed_once(void **state)
{
	(void)state;
	SERVER_SAYS({ .text = SKEWED("Fri, 02 Jan 2026 05:00:00 GMT") }, { .text = OK });
	assert_ok(put("hello"), &err);
	assert_true(asked(0, "\r\nx-amz-date: 20260102T030405Z\r\n"));
	assert_true(asked(1, "\r\nx-amz-date: 20260102T050000Z\r\n"));
	assert_ok(put("hello"), &err);
	assert_true(asked(2, "\r\nx-amz-date: 20260102T050000Z\r\n"));
	now_ms += 1000;
	SERVER_SAYS({ .text = SKEWED("Fri, 02 Jan 2026 15:00:00 GMT") }, { .text = SKEWED("Fri, 02 Jan 2026 23:00:00 GMT") });
	assert_int_equal(put("hello"), RC_DENIED);
	assert_int_equal(seen(&request_count), 2);
	assert_non_null(strstr(err.msg, "this machine's clock is wrong"));
}

static void put_meanwhile(void)
{
	struct err none = ERR_INIT;
	struct s3_source source = { .fd = -1, .bytes = "other", .length_b = 5 };
	assert_ok(s3_put(s3, STR("other"), &source, &(struct s3_put){ .exclusive = false }, &none), &none);
}

/* Another request is told the same while this one, which was signed, is being corrected. */
static void two_requests_that_learn_the_time_at_once_correct_it_once(void **state)
{
	(void)state;
	const char *told = SKEWED("Fri, 02 Jan 2026 05:00:00 GMT");
	SERVER_SAYS({ .text = told }, { .text = told }, { .text = OK });
	meanwhile = put_meanwhile;
	asks_left = 2; /* the first is for the signature */
	assert_ok(put("hello"), &err);
	assert_int_equal(asks_left, 0);
	assert_true(asked(1, "PUT /bucket/other ") && asked(2, "PUT /bucket/other ") && asked(3, "PUT /bucket/key "));
	assert_true(asked(2, "\r\nx-amz-date: 20260102T050000Z\r\n") && asked(3, "\r\nx-amz-date: 20260102T050000Z\r\n"));
}

static void a_large_object_goes_in_parts(void **state)
{
	(void)state;
	const char *end = XML("200 OK", "<CompleteMultipartUploadResult/>");
	SERVER_SAYS({ .text = BEGUN }, { .text = OK }, { .text = BUSY }, { .text = OK }, { .text = OK }, { .text = end });
	assert_ok(put("0123456789abcdefghijklmno"), &err);
	assert_true(asked(0, "POST /bucket/key?uploads= HTTP/1.1\r\n"));
	assert_true(asked(1, "PUT /bucket/key?partNumber=1&uploadId=u HTTP/1.1\r\n") && asked(1, "\r\nContent-Length: 10\r\n"));
	assert_true(asked(3, "?partNumber=2&uploadId=u ") && asked(4, "?partNumber=3&uploadId=u ") && asked(4, "\r\nContent-Length: 5\r\n"));
	assert_true(asked(5, "POST /bucket/key?uploadId=u "));
	assert_int_equal(seen(&request_count), 6);
}

static void parts_that_cannot_be_sent_are_taken_back(void **state)
{
	(void)state;
	SERVER_SAYS({ .text = BEGUN }, { .text = OK }, { .text = XML("403 F", "") }, { .text = "HTTP/1.1 204 N\r\n\r\n" });
	assert_int_equal(put("0123456789abcdefghijklmno"), RC_DENIED);
	assert_true(asked(3, "DELETE /bucket/key?uploadId=u "));
	/* 200, and yet it failed */
	SERVER_SAYS({ .text = BEGUN }, { .text = OK }, { .text = OK },
		    { .text = XML("200 OK", "<Error><Code>InvalidAccessKeyId</Code></Error>"), .cut = true }, { .text = "HTTP/1.1 204 N\r\n\r\n" });
	assert_int_equal(put("0123456789abcdef"), RC_DENIED);
	assert_true(asked(4, "DELETE /bucket/key?uploadId=u "));
}

static void an_end_whose_answer_was_lost_counts(void **state)
{
	(void)state;
	SERVER_SAYS({ .text = BEGUN }, { .text = OK }, { .text = OK }, { .text = "", .cut = true }, { .text = GONE },
		    { .text = "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" });
	assert_ok(put("0123456789abcdef"), &err);
	assert_true(asked(5, "HEAD /bucket/key "));
}

static void a_hostile_answer_costs_no_more_than_its_limit(void **state)
{
	(void)state;
	static const struct { struct reply reply; enum rc rc; } all[] = {
		{ { .text = "HTTP/1.1 200 OK\r\n", .endless = "X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" }, RC_LIMIT },
		{ { .text = "", .endless = "HTTP/1.1 100 Continue\r\n\r\n" }, RC_LIMIT },
		{ { .text = "HTTP/1.1 200 OK\r\n\r\n<ListBucketResult>", .endless = "<Contents><Key>abcdefghijklmnopqrstuvwxyz</Key></Contents>" }, RC_LIMIT },
		{ { .text = "HTTP/1.1 403 F\r\n\r\n<Error>", .endless = "<Code>abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz</Code>" }, RC_LIMIT },
		{ { .text = "SSH-2.0-OpenSSH\r\n", .cut = true }, RC_IO },
		{ { .text = XML("200 OK", "<List"), .cut = true }, RC_CORRUPT },
	};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct s3_list list;
		SERVER_SAYS(all[i].reply);
		enum rc rc = s3_list(s3, STR(""), STR_NONE, STR_NONE, 10, &arena, &list, &err);
		if (rc != all[i].rc)
			fail_msg("%zu: %s: %s", i, rc_name(rc), err.msg);
	}
}

static void an_endless_object_ends_with_whoever_takes_it(void **state)
{
	(void)state;
	SERVER_SAYS({ .text = "HTTP/1.1 200 OK\r\n\r\n", .endless = "0123456789" });
	struct buf got = BUF_INIT(1000000);
	enum rc rc = s3_get(s3, STR("key"), 0, 100, take, &got, NULL, &err);
	assert_int_equal(rc, RC_CORRUPT);
	assert_true(got.len <= 100);
	buf_release(&got);
}

static void settings_that_cannot_be_are_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "ftp://x", "http://x/path", "http://u:p@x", "x", "http://" };
	static const char *const names[] = { "", "ab", "a/b", "a..b", "-ab", "a b c" };
	struct s3_config config = settings();
	struct s3 *other = NULL;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		config.endpoint = str_of(wrong[i]);
		assert_int_equal(s3_open(&config, &other, &err), RC_INVALID);
	}
	config = settings();
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		config.bucket = str_of(names[i]);
		assert_int_equal(s3_open(&config, &other, &err), RC_INVALID);
	}
	config = settings();
	config.secret = STR_NONE;
	assert_int_equal(s3_open(&config, &other, &err), RC_INVALID);
}

static void addresses_have_the_bucket_in_the_path_or_in_the_host(void **state)
{
	(void)state;
	static const struct { const char *endpoint; bool virtual_host; const char *want; } all[] = {
		{ "https://s3.example.org", false, "https://s3.example.org/bucket/a/b%20c" },
		{ "https://s3.example.org:443/", false, "https://s3.example.org/bucket/a/b%20c" },
		{ "http://s3.example.org:80", true, "http://bucket.s3.example.org/a/b%20c" },
		{ "http://s3.example.org:443", true, "http://bucket.s3.example.org:443/a/b%20c" },
	};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct s3_config config = settings();
		struct s3 *other = NULL;
		config.endpoint = str_of(all[i].endpoint);
		config.virtual_host = all[i].virtual_host;
		assert_ok(s3_open(&config, &other, &err), &err);
		assert_str(s3_address(other, STR("a/b c"), &arena), all[i].want);
		s3_close(other);
	}
}

static void an_address_to_put_to_has_the_length_and_the_type_signed(void **state)
{
	(void)state;
	struct str whole = s3_presign_put(s3, STR("a/b c"), STR_NONE, 0, 1000, 3600, &arena);
	struct str part = s3_presign_put(s3, STR("k"), STR("2~x/y"), 7, 5, 3600, &arena);
	assert_true(str_starts(whole, s3_address(s3, STR("a/b c"), &arena)));
	assert_true(str_find(whole, STR("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost")) > 0);
	assert_true(str_find(whole, STR("partNumber")) < 0);
	assert_true(str_find(part, STR("partNumber=7&uploadId=2~x%2Fy")) > 0);
	assert_false(str_eq(whole, s3_presign_put(s3, STR("a/b c"), STR_NONE, 0, 1001, 3600, &arena)));
	now_ms += 60000; /* within a quarter of its time it stays the same */
	assert_true(str_eq(whole, s3_presign_put(s3, STR("a/b c"), STR_NONE, 0, 1000, 3600, &arena)));
}

static void *put_in_thread(void *ctx)
{
	struct err why = ERR_INIT;
	struct s3_source source = { .fd = -1, .bytes = "x", .length_b = 1 };
	*(int64_t *)ctx = clock_monotonic_us();
	enum rc rc = s3_put(s3, STR("key"), &source, &(struct s3_put){ .exclusive = false }, &why);
	*(int64_t *)ctx = clock_monotonic_us() - *(int64_t *)ctx;
	return (void *)(intptr_t)rc;
}

/* Many readers at once would otherwise each wait for it in a thread of its own. */
static void one_at_a_time_waits_for_a_server_that_is_silent(void **state)
{
	(void)state;
	pthread_t threads[6];
	int64_t took_us[6];
	int waited = 0, refused = 0;
	struct s3_config config = settings();
	config.tries = 1;
	config.timeout_ms = 1000;
	s3_close(s3);
	assert_ok(s3_open(&config, &s3, &err), &err);
	SERVER_SAYS({ .text = NULL });
	assert_int_equal(put("x"), RC_TIMEOUT);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, put_in_thread, &took_us[i]), 0);
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		void *rc;
		assert_int_equal(pthread_join(threads[i], &rc), 0);
		waited += (enum rc)(intptr_t)rc == RC_TIMEOUT;
		refused += (enum rc)(intptr_t)rc == RC_BUSY;
	}
	assert_int_equal(waited + refused, 6);
	assert_true(waited >= 1);
	assert_true(refused >= 1);
	SERVER_SAYS({ .text = OK });
	assert_ok(put("x"), &err);
	assert_ok(put("x"), &err);
}

static int64_t ended_after_ms(enum rc (*call)(void))
{
	struct timespec from, to;
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(call(), RC_TIMEOUT);
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
}

static enum rc copy_24_mb(void)
{
	static const struct s3_put plain = { .exclusive = false };
	return s3_copy(s3, STR("a"), STR("\"tag\""), (int64_t)24 << 20, STR("b"), &plain, &err);
}

static enum rc end_24_mb(void)
{
	struct s3_part part = { .number = 1, .size_b = (int64_t)24 << 20, .etag = STR("\"tag\"") };
	const struct s3_parts parts = { &part, 1 };
	return s3_parts_end(s3, STR("a"), STR("u"), &parts, &err);
}

/* A repeat would begin all of it anew. */
static void a_server_that_copies_within_itself_has_more_time_and_is_asked_once(void **state)
{
	(void)state;
	struct s3_config config = settings();
	config.timeout_ms = 1000;
	s3_close(s3);
	assert_ok(s3_open(&config, &s3, &err), &err);
	SERVER_SAYS({ .text = NULL });
	assert_true(ended_after_ms(copy_24_mb) >= 3000);
	assert_int_equal(seen(&request_count), 1);
	SERVER_SAYS({ .text = NULL }, { .text = GONE });
	assert_true(ended_after_ms(end_24_mb) >= 3000);
	assert_int_equal(seen(&request_count), 2);
	SERVER_SAYS({ .text = NULL }, { .text = "HTTP/1.1 200 OK\r\nETag: \"tag\"\r\nContent-Length: 25165824\r\n\r\n", .cut = true });
	assert_ok(end_24_mb(), &err); /* it was done, and nobody said so */
	assert_true(asked(1, "HEAD "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_busy_server_is_asked_again_over_the_same_connection, setup, teardown),
		cmocka_unit_test_setup_teardown(a_server_that_stays_busy_is_left_after_some_tries, setup, teardown),
		cmocka_unit_test_setup_teardown(a_kept_connection_that_was_closed_costs_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(broken_connections_are_tried_again, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_said_once_and_without_the_secret, setup, teardown),
		cmocka_unit_test_setup_teardown(a_download_that_breaks_is_taken_up_where_it_broke, setup, teardown),
		cmocka_unit_test_setup_teardown(an_object_that_is_another_one_meanwhile_is_not_mixed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_part_must_be_the_part_that_was_asked_for, setup, teardown),
		cmocka_unit_test_setup_teardown(the_servers_clock_is_believed_once, setup, teardown),
		cmocka_unit_test_setup_teardown(two_requests_that_learn_the_time_at_once_correct_it_once, setup, teardown),
		cmocka_unit_test_setup_teardown(a_large_object_goes_in_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(parts_that_cannot_be_sent_are_taken_back, setup, teardown),
		cmocka_unit_test_setup_teardown(an_end_whose_answer_was_lost_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(a_hostile_answer_costs_no_more_than_its_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(an_endless_object_ends_with_whoever_takes_it, setup, teardown),
		cmocka_unit_test_setup_teardown(settings_that_cannot_be_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(addresses_have_the_bucket_in_the_path_or_in_the_host, setup, teardown),
		cmocka_unit_test_setup_teardown(an_address_to_put_to_has_the_length_and_the_type_signed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_server_that_copies_within_itself_has_more_time_and_is_asked_once, setup, teardown),
		cmocka_unit_test_setup_teardown(one_at_a_time_waits_for_a_server_that_is_silent, setup, teardown),
	};
	return cmocka_run_group_tests_name("net s3", tests, start_server, NULL);
}
