/* suggest.c: which page somebody may have meant by an address that is none. */
#include "base/base.h"

#include "core/suggest.h"
#include "store/post.h"
#include "store/search.h"
#include "text/slug.h"

#define EXTENSION_MAX_B 5 /* ".html" */

static struct str last_part(struct str path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	struct str part = str_from(path, (size_t)(str_rfind_char(path, '/') + 1));
	ptrdiff_t dot = str_rfind_char(part, '.');
	return dot > 0 && part.n - (size_t)dot <= EXTENSION_MAX_B ? str_sub(part, 0, (size_t)dot) : part;
}

static struct str as_words(struct str slug, struct arena *arena)
{
	char *words = arena_cstr(arena, slug);
	for (size_t i = 0; i < slug.n; i++)
		if (words[i] == '-' || words[i] == '_')
			words[i] = ' ';
	return str_n(words, slug.n);
}

static enum rc by_slug(struct db_ro *db, struct str slug, int64_t now_ms, struct arena *arena, struct str *out,
		       struct err *err)
{
	struct post post;
	struct err none = ERR_INIT;
	enum rc rc = str_empty(slug) ? RC_NOTFOUND : post_by_slug(db, slug, STR(""), arena, &post, &none);
	if (rc == RC_OK && str_is(post.status, POST_STATUS_PUBLISHED) && post.published_ms <= now_ms && str_given(post.path))
		*out = post.path;
	return rc == RC_OK || rc == RC_NOTFOUND ? RC_OK : err_set(err, rc, "%s", none.msg);
}

enum rc suggest_path(struct db_ro *db, struct str path, int64_t now_ms, struct arena *arena, struct str *out,
		     struct err *err)
{
	struct search_result found;
	struct str slug = slug_make(arena, last_part(path), SLUG_ASCII, STR_NONE, 0);
	const struct search_query query = { .text = as_words(slug, arena), .now_ms = now_ms, .limit = 1 };
	*out = STR("");
	enum rc rc = by_slug(db, slug, now_ms, arena, out, err);
	if (rc != RC_OK || !str_empty(*out) || str_empty(slug))
		return rc;
	rc = search_posts(db, &query, arena, &found, err);
	if (rc == RC_OK && found.count && str_given(found.hits[0].card.path))
		*out = found.hits[0].card.path;
	return rc;
}
