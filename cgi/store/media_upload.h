/* media_upload.h: uploads under way: what is to come, from whom. How much is there the file tells. */
#ifndef PLATEN_STORE_MEDIA_UPLOAD_H
#define PLATEN_STORE_MEDIA_UPLOAD_H

#include "db/db.h"

#define MEDIA_UPLOAD_ID_CHARS 22

struct media_upload {
	int64_t id;
	struct str public_id;      /* letters and digits: the file's name in media/incoming */
	int64_t user_id;
	struct str name;           /* as the browser gave it */
	int64_t size_b;
	bool pinned;
	int64_t replaces;          /* item; 0: it makes a new one */
	int64_t created_ms, expires_ms;
	int64_t item_id;           /* 0: not finished */
	struct str direct;         /* sent straight to S3: blob_direct.upload; STR_NONE: its pieces come to us */
};

struct media_uploads {
	struct media_upload *items;
	size_t count;
};

NODISCARD enum rc media_upload_add(struct db_tx *tx, const struct media_upload *upload, struct err *err);
/* RC_NOTFOUND: none, or somebody else's. */
NODISCARD enum rc media_upload_get(struct db_ro *db, struct str public_id, int64_t user_id, struct arena *arena,
				   struct media_upload *out, struct err *err);
NODISCARD enum rc media_upload_keep(struct db_tx *tx, int64_t id, int64_t expires_ms, struct err *err);
NODISCARD enum rc media_upload_finish(struct db_tx *tx, int64_t id, int64_t item_id, struct err *err);
NODISCARD enum rc media_upload_remove(struct db_tx *tx, int64_t id, struct err *err);
/* Unless it goes on: *gone tells. */
NODISCARD enum rc media_upload_remove_over(struct db_tx *tx, int64_t id, int64_t now_ms, bool *gone, struct err *err);
/* Those that are open, of a person and of all: how many, and how many bytes they may become here. */
struct media_upload_counts {
	int64_t own, own_b, all, all_b;
};
NODISCARD enum rc media_upload_count(struct db_ro *db, int64_t user_id, struct media_upload_counts *out, struct err *err);
/* Up to `limit` that were over before `now_ms`. */
NODISCARD enum rc media_upload_over(struct db_ro *db, int64_t now_ms, int64_t limit, struct arena *arena,
				    struct media_uploads *out, struct err *err);
/* Whether that is the name of one that is known. */
NODISCARD enum rc media_upload_is_known(struct db_ro *db, struct str public_id, bool *known, struct err *err);
/* When the first of those that go straight to S3 and are open was begun; 0: there is none. */
NODISCARD enum rc media_upload_oldest_direct(struct db_ro *db, int64_t *created_ms, struct err *err);

#endif
