/* import_own.c: what only Platen's own export has: tags, people and redirects of platen.json. */
#include "base/base.h"

#include <unistd.h>

#include "base/path.h"
#include "base/url.h"
#include "core/import_impl.h"
#include "core/profile.h"
#include "crypt/rand.h"
#include "store/redirect.h"
#include "store/tag.h"
#include "store/user.h"
#include "text/slug.h"

static struct str member(const struct data *map, const char *key)
{
	const struct data *d = data_at_key(map, key);

	return d && d->type == DATA_TEXT ? d->text : STR("");
}

/* An export lays media beside the posts and, for settings and tags, in media/HASH/. */
enum rc import_own_media(struct importer *im)
{
	enum rc rc = RC_OK;

	if (im->generator != GENERATOR_PLATEN)
		return RC_OK;
	for (size_t i = 0; rc == RC_OK && i < im->tree.count; i++) {
		struct str rel = str_of(im->tree.items[i].name);
		bool text = str_ends(rel, STR(".md")) || str_is(rel, "platen.json");

		rc = IMPORT_PROGRESS(im, "media", i, im->tree.count, rel);
		if (rc == RC_OK && im->tree.items[i].kind == FILE_REGULAR && !text && str_find_char(rel, '/') > 0)
			(void)import_media_take(im, rel, NULL, 0);
	}
	return rc;
}

struct str import_random(struct importer *im, size_t chars)
{
	char *out = arena_alloc(im->arena, chars + 1);

	rand_base62(out, chars);
	return str_n(out, chars);
}

/* An absent member changes nothing. */
static struct profile profile_of(const struct data *d, const char *text, const char *picture)
{
	struct str name = member(d, "name");

	return (struct profile){ .name = str_empty(name) ? STR_NONE : name, .text = member(d, text),
				 .picture = member(d, picture), .website = member(d, "website") };
}

static enum rc store_tag(struct importer *im, struct db_tx *tx, const struct data *d, struct err *err)
{
	struct str slug = member(d, "slug"), name = member(d, "name");
	struct profile change = profile_of(d, "description", "image");
	struct tag tag;
	int64_t id;
	enum rc rc;

	if (!slug_is_valid(slug))
		return err_set(err, RC_INVALID, "'%.*s' cannot be a tag's slug", STR_ARG(slug));
	rc = tag_ensure(tx, slug, str_empty(name) ? slug : name, im->now_ms, &id, err);
	if (rc == RC_OK)
		rc = tag_get(db_tx_ro(tx), id, im->now_ms, im->arena, &tag, err);
	/* What somebody wrote here stays. */
	if (rc != RC_OK || !str_empty(tag.description) || !str_empty(tag.image))
		return rc;
	return profile_change_tag(tx, im->site, ACTOR_SYSTEM, slug, &change, im->now_ms, err);
}

static enum rc make_author(struct importer *im, struct db_tx *tx, const struct data *d, struct err *err)
{
	struct user user = { .public_id = import_random(im, PUBLIC_ID_CHARS), .role = STR(USER_ROLE_AUTHOR),
			     .name = member(d, "name"), .slug = member(d, "slug"), .created_ms = im->now_ms,
			     .updated_ms = im->now_ms };
	int64_t id;

	if (!slug_is_valid(user.slug))
		return err_set(err, RC_INVALID, "'%.*s' cannot be an author's slug", STR_ARG(user.slug));
	return user_insert(tx, &user, &id, err);
}

/* The author whom the posts have made, or a new one without a login; profiles that are there stay. */
static enum rc store_author(struct importer *im, struct db_tx *tx, const struct data *d, struct err *err)
{
	struct profile change = profile_of(d, "bio", "picture");
	struct user user = { .slug = member(d, "slug") };
	enum rc rc = user_by_name(db_tx_ro(tx), member(d, "name"), im->now_ms, im->arena, &user, err);

	if (rc == RC_OK && (!str_empty(user.bio) || !str_empty(user.website) || !str_empty(user.picture)))
		return RC_OK;
	if (rc == RC_NOTFOUND)
		rc = make_author(im, tx, d, err);
	if (rc != RC_OK)
		return rc;
	return profile_change_author(tx, im->site, ACTOR_SYSTEM, user.slug, &change, im->now_ms, err);
}

static bool leads_somewhere(struct str to)
{
	static const char *const web[] = { "http", "https", NULL };

	for (size_t i = 0; i < to.n; i++)
		if ((unsigned char)to.p[i] <= ' ' || to.p[i] == 0x7F)
			return false;
	return !str_empty(to) && to.n <= PROFILE_URL_MAX_B && url_is_safe(to, web);
}

static enum rc store_redirect(struct importer *im, struct db_tx *tx, const struct data *d, struct err *err)
{
	const struct data *status = data_at_key(d, "status");
	struct redirect redirect = { .from_path = member(d, "from"), .to_path = member(d, "to"),
				     .status = status && status->type == DATA_INT ? status->integer : 301,
				     .created_ms = im->now_ms };
	bool taken = false, gone = redirect.status == 410;
	enum rc rc = address_check(redirect.from_path, err);

	if (rc != RC_OK)
		return rc;
	if (!gone && redirect.status != 301 && redirect.status != 302)
		return err_set(err, RC_INVALID, "a redirect cannot have the status %lld", (long long)redirect.status);
	if (gone ? !str_empty(redirect.to_path) : !leads_somewhere(redirect.to_path))
		return err_set(err, RC_INVALID, "the redirect from '%.*s' leads nowhere", STR_ARG(redirect.from_path));
	rc = post_path_taken(db_tx_ro(tx), redirect.from_path, 0, &taken, err);
	if (rc == RC_OK && taken)
		return err_set(err, RC_EXISTS, "the redirect from '%.*s' is not taken: a post has that address",
			       STR_ARG(redirect.from_path));
	return rc == RC_OK ? redirect_put(tx, &redirect, err) : rc;
}

typedef enum rc store_own(struct importer *im, struct db_tx *tx, const struct data *d, struct err *err);

/* Every member of a list of platen.json by itself: one that cannot be taken is reported. */
static enum rc store_each(struct importer *im, struct db_tx *tx, const char *list, store_own *store)
{
	enum rc rc = RC_OK;
	bool bad;

	DATA_EACH(d, data_at_key(im->own, list)) {
		struct err err = ERR_INIT;

		rc = db_part_begin(tx, im->err);
		if (rc == RC_OK)
			rc = import_part_end(im, tx, store(im, tx, d, &err), &err, &bad);
		if (rc != RC_OK)
			return rc;
		if (bad)
			import_problem(im, IMPORT_WARNING, STR("platen.json"), 0, "%s: %s", list, err.msg);
	}
	return RC_OK;
}

enum rc import_own_store(struct importer *im, struct db_tx *tx)
{
	enum rc rc = store_each(im, tx, "tags", store_tag);

	if (rc == RC_OK)
		rc = store_each(im, tx, "authors", store_author);
	return rc == RC_OK ? store_each(im, tx, "redirects", store_redirect) : rc;
}
