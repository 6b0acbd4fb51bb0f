/* post_prepared.h: what post_prepare() hands to post_store(). Internal to core/. */
#ifndef PLATEN_CORE_POST_PREPARED_H
#define PLATEN_CORE_POST_PREPARED_H

#include "core/address.h"
#include "core/post_save.h"

struct prepared_name {
	struct str name, slug;
};

struct post_prepared {
	struct arena *arena;
	int64_t now_ms;
	struct post post;                 /* everything but what only the store knows: path, public id */
	struct str path;                  /* a given address; STR_NONE: from the pattern */
	struct permalink_values permalink;/* year, month, day */
	bool slug_exact;
	bool password_given;
	struct prepared_name *tags, *authors;
	size_t tag_count, author_count;
	struct str tag_names;             /* with blanks between: for the search */
	struct str *aliases;
	size_t alias_count;
	struct str *media;                /* hashes that the texts refer to */
	size_t media_count;
	struct str plain;                 /* for the search */
	struct str revision_fields;       /* JSON */
	const char *revision_kind;
};

/* post_prepare() without anything slow: checks, slug, names, times, the hash. */
NODISCARD enum rc post_prepare_fields(const struct site *site, const struct post_draft *draft, int64_t now_ms,
				      struct arena *arena, struct post_prepared **out, struct err *err);

/* Renders post->markdown and fills html, html_before_more, toc, word_count, has_code, excerpt_auto and
 * render_stamp of `post`; *plain is the text for the search. Also what rebuild does. */
NODISCARD enum rc post_render(const struct site *site, struct db_ro *db, struct actor actor, struct post *post,
			      struct arena *arena, struct str *plain, struct err *err);

/* Year, month, day and local_ym of published_ms in the site's zone. */
void post_local_date(const struct site *site, struct post *post, struct permalink_values *values);

/* SHA-256 addresses ("/media/HASH/name") in a text, each once, appended to `hashes`. */
#define POST_MEDIA_MAX 2000
void post_find_media(struct str text, struct arena *arena, struct str *hashes, size_t *count);

#endif
