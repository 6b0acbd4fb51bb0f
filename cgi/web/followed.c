/* followed.c: counts in memory which redirects readers follow, and now and then writes it down. */
#include "base/base.h"

#include <pthread.h>

#include "base/hash.h"
#include "core/place.h"
#include "store/redirect_hit.h"
#include "web/followed.h"

#define SLOTS ((size_t)2 * FOLLOWED_MAX) /* a power of two; half of them stay free, so that a search ends soon */
#define SPARING_SAME_MS 10000

struct slot {
	int64_t hits;           /* 0: free */
	int64_t last_ms;
	size_t path_b;
	char *path;
};

struct followed {
	pthread_mutex_t lock;
	struct slot *slots;     /* NULL until one was followed, and again once they are written */
	size_t count;
	uint64_t seed;
};

struct followed *followed_new(void)
{
	struct followed *followed = mem_new(sizeof *followed);
	pthread_mutex_init(&followed->lock, NULL);
	followed->seed = hash_seed();
	return followed;
}

static void free_slots(struct slot *slots)
{
	for (size_t i = 0; slots && i < SLOTS; i++)
		free(slots[i].path);
	free(slots);
}

void followed_free(struct followed *followed)
{
	if (!followed)
		return;
	pthread_mutex_destroy(&followed->lock);
	free_slots(followed->slots);
	free(followed);
}

/* The path's slot, or the free one where it belongs. */
static struct slot *find_slot(struct followed *followed, struct str path)
{
	size_t at = (size_t)hash_str(path, followed->seed) & (SLOTS - 1);
	while (followed->slots[at].hits && !str_eq(str_n(followed->slots[at].path, followed->slots[at].path_b), path))
		at = (at + 1) & (SLOTS - 1);
	return &followed->slots[at];
}

static void count(struct followed *followed, struct str path, int64_t now_ms)
{
	if (!followed->slots)
		followed->slots = mem_array(SLOTS, sizeof *followed->slots);
	struct slot *slot = find_slot(followed, path);
	if (!slot->hits) {
		if (followed->count == FOLLOWED_MAX)
			return;
		followed->count++;
		slot->path = mem_dup(path.p, path.n);
		slot->path_b = path.n;
	}
	slot->hits++;
	slot->last_ms = now_ms;
}

void followed_note(struct followed *followed, struct str from_path, int64_t now_ms)
{
	pthread_mutex_lock(&followed->lock);
	count(followed, from_path, now_ms);
	pthread_mutex_unlock(&followed->lock);
}

static enum rc write_one(struct db_tx *tx, const struct slot *slot, bool sparing, struct err *err)
{
	struct redirect_hit now = { str_n(slot->path, slot->path_b), slot->hits, slot->last_ms }, old = { .last_ms = 0 };
	enum rc rc = sparing ? redirect_hit_get(db_tx_ro(tx), now.from_path, &old, err) : RC_OK;
	if (rc != RC_OK || (sparing && old.last_ms > now.last_ms - SPARING_SAME_MS))
		return rc;
	return redirect_hit_add(tx, &now, err);
}

static enum rc write_slots(struct db_rw *db, const struct slot *slots, bool sparing, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; rc == RC_OK && i < SLOTS; i++)
		if (slots[i].hits)
			rc = write_one(tx, &slots[i], sparing, err);
	return db_end(tx, rc, err);
}

enum rc followed_write(struct followed *followed, const struct basis *basis, bool sparing, struct err *err)
{
	struct db_rw *db = NULL;
	pthread_mutex_lock(&followed->lock);
	struct slot *slots = followed->slots;
	followed->slots = NULL;
	followed->count = 0;
	pthread_mutex_unlock(&followed->lock);
	if (!slots)
		return RC_OK;
	enum rc rc = place_open_traffic(basis->conf, &db, err);
	if (rc == RC_OK)
		rc = write_slots(db, slots, sparing, err);
	db_rw_close(db);
	free_slots(slots);
	return rc;
}
