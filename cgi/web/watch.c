/* watch.c: knows in the loop, within a microsecond, whether the site has changed. */
#include "base/base.h"

#include <stdatomic.h>

#include "base/log.h"
#include "store/site.h"
#include "web/watch.h"

struct watch {
	struct db_ro *_Atomic db;   /* set by another thread when NULL, else the loop's */
	bool looked;                /* since the last watch_arrived() */
	bool knows;                 /* `version` and `seq` are of `db` */
	uint32_t version;
	int64_t seq;
};

struct watch *watch_new(void)
{
	return mem_new(sizeof(struct watch));
}

void watch_free(struct watch *watch)
{
	if (watch)
		db_ro_close(watch->db);
	free(watch);
}

void watch_give(struct watch *watch, struct db_ro *db)
{
	struct db_ro *none = NULL;
	if (!atomic_compare_exchange_strong(&watch->db, &none, db))
		db_ro_close(db);
}

bool watch_is_blind(const struct watch *watch)
{
	return atomic_load(&watch->db) == NULL;
}

void watch_arrived(struct watch *watch)
{
	watch->looked = false;
}

/* The version comes first: a commit between the two is seen again at the next look. */
static enum rc look(struct watch *watch, struct db_ro *db, struct err *err)
{
	uint32_t version = 0;
	enum rc rc = db_data_version(db, &version, err);
	if (rc == RC_OK && (!watch->knows || version != watch->version)) {
		rc = site_public_seq(db, &watch->seq, err);
		watch->version = version;
	}
	watch->knows = rc == RC_OK;
	return rc;
}

bool watch_seq(struct watch *watch, int64_t *seq)
{
	struct err err = ERR_INIT;
	struct db_ro *db = atomic_load_explicit(&watch->db, memory_order_acquire);
	if (!db)
		return false;
	if (!watch->looked) {
		enum rc rc = look(watch, db, &err);
		if (rc != RC_OK && rc != RC_BUSY) {
			log_err(LOG_WARN, "cannot watch the database", &err);
			db_ro_close(db);
			atomic_store(&watch->db, NULL);
		}
		if (rc != RC_OK)
			return false;
		watch->looked = true;
	}
	*seq = watch->seq;
	return true;
}
