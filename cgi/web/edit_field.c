/* edit_field.c: one field of a post beside its text: by its name, as the form has it and as people read it. */
#include "base/base.h"

#include "web/edit_custom.h"
#include "web/edit_field.h"

/* Beside those of edit_texts. */
static const struct { const char *name; size_t at; } fields[] = {
	{ "title", offsetof(struct edit, post.title) }, { "tags", offsetof(struct edit, tags) },
	{ "slug", offsetof(struct edit, post.slug) }, { "custom", offsetof(struct edit, post.custom) },
	{ "kind", offsetof(struct edit, post.kind) }, { "visibility", offsetof(struct edit, post.visibility) },
	{ "at", offsetof(struct edit, at) }, { "parent", offsetof(struct edit, parent) },
};

/* Fields whose phrases have other names. */
struct str edit_field_name(struct visit *v, const char *field)
{
	static const struct { const char *field, *phrase; } known[] = {
		{ "lang", "post_lang" }, { "translation_group", "group_word" }, { "template_name", "template" },
		{ "image", "picture_address" }, { "image_alt", "picture_alt" }, { "image_caption", "picture_caption" },
		{ "custom", "group_own" }, { "status", "edit_state" },
	};
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (strcmp(known[i].field, field) == 0)
			return i18n_text(v->admin->i18n, known[i].phrase);
	return i18n_text(v->admin->i18n, field);
}

const char *edit_field_known(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (str_is(name, fields[i].name))
			return fields[i].name;
	for (size_t i = 0; i < edit_text_count; i++)
		if (str_is(name, edit_texts[i].name))
			return edit_texts[i].name;
	return str_is(name, EDIT_AUTHOR) ? EDIT_AUTHOR : NULL;
}

/* NULL: authors, who are no single text. */
static struct str *place_of(struct edit *e, const char *field)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (strcmp(fields[i].name, field) == 0)
			return (struct str *)(void *)((char *)e + fields[i].at);
	for (size_t i = 0; i < edit_text_count; i++)
		if (strcmp(edit_texts[i].name, field) == 0)
			return edit_text_of(&e->post, &edit_texts[i]);
	return NULL;
}

struct str edit_field_text(struct visit *v, const struct edit *e, const char *field)
{
	struct edit copy = *e;
	const struct str *place = place_of(&copy, field);
	struct str names = STR("");
	if (place)
		return str_or_empty(*place);
	for (size_t i = 0; i < e->author_count; i++)
		names = ARENA_JOIN(v->arena, names, i ? STR("\n") : STR(""), e->authors[i]);
	return names;
}

void edit_field_put(struct edit *e, const char *field, struct str text)
{
	struct str *place = place_of(e, field), name;
	if (place) {
		*place = text;
		return;
	}
	for (e->author_count = 0; e->author_count < POST_AUTHORS_MAX && str_split(&text, '\n', &name);)
		e->authors[e->author_count++] = name;
}

static bool is_word(const char *field, struct str text)
{
	static const struct { const char *field, *word; } words[] = {
		{ "kind", POST_KIND_POST }, { "kind", POST_KIND_PAGE }, { "visibility", POST_VISIBILITY_PUBLIC },
		{ "visibility", POST_VISIBILITY_UNLISTED }, { "visibility", POST_VISIBILITY_TEAM },
		{ "visibility", POST_VISIBILITY_PASSWORD },
	};
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcmp(words[i].field, field) == 0 && str_is(text, words[i].word))
			return true;
	return false;
}

/* The title of a page, for whoever may see it. */
static struct str page_name(struct visit *v, struct str public_id)
{
	struct post page;
	struct err err = ERR_INIT;
	if (str_empty(public_id))
		return i18n_text(v->admin->i18n, "parent_none");
	if (post_by_public_id(v->db, public_id, v->arena, &page, &err) != RC_OK ||
	    desk_check(v->db, v->admin->who.actor, page.id, &err) != RC_OK || str_empty(str_trim(page.title)))
		return i18n_text(v->admin->i18n, "parent_other");
	return page.title;
}

struct str edit_field_shown(struct visit *v, const char *field, struct str text)
{
	if (is_word(field, text))
		return i18n_text(v->admin->i18n, arena_printf(v->arena, "%s_%.*s", field, STR_ARG(text)).p);
	if (strcmp(field, "parent") == 0)
		return page_name(v, text);
	if (strcmp(field, "custom") == 0)
		return edit_custom_lines(v, text);
	if (strcmp(field, "at") == 0 && text.n > 11) /* "2026-11-21T10:00" */
		return ARENA_JOIN(v->arena, str_sub(text, 0, 10), STR(" "), str_from(text, 11));
	return text;
}
