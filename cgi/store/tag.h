/* tag.h: tags, their descriptions and counts.
 *
 * A tag without a visible post is not public: its page answers 404. */
#ifndef PLATEN_STORE_TAG_H
#define PLATEN_STORE_TAG_H

#include "db/db.h"

struct tag {
	int64_t id;
	struct str slug;             /* unique */
	struct str name;
	struct str description;      /* Markdown */
	struct str description_html;
	struct str image;
	int64_t count;               /* visible posts at now_ms; the kept count minus the future's */
	int64_t created_ms, updated_ms;
};

struct tags {
	struct tag *items;
	size_t count;
};

/* RC_NOTFOUND. Text lives in `arena`. `now_ms` is for the count. */
NODISCARD enum rc tag_get(struct db_ro *db, int64_t id, int64_t now_ms, struct arena *arena, struct tag *out,
			  struct err *err);
NODISCARD enum rc tag_by_slug(struct db_ro *db, struct str slug, int64_t now_ms, struct arena *arena,
			      struct tag *out, struct err *err);

enum tag_order { TAG_BY_NAME, TAG_BY_COUNT, TAG_ORDER__MAX };
/* Tags with at least one visible post (with_empty: all), at most `limit`. */
NODISCARD enum rc tag_list(struct db_ro *db, enum tag_order order, bool with_empty, int64_t now_ms, int64_t limit,
			   struct arena *arena, struct tags *out, struct err *err);
/* Those whose slug begins with `slug`, by slug, without counts: what somebody may be about to type. */
NODISCARD enum rc tag_list_beginning(struct db_ro *db, struct str slug, int64_t limit, struct arena *arena,
				     struct tags *out, struct err *err);
/* Tags by name, also without posts, whose name has `in_name` in it or whose slug has `in_slug` ("" or STR_NONE,
 * both: all), behind the one with after_name and after_id (STR_NONE, 0: from the start). Walks through all tags
 * when few are found: 3 ms of 10 000. */
struct tag_query {
	struct str in_name, in_slug;
	struct str after_name;
	int64_t after_id, limit, now_ms;
};
NODISCARD enum rc tag_find(struct db_ro *db, const struct tag_query *query, struct arena *arena, struct tags *out,
			   struct err *err);
/* The tag that a post means by a name: one that is called so (but for ASCII case), first of all the one that
 * has the slug too. RC_NOTFOUND. */
NODISCARD enum rc tag_named(struct db_ro *db, struct str slug, struct str name, struct arena *arena, int64_t *id,
			    struct str *its_slug, struct err *err);
/* The tags of one post in its order, without counts. */
NODISCARD enum rc tag_list_of_post(struct db_ro *db, int64_t post_id, struct arena *arena, struct tags *out,
				   struct err *err);

/* The id of the tag with that slug; made with `name` when there is none. An existing name stays. */
NODISCARD enum rc tag_ensure(struct db_tx *tx, struct str slug, struct str name, int64_t now_ms, int64_t *id,
			     struct err *err);
/* Writes slug, name, description, description_html, image, updated_ms of tag->id. RC_NOTFOUND;
 * RC_EXISTS: the slug is taken. */
NODISCARD enum rc tag_update(struct db_tx *tx, const struct tag *tag, struct err *err);
/* Posts and pages of any status that have it. */
NODISCARD enum rc tag_count_posts(struct db_ro *db, int64_t id, int64_t *count, struct err *err);
/* What has the one gets the other, too. */
NODISCARD enum rc tag_move_posts(struct db_tx *tx, int64_t from_id, int64_t to_id, struct err *err);
/* Takes it off all its posts too. RC_NOTFOUND. */
NODISCARD enum rc tag_delete(struct db_tx *tx, int64_t id, struct err *err);

#endif
