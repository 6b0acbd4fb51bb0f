/* post.h: one post or page: reading it whole, saving it, its tags and authors.
 *
 * A struct post is plain values; all text lives in the arena that the reading function was given.
 * Text fields that may be absent say so; the others are "" when empty. When a struct post is
 * written, STR_NONE in such an other field is stored as "".
 *
 * What store/ does not know: permalinks, rendering, rights. The caller (core/) fills path, html,
 * excerpt_auto, word_count and so on, and writes redirects, revisions and the search text in the
 * same transaction (redirect.h, revision.h, search.h).
 *
 * Codes of every function: RC_NOTFOUND where said, and whatever db/db.h says of statements
 * (RC_BUSY, RC_NOSPACE, RC_READONLY, RC_CORRUPT, RC_IO). */
#ifndef PLATEN_STORE_POST_H
#define PLATEN_STORE_POST_H

#include "db/db.h"

/* The words of the columns, for str_is() and STR(). Values outside these are refused by core. */
#define POST_KIND_POST "post"
#define POST_KIND_PAGE "page"
#define POST_STATUS_DRAFT "draft"
#define POST_STATUS_REVIEW "review"
#define POST_STATUS_PUBLISHED "published"
#define POST_STATUS_TRASH "trash"
#define POST_VISIBILITY_PUBLIC "public"
#define POST_VISIBILITY_UNLISTED "unlisted"
#define POST_VISIBILITY_PASSWORD "password"
#define POST_VISIBILITY_TEAM "team"

struct post {
	int64_t id;              /* 0 before post_insert() */
	struct str public_id;    /* short, random, unique; made by core */
	struct str kind;         /* POST_KIND_* */
	struct str status;       /* POST_STATUS_* */
	struct str visibility;   /* POST_VISIBILITY_* */
	struct str password_hash;/* STR_NONE: none */
	struct str slug;
	struct str path;         /* canonical address below the site, "/2024/05/hello"; STR_NONE: none. Unique. */
	bool path_fixed;         /* given explicitly: not recomputed when the pattern changes */
	struct str title;
	struct str markdown;
	struct str html;
	struct str html_before_more; /* STR_NONE: there is no <!--more--> */
	struct str excerpt;      /* written by the author */
	struct str excerpt_auto; /* derived */
	struct str lang;         /* BCP 47; "": the site's */
	struct str translation_group; /* posts with the same one are translations; STR_NONE: none */
	int64_t parent_id;       /* page hierarchy; 0: none */
	int64_t menu_order;
	struct str template_name;
	struct str custom;       /* JSON object; "" is stored as "{}" */
	struct str toc;          /* JSON array; "" is stored as "[]" */
	struct str seo_title;
	struct str seo_description;
	struct str seo_canonical;
	bool seo_noindex;
	struct str social_title;
	struct str social_description;
	struct str social_image;
	struct str image;
	struct str image_alt;
	struct str image_caption;
	bool featured;
	int64_t published_ms;    /* 0: never published (NULL in the table) */
	int64_t local_ym;        /* year * 100 + month of published_ms in the site's zone; 0: none */
	int64_t created_ms;
	int64_t updated_ms;      /* the row was saved */
	int64_t edited_ms;       /* the content last changed: what readers and feeds are told */
	int64_t trashed_ms;      /* 0: not in the trash */
	int64_t word_count;
	bool has_code;
	struct str render_stamp; /* which renderer and settings made the derived fields */
	struct str import_key;   /* identity in an imported folder, unique; STR_NONE: none */
	struct str content_hash;
	int64_t version;         /* optimistic lock: 1 after post_insert(), +1 with each post_update() */
};

/* Each reads one whole post, whatever its status: the caller decides who may see it. RC_NOTFOUND.
 * `*out` and its texts live in `arena`; the large texts make it input-sized (RC_LIMIT when the
 * arena's maximum is reached). */
NODISCARD enum rc post_get(struct db_ro *db, int64_t id, struct arena *arena, struct post *out, struct err *err);
NODISCARD enum rc post_by_public_id(struct db_ro *db, struct str public_id, struct arena *arena,
				    struct post *out, struct err *err);
NODISCARD enum rc post_by_path(struct db_ro *db, struct str path, struct arena *arena, struct post *out,
			       struct err *err);
NODISCARD enum rc post_by_import_key(struct db_ro *db, struct str key, struct arena *arena, struct post *out,
				     struct err *err);
/* What an import asks of the post that it made before, without its texts. RC_NOTFOUND. */
struct post_imported {
	int64_t id, version, created_ms;
	struct str status, content_hash;
	struct str password_hash; /* STR_NONE: none */
};
NODISCARD enum rc post_imported_get(struct db_ro *db, struct str import_key, struct arena *arena,
				    struct post_imported *out, struct err *err);
/* The one that came into the trash last. */
NODISCARD enum rc post_by_slug_in_trash(struct db_ro *db, struct str slug, struct arena *arena, struct post *out,
					struct err *err);
/* Slugs are not unique (permalinks with dates); this is the one with the lowest id of that kind
 * ("" or STR_NONE: any kind), not in the trash. */
NODISCARD enum rc post_by_slug(struct db_ro *db, struct str slug, struct str kind, struct arena *arena,
			       struct post *out, struct err *err);

/* The address of a post whose path equals `path` but for ASCII case, for a redirect. *path_out lives
 * in `arena`. RC_NOTFOUND. */
NODISCARD enum rc post_path_fold(struct db_ro *db, struct str path, struct arena *arena, struct str *path_out,
				 int64_t *id, struct err *err);
/* Is the path in use by a post other than `except_id` (0: by any)? */
NODISCARD enum rc post_path_taken(struct db_ro *db, struct str path, int64_t except_id, bool *taken,
				  struct err *err);

/* The next whole post with an id above `after_id`, whatever its status, for export and rebuild: start
 * with 0, end with RC_NOTFOUND. A keyset walk: each call is one look-up. */
NODISCARD enum rc post_next(struct db_ro *db, int64_t after_id, struct arena *arena, struct post *out,
			    struct err *err);

/* Inserts with version 1 (post->id and post->version are ignored). RC_EXISTS: path, public_id or
 * import_key is taken; the message names it. */
NODISCARD enum rc post_insert(struct db_tx *tx, const struct post *post, int64_t *id, struct err *err);
/* Writes every field of the post with post->id, which must still have `expected_version`, and raises
 * its version by one. RC_CONFLICT: somebody saved a newer version; RC_NOTFOUND; RC_EXISTS as above. */
NODISCARD enum rc post_update(struct db_tx *tx, const struct post *post, int64_t expected_version,
			      struct err *err);
/* Writes only what rendering derives (html, html_before_more, excerpt_auto, toc, word_count,
 * has_code, render_stamp) of post->id; the version stays. RC_NOTFOUND. */
NODISCARD enum rc post_set_rendered(struct db_tx *tx, const struct post *post, struct err *err);
/* A new address and month without a new version, when the permalink pattern or the time zone
 * changes. STR_NONE: no path; local_ym 0: none. RC_EXISTS: taken; RC_NOTFOUND. */
NODISCARD enum rc post_set_path(struct db_tx *tx, int64_t id, struct str path, int64_t local_ym,
				struct err *err);
/* Removes it for good with its revisions, references, redirects and search text. RC_NOTFOUND. */
NODISCARD enum rc post_delete(struct db_tx *tx, int64_t id, struct err *err);

/* Replace the tags / authors of a post by these ids, in this order (duplicates are ignored). Writes
 * nothing when nothing changes. RC_INVALID: no such tag, user or post. */
NODISCARD enum rc post_set_tags(struct db_tx *tx, int64_t post_id, const int64_t *tag_ids, size_t count,
				struct err *err);
NODISCARD enum rc post_set_authors(struct db_tx *tx, int64_t post_id, const int64_t *user_ids, size_t count,
				   struct err *err);

#endif
