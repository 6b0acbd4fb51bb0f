/* post_list.h: lists of posts as cards: home, tag, author, archive, feeds, neighbours, sitemap.
 *
 * Public lists hold what is listed (kind post, status published, visibility public or password) and
 * whose time has come at `now_ms`; nothing else ever leaves these functions. Newest first, by
 * published_ms, then id. Each list is one range of one index, so its cost does not grow with the
 * site; a deep offset walks that index only. Everything returned lives in `arena`.
 *
 * Password-protected posts are listed with their title and the excerpt that somebody wrote; what is
 * derived of their content (excerpt, html) stays out of their cards. */
#ifndef PLATEN_STORE_POST_LIST_H
#define PLATEN_STORE_POST_LIST_H

#include "db/db.h"

struct card_ref {                /* a tag or an author of a card */
	int64_t id;
	struct str name, slug;
	struct str picture;      /* authors only */
};

struct post_card {
	int64_t id;
	struct str public_id;
	struct str kind, status, visibility;
	struct str title;
	struct str slug, path;   /* path STR_NONE: none */
	struct str excerpt;      /* written, or the derived one */
	struct str lang;
	struct str translation_group; /* STR_NONE: none */
	struct str image, image_alt;
	bool featured, has_code, seo_noindex;
	bool has_more;           /* html_before_more is there (only with POST_LIST_HTML) */
	int64_t published_ms, edited_ms, updated_ms, local_ym;
	int64_t word_count;
	int64_t parent_id, menu_order;
	int64_t version;
	struct card_ref *tags;   /* with POST_LIST_REFS, in the post's order */
	size_t tag_count;
	struct card_ref *authors;
	size_t author_count;
	struct str html;         /* with POST_LIST_HTML; else STR_NONE */
	struct str html_before_more;
};

struct post_cards {
	struct post_card *items; /* NULL when count is 0 */
	size_t count;
};

enum post_scope {
	POST_SCOPE_ALL,
	POST_SCOPE_TAG,          /* scope_id: tag.id */
	POST_SCOPE_AUTHOR,       /* scope_id: user.id */
	POST_SCOPE_MONTH,        /* scope_id: year * 100 + month */
	POST_SCOPE_YEAR,         /* scope_id: year */
	POST_SCOPE_FEATURED,
	POST_SCOPE__MAX
};

#define POST_LIST_REFS 1u        /* fill tags and authors */
#define POST_LIST_HTML 2u        /* fill html (feeds) */
#define POST_LIST_MAX 1000       /* limit is clamped to this */

struct post_query {
	enum post_scope scope;
	int64_t scope_id;
	int64_t now_ms;
	int64_t limit, offset;
	unsigned flags;          /* POST_LIST_* */
};

/* An empty list is RC_OK. */
NODISCARD enum rc post_list(struct db_ro *db, const struct post_query *query, struct arena *arena,
			    struct post_cards *out, struct err *err);
/* How many the same query has without limit and offset: the kept count minus the future's. */
NODISCARD enum rc post_count(struct db_ro *db, const struct post_query *query, int64_t *out, struct err *err);

/* The visible neighbours in time of a post (itself need not be listed). *has_* false: none. */
struct post_around {
	bool has_newer, has_older;
	struct post_card newer, older; /* without refs and html */
};
NODISCARD enum rc post_list_around(struct db_ro *db, int64_t post_id, int64_t published_ms, int64_t now_ms,
				   struct arena *arena, struct post_around *out, struct err *err);

/* Up to `limit` (clamped to POST_RELATED_MAX) visible posts that share most with post_id's tags; a rare tag counts more, newer wins
 * a tie. Looks at the newest POST_RELATED_DEPTH of each tag, so the cost is flat. */
#define POST_RELATED_DEPTH 64
#define POST_RELATED_MAX 16
NODISCARD enum rc post_list_related(struct db_ro *db, int64_t post_id, int64_t now_ms, int64_t limit,
				    unsigned flags, struct arena *arena, struct post_cards *out, struct err *err);

/* Published translations of one group whose time has come, kind post or page, any visibility but
 * team and unlisted, ordered by lang then id. */
NODISCARD enum rc post_list_translations(struct db_ro *db, struct str group, int64_t now_ms,
					 struct arena *arena, struct post_cards *out, struct err *err);

/* All of one group that are not in the trash, drafts too: what they are called is not for everybody. */
NODISCARD enum rc post_list_group(struct db_ro *db, struct str group, struct arena *arena, struct post_cards *out,
				  struct err *err);

/* Published public pages whose time has come, by parent, menu_order, title: the whole tree, at most
 * `limit`; children of one page only; parents of a page are found by post_card_get(). */
NODISCARD enum rc page_list(struct db_ro *db, int64_t now_ms, int64_t limit, struct arena *arena,
			    struct post_cards *out, struct err *err);
NODISCARD enum rc page_list_children(struct db_ro *db, int64_t parent_id, int64_t now_ms, int64_t limit,
				     struct arena *arena, struct post_cards *out, struct err *err);

/* One card, whatever its status (breadcrumbs, redirects, command line). RC_NOTFOUND. */
NODISCARD enum rc post_card_get(struct db_ro *db, int64_t id, unsigned flags, struct arena *arena,
				struct post_card *out, struct err *err);

/* For the command line and the admin: any status, last saved first. kind and status "" or STR_NONE:
 * any. Keyset: the next page continues behind (before_updated_ms, before_id) of the last card; start
 * with INT64_MAX, INT64_MAX. `author_id`: only what that person wrote or helped to write, O(their posts); 0:
 * everybody's. Who may see what is decided by desk_sees() of core/desk.h. */
NODISCARD enum rc post_list_any(struct db_ro *db, int64_t author_id, struct str kind, struct str status,
				int64_t before_updated_ms, int64_t before_id, int64_t limit, unsigned flags,
				struct arena *arena, struct post_cards *out, struct err *err);

/* The next published_ms after now_ms of anything with status published (posts and pages, whatever
 * their visibility); 0: none. When a cached page expires. */
NODISCARD enum rc post_next_publication(struct db_ro *db, int64_t now_ms, int64_t *out, struct err *err);

/* How many with status published have their time in (after_ms, until_ms]. */
NODISCARD enum rc post_count_published(struct db_ro *db, int64_t after_ms, int64_t until_ms, int64_t *out,
				       struct err *err);

/* Sitemaps: posts and pages that are published, public, not noindex, have a path and whose time has
 * come, with an id in (after_id, to_id], by id, at most `limit`. A sitemap part is a fixed range of
 * ids, so that parts stay stable. */
NODISCARD enum rc post_list_sitemap(struct db_ro *db, int64_t after_id, int64_t to_id, int64_t now_ms,
				    int64_t limit, struct arena *arena, struct post_cards *out, struct err *err);
/* The highest id of any post; 0: there is none. */
NODISCARD enum rc post_max_id(struct db_ro *db, int64_t *out, struct err *err);
/* The newest edited_ms of what a sitemap range holds; 0: it is empty. */
NODISCARD enum rc post_sitemap_lastmod(struct db_ro *db, int64_t after_id, int64_t to_id, int64_t now_ms,
				       int64_t *out, struct err *err);

#endif
