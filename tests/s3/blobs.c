/* blobs.c: does one thing with the media store that the settings name, for the tests beside it.
 *
 *   blobs put             standard input; prints the hash
 *   blobs puts N SIZE     N blobs of SIZE random bytes; prints each hash as soon as it is stored
 *   blobs get HASH        to standard output
 *   blobs part HASH FROM LENGTH
 *   blobs list | blobs count | blobs check | blobs has HASH | blobs remove HASH | blobs link HASH TYPE SECONDS
 *   blobs sweep [AGE_MS]  prints how many were removed that are so old
 *   blobs waiting         prints how many wait in the spool, and their bytes
 *   blobs send            sends them; prints how many, each time that it has sent some
 *
 * BLOBS_CLOCK_MS moves its clock. Prints the message of a failure and ends with the number of its code. */
#include "base/base.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "conf/conf.h"
#include "blob/spool.h"
#include "core/media_store.h"
#include "crypt/rand.h"

struct call {
	struct blob_store *store;
	char **args;
	struct arena arena;
	struct err err;
};

static int64_t number(const char *text)
{
	int64_t value = 0;
	return text && str_to_i64(str_of(text), &value) ? value : 0;
}

static enum rc put(struct call *c)
{
	struct blob_put done;
	enum rc rc = blob_put_fd(c->store, STDIN_FILENO, "standard input", BLOB_MAX_B, &done, &c->err);
	if (rc == RC_OK)
		printf("%s\n", done.hash);
	return rc;
}

static enum rc puts_random(struct call *c)
{
	enum rc rc = RC_OK;
	size_t size_b = (size_t)number(c->args[1]);
	for (int64_t i = number(c->args[0]); rc == RC_OK && i > 0; i--) {
		struct blob_put done;
		char *bytes = mem_array(size_b, 1);
		rand_fill(bytes, size_b);
		rc = blob_put_bytes(c->store, str_n(bytes, size_b), &done, &c->err);
		free(bytes);
		if (rc == RC_OK)
			printf("%s\n", done.hash);
		fflush(stdout);
	}
	return rc;
}

static enum rc copy_out(struct call *c, int fd, int64_t left_b)
{
	char chunk[1 << 16];
	enum rc rc = RC_OK;
	while (rc == RC_OK && left_b > 0) {
		ssize_t n = read(fd, chunk, left_b < (int64_t)sizeof chunk ? (size_t)left_b : sizeof chunk);
		if (n <= 0)
			break;
		rc = file_write_fd(STDOUT_FILENO, "standard output", str_n(chunk, (size_t)n), &c->err);
		left_b -= n;
	}
	close(fd);
	return rc;
}

static enum rc get(struct call *c)
{
	int64_t size_b;
	int fd;
	enum rc rc = blob_open(c->store, str_of(c->args[0]), &fd, &size_b, &c->err);
	return rc == RC_OK ? copy_out(c, fd, size_b) : rc;
}

static enum rc part(struct call *c)
{
	int64_t size_b, length_b = number(c->args[2]);
	int fd;
	enum rc rc = blob_open_part(c->store, str_of(c->args[0]), number(c->args[1]), length_b, &fd, &size_b, &c->err);
	return rc == RC_OK ? copy_out(c, fd, length_b) : rc;
}

static enum rc walk(struct call *c, bool shown)
{
	struct blob_list list = { NULL, 0 };
	struct str after = STR_NONE;
	int64_t count = 0;
	enum rc rc;
	do {
		rc = blob_list(c->store, after, BLOB_LIST_MAX, &c->arena, &list, &c->err);
		for (size_t i = 0; rc == RC_OK && i < list.count; i++) {
			after = list.hashes[i];
			if (shown)
				printf("%.*s\n", STR_ARG(after));
			count++;
		}
	} while (rc == RC_OK && list.count == BLOB_LIST_MAX);
	if (rc == RC_OK && !shown)
		printf("%lld\n", (long long)count);
	return rc;
}

static enum rc list(struct call *c)
{
	return walk(c, true);
}

static enum rc count(struct call *c)
{
	return walk(c, false);
}

static enum rc check(struct call *c)
{
	return blob_check(c->store, &c->err);
}

static enum rc has(struct call *c)
{
	bool exists = false;
	enum rc rc = blob_exists(c->store, str_of(c->args[0]), &exists, &c->err);
	if (rc == RC_OK)
		printf("%s\n", exists ? "yes" : "no");
	return rc;
}

static enum rc remove_one(struct call *c)
{
	return blob_remove(c->store, str_of(c->args[0]), &c->err);
}

static enum rc link_to(struct call *c)
{
	struct blob_link link = { .type = str_of(c->args[1]), .expires_s = (int)number(c->args[2]) };
	printf("%.*s\n", STR_ARG(blob_link(c->store, str_of(c->args[0]), &link, &c->arena)));
	return RC_OK;
}

static enum rc sweep(struct call *c)
{
	int64_t swept = 0;
	enum rc rc = blob_sweep(c->store, clock_now_ms() - number(c->args[0]), true, &swept, &c->err);
	if (rc == RC_OK)
		printf("%lld\n", (long long)swept);
	return rc;
}

static enum rc waiting(struct call *c)
{
	struct blob_waiting waiting;
	enum rc rc = blob_spool_waiting(c->store, &waiting, &c->err);
	if (rc == RC_OK)
		printf("%lld %lld\n", (long long)waiting.count, (long long)waiting.size_b);
	return rc;
}

static bool after_one(void *ctx)
{
	bool *asked = ctx;
	return *asked ? true : (*asked = true, false);
}

static enum rc send_waiting(struct call *c)
{
	struct blob_sent sent = { .more = true };
	enum rc rc = RC_OK;
	for (int64_t all = 0; rc == RC_OK && sent.more;) {
		bool asked = false;
		rc = blob_spool_send(c->store, after_one, &asked, &sent, &c->err);
		printf("%lld\n", (long long)(all += sent.count));
		fflush(stdout);
	}
	return rc;
}

static const struct {
	const char *name;
	int args;
	enum rc (*run)(struct call *call);
} commands[] = {
	{ "put", 0, put }, { "puts", 2, puts_random }, { "get", 1, get }, { "part", 3, part }, { "list", 0, list },
	{ "count", 0, count }, { "check", 0, check }, { "has", 1, has }, { "remove", 1, remove_one }, { "link", 3, link_to },
	{ "sweep", 0, sweep }, { "waiting", 0, waiting }, { "send", 0, send_waiting },
};

int main(int argc, char **argv)
{
	struct call c = { .args = argv + 2, .err = ERR_INIT };
	struct conf conf = { 0 };
	const char *skew = getenv("BLOBS_CLOCK_MS");
	enum rc rc = RC_UNSUPPORTED;
	if (skew)
		clock_set_ms(clock_now_ms() + strtoll(skew, NULL, 10));
	arena_init(&c.arena, ARENA_MAX_B);
	for (size_t i = 0; argc > 1 && i < COUNT_OF(commands); i++) {
		if (strcmp(argv[1], commands[i].name) != 0 || argc - 2 < commands[i].args)
			continue;
		rc = conf_load(NULL, &conf, &c.err);
		if (rc == RC_OK)
			rc = media_store_open(&conf, &c.store, &c.err);
		if (rc == RC_OK)
			rc = commands[i].run(&c);
	}
	if (rc != RC_OK)
		fprintf(stderr, "%s\n", c.err.msg);
	media_store_close(c.store);
	conf_release(&conf);
	arena_release(&c.arena);
	return (int)rc;
}
