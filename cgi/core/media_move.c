/* media_move.c: all blobs of a store: copied to another one, and proven. */
#include "base/base.h"

#include <errno.h>
#include <unistd.h>

#include "base/enc.h"
#include "core/media_move.h"
#include "crypt/digest.h"
#include "store/media_gone.h"

#define CHUNK_B ((size_t)256 << 10)
#define MEDIA_PAGE 500

struct mover {
	const struct progress *progress;
	media_finding_fn *finding;
	void *ctx;
	struct media_tally *tally;
	struct err *err;
};

/* The addresses of a store in order, a page in memory at a time. */
struct walk {
	struct blob_store *store;
	struct arena arena;
	struct blob_list page;
	size_t at;
	char after[BLOB_HASH_LEN + 1];
	bool more;
};

static void walk_begin(struct walk *w, struct blob_store *store)
{
	*w = (struct walk){ .store = store, .more = true };
	arena_init(&w->arena, ARENA_MAX_B);
}

/* STR_NONE at the end; *hash lives until the next call. */
static enum rc walk_next(struct walk *w, struct str *hash, struct err *err)
{
	*hash = STR_NONE;
	if (w->at == w->page.count && w->more) {
		arena_reset(&w->arena);
		w->page = (struct blob_list){ NULL, 0 };
		w->at = 0;
		enum rc rc = blob_list(w->store, str_of(w->after), BLOB_LIST_MAX, &w->arena, &w->page, err);
		if (rc != RC_OK)
			return rc;
		w->more = w->page.count == BLOB_LIST_MAX;
	}
	if (w->at == w->page.count)
		return RC_OK;
	*hash = w->page.hashes[w->at++];
	snprintf(w->after, sizeof w->after, "%.*s", STR_ARG(*hash));
	return RC_OK;
}

static enum rc count_all(struct mover *m, struct blob_store *store)
{
	struct walk w;
	struct str hash;
	enum rc rc;
	walk_begin(&w, store);
	while ((rc = walk_next(&w, &hash, m->err)) == RC_OK && str_given(hash)) {
		m->tally->total++;
		rc = progress_tell(m->progress, "counting", m->tally->total, 0, hash, m->err);
		if (rc != RC_OK)
			break;
	}
	arena_release(&w.arena);
	return rc;
}

static void find(struct mover *m, const char *what, struct str hash)
{
	if (m->finding)
		m->finding(m->ctx, what, hash);
}

/* The store that is read may have damaged it; what arrived under another address is taken away again. */
static enum rc copy_one(struct mover *m, struct blob_store *from, struct blob_store *to, struct str hash)
{
	struct blob_put put;
	int64_t size_b;
	int fd;
	enum rc rc = blob_open(from, hash, &fd, &size_b, m->err);
	if (rc == RC_OK) {
		rc = blob_put_fd(to, fd, "a blob", BLOB_MAX_B, &put, m->err);
		close(fd);
	}
	if (rc == RC_OK && str_eq(str_of(put.hash), hash)) {
		m->tally->copied++;
		m->tally->copied_b += put.size_b;
		return RC_OK;
	}
	if (rc == RC_OK && !put.existed)
		rc = blob_remove(to, str_of(put.hash), m->err);
	if (rc != RC_OK && rc != RC_CORRUPT)
		return rc;
	m->tally->damaged++;
	find(m, "damaged", hash);
	return RC_OK;
}

/* Both stores are walked in order beside each other: what is there already costs no question of its own. */
static enum rc copy_all(struct mover *m, struct blob_store *from, struct blob_store *to)
{
	struct walk ours, theirs;
	struct str hash, there;
	int64_t done = 0;
	walk_begin(&ours, from);
	walk_begin(&theirs, to);
	enum rc rc = walk_next(&theirs, &there, m->err);
	while (rc == RC_OK && (rc = walk_next(&ours, &hash, m->err)) == RC_OK && str_given(hash)) {
		while (rc == RC_OK && str_given(there) && str_cmp(there, hash) < 0)
			rc = walk_next(&theirs, &there, m->err);
		if (rc == RC_OK && str_given(there) && str_eq(there, hash))
			m->tally->present++;
		else if (rc == RC_OK)
			rc = copy_one(m, from, to, hash);
		if (rc == RC_OK)
			rc = progress_tell(m->progress, "copying", ++done, m->tally->total, hash, m->err);
	}
	arena_release(&ours.arena);
	arena_release(&theirs.arena);
	return rc;
}

enum rc media_copy(struct blob_store *from, struct blob_store *to, const struct progress *progress,
		   media_finding_fn *finding, void *ctx, struct media_tally *out, struct err *err)
{
	struct mover m = { progress, finding, ctx, out, err };
	*out = (struct media_tally){ 0 };
	enum rc rc = count_all(&m, from);
	return rc == RC_OK ? copy_all(&m, from, to) : rc;
}

/* --- proving --- */

static enum rc hash_fd(int fd, char hex[SHA256_HEX_B], struct err *err)
{
	struct sha256 *state = sha256_new();
	char *chunk = mem_array(CHUNK_B, 1);
	uint8_t digest[SHA256_B];
	ssize_t n;
	while ((n = read(fd, chunk, CHUNK_B)) > 0 || (n < 0 && errno == EINTR))
		sha256_add(state, chunk, n > 0 ? (size_t)n : 0);
	int saved = errno;
	sha256_end(state, digest);
	enc_hex_into(hex, digest, sizeof digest);
	free(chunk);
	return n < 0 ? err_sys(err, RC_IO, saved, "cannot read a blob") : RC_OK;
}

static enum rc prove_one(struct mover *m, struct blob_store *store, struct str hash)
{
	char hex[SHA256_HEX_B] = "";
	int64_t size_b;
	int fd;
	enum rc rc = blob_open(store, hash, &fd, &size_b, m->err);
	if (rc == RC_OK) {
		rc = hash_fd(fd, hex, m->err);
		close(fd);
	}
	if (rc != RC_OK && rc != RC_CORRUPT) /* a store elsewhere has compared already */
		return rc;
	if (!str_is(hash, hex)) {
		m->tally->damaged++;
		find(m, "damaged", hash);
	}
	return RC_OK;
}

static enum rc prove_all(struct mover *m, struct blob_store *store)
{
	struct walk w;
	struct str hash;
	int64_t done = 0;
	enum rc rc;
	walk_begin(&w, store);
	while ((rc = walk_next(&w, &hash, m->err)) == RC_OK && str_given(hash)) {
		rc = prove_one(m, store, hash);
		if (rc == RC_OK)
			rc = progress_tell(m->progress, "reading", ++done, m->tally->total, hash, m->err);
		if (rc != RC_OK)
			break;
	}
	arena_release(&w.arena);
	return rc;
}

/* Its row may have gone since it was listed. */
static enum rc look_for(struct mover *m, struct blob_store *store, struct db_ro *db, struct str hash)
{
	bool exists = false, known = true;
	enum rc rc = blob_exists(store, hash, &exists, m->err);
	if (rc == RC_OK && !exists)
		rc = media_is_known(db, hash, &known, m->err);
	if (rc == RC_OK && !exists && known) {
		m->tally->missing++;
		find(m, "missing", hash);
	}
	return rc;
}

static enum rc look_for_all(struct mover *m, struct blob_store *store, struct db_ro *db)
{
	char after[BLOB_HASH_LEN + 1] = "";
	struct str *hashes = NULL;
	size_t count = 0;
	int64_t done = 0;
	struct arena arena;
	enum rc rc;
	arena_init(&arena, ARENA_MAX_B);
	do {
		arena_reset(&arena);
		rc = media_hashes(db, str_of(after), MEDIA_PAGE, &arena, &hashes, &count, m->err);
		for (size_t i = 0; rc == RC_OK && i < count; i++) {
			rc = look_for(m, store, db, hashes[i]);
			if (rc == RC_OK)
				rc = progress_tell(m->progress, "looking", ++done, 0, hashes[i], m->err);
			snprintf(after, sizeof after, "%.*s", STR_ARG(hashes[i]));
		}
	} while (rc == RC_OK && count == MEDIA_PAGE);
	arena_release(&arena);
	return rc;
}

enum rc media_verify(struct blob_store *store, struct db_ro *db, const struct progress *progress,
		     media_finding_fn *finding, void *ctx, struct media_tally *out, struct err *err)
{
	struct mover m = { progress, finding, ctx, out, err };
	*out = (struct media_tally){ 0 };
	enum rc rc = count_all(&m, store);
	if (rc == RC_OK)
		rc = prove_all(&m, store);
	return rc == RC_OK && db ? look_for_all(&m, store, db) : rc;
}
