/* lost.c: counts in memory what readers did not find, and now and then writes it down. */
#include "base/base.h"

#include <pthread.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "core/place.h"
#include "store/missing.h"
#include "web/lost.h"

#define SPARING_MS 60000       /* of processes of one request: in so long ... */
#define SPARING_MAX 60         /* ... so many addresses */
#define SPARING_SAME_MS 10000  /* and the same one not sooner again */

struct slot {
	uint64_t hash;
	int64_t hits;           /* 0: free */
	int64_t last_ms;
	size_t path_b, referrer_b;
	char path[LOST_PATH_MAX_B], referrer[LOST_REFERRER_MAX_B];
};

struct lost {
	pthread_mutex_t lock;
	struct slot *slots;     /* NULL until something was not found, and again once it is written */
	size_t hand;
	uint64_t seed;          /* an outsider chooses the paths */
};

struct lost *lost_new(void)
{
	struct lost *lost = mem_new(sizeof *lost);
	pthread_mutex_init(&lost->lock, NULL);
	lost->seed = hash_seed();
	return lost;
}

void lost_free(struct lost *lost)
{
	if (!lost)
		return;
	pthread_mutex_destroy(&lost->lock);
	free(lost->slots);
	free(lost);
}

static bool is_worth_it(struct str path)
{
	return path.n > 1 && path.n <= LOST_PATH_MAX_B && !str_has_control(path) && utf8_valid(path) &&
	       str_find(path, STR("/.")) < 0;
}

/* A referrer's query may hold what is nobody's business. */
static struct str tidy(struct str referrer)
{
	size_t n = 0;
	while (n < referrer.n && referrer.p[n] != '?' && referrer.p[n] != '#')
		n++;
	struct str kept = str_sub(referrer, 0, n);
	bool web = str_istarts(kept, STR("http://")) || str_istarts(kept, STR("https://"));
	return web && kept.n <= LOST_REFERRER_MAX_B && !str_has_control(kept) && utf8_valid(kept) ? kept : STR("");
}

/* The path's slot, a free one, or with all taken one that was asked for once, if the hand meets such soon. */
static struct slot *find_slot(struct lost *lost, uint64_t hash, struct str path)
{
	struct slot *vacant = NULL;
	for (size_t i = 0; i < LOST_SLOTS; i++) {
		struct slot *slot = &lost->slots[i];
		if (slot->hits && slot->hash == hash && str_eq(str_n(slot->path, slot->path_b), path))
			return slot;
		if (!slot->hits && !vacant)
			vacant = slot;
	}
	for (int tries = 0; !vacant && tries < 8; tries++) {
		struct slot *slot = &lost->slots[lost->hand++ % LOST_SLOTS];
		if (slot->hits == 1) {
			slot->hits = 0;
			vacant = slot;
		}
	}
	return vacant;
}

static void count(struct lost *lost, struct str path, struct str referrer, int64_t now_ms)
{
	uint64_t hash = hash_str(path, lost->seed);
	if (!lost->slots)
		lost->slots = mem_array(LOST_SLOTS, sizeof *lost->slots);
	struct slot *slot = find_slot(lost, hash, path);
	if (!slot)
		return;
	if (!slot->hits) {
		slot->hash = hash;
		slot->path_b = path.n;
		slot->referrer_b = 0;
		memcpy(slot->path, path.p, path.n);
	}
	if (referrer.n) {
		slot->referrer_b = referrer.n;
		memcpy(slot->referrer, referrer.p, referrer.n);
	}
	slot->hits++;
	slot->last_ms = now_ms;
}

void lost_note(struct lost *lost, struct str path, struct str referrer, int64_t now_ms)
{
	if (!is_worth_it(path))
		return;
	struct str from = str_given(referrer) ? tidy(referrer) : STR("");
	pthread_mutex_lock(&lost->lock);
	count(lost, path, from, now_ms);
	pthread_mutex_unlock(&lost->lock);
}

static struct missing row_of(const struct slot *slot)
{
	return (struct missing){ .path = str_n(slot->path, slot->path_b), .hits = slot->hits, .last_ms = slot->last_ms,
				 .referrer = str_n(slot->referrer, slot->referrer_b) };
}

static enum rc write_slots(struct db_rw *db, const struct slot *slots, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; rc == RC_OK && i < LOST_SLOTS; i++) {
		struct missing row = row_of(&slots[i]);
		if (row.hits)
			rc = missing_add(tx, &row, err);
	}
	if (rc == RC_OK)
		rc = missing_trim(tx, err);
	return db_end(tx, rc, err);
}

static enum rc may_write(struct db_rw *db, const struct slot *slots, int64_t now_ms, bool *may, struct err *err)
{
	int64_t written = 0, last_ms = 0;
	struct missing row = row_of(&slots[0]);
	enum rc rc = missing_busy(db_rw_ro(db), now_ms - SPARING_MS, SPARING_MAX, row.path, &written, &last_ms, err);
	*may = rc == RC_OK && written < SPARING_MAX && last_ms < now_ms - SPARING_SAME_MS;
	return rc;
}

enum rc lost_write(struct lost *lost, const struct basis *basis, bool sparing, int64_t now_ms, struct err *err)
{
	struct db_rw *db = NULL;
	bool may = true;
	pthread_mutex_lock(&lost->lock);
	struct slot *slots = lost->slots;
	lost->slots = NULL;
	pthread_mutex_unlock(&lost->lock);
	if (!slots)
		return RC_OK;
	enum rc rc = place_open_traffic(basis->conf, &db, err);
	if (rc == RC_OK && sparing)
		rc = may_write(db, slots, now_ms, &may, err);
	if (rc == RC_OK && may)
		rc = write_slots(db, slots, err);
	db_rw_close(db);
	free(slots);
	return rc;
}
