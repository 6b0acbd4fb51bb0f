/* media.h: content-addressed files and which posts refer to them. The bytes are in blob/; what a person sees of
 * them is media_item.h. */
#ifndef PLATEN_STORE_MEDIA_H
#define PLATEN_STORE_MEDIA_H

#include "db/db.h"

#define MEDIA_HASH_LEN 64

struct media {
	struct str hash;            /* SHA-256 of the bytes, 64 lower-case hex digits */
	struct str name, mime;
	int64_t size_b;
	int64_t width_px, height_px;/* 0: unknown or not an image */
	bool pinned;
	int64_t created_ms;
	int64_t expires_ms;         /* 0: it stays */
	int64_t item_id;            /* what it is, or was, the bytes of (media_item.h) */
	bool private_bytes;         /* readers get its variants */
};

struct medias {
	struct media *items;
	size_t count;
};

/* RC_NOTFOUND. */
NODISCARD enum rc media_get(struct db_ro *db, struct str hash, struct arena *arena, struct media *out,
			    struct err *err);
/* Makes it, with an item of its own, or updates name, mime and size of the one with that hash; sizes of 0 and an
 * expiry do not overwrite what is known, pinned stays once set. Its bytes are needed: no removal that was noted is
 * done (media_gone.h); private_bytes stays once set. item_id is not looked at. RC_CONFLICT: the same bytes are just
 * being removed: to be put again. */
NODISCARD enum rc media_put(struct db_tx *tx, const struct media *media, struct err *err);
/* Its bytes are for the site's own people from now on: readers get what was made of them. */
NODISCARD enum rc media_hide(struct db_tx *tx, struct str hash, struct err *err);
/* Newest first; keyset: (before_ms, before_hash) of the last one; start with INT64_MAX, STR_NONE. */
NODISCARD enum rc media_list(struct db_ro *db, int64_t before_ms, struct str before_hash, int64_t limit,
			     struct arena *arena, struct medias *out, struct err *err);

/* Replaces what post_id refers to. Hashes that are no media are ignored. */
NODISCARD enum rc media_set_refs(struct db_tx *tx, int64_t post_id, const struct str *hashes, size_t count,
				 struct err *err);
/* What a post refers to, by hash. */
NODISCARD enum rc media_list_of_post(struct db_ro *db, int64_t post_id, struct arena *arena, struct medias *out,
				     struct err *err);
/* How many posts refer to it. */
NODISCARD enum rc media_ref_count(struct db_ro *db, struct str hash, int64_t *out, struct err *err);

#endif
