/* edit_values.c: what the fields of the page where a post is written show. */
#include "base/base.h"

#include "base/utf8.h"
#include "core/author.h"
#include "core/i18n.h"
#include "store/post_list.h"
#include "text/excerpt.h"
#include "web/edit_custom.h"
#include "web/media_values.h"
#include "web/page.h"

#define PARENTS_MAX 300
#define NAMES_MAX 300
#define LOOK_CHARS 160

static void add_choice(struct visit *v, struct value *list, struct str value, struct str label, bool selected)
{
	struct value *item = value_item(v->arena, list);
	value_text(v->arena, item, "value", value);
	value_text(v->arena, item, "label", label);
	value_bool(v->arena, item, "selected", selected);
}

static void words(struct visit *v, struct value *root, const char *list_key, const char *prefix, const char *const *names,
		  size_t count, struct str now)
{
	struct value *list = value_list(v->arena, root, list_key);
	for (size_t i = 0; i < count; i++)
		add_choice(v, list, str_of(names[i]),
			   i18n_text(v->admin->i18n, arena_printf(v->arena, "%s_%s", prefix, names[i]).p), str_is(now, names[i]));
}

/* "page-wide" of the theme is the template "wide" of pages; one that the theme does not have any more stays
 * chosen. */
static void templates(struct visit *v, struct value *root, const struct post *post)
{
	struct str prefix = str_is(post->kind, POST_KIND_PAGE) ? STR("page-") : STR("post-");
	struct value *list = value_list(v->arena, root, "templates");
	bool found = str_empty(post->template_name);
	size_t at = 0;
	for (const char *name; (name = theme_next(v->edition->skin->theme, prefix, &at));) {
		struct str own = str_from(str_of(name), prefix.n);
		bool chosen = str_eq(own, post->template_name);
		found |= chosen;
		add_choice(v, list, own, own, chosen);
	}
	if (!found)
		add_choice(v, list, post->template_name, post->template_name, true);
}

static enum rc parents(struct visit *v, struct db_ro *db, struct value *root, const struct edit *e, struct err *err)
{
	struct post_cards pages;
	struct value *list = value_list(v->arena, root, "parents");
	bool found = str_empty(e->parent);
	enum rc rc = post_list_any(db, desk_sees(v->admin->who.actor), STR(POST_KIND_PAGE), STR(""), INT64_MAX, INT64_MAX,
				   PARENTS_MAX, 0, v->arena, &pages, err);
	for (size_t i = 0; rc == RC_OK && i < pages.count; i++) {
		const struct post_card *page = &pages.items[i];
		bool chosen = str_eq(page->public_id, e->parent);
		if (page->id == e->post.id || str_is(page->status, POST_STATUS_TRASH))
			continue;
		found |= chosen;
		add_choice(v, list, page->public_id,
			   str_empty(page->title) ? i18n_text(v->admin->i18n, "untitled") : page->title, chosen);
	}
	if (!found)
		add_choice(v, list, e->parent, i18n_text(v->admin->i18n, "parent_other"), true);
	return rc;
}

/* A row for each and one more; whose names there are is offered as they are typed. */
static enum rc authors(struct visit *v, struct db_ro *db, struct value *root, const struct edit *e, struct err *err)
{
	struct users users = { NULL, 0 };
	bool may = v->admin->who.actor.role >= ROLE_EDITOR;
	struct value *list = value_list(v->arena, root, "authors"), *names = value_list(v->arena, root, "people");
	value_bool(v->arena, root, "may_name_authors", may);
	for (size_t i = 0; i <= e->author_count && i < POST_AUTHORS_MAX; i++) {
		struct value *row = value_item(v->arena, list);
		value_text(v->arena, row, "name", i < e->author_count ? e->authors[i] : STR(""));
		value_int(v->arena, row, "number", (int64_t)i + 1);
	}
	enum rc rc = may ? user_list(db, 0, v->now_ms, NAMES_MAX, v->arena, &users, err) : RC_OK;
	for (size_t i = 0; rc == RC_OK && i < users.count; i++) {
		const struct user *user = &users.items[i];
		struct str label = user->name;
		rc = author_label(db, user->id, user->name, user->slug, v->arena, &label, err);
		value_text(v->arena, value_item(v->arena, names), "name", label);
	}
	return rc;
}

/* --- how it looks elsewhere --- */

static struct str first_of(struct str a, struct str b)
{
	return str_empty(str_trim(a)) ? b : a;
}

static void counts(struct visit *v, struct value *root, const struct post *post)
{
	struct value *object = value_object(v->arena, root, "count");
	value_int(v->arena, object, "seo_title", (int64_t)utf8_count(post->seo_title));
	value_int(v->arena, object, "seo_description", (int64_t)utf8_count(post->seo_description));
	value_int(v->arena, object, "excerpt", (int64_t)utf8_count(post->excerpt));
}

static void look(struct visit *v, struct value *root, const struct post *post)
{
	struct value *object = value_object(v->arena, root, "look");
	struct str title = first_of(post->title, i18n_text(v->admin->i18n, "untitled"));
	struct str excerpt = first_of(post->excerpt, str_given(post->excerpt_auto) ? post->excerpt_auto : STR(""));
	struct str description = first_of(post->seo_description, excerpt), image = first_of(post->social_image, post->image);
	struct str path = str_given(post->path) ? post->path : ARENA_JOIN(v->arena, STR("/"), post->slug);
	struct str share = first_of(post->social_description, description);
	value_text(v->arena, object, "url", visit_absolute(v, path));
	value_text(v->arena, object, "site", v->site->title);
	value_text(v->arena, object, "name", first_of(post->seo_title, title));
	value_text(v->arena, object, "title", page_title(v, first_of(post->seo_title, title)));
	value_text(v->arena, object, "description", excerpt_cut(v->arena, description, LOOK_CHARS));
	value_text(v->arena, object, "share_title", first_of(post->social_title, first_of(post->seo_title, title)));
	value_text(v->arena, object, "share_description", excerpt_cut(v->arena, share, LOOK_CHARS));
	value_text(v->arena, object, "share_image", media_look(v, image));
	value_text(v->arena, object, "image", media_look(v, first_of(post->image, STR(""))));
	value_text(v->arena, object, "social_image", media_look(v, first_of(post->social_image, STR(""))));
	value_text(v->arena, object, "excerpt", excerpt);
}

/* --- what is wrong --- */

/* The group of the column that a field is in is open when something is wrong in it. */
static const struct { const char *field, *group; } groups[] = {
	{ "image", "picture" }, { "image_alt", "picture" }, { "image_caption", "picture" },
	{ "author", "people" }, { "lang", "place" }, { "translation_group", "place" }, { "translation_of", "place" }, { "translate_lang", "place" }, { "parent", "place" },
	{ "kind", "place" }, { "template_name", "place" }, { "seo_title", "search" }, { "seo_description", "search" },
	{ "seo_canonical", "search" }, { "social_title", "share" }, { "social_description", "share" },
	{ "social_image", "share" }, { "custom", "own" },
};

static void wrong(struct visit *v, struct value *root, const struct edit *e)
{
	struct value *object = value_object(v->arena, root, "wrong"), *open = value_object(v->arena, root, "open");
	for (size_t i = 0; i < e->wrong_count; i++) {
		value_text(v->arena, object, e->wrong[i].field, e->wrong[i].text);
		for (size_t k = 0; k < COUNT_OF(groups); k++)
			if (strcmp(groups[k].field, e->wrong[i].field) == 0)
				value_bool(v->arena, open, groups[k].group, true);
	}
}

static bool is_wrong(const struct edit *e, const char *field)
{
	for (size_t i = 0; i < e->wrong_count; i++)
		if (strcmp(e->wrong[i].field, field) == 0)
			return true;
	return false;
}

static void fields(struct visit *v, struct value *root, const struct edit *e)
{
	struct value *object = value_object(v->arena, root, "post");
	struct post post = e->post;
	struct str zone;
	value_text(v->arena, object, "title", post.title);
	value_text(v->arena, object, "markdown", post.markdown);
	value_text(v->arena, object, "slug", post.slug);
	value_text(v->arena, object, "tags", e->tags);
	value_text(v->arena, object, "at", e->at);
	for (size_t i = 0; i < edit_text_count; i++)
		value_text(v->arena, object, edit_texts[i].name, first_of(*edit_text_of(&post, &edit_texts[i]), STR("")));
	value_int(v->arena, object, "version", post.version);
	value_int(v->arena, object, "base", e->base_id);
	value_bool(v->arena, object, "featured", post.featured);
	value_bool(v->arena, object, "seo_noindex", post.seo_noindex);
	value_bool(v->arena, object, "is_page", str_is(post.kind, POST_KIND_PAGE));
	value_bool(v->arena, object, "has_password", !str_empty(post.password_hash));
	if (is_wrong(e, "custom"))
		edit_custom_typed_values(v, object);
	else
		edit_custom_values(v, object, post.custom);
	(void)admin_zone(v, &zone);
	value_text(v->arena, root, "zone", zone);
}

enum rc edit_values(struct visit *v, struct db_ro *db, struct value *root, const struct edit *e, struct err *err)
{
	static const char *const who_sees[] = { POST_VISIBILITY_PUBLIC, POST_VISIBILITY_UNLISTED, POST_VISIBILITY_PASSWORD,
						POST_VISIBILITY_TEAM };
	static const char *const kinds[] = { POST_KIND_POST, POST_KIND_PAGE };
	fields(v, root, e);
	words(v, root, "visibilities", "visibility", who_sees, COUNT_OF(who_sees), e->post.visibility);
	words(v, root, "kinds", "kind", kinds, COUNT_OF(kinds), e->post.kind);
	templates(v, root, &e->post);
	counts(v, root, &e->post);
	look(v, root, &e->post);
	wrong(v, root, e);
	enum rc rc = parents(v, db, root, e, err);
	if (rc == RC_OK)
		rc = authors(v, db, root, e, err);
	return rc == RC_OK ? edit_translation_values(v, db, root, e, err) : rc;
}
