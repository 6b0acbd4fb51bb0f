/* media_item.h: media items: what a person sees in the library, apart from the bytes (media.h). */
#ifndef PLATEN_STORE_MEDIA_ITEM_H
#define PLATEN_STORE_MEDIA_ITEM_H

#include "db/db.h"

/* Nothing refers to it: so long until it goes into the trash, and so long it stays there. */
#define MEDIA_EXPIRY_MS (INT64_C(30) * 86400000)
#define MEDIA_TRASH_MS (INT64_C(30) * 86400000)
#define MEDIA_ITEMS_MAX 200

/* media_item.state: of what is made of a picture for readers. */
#define MEDIA_STATE_NONE "none"
#define MEDIA_STATE_WAITING "waiting"
#define MEDIA_STATE_READY "ready"
#define MEDIA_STATE_FAILED "failed"

struct media_item {
	int64_t id;
	struct str hash, kind, name;      /* of its bytes now; kind: image, video, audio, document, other */
	struct str alt, caption, credit;
	struct str edit;                  /* as img/edit.h has it; "": none. Readers see it once the variants are made */
	int64_t focal_x, focal_y;         /* thousandths of the width and height */
	struct str color, placeholder;    /* "#a0b1c2", a data: address; "": unknown */
	struct str state, problem;
	int64_t user_id;                  /* who uploaded it; 0: nobody who is still there */
	struct str user_name;
	bool pinned, used;
	int64_t created_ms, updated_ms;
	int64_t expires_ms, trashed_ms;   /* 0: not */
	bool trashed_by_hand;
	int64_t version;
	int64_t width_px, height_px;      /* as readers see it; 0: unknown */
	/* Of its blob: */
	struct str mime;
	int64_t size_b, own_width_px, own_height_px;
	bool private_bytes;
};

struct media_items {
	struct media_item *items;
	size_t count;
};

/* RC_NOTFOUND. */
NODISCARD enum rc media_item_get(struct db_ro *db, int64_t id, struct arena *arena, struct media_item *out,
				 struct err *err);
/* The item that has, or had, these bytes: after they were replaced it has others. RC_NOTFOUND. */
NODISCARD enum rc media_item_of_blob(struct db_ro *db, struct str hash, struct arena *arena, struct media_item *out,
				     struct err *err);
/* The same, or the one whose variant they are. RC_NOTFOUND. */
NODISCARD enum rc media_item_of_hash(struct db_ro *db, struct str hash, struct arena *arena, struct media_item *out,
				     struct err *err);

/* Those that are not in the trash, above `after_id`, the oldest first. */
NODISCARD enum rc media_item_after(struct db_ro *db, int64_t after_id, int64_t limit, struct arena *arena,
				   struct media_items *out, struct err *err);

enum media_show { MEDIA_ALL, MEDIA_UNUSED, MEDIA_EXPIRING, MEDIA_NO_ALT, MEDIA_TRASH, MEDIA_SHOW__MAX };

struct media_query {
	enum media_show show;
	struct str kind;                  /* "": any */
	struct str text;                  /* words, of which each begins one of the item's; "": any */
	int64_t before_id;                /* the last one of the page before; 0: from the newest */
	int64_t limit;                    /* up to MEDIA_ITEMS_MAX + 1 */
};
/* The newest first. A keyset: each page costs the same. */
NODISCARD enum rc media_item_find(struct db_ro *db, const struct media_query *query, struct arena *arena,
				  struct media_items *out, struct err *err);

/* Of the blob that media_put() has just made: who uploaded it, as what. Out of the trash, if it was there. */
NODISCARD enum rc media_item_take(struct db_tx *tx, struct str hash, struct str name, int64_t user_id, bool pinned,
				  int64_t expires_ms, int64_t now_ms, struct err *err);
/* Gives the item other bytes: new ones, for which `media` gets a row of this item, or some that it had before. RC_EXISTS:
 * these bytes are another item's, or were. */
struct media;
NODISCARD enum rc media_item_replace(struct db_tx *tx, int64_t id, const struct media *media, struct str kind,
				     const char *state, struct err *err);
/* Bytes that the item `from` had before it was replaced become an item of their own again; texts that name them show it
 * then. */
NODISCARD enum rc media_item_detach(struct db_tx *tx, struct str hash, int64_t from, struct str kind, const char *state,
				    int64_t now_ms, struct err *err);
/* Those that `from` had before are the item `to`'s from now on, wherever a text names them. */
NODISCARD enum rc media_item_move(struct db_tx *tx, struct str hash, int64_t from, int64_t to, struct err *err);
/* Texts and focal point. RC_CONFLICT: it is no longer `item->version`. */
NODISCARD enum rc media_item_set(struct db_tx *tx, const struct media_item *item, int64_t now_ms, struct err *err);
NODISCARD enum rc media_item_set_alt(struct db_tx *tx, int64_t id, struct str alt, int64_t now_ms, struct err *err);
/* What became of its variants. */
NODISCARD enum rc media_item_set_state(struct db_tx *tx, int64_t id, const char *state, struct str problem,
				       struct str color, struct str placeholder, struct err *err);
/* An edit or the focal point of item->version, of which nothing is made yet: it waits then. RC_CONFLICT. */
NODISCARD enum rc media_item_set_edit(struct db_tx *tx, const struct media_item *item, int64_t now_ms, struct err *err);
/* How large readers see it from now on; 0: as large as its bytes are. */
NODISCARD enum rc media_item_set_size(struct db_tx *tx, int64_t id, int64_t width_px, int64_t height_px, struct err *err);
/* Its variants are to be made anew: a state of "ready" or "failed" becomes "waiting". */
NODISCARD enum rc media_item_wait(struct db_tx *tx, int64_t id, struct err *err);
/* Unpinned, what nothing refers to expires. */
NODISCARD enum rc media_item_pin(struct db_tx *tx, int64_t id, bool pinned, int64_t now_ms, struct err *err);
NODISCARD enum rc media_item_trash(struct db_tx *tx, int64_t id, int64_t user_id, int64_t now_ms, struct err *err);
NODISCARD enum rc media_item_restore(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err);

/* Pictures whose variants are still to be made and for which there is no open job of that kind whose key is their
 * id: up to `limit` ids above `after`, in order. */
NODISCARD enum rc media_item_waiting(struct db_ro *db, struct str job_kind, int64_t after, int64_t limit,
				     struct arena *arena, int64_t **out, size_t *count, struct err *err);
#define MEDIA_PROGRESS_MAX 10000
/* How many pictures wait for their variants, of how many that are not in the trash; *all is 0 when none waits. What is more
 * than MEDIA_PROGRESS_MAX is not counted any further. */
NODISCARD enum rc media_item_progress(struct db_ro *db, int64_t *waiting, int64_t *all, struct err *err);

/* One who refers to an item. */
struct media_use {
	struct str kind;                  /* post, autosave, revision, user, setting, redirect, tag */
	struct str owner;                 /* key of its row */
	struct str title;                 /* "": it has none */
	struct str post;                  /* public id of the post it belongs to; "" */
	int64_t post_id;                  /* 0 */
};
struct media_uses {
	struct media_use *items;
	size_t count;
};
#define MEDIA_USES_MAX 100
/* At most MEDIA_USES_MAX, posts first. */
NODISCARD enum rc media_item_uses(struct db_ro *db, int64_t id, struct arena *arena, struct media_uses *out,
				  struct err *err);
/* Ids of up to `limit` posts above `after` whose text or head refers to it: what is to be rendered anew. */
NODISCARD enum rc media_item_posts(struct db_ro *db, int64_t id, int64_t after, int64_t limit, struct arena *arena,
				   int64_t **out, size_t *count, struct err *err);

#endif
