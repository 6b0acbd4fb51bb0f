/* export_site.c: platen.json: what belongs to no single post. */
#include "base/base.h"

#include "base/file.h"
#include "base/path.h"
#include "core/export_impl.h"
#include "core/settings.h"
#include "store/redirect.h"
#include "store/setting.h"
#include "store/tag.h"
#include "store/user.h"

#define SITE_MAX_B JSON_MAX_B /* what import can read */
#define BATCH 1000

/* A text, and the files that it refers to. */
static enum rc put_media_text(struct exporter *ex, struct json *out, const char *key, struct str text, struct arena *arena)
{
	enum rc rc = export_current(ex, text, arena, &text);

	if (rc == RC_OK)
		json_set_text(out, key, text);
	return rc == RC_OK ? export_media_of(ex, text, arena) : rc;
}

static enum rc put_settings(struct exporter *ex, struct json *site, struct arena *arena)
{
	struct json *out = json_set_object(site, "settings");
	struct settings all;
	enum rc rc = setting_all(ex->db, arena, &all, ex->err);

	for (size_t i = 0; rc == RC_OK && i < all.count; i++) {
		const struct setting_def *def = setting_find(all.items[i].key);

		if (!def || def->type == SETTING_SECRET)
			continue;
		rc = put_media_text(ex, out, def->key, all.items[i].value, arena);
	}
	return rc;
}

static enum rc put_tags(struct exporter *ex, struct json *site, struct arena *arena)
{
	struct json *list = json_set_list(site, "tags");
	struct tags tags;
	enum rc rc = tag_list(ex->db, TAG_BY_NAME, true, INT64_MAX, INT64_MAX, arena, &tags, ex->err);

	for (size_t i = 0; rc == RC_OK && i < tags.count; i++) {
		const struct tag *tag = &tags.items[i];
		struct json *out;

		/* A bare name comes back with the posts. */
		if (str_empty(tag->description) && str_empty(tag->image))
			continue;
		out = json_add_object(list);
		json_set_text(out, "slug", tag->slug);
		json_set_text(out, "name", tag->name);
		rc = put_media_text(ex, out, "description", tag->description, arena);
		if (rc == RC_OK)
			rc = put_media_text(ex, out, "image", tag->image, arena);
	}
	return rc;
}

static int by_name(const void *a, const void *b)
{
	const struct user *x = a, *y = b;
	int order = str_cmp(x->name, y->name);

	return order ? order : str_cmp(x->slug, y->slug);
}

static enum rc put_author(struct exporter *ex, const struct user *user, struct json *list, struct arena *arena)
{
	struct json *out;
	enum rc rc;

	if (str_empty(user->bio) && str_empty(user->website) && str_empty(user->picture))
		return RC_OK;
	out = json_add_object(list);
	json_set_text(out, "name", user->name);
	json_set_text(out, "slug", user->slug);
	json_set_text(out, "website", user->website);
	rc = put_media_text(ex, out, "picture", user->picture, arena);
	return rc == RC_OK ? put_media_text(ex, out, "bio", user->bio, arena) : rc;
}

/* Profiles only: who may log in is not part of an export. */
static enum rc put_authors(struct exporter *ex, struct json *site, struct arena *arena)
{
	struct json *list = json_set_list(site, "authors");
	struct users users;
	enum rc rc = user_list(ex->db, 0, INT64_MAX, INT64_MAX, arena, &users, ex->err);

	if (rc == RC_OK && users.count)
		qsort(users.items, users.count, sizeof(*users.items), by_name);
	for (size_t i = 0; rc == RC_OK && i < users.count; i++)
		rc = put_author(ex, &users.items[i], list, arena);
	return rc;
}

/* Those that lead to a post stand with the post, as aliases. */
static enum rc put_redirects(struct exporter *ex, struct json *site, struct arena *arena)
{
	struct json *list = json_set_list(site, "redirects"), *out;
	struct str after = STR_NONE;
	struct redirects redirects;
	enum rc rc;

	do {
		rc = redirect_list(ex->db, after, BATCH, arena, &redirects, ex->err);
		for (size_t i = 0; rc == RC_OK && i < redirects.count; i++) {
			const struct redirect *r = &redirects.items[i];

			after = r->from_path;
			if (r->post_id)
				continue;
			out = json_add_object(list);
			json_set_text(out, "from", r->from_path);
			json_set_text(out, "to", r->to_path);
			json_set_int(out, "status", r->status);
		}
	} while (rc == RC_OK && redirects.count == BATCH);
	return rc;
}

enum rc export_site(struct exporter *ex, struct arena *arena)
{
	struct json *site = json_new_object();
	struct buf out = BUF_INIT(SITE_MAX_B);
	enum rc rc;

	json_set_int(site, "platen_export", 1);
	rc = put_settings(ex, site, arena);
	if (rc == RC_OK)
		rc = put_tags(ex, site, arena);
	if (rc == RC_OK)
		rc = put_authors(ex, site, arena);
	if (rc == RC_OK)
		rc = put_redirects(ex, site, arena);
	json_write(site, JSON_PRETTY_TABS | JSON_SORTED_KEYS, &out);
	json_free(site);
	if (rc == RC_OK)
		rc = buf_status(&out, "platen.json", ex->err);
	if (rc == RC_OK)
		rc = file_write(path_join(arena, ex->dir, "platen.json"), buf_view(&out), 0644, ex->err);
	buf_release(&out);
	return rc;
}
