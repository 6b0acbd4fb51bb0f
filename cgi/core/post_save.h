/* post_save.h: the one way a post gets into the store: prepare without a lock, store in a transaction.
 *
 * post_prepare() does everything slow (Markdown, slug, excerpt, table of contents, search text) and
 * only reads; post_store() writes the prepared post with its tags, authors, redirects, media
 * references, revision and search text in the caller's transaction. */
#ifndef PLATEN_CORE_POST_SAVE_H
#define PLATEN_CORE_POST_SAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/actor.h"
#include "core/site.h"
#include "db/db.h"
#include "store/post.h"
#include "store/search.h"

#define POST_TITLE_MAX_B 1000
#define POST_GROUP_MAX_B 200
#define POST_TAGS_MAX 100
#define POST_AUTHORS_MAX 20
#define POST_ALIASES_MAX 1000
#define POST_CUSTOM_MAX_B (256u << 10)

struct post_draft {
	/* The written fields: kind, status, visibility, slug, title, markdown, excerpt, lang, custom,
	 * seo_*, social_*, image*, featured, published_ms, created_ms, parent_id, menu_order,
	 * template, translation_group, import_key. `id` 0 makes a new post; else `version` is the one
	 * the writer saw. Derived fields (html, path ...) are ignored. */
	struct post post;
	struct str path;          /* an address of its own; STR_NONE: from the permalink pattern */
	bool slug_exact;          /* a taken slug or path is RC_EXISTS; else "-2", "-3" ... is appended, also
	                           * where another post has been and links still lead to it */
	struct str password;      /* clear text to set; STR_NONE: unchanged; "": removed */
	const struct str *tags;   /* names, in order */
	size_t tag_count;
	const struct str *authors; /* names, or "Name (slug)" (author.h); one that is unknown becomes an author without
	                            * login, and of several people with that name the first is meant */
	size_t author_count;
	const struct str *aliases; /* old paths that shall lead here */
	size_t alias_count;
	int64_t updated_ms;       /* 0: now */
	const char *revision_kind; /* REVISION_*; NULL: REVISION_SAVE. With REVISION_STATE and REVISION_RESTORE
	                            * post_prepare()'s actor is whose text it is, and the revision says so */
};

struct post_prepared;

/* Checks every field (RC_INVALID / RC_LIMIT name the field) and renders. `db` is read only (sizes of
 * media). The result lives in `arena`, which must outlive post_store(). Thread-safe with one arena
 * and one db a thread; `db` may be NULL: sizes of media stay unknown. */
NODISCARD enum rc post_prepare(const struct site *site, struct db_ro *db, struct actor actor,
			       const struct post_draft *draft, int64_t now_ms, struct arena *arena,
			       struct post_prepared **out, struct err *err);

/* The content_hash that post_prepare() would give, without rendering; the same codes. Passwords are not
 * in it. Thread-safe. */
NODISCARD enum rc post_content_hash(const struct site *site, const struct post_draft *draft, int64_t now_ms,
				    struct arena *arena, struct str *hash, struct err *err);

/* What saving would make of the post's text, into `post` itself: html, html_before_more, toc, excerpt_auto,
 * word_count, has_code; a post that has none gets a date and an address. Writes nothing. Codes as
 * post_prepare() has for the text. */
NODISCARD enum rc post_preview(const struct site *site, struct db_ro *db, struct actor actor, struct post *post,
			       int64_t now_ms, struct arena *arena, struct err *err);

struct post_saved {
	int64_t id;
	int64_t version;
	struct str slug, path;    /* as stored, in the arena of post_prepare() */
	bool slug_changed;        /* another one than asked for was free */
};

/* Writes it. RC_CONFLICT: somebody saved a newer version first (nothing written); RC_EXISTS: slug or
 * path taken and slug_exact; RC_NOTFOUND: the post is gone; RC_DENIED: the actor may not. On failure
 * the caller rolls the transaction back; what was prepared can be stored again. `bulk` (may be NULL)
 * as in store/search.h, for imports. */
NODISCARD enum rc post_store(struct db_tx *tx, const struct site *site, struct actor actor,
			     struct post_prepared *prepared, struct search_bulk *bulk,
			     struct post_saved *out, struct err *err);

/* The slug and the path that storing the draft now would give it; nothing is rendered or written. With
 * slug_exact RC_EXISTS where they are taken. The texts live in `arena`; `version` of *out is 0. Other codes as
 * post_prepare() and post_store() have. */
NODISCARD enum rc post_find_address(struct db_ro *db, const struct site *site, struct actor actor,
				    const struct post_draft *draft, int64_t now_ms, struct arena *arena,
				    struct post_saved *out, struct err *err);

/* Whether a role may move a post of its holder that has that status into the trash, or out of it. */
bool post_may_move(enum role role, struct str status);
/* Moves a post into the trash and back. RC_DENIED: somebody else's, below editors, or not with that role; RC_CONFLICT:
 * it is there already. */
NODISCARD enum rc post_trash(struct db_tx *tx, struct actor actor, int64_t id, int64_t now_ms, struct err *err);
NODISCARD enum rc post_restore(struct db_tx *tx, struct actor actor, int64_t id, int64_t now_ms, struct err *err);

#endif
