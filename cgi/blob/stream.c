/* stream.c: a blob of a bucket that is read while it is still being fetched. */
#include "base/base.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/log.h"
#include "blob/bucket.h"
#include "blob/stream.h"
#include "blob/unnamed.h"
#include "crypt/digest.h"

#define HELD_B ((int64_t)64 << 10)  /* until the hash is proven */

struct blob_stream {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	int64_t there_b;         /* what is before this place may be read; under `lock`, as the next three */
	bool ended;
	struct s3_object object;
	struct err err;          /* why it ended; RC_OK: all is there */
	atomic_bool stop;
	atomic_uint holders;
	struct bucket *bucket;   /* held */
	char hash[BLOB_HASH_LEN + 1];
	int64_t from_b, length_b, got_b;
	struct sha256 *state;    /* NULL: a part, which proves nothing */
	int fd;                  /* the thread's own */
};

static atomic_int open_streams;

static void drop(struct blob_stream *s)
{
	if (atomic_fetch_sub(&s->holders, 1) > 1)
		return;
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->moved);
	sha256_free(s->state);
	blob_close(&s->bucket->store);
	close(s->fd);
	free(s);
	atomic_fetch_sub(&open_streams, 1);
}

static void move(struct blob_stream *s, int64_t there_b)
{
	pthread_mutex_lock(&s->lock);
	if (there_b > s->there_b)
		s->there_b = there_b;
	pthread_cond_broadcast(&s->moved);
	pthread_mutex_unlock(&s->lock);
}

/* The reader has a place of his own in the file. */
static enum rc take(void *ctx, const void *bytes, size_t n, struct err *err)
{
	struct blob_stream *s = ctx;
	const char *p = bytes;

	if (s->got_b + (int64_t)n > BLOB_MAX_B)
		return err_set(err, RC_LIMIT, "a blob in S3 is larger than %lld bytes", (long long)BLOB_MAX_B);
	if (s->state)
		sha256_add(s->state, bytes, n);
	while (n > 0) {
		ssize_t done = pwrite(s->fd, p, n, (off_t)(s->from_b + s->got_b));

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return err_sys(err, RC_IO, done < 0 ? errno : ENOSPC, "cannot write a temporary file");
		s->got_b += done;
		p += done;
		n -= (size_t)done;
	}
	move(s, s->from_b + s->got_b - (s->state ? HELD_B : 0));
	return RC_OK;
}

static enum rc prove(struct blob_stream *s, struct err *err)
{
	uint8_t digest[SHA256_B];
	char hex[SHA256_HEX_B];

	if (!s->state)
		return RC_OK;
	sha256_end(s->state, digest);
	s->state = NULL;
	enc_hex_into(hex, digest, sizeof(digest));
	if (strcmp(hex, s->hash) == 0)
		return RC_OK;
	return err_set(err, RC_CORRUPT, "the blob %s is damaged: its bytes have another hash", s->hash);
}

static void *fetch(void *ctx)
{
	struct blob_stream *s = ctx;
	struct err err = ERR_INIT;
	enum rc rc = bucket_fetch(s->bucket, str_of(s->hash), s->from_b, s->length_b, take, s, &s->stop, &s->object, &err);

	if (rc == RC_OK)
		rc = prove(s, &err);
	if (rc != RC_OK && s->got_b > 0 && !atomic_load(&s->stop))
		log_err(LOG_WARN, "an answer is cut: its file cannot be fetched", &err);
	pthread_mutex_lock(&s->lock);
	s->err = err;
	s->err.rc = rc;
	s->ended = true;
	if (rc == RC_OK)
		s->there_b = s->from_b + s->got_b;
	pthread_cond_broadcast(&s->moved);
	pthread_mutex_unlock(&s->lock);
	drop(s);
	return NULL;
}

/* Signals are for the threads that wait for them. */
static bool begin(struct blob_stream *s)
{
	sigset_t all, before;
	pthread_attr_t attr;
	pthread_t thread;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	atomic_fetch_add(&s->holders, 1);
	bool begun = pthread_create(&thread, &attr, fetch, s) == 0;
	if (!begun)
		atomic_fetch_sub(&s->holders, 1);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return begun;
}

static struct blob_stream *make(struct bucket *b, struct str hash, int64_t from_b, int64_t length_b, int fd)
{
	struct blob_stream *s = mem_new(sizeof(*s));
	pthread_condattr_t attr;

	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->moved, &attr);
	pthread_condattr_destroy(&attr);
	snprintf(s->hash, sizeof(s->hash), "%.*s", STR_ARG(hash));
	s->object.size_b = -1;
	s->holders = 1;
	s->bucket = (struct bucket *)blob_hold(&b->store);
	s->from_b = s->there_b = from_b;
	s->length_b = length_b;
	s->state = from_b == 0 && length_b < 0 ? sha256_new() : NULL;
	s->fd = fd;
	return s;
}

/* Until there is a byte to read: what goes wrong before can be told. */
static enum rc await_first(struct blob_stream *s, int64_t *size_b, struct err *err)
{
	enum rc rc = RC_OK;

	pthread_mutex_lock(&s->lock);
	while (!s->ended && s->there_b <= s->from_b)
		pthread_cond_wait(&s->moved, &s->lock);
	if (s->ended && s->err.rc != RC_OK)
		rc = err_set(err, s->err.rc, "%s", s->err.msg);
	else
		*size_b = s->object.size_b;
	pthread_mutex_unlock(&s->lock);
	return rc;
}

enum rc bucket_stream(struct bucket *b, struct str hash, int64_t from_b, int64_t length_b, int *fd, int64_t *size_b,
		      struct blob_stream **out, struct err *err)
{
	struct blob_stream *s;
	int own = -1, theirs = -1;
	enum rc rc = unnamed_open(b->tmp_dir, &own, err);

	if (rc != RC_OK)
		return rc;
	theirs = dup(own);
	if (theirs < 0 || lseek(theirs, (off_t)from_b, SEEK_SET) < 0)
		rc = err_sys(err, RC_IO, errno, "cannot read a temporary file");
	atomic_fetch_add(&open_streams, 1);
	s = make(b, hash, from_b, length_b, own);
	if (rc == RC_OK && !begin(s))
		rc = err_set(err, RC_BUSY, "no thread can be made");
	if (rc == RC_OK)
		rc = await_first(s, size_b, err);
	if (rc == RC_OK) {
		*fd = theirs;
		*out = s;
		return RC_OK;
	}
	if (theirs >= 0)
		close(theirs);
	blob_stream_close(s);
	return rc;
}

enum rc blob_stream_open(struct blob_store *store, struct str hash, int64_t from_b, int64_t length_b, int *fd,
			 int64_t *size_b, struct blob_stream **out, struct err *err)
{
	*out = NULL;
	if (store->ops->stream && blob_is_hash(hash) && atomic_load(&open_streams) < BLOB_STREAMS_MAX)
		return store->ops->stream(store, hash, from_b, length_b, fd, size_b, out, err);
	return from_b == 0 && length_b < 0 ? blob_open(store, hash, fd, size_b, err)
					   : blob_open_part(store, hash, from_b, length_b, fd, size_b, err);
}

int64_t blob_stream_await(struct blob_stream *s, int64_t at_b)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	pthread_mutex_lock(&s->lock);
	while (!s->ended && s->there_b <= at_b && pthread_cond_timedwait(&s->moved, &s->lock, &until) == 0)
		continue;
	int64_t there_b = s->there_b - at_b;
	bool ended = s->ended;
	pthread_mutex_unlock(&s->lock);
	return there_b > 0 ? there_b : ended ? -1 : 0;
}

void blob_stream_close(struct blob_stream *s)
{
	atomic_store(&s->stop, true);
	drop(s);
}
