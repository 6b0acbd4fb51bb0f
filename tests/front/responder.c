/* responder.c: a program behind the fronts for tests: it tells what it was sent, and misbehaves on
 * request. Started like platen: a listening socket, --listen, or as CGI. */
#include "base/base.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "front/front.h"

#define PAGE_B 12288

struct counters {
	_Atomic int64_t of_loop[FRONT_LOOPS_MAX], requests, forged, done, given_up, released, reloads;
};

static struct counters counters;
static char page[PAGE_B];
static pthread_mutex_t gate_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_moved = PTHREAD_COND_INITIALIZER;
static int64_t gate_opened, gate_waiting;

static int64_t number_param(const struct http_request *req, const char *name)
{
	int64_t value = 0;
	str_to_i64(request_param(req, name), &value);
	return value;
}

static void json_text(struct buf *out, struct str s)
{
	buf_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < 32 || c == '"' || c == '\\' || c > 126)
			buf_printf(out, "\\u%04x", c);
		else
			buf_char(out, (char)c);
	}
	buf_char(out, '"');
}

static void json_field(struct buf *out, const char *name, struct str value)
{
	buf_char(out, out->len ? ',' : '{');
	json_text(out, str_of(name));
	buf_char(out, ':');
	json_text(out, value);
}

static void json_number(struct buf *out, const char *name, int64_t value)
{
	buf_char(out, out->len ? ',' : '{');
	json_text(out, str_of(name));
	buf_printf(out, ":%lld", (long long)value);
}

static void free_body(void *owner)
{
	atomic_fetch_add(&counters.released, 1);
	free(owner);
}

/* Hands the bytes of `out` over as a body that the front gives back. */
static void answer_bytes(struct http_response *res, struct buf *out)
{
	size_t n;
	char *bytes = buf_take(out, &n);
	res->body = str_n(bytes, n);
	res->release = free_body;
	res->owner = bytes;
}

static void answer_json(struct http_response *res, struct buf *out)
{
	buf_char(out, '}');
	response_set(res, "Content-Type", STR("application/json"));
	answer_bytes(res, out);
}

static void hex(const unsigned char *bytes, unsigned n, char *out)
{
	for (unsigned i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

/* Reads up to `max_b` of the body: its length and SHA-256, and the error if there is one. */
static void echo_body(struct http_request *req, int64_t max_b, struct buf *out)
{
	char bytes[5000], text[2 * EVP_MAX_MD_SIZE + 1];
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned digest_n = 0;
	struct err err = ERR_INIT;
	EVP_MD_CTX *sha = EVP_MD_CTX_new();
	size_t got = 0;
	int64_t total_b = 0;
	enum rc rc = RC_OK;
	EVP_DigestInit_ex(sha, EVP_sha256(), NULL);
	do {
		if (req->body)
			rc = req->body->read(req->body, bytes, sizeof bytes, &got, &err);
		if (rc != RC_OK || got == 0)
			break;
		EVP_DigestUpdate(sha, bytes, got);
		total_b += (int64_t)got;
	} while (total_b < max_b);
	EVP_DigestFinal_ex(sha, digest, &digest_n);
	EVP_MD_CTX_free(sha);
	hex(digest, digest_n, text);
	json_number(out, "length", req->body ? total_b : -1);
	json_number(out, "announced", req->body ? req->body->length_b : -1);
	json_field(out, "sha256", str_of(text));
	json_field(out, "error", rc == RC_OK ? STR("") : str_of(rc_name(rc)));
}

static void echo(struct http_request *req, unsigned worker, struct http_response *res)
{
	struct buf out = BUF_INIT(1 << 20);
	json_field(&out, "method", req->method_name);
	json_field(&out, "path", req->path);
	json_field(&out, "query", req->query);
	json_field(&out, "target", req->target);
	json_field(&out, "addr", req->remote_addr);
	json_field(&out, "scheme", req->scheme);
	json_field(&out, "id", str_of(req->id));
	json_number(&out, "worker", worker);
	for (size_t i = 0; i < req->headers.count; i++) {
		struct str name = arena_printf(req->arena, "header %.*s", STR_ARG(req->headers.items[i].name));
		json_field(&out, name.p, req->headers.items[i].value);
	}
	echo_body(req, INT64_MAX, &out);
	answer_json(res, &out);
}

/* Waits until /open was asked for: nothing a test does depends on the clock. */
static void block(struct http_response *res)
{
	pthread_mutex_lock(&gate_lock);
	int64_t seen = gate_opened;
	gate_waiting++;
	while (gate_opened == seen)
		pthread_cond_wait(&gate_moved, &gate_lock);
	pthread_mutex_unlock(&gate_lock);
	res->body = STR("unblocked");
}

static void open_gate(struct http_response *res)
{
	pthread_mutex_lock(&gate_lock);
	res->body = arena_printf(res->arena, "%lld", (long long)gate_waiting);
	gate_opened++;
	gate_waiting = 0; /* whoever comes now waits for the next time */
	pthread_cond_broadcast(&gate_moved);
	pthread_mutex_unlock(&gate_lock);
}

static int64_t open_descriptors(void)
{
	int64_t n = 0;
	DIR *dir = opendir("/proc/self/fd");
	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n - 3;
}

static void status(struct http_response *res)
{
	struct buf out = BUF_INIT(4096);
	json_number(&out, "requests", counters.requests);
	json_number(&out, "forged", counters.forged);
	json_number(&out, "done", counters.done);
	json_number(&out, "given_up", counters.given_up);
	json_number(&out, "released", counters.released);
	json_number(&out, "reloads", counters.reloads);
	json_number(&out, "descriptors", open_descriptors());
	json_number(&out, "pid", getpid());
	json_number(&out, "in_loop_0", counters.of_loop[0]);
	json_number(&out, "in_loop_1", counters.of_loop[1]);
	pthread_mutex_lock(&gate_lock);
	json_number(&out, "blocked", gate_waiting);
	pthread_mutex_unlock(&gate_lock);
	buf_char(&out, '}');
	res->body = arena_str(res->arena, buf_view(&out)); /* not counted as released */
	buf_release(&out);
}

static void memory(const struct http_request *req, struct http_response *res)
{
	struct buf out = BUF_INIT((size_t)1 << 30);
	int64_t n = number_param(req, "n");
	for (int64_t i = 0; i < n; i += PAGE_B)
		buf_put(&out, page, n - i < PAGE_B ? (size_t)(n - i) : PAGE_B);
	answer_bytes(res, &out);
}

/* `short`: the file ends so many bytes before what is announced. */
static void file(const struct http_request *req, struct http_response *res)
{
	int64_t n = number_param(req, "n"), missing = number_param(req, "short");
	int fd = memfd_create("answer", MFD_CLOEXEC);
	for (int64_t i = 0; i < n - missing; i += PAGE_B) {
		size_t piece = n - missing - i < PAGE_B ? (size_t)(n - missing - i) : PAGE_B;
		if (write(fd, page, piece) != (ssize_t)piece)
			abort();
	}
	lseek(fd, 0, SEEK_SET);
	res->file_fd = fd;
	res->file_length_b = n;
}

static void not_modified(struct http_response *res)
{
	res->status = 304;
	res->head_only = true;
	response_set(res, "ETag", STR("\"x\""));
}

static void reply_page(struct http_response *res)
{
	response_set(res, "Content-Type", STR("text/html; charset=utf-8"));
	response_set(res, "ETag", STR("\"abc\""));
	response_set(res, "Last-Modified", STR("Wed, 01 May 2024 00:00:00 GMT"));
	response_set(res, "Cache-Control", STR("max-age=60"));
	response_set(res, "Vary", STR("Accept-Encoding"));
	res->body = str_n(page, sizeof page);
}

/* The same as a page cache gives it: the headers were written once. */
static void reply_prepared(struct http_response *res)
{
	static struct buf head = BUF_INIT(4096);
	if (head.len == 0) {
		reply_page(res);
		response_write_headers(res, &head);
		res->header_count = 0;
	}
	res->prepared = buf_view(&head);
	res->body = str_n(page, sizeof page);
}

static bool fast(void *ctx, unsigned loop, struct http_request *req, struct http_response *res)
{
	(void)ctx;
	atomic_fetch_add(&counters.of_loop[loop], 1);
	atomic_fetch_add(&counters.requests, 1);
	if (str_is(req->path, "/forged"))
		atomic_fetch_add(&counters.forged, 1);
	res->head_only = req->method == HTTP_HEAD;
	if (str_is(req->path, "/page"))
		reply_page(res);
	else if (str_is(req->path, "/prepared"))
		reply_prepared(res);
	else if (str_is(req->path, "/fast"))
		res->body = STR("fast");
	else if (str_is(req->path, "/fast-memory"))
		memory(req, res);
	else if (str_is(req->path, "/open"))
		open_gate(res);
	else if (str_is(req->path, "/status"))
		status(res);
	else
		return false;
	return true;
}

static void slow(void *ctx, unsigned worker, struct http_request *req, struct http_response *res)
{
	(void)ctx;
	res->head_only = req->method == HTTP_HEAD;
	if (str_is(req->path, "/block"))
		block(res);
	else if (str_is(req->path, "/sleep"))
		usleep((useconds_t)(1000 * number_param(req, "ms")));
	else if (str_is(req->path, "/memory"))
		memory(req, res);
	else if (str_is(req->path, "/file"))
		file(req, res);
	else if (str_is(req->path, "/304"))
		not_modified(res);
	else if (str_is(req->path, "/slow-page"))
		reply_page(res);
	else if (str_is(req->path, "/ignore"))
		res->body = STR("ignored");
	else
		echo(req, worker, res);
	if (str_is(req->path, "/sleep"))
		res->body = STR("slept");
}

static void refuse(void *ctx, unsigned worker, struct http_request *req, int code, const char *message,
		   struct http_response *res)
{
	(void)ctx;
	(void)worker;
	res->status = code;
	res->body = arena_printf(res->arena, "refused by the program: %s (%s)", message, req->id);
}

static void done(void *ctx, const struct http_request *req, const struct http_response *res,
		 int64_t sent_b, int64_t duration_us)
{
	(void)ctx;
	(void)req;
	(void)res;
	if (duration_us < 0)
		abort();
	atomic_fetch_add(sent_b < 0 ? &counters.given_up : &counters.done, 1);
}

static void reload(void *ctx)
{
	(void)ctx;
	atomic_fetch_add(&counters.reloads, 1);
}

static int64_t option(int argc, char **argv, const char *name, int64_t otherwise)
{
	int64_t value = otherwise;
	for (int i = 1; i + 1 < argc; i++)
		if (str_is(str_of(argv[i]), name))
			str_to_i64(str_of(argv[i + 1]), &value);
	return value;
}

static const char *text_option(int argc, char **argv, const char *name)
{
	for (int i = 1; i + 1 < argc; i++)
		if (str_is(str_of(argv[i]), name))
			return argv[i + 1];
	return NULL;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	char inherited[32];
	int fd;
	enum front_kind kind = front_detect(&fd);
	struct front_handler handler = { .fast = fast, .slow = slow, .reload = reload, .done = done };
	struct front_config config = {
		.listen = text_option(argc, argv, "--listen"),
		.loops = (unsigned)option(argc, argv, "--loops", 0),
		.workers = (unsigned)option(argc, argv, "--workers", 0),
		.body_workers = (unsigned)option(argc, argv, "--body-workers", 0),
		.connections_max = (unsigned)option(argc, argv, "--connections", 0),
		.body_max_b = option(argc, argv, "--body-max", 64 << 20),
		.timeout_ms = (int)option(argc, argv, "--timeout", 10000),
		.lame_duck_ms = (int)option(argc, argv, "--lame-duck", 200),
		.grace_ms = (int)option(argc, argv, "--grace", 10000),
		.spool_max_b = option(argc, argv, "--spool-max", 0),
		.spool_dir = text_option(argc, argv, "--spool-dir"),
		.mount = str_of(text_option(argc, argv, "--mount")),
	};
	if (!str_given(config.mount))
		config.mount = STR("");
	if (option(argc, argv, "--refuse", 0))
		handler.refuse = refuse;
	for (size_t i = 0; i < sizeof page; i++)
		page[i] = (char)('a' + i % 26);
	if (kind == FRONT_FASTCGI && !config.listen) {
		snprintf(inherited, sizeof inherited, "fd:%d", fd);
		config.listen = inherited;
	}
	enum rc rc = config.listen ? front_serve(&config, &handler, &err) : front_cgi(&config, &handler, &err);
	if (rc != RC_OK)
		fprintf(stderr, "responder: %s\n", err.msg);
	if (rc == RC_TIMEOUT)
		_exit(1); /* threads still run: what exit() takes down is in use */
	return rc != RC_OK;
}
