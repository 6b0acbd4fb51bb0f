/* spool.c: a blob store that stands before another one, and a folder for what that one cannot take at the moment. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "blob/folder.h"
#include "blob/spool.h"
#include "blob/spool_note.h"
#include "blob/store.h"

#define LOOK_AT 100 /* at once, by who may have seen enough soon */

struct spool {
	struct blob_store store;
	struct blob_store *behind, *near;
	char *dir;
	int64_t max_b;
	_Atomic int64_t away_until_us;  /* monotonic */
};

static bool is_outage(enum rc rc)
{
	return rc == RC_IO || rc == RC_TIMEOUT || rc == RC_BUSY;
}

/* --- what waits --- */

static void add_up(const struct spool *s, const struct blob_list *list, struct blob_waiting *all)
{
	for (size_t i = 0; i < list->count; i++) {
		struct blob_waiting one = { .count = 1 };
		struct stat st;
		int64_t size_b;
		int fd;

		if (blob_open(s->near, list->hashes[i], &fd, &size_b, NULL) != RC_OK) /* it was sent just now */
			continue;
		if (fstat(fd, &st) == 0)
			one.oldest_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
		close(fd);
		all->count++;
		all->size_b += size_b;
		if (!all->oldest_ms || one.oldest_ms < all->oldest_ms)
			all->oldest_ms = one.oldest_ms;
	}
}

/* Until one is found that waits since before `until_ms`. */
static enum rc look(const struct spool *s, size_t at_once, int64_t until_ms, struct blob_waiting *out, struct err *err)
{
	struct blob_waiting all = { 0 };
	struct blob_list list = { .count = at_once };
	char after[BLOB_HASH_LEN + 1] = "";
	struct arena arena;
	enum rc rc = RC_OK;

	arena_init(&arena, ARENA_MAX_B);
	while (rc == RC_OK && list.count == at_once && (!all.oldest_ms || all.oldest_ms >= until_ms)) {
		arena_reset(&arena);
		rc = blob_list(s->near, str_of(after), at_once, &arena, &list, err);
		if (rc == RC_OK)
			add_up(s, &list, &all);
		if (rc == RC_OK && list.count)
			snprintf(after, sizeof(after), "%.*s", STR_ARG(list.hashes[list.count - 1]));
	}
	arena_release(&arena);
	if (rc == RC_OK)
		*out = all;
	return rc;
}

static enum rc count_waiting(const struct spool *s, struct blob_waiting *out, struct err *err)
{
	return look(s, BLOB_LIST_MAX, INT64_MIN, out, err);
}

/* What changes the folder by more than a blob's own file does so alone. */
static enum rc lock_folder(const struct spool *s, int *fd, struct err *err)
{
	int got = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (got < 0)
		return file_fail(err, errno, "open", s->dir);
	while (flock(got, LOCK_EX) != 0) {
		if (errno == EINTR)
			continue;
		enum rc rc = file_fail(err, errno, "lock", s->dir);
		close(got);
		return rc;
	}
	*fd = got;
	return RC_OK;
}

/* --- put --- */

static enum rc keep_alone(struct spool *s, struct blob_draft *draft, struct err *err)
{
	struct blob_waiting now, then;
	enum rc rc = spool_note_read(s->dir, &now) ? RC_OK : count_waiting(s, &now, err);

	if (rc != RC_OK)
		return rc;
	if (now.size_b + draft->put.size_b > s->max_b)
		return err_set(err, RC_LIMIT, "the spool is full: %lld files with %lld bytes wait already, and there may be %lld",
			       (long long)now.count, (long long)now.size_b, (long long)s->max_b);
	then = (struct blob_waiting){ now.count + 1, now.size_b + draft->put.size_b, now.oldest_ms ? now.oldest_ms : clock_now_ms() };
	spool_note_write(s->dir, &then); /* before: whoever is killed in between has noted too much */
	rc = blob_draft_keep(s->near, draft, err);
	if (rc != RC_OK || draft->put.existed)
		spool_note_write(s->dir, &now);
	return rc;
}

/* `why` is the failure of the store behind, which is that of the put when there is no room here either. */
static enum rc keep(struct spool *s, struct blob_draft *draft, const struct err *why, struct err *err)
{
	struct err here = ERR_INIT;
	int lock = -1;
	/* Before the lock is taken: what is large takes its time. */
	enum rc rc = fsync(draft->fd) == 0 ? lock_folder(s, &lock, &here)
					   : err_sys(&here, RC_IO, errno, "cannot write '%s'", draft->path);

	if (rc == RC_OK) {
		rc = keep_alone(s, draft, &here);
		close(lock);
	}
	if (rc != RC_OK)
		return err_set(err, why->rc, "%s; %s", why->msg, here.msg);
	log_err(LOG_WARN, "a file waits in the spool for the media store", why);
	return RC_OK;
}

static enum rc put_behind(struct spool *s, struct blob_draft *draft, struct err *err)
{
	if (clock_monotonic_us() < atomic_load(&s->away_until_us))
		return err_set(err, RC_BUSY, "the media store was not reached a moment ago");
	enum rc rc = blob_put_known(s->behind, draft->fd, str_of(draft->put.hash), draft->put.size_b, &draft->put.existed, err);
	if (is_outage(rc))
		atomic_store(&s->away_until_us, clock_monotonic_us() + BLOB_SPOOL_AWAY_MS * INT64_C(1000));
	return rc;
}

static enum rc spool_put(struct blob_store *store, blob_read_fn *read, void *ctx, int64_t max_b, struct blob_put *out,
			 struct err *err)
{
	struct spool *s = (struct spool *)store;
	struct err why = ERR_INIT;
	struct blob_draft draft;
	enum rc rc;

	if (s->max_b == 0)
		return blob_put(s->behind, read, ctx, max_b, out, err);
	rc = blob_draft_make(s->near, read, ctx, max_b, &draft, err);
	if (rc != RC_OK)
		return rc;
	rc = put_behind(s, &draft, &why);
	if (is_outage(rc))
		rc = keep(s, &draft, &why, err);
	else if (rc != RC_OK)
		rc = err_set(err, rc, "%s", why.msg);
	blob_draft_drop(&draft);
	if (rc == RC_OK)
		*out = draft.put;
	return rc;
}

/* --- reading: what is here, then what is behind, where it is by the time that it is not here --- */

static enum rc spool_open(struct blob_store *store, struct str hash, int *fd, int64_t *size_b, struct err *err)
{
	struct spool *s = (struct spool *)store;
	struct err none = ERR_INIT;
	enum rc rc = blob_open(s->near, hash, fd, size_b, &none);

	return rc == RC_NOTFOUND ? blob_open(s->behind, hash, fd, size_b, err)
				 : rc == RC_OK ? RC_OK : err_set(err, rc, "%s", none.msg);
}

static enum rc spool_open_part(struct blob_store *store, struct str hash, int64_t from_b, int64_t length_b, int *fd,
			       int64_t *size_b, struct err *err)
{
	struct spool *s = (struct spool *)store;
	struct err none = ERR_INIT;
	enum rc rc = blob_open_part(s->near, hash, from_b, length_b, fd, size_b, &none);

	return rc == RC_NOTFOUND ? blob_open_part(s->behind, hash, from_b, length_b, fd, size_b, err)
				 : rc == RC_OK ? RC_OK : err_set(err, rc, "%s", none.msg);
}

static enum rc spool_stream(struct blob_store *store, struct str hash, int64_t from_b, int64_t length_b, int *fd,
			    int64_t *size_b, struct blob_stream **out, struct err *err)
{
	struct spool *s = (struct spool *)store;
	struct err none = ERR_INIT;
	enum rc rc = blob_open_part(s->near, hash, from_b, length_b, fd, size_b, &none);

	return rc == RC_NOTFOUND ? blob_stream_open(s->behind, hash, from_b, length_b, fd, size_b, out, err)
				 : rc == RC_OK ? RC_OK : err_set(err, rc, "%s", none.msg);
}

static enum rc spool_exists(struct blob_store *store, struct str hash, bool *exists, struct err *err)
{
	struct spool *s = (struct spool *)store;
	bool here = false;
	enum rc rc = blob_exists(s->near, hash, &here, err);

	if (rc == RC_OK && here)
		*exists = true;
	return rc != RC_OK || here ? rc : blob_exists(s->behind, hash, exists, err);
}

/* Both are in order, and a blob may be in both for a moment. */
static void merge(const struct blob_list *a, const struct blob_list *b, size_t limit, struct blob_list *out)
{
	size_t i = 0, j = 0;

	while (out->count < limit && (i < a->count || j < b->count)) {
		int order = i == a->count ? 1 : j == b->count ? -1 : str_cmp(a->hashes[i], b->hashes[j]);

		out->hashes[out->count++] = order <= 0 ? a->hashes[i] : b->hashes[j];
		i += order <= 0;
		j += order >= 0;
	}
}

/* The folder first: what is sent between the two is in both. */
static enum rc spool_list(struct blob_store *store, struct str after, size_t limit, struct arena *arena,
			  struct blob_list *out, struct err *err)
{
	struct spool *s = (struct spool *)store;
	struct blob_list here = { NULL, 0 }, there = { NULL, 0 };
	enum rc rc = blob_list(s->near, after, limit, arena, &here, err);

	if (rc == RC_OK)
		rc = blob_list(s->behind, after, limit, arena, &there, err);
	if (rc != RC_OK)
		return rc;
	*out = (struct blob_list){ ARENA_ARRAY(arena, limit + 1, struct str), 0 };
	merge(&here, &there, limit, out);
	return RC_OK;
}

static struct str spool_link(struct blob_store *store, struct str hash, const struct blob_link *link, struct arena *arena)
{
	struct spool *s = (struct spool *)store;
	bool here = false;

	if (blob_exists(s->near, hash, &here, NULL) != RC_OK || here)
		return STR_NONE;
	return blob_link(s->behind, hash, link, arena);
}

/* --- out of the folder --- */

/* Opens and locks a blob that waits. RC_NOTFOUND: it does not; RC_BUSY: somebody else has it. */
static enum rc take(struct spool *s, struct str hash, int *fd, int64_t *size_b, struct err *err)
{
	struct stat st;
	int got = -1;
	enum rc rc = blob_open(s->near, hash, &got, size_b, err);

	if (rc != RC_OK)
		return rc;
	if (flock(got, LOCK_EX | LOCK_NB) != 0)
		rc = err_set(err, RC_BUSY, "the blob %.*s is on its way to the media store", STR_ARG(hash));
	else if (fstat(got, &st) != 0 || st.st_nlink == 0)
		rc = err_set(err, RC_NOTFOUND, "the blob %.*s does not wait any more", STR_ARG(hash));
	if (rc == RC_OK)
		*fd = got;
	else
		close(got);
	return rc;
}

static enum rc drop(struct spool *s, struct str hash, int64_t size_b, struct err *err)
{
	struct blob_waiting now;
	int lock = -1;
	enum rc rc = lock_folder(s, &lock, err);

	if (rc != RC_OK)
		return rc;
	rc = blob_remove(s->near, hash, err);
	if (rc == RC_OK) {
		blob_folder_tidy(s->near, hash);
		if (spool_note_read(s->dir, &now))
			spool_note_write(s->dir, &(struct blob_waiting){ now.count - 1, now.size_b - size_b, now.oldest_ms });
	}
	close(lock);
	return rc;
}

/* Behind first: a put whose answer was lost may have left it in both places. */
static enum rc spool_remove(struct blob_store *store, struct str hash, struct err *err)
{
	struct spool *s = (struct spool *)store;
	struct err none = ERR_INIT;
	int64_t size_b;
	int fd = -1;
	enum rc rc = take(s, hash, &fd, &size_b, &none);

	if (rc != RC_OK && rc != RC_NOTFOUND)
		return err_set(err, rc, "%s", none.msg);
	rc = blob_remove(s->behind, hash, err);
	if (rc == RC_OK && fd >= 0)
		rc = drop(s, hash, size_b, err);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* *own: with another blob it may go better. */
static enum rc send_taken(struct spool *s, int fd, struct str hash, int64_t size_b, bool *own, struct err *err)
{
	bool existed;
	enum rc rc = blob_prove(fd, hash, size_b, err);

	*own = true;
	if (rc != RC_OK)
		return rc;
	rc = blob_put_known(s->behind, fd, hash, size_b, &existed, err);
	*own = rc == RC_OK || rc == RC_LIMIT || rc == RC_UNSUPPORTED;
	return rc == RC_OK ? drop(s, hash, size_b, err) : rc;
}

static enum rc send_one(struct spool *s, struct str hash, struct blob_sent *sent, bool *own, struct err *err)
{
	struct err none = ERR_INIT;
	int64_t size_b;
	int fd = -1;
	enum rc rc = take(s, hash, &fd, &size_b, &none);

	*own = true;
	if (rc == RC_BUSY || rc == RC_NOTFOUND)
		return RC_OK;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", none.msg);
	rc = send_taken(s, fd, hash, size_b, own, err);
	close(fd);
	if (rc == RC_OK) {
		sent->count++;
		sent->size_b += size_b;
		atomic_store(&s->away_until_us, 0);
	}
	return rc;
}

static enum rc send_page(struct spool *s, const struct blob_list *list, bool (*is_over)(void *ctx), void *ctx,
			 struct blob_sent *sent, struct err *err)
{
	for (size_t i = 0; i < list->count; i++) {
		struct err why = ERR_INIT;
		bool own;
		enum rc rc;

		sent->more = is_over && is_over(ctx);
		if (sent->more)
			break;
		rc = send_one(s, list->hashes[i], sent, &own, &why);
		if (rc != RC_OK && (!own || sent->stuck++ == 0))
			(void)!err_set(err, own ? RC_CORRUPT : rc, "%s", why.msg);
		if (rc != RC_OK && (!own || sent->stuck == BLOB_SPOOL_STUCK_MAX))
			return own ? RC_CORRUPT : rc;
	}
	return RC_OK;
}

enum rc blob_spool_send(struct blob_store *store, bool (*is_over)(void *ctx), void *ctx, struct blob_sent *out,
			struct err *err)
{
	struct spool *s = (struct spool *)store;
	char after[BLOB_HASH_LEN + 1] = "";
	struct blob_list list = { .count = BLOB_LIST_MAX };
	struct arena arena;
	enum rc rc = RC_OK;

	*out = (struct blob_sent){ 0 };
	if (!blob_spool_waits(store))
		return RC_OK;
	arena_init(&arena, ARENA_MAX_B);
	while (rc == RC_OK && !out->more && list.count == BLOB_LIST_MAX) {
		arena_reset(&arena);
		rc = blob_list(s->near, str_of(after), BLOB_LIST_MAX, &arena, &list, err);
		if (rc == RC_OK && list.count)
			snprintf(after, sizeof(after), "%.*s", STR_ARG(list.hashes[list.count - 1]));
		if (rc == RC_OK)
			rc = send_page(s, &list, is_over, ctx, out, err);
	}
	arena_release(&arena);
	if (rc == RC_OK && !out->more && !blob_spool_waits(store))
		spool_note_drop(s->dir);
	return rc == RC_OK && out->stuck ? RC_CORRUPT : rc;
}

/* --- the rest --- */

/* What was noted wrongly is right again. */
static enum rc note_anew(struct spool *s, struct err *err)
{
	struct blob_waiting now;
	int lock = -1;
	enum rc rc = file_exists(s->dir) ? lock_folder(s, &lock, err) : RC_OK;

	if (rc != RC_OK || lock < 0)
		return rc;
	rc = count_waiting(s, &now, err);
	if (rc == RC_OK)
		spool_note_write(s->dir, &now);
	close(lock);
	return rc;
}

static enum rc spool_sweep(struct blob_store *store, int64_t before_ms, bool remove, int64_t *count, struct err *err)
{
	struct spool *s = (struct spool *)store;
	int64_t here = 0;
	enum rc rc = blob_sweep(s->near, before_ms, remove, &here, err);

	if (rc == RC_OK && remove)
		rc = note_anew(s, err);
	if (rc == RC_OK)
		rc = blob_sweep(s->behind, before_ms, remove, count, err);
	if (rc == RC_OK)
		*count += here;
	return rc;
}

static enum rc spool_check(struct blob_store *store, struct err *err)
{
	return blob_check(((struct spool *)store)->behind, err);
}

static struct blob_store *spool_behind(struct blob_store *store)
{
	return ((struct spool *)store)->behind;
}

static void spool_close(struct blob_store *store)
{
	struct spool *s = (struct spool *)store;

	blob_close(s->behind);
	blob_close(s->near);
	free(s->dir);
	free(s);
}

static const struct blob_ops spool_ops = {
	.put = spool_put, .open = spool_open, .open_part = spool_open_part, .stream = spool_stream, .exists = spool_exists, .remove = spool_remove,
	.list = spool_list, .sweep = spool_sweep, .link = spool_link, .check = spool_check,
	.behind = spool_behind, .close = spool_close,
};

enum rc blob_spool_waiting(struct blob_store *store, struct blob_waiting *out, struct err *err)
{
	*out = (struct blob_waiting){ 0 };
	return store->ops == &spool_ops ? count_waiting((struct spool *)store, out, err) : RC_OK;
}

enum rc blob_spool_overdue(struct blob_store *store, int64_t before_ms, int64_t *count, struct err *err)
{
	struct spool *s = (struct spool *)store;
	struct blob_waiting noted = { 0 }, seen;
	enum rc rc;

	*count = 0;
	if (!blob_spool_waits(store))
		return RC_OK;
	bool is_noted = spool_note_read(s->dir, &noted);
	if (is_noted && noted.oldest_ms >= before_ms)
		return RC_OK;
	rc = is_noted ? look(s, LOOK_AT, before_ms, &seen, err) : count_waiting(s, &seen, err);
	if (rc == RC_OK && seen.oldest_ms && seen.oldest_ms < before_ms)
		*count = is_noted ? noted.count : seen.count;
	return rc;
}

bool blob_spool_waits(struct blob_store *store)
{
	struct blob_list list = { NULL, 0 };
	struct arena arena;

	if (store->ops != &spool_ops || !file_exists(((struct spool *)store)->dir))
		return false;
	arena_init(&arena, ARENA_MAX_B);
	bool waits = blob_list(((struct spool *)store)->near, STR_NONE, 1, &arena, &list, NULL) != RC_OK || list.count > 0;
	arena_release(&arena);
	return waits;
}

enum rc blob_spool_open(const struct blob_spool *settings, struct blob_store **out, struct err *err)
{
	struct spool *s = mem_new(sizeof(*s));
	enum rc rc = blob_folder_open(settings->dir, &s->near, err);

	s->store.ops = &spool_ops;
	s->behind = settings->behind;
	s->dir = mem_dup(settings->dir, strlen(settings->dir));
	s->max_b = settings->max_b;
	if (rc == RC_OK)
		*out = &s->store;
	else
		spool_close(&s->store);
	return rc;
}
