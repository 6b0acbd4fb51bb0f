/* import_own.c: what only Platen's own export has: platen.json with settings, tags and people. */
#include "base/base.h"

#include <unistd.h>

#include "base/path.h"
#include "core/import_impl.h"
#include "core/settings.h"
#include "crypt/rand.h"
#include "store/redirect.h"
#include "store/setting.h"
#include "store/tag.h"
#include "store/user.h"
#include "text/markdown.h"

#define OWN_MAX_B ((size_t)4 << 20)

static struct str member(const struct data *map, const char *key)
{
	const struct data *d = data_at_key(map, key);

	return d && d->type == DATA_TEXT ? d->text : STR("");
}

/* An export lays media beside the posts and, for settings and tags, in media/HASH/. */
void import_own_media(struct importer *im)
{
	if (im->generator != GENERATOR_PLATEN)
		return;
	for (size_t i = 0; i < im->tree.count; i++) {
		struct str rel = str_of(im->tree.items[i].name);
		bool text = str_ends(rel, STR(".md")) || str_is(rel, "platen.json");

		if (im->tree.items[i].kind == FILE_REGULAR && !text && str_find_char(rel, '/') > 0)
			(void)import_media_take(im, rel, NULL, 0);
	}
}

struct str import_random(struct importer *im, size_t chars)
{
	char *out = arena_alloc(im->arena, chars + 1);

	rand_base62(out, chars);
	return str_n(out, chars);
}

static struct str rendered(struct importer *im, struct str markdown)
{
	struct markdown_options options = { .raw_html = MARKDOWN_RAW_FILTERED, .smart = im->site->smart };
	struct markdown_result result;
	struct err err = ERR_INIT;

	if (str_empty(markdown) || markdown_render(markdown, &options, im->arena, &result, &err) != RC_OK)
		return STR("");
	return str_n(result.html.p, result.html.n);
}

static enum rc store_tags(struct importer *im, struct db_tx *tx, struct err *err)
{
	enum rc rc = RC_OK;

	DATA_EACH(d, data_at_key(im->own, "tags")) {
		struct tag tag;
		int64_t id;

		if (str_empty(member(d, "slug")) || rc != RC_OK)
			continue;
		rc = tag_ensure(tx, member(d, "slug"), member(d, "name"), im->now_ms, &id, err);
		if (rc == RC_OK)
			rc = tag_get(db_tx_ro(tx), id, im->now_ms, im->arena, &tag, err);
		/* What somebody wrote here stays. */
		if (rc != RC_OK || !str_empty(tag.description) || !str_empty(tag.image))
			continue;
		tag.name = member(d, "name");
		tag.description = member(d, "description");
		tag.description_html = rendered(im, tag.description);
		tag.image = member(d, "image");
		tag.updated_ms = im->now_ms;
		rc = tag_update(tx, &tag, err);
	}
	return rc;
}

/* The author whom the posts have made, or a new one without a login; profiles that are there stay. */
static enum rc store_author(struct importer *im, struct db_tx *tx, const struct data *d, struct err *err)
{
	struct user user = { .id = 0 };
	int64_t id;
	enum rc rc = user_by_name(db_tx_ro(tx), member(d, "name"), im->now_ms, im->arena, &user, err);

	if (rc != RC_OK && rc != RC_NOTFOUND)
		return rc;
	if (rc == RC_OK && (!str_empty(user.bio) || !str_empty(user.website) || !str_empty(user.picture)))
		return RC_OK;
	if (rc == RC_NOTFOUND) {
		user = (struct user){ .public_id = import_random(im, PUBLIC_ID_CHARS), .role = STR(USER_ROLE_AUTHOR),
				      .created_ms = im->now_ms };
		user.slug = member(d, "slug");
	}
	user.name = member(d, "name");
	user.bio = member(d, "bio");
	user.bio_html = rendered(im, user.bio);
	user.website = member(d, "website");
	user.picture = member(d, "picture");
	user.updated_ms = im->now_ms;
	return rc == RC_OK ? user_update(tx, &user, err) : user_insert(tx, &user, &id, err);
}

static enum rc store_authors(struct importer *im, struct db_tx *tx, struct err *err)
{
	enum rc rc = RC_OK;

	DATA_EACH(d, data_at_key(im->own, "authors"))
		if (rc == RC_OK && !str_empty(member(d, "name")) && !str_empty(member(d, "slug")))
			rc = store_author(im, tx, d, err);
	return rc;
}

static enum rc store_redirects(struct importer *im, struct db_tx *tx, struct err *err)
{
	enum rc rc = RC_OK;

	DATA_EACH(d, data_at_key(im->own, "redirects")) {
		const struct data *status = data_at_key(d, "status");
		struct redirect redirect = { .from_path = member(d, "from"), .created_ms = im->now_ms };

		redirect.status = status && status->type == DATA_INT ? status->integer : 301;
		redirect.to_path = str_empty(member(d, "to")) ? STR_NONE : member(d, "to");
		if (rc == RC_OK && str_starts(redirect.from_path, STR("/")) &&
		    (str_given(redirect.to_path) || redirect.status == 410))
			rc = redirect_put(tx, &redirect, err);
	}
	return rc;
}

enum rc import_own_store(struct importer *im, struct db_tx *tx, struct err *err)
{
	enum rc rc;

	if (!im->own)
		return RC_OK;
	rc = store_tags(im, tx, err);
	if (rc == RC_OK)
		rc = store_authors(im, tx, err);
	return rc == RC_OK ? store_redirects(im, tx, err) : rc;
}

static enum rc load_own(const struct import_options *options, struct arena *arena, struct data **out,
			struct err *err)
{
	struct str text;
	enum rc rc = file_load(path_join(arena, options->dir, "platen.json"), OWN_MAX_B, arena, &text, err);

	*out = NULL;
	if (rc == RC_NOTFOUND)
		return RC_OK;
	if (rc == RC_OK)
		rc = data_from_json(text, arena, out, err);
	return rc == RC_OK ? rc : err_prefix(err, "platen.json");
}

static enum rc take_setting(struct db_tx *tx, const struct data *d, bool force, int64_t now_ms,
			    struct arena *arena, size_t *changed, struct err *err)
{
	struct str there;
	bool rebuild;
	enum rc rc = setting_get(db_tx_ro(tx), d->key, arena, &there, err);

	if (rc == RC_OK && (!force || str_eq(there, d->text)))
		return RC_OK;
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return rc;
	rc = setting_change(tx, ACTOR_SYSTEM, d->key, d->text, now_ms, &rebuild, err);
	/* One that this version does not know is no reason to stop. */
	if (rc == RC_INVALID)
		return RC_OK;
	*changed += rc == RC_OK;
	return rc;
}

enum rc import_settings(struct db_rw *db, const struct import_options *options, int64_t now_ms,
			size_t *changed, struct err *err)
{
	struct arena arena;
	struct data *own;
	struct db_tx *tx;
	enum rc rc;

	*changed = 0;
	arena_init(&arena, ARENA_MAX_B);
	rc = load_own(options, &arena, &own, err);
	if (rc != RC_OK || !own || options->dry_run)
		goto out;
	rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		goto out;
	DATA_EACH(d, data_at_key(own, "settings"))
		if (rc == RC_OK && d->type == DATA_TEXT)
			rc = take_setting(tx, d, options->force, now_ms, &arena, changed, err);
	if (rc == RC_OK)
		rc = db_commit(tx, err);
	else
		db_rollback(tx);
out:
	arena_release(&arena);
	return rc;
}
