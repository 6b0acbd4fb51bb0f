/* edit_unsaved.c: what was typed and not saved, as JSON, and the way back. */
#include "base/base.h"

#include "base/json.h"
#include "web/edit.h"

#define FIELDS_MAX_B ((size_t)1 << 20)

static void put_list(struct json *fields, const char *key, const struct str *items, size_t count)
{
	struct json *list = json_set_list(fields, key);
	for (size_t i = 0; i < count; i++)
		json_add_text(list, items[i]);
}

/* The fields as a revision has them, so that one can become the other. */
enum rc edit_fields(struct visit *v, const struct edit *e, struct str *out, struct err *err)
{
	struct str tags[POST_TAGS_MAX];
	struct post post = e->post;
	struct json *fields = json_new_object();
	size_t count;
	for (size_t i = 0; i < edit_text_count; i++)
		json_set_text(fields, edit_texts[i].name, *edit_text_of(&post, &edit_texts[i]));
	json_set_text(fields, "kind", post.kind);
	json_set_text(fields, "visibility", post.visibility);
	json_set_text(fields, "at", e->at);
	json_set_text(fields, "parent", e->parent);
	json_set_text(fields, "slug", e->slug_typed ? post.slug : STR(""));
	json_set_text(fields, "custom", post.custom);
	json_set_bool(fields, "featured", post.featured);
	json_set_bool(fields, "seo_noindex", post.seo_noindex);
	json_set_int(fields, "base", e->base_id);
	edit_split_tags(e->tags, tags, &count);
	put_list(fields, "tags", tags, count);
	if (e->authors_typed)
		put_list(fields, "authors", e->authors, e->author_count);
	struct buf text = BUF_INIT(FIELDS_MAX_B);
	json_write(fields, JSON_SORTED_KEYS, &text);
	json_free(fields);
	enum rc rc = buf_status(&text, "the fields", err);
	if (rc == RC_OK)
		*out = arena_str(v->arena, buf_view(&text));
	buf_release(&text);
	return rc;
}

struct str edit_joined(struct visit *v, const struct json *list)
{
	struct buf names = BUF_INIT(FIELDS_MAX_B);
	for (size_t i = 0; i < json_count(list); i++) {
		buf_cstr(&names, i ? ", " : "");
		buf_str(&names, json_text(json_at(list, i), STR("")));
	}
	struct str text = arena_str(v->arena, buf_view(&names));
	buf_release(&names);
	return text;
}

static void take_text(struct visit *v, const struct json *fields, const char *key, struct str *to)
{
	struct str text = json_get_text(fields, key, STR_NONE);
	if (str_given(text))
		*to = arena_str(v->arena, text);
}

static void take_authors(struct visit *v, const struct json *list, struct edit *e)
{
	if (json_count(list) == 0 || v->admin->who.actor.role < ROLE_EDITOR)
		return;
	e->author_count = 0;
	for (size_t i = 0; i < json_count(list) && i < POST_AUTHORS_MAX; i++)
		e->authors[e->author_count++] = arena_str(v->arena, json_text(json_at(list, i), STR("")));
}

static void take_fields(struct visit *v, const struct json *fields, struct edit *e)
{
	struct str slug = STR("");
	for (size_t i = 0; i < edit_text_count; i++)
		take_text(v, fields, edit_texts[i].name, edit_text_of(&e->post, &edit_texts[i]));
	take_text(v, fields, "kind", &e->post.kind);
	take_text(v, fields, "visibility", &e->post.visibility);
	take_text(v, fields, "at", &e->at);
	take_text(v, fields, "parent", &e->parent);
	take_text(v, fields, "custom", &e->post.custom);
	take_text(v, fields, "slug", &slug);
	if (slug.n)
		e->post.slug = slug;
	e->tags = edit_joined(v, json_get(fields, "tags"));
	e->post.featured = json_get_bool(fields, "featured", e->post.featured);
	e->post.seo_noindex = json_get_bool(fields, "seo_noindex", e->post.seo_noindex);
	e->base_id = json_get_int(fields, "base", e->base_id);
	take_authors(v, json_get(fields, "authors"), e);
}

enum rc edit_take_unsaved(struct visit *v, const struct autosave *unsaved, struct edit *e, struct err *err)
{
	struct json *fields = NULL;
	enum rc rc = json_parse(unsaved->fields, FIELDS_MAX_B, &fields, err);
	if (rc != RC_OK)
		return rc;
	e->post.title = unsaved->title;
	e->post.markdown = unsaved->markdown;
	e->post.version = unsaved->version;
	take_fields(v, fields, e);
	e->known_ms = unsaved->saved_ms;
	json_free(fields);
	return RC_OK;
}
