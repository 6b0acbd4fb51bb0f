/* edit_form.c: a post as it was typed: taking the fields of the form and looking at each. */
#include "base/base.h"

#include "base/date.h"
#include "base/utf8.h"
#include "core/author.h"
#include "core/i18n.h"
#include "http/form.h"
#include "store/post_list.h"
#include "text/slug.h"
#include "web/edit_custom.h"

#define LINE_MAX_B 2000
#define EXCERPT_MAX_B 5000
#define PASSWORD_MAX_B 256

#define TEXT(field, max, address) { #field, offsetof(struct post, field), max, address }

const struct edit_text edit_texts[] = {
	TEXT(excerpt, EXCERPT_MAX_B, false),
	TEXT(lang, 100, false),
	TEXT(translation_group, POST_GROUP_MAX_B, false),
	TEXT(template_name, 200, false),
	TEXT(image, LINE_MAX_B, true),
	TEXT(image_alt, LINE_MAX_B, false),
	TEXT(image_caption, LINE_MAX_B, false),
	TEXT(seo_title, LINE_MAX_B, false),
	TEXT(seo_description, LINE_MAX_B, false),
	TEXT(seo_canonical, LINE_MAX_B, true),
	TEXT(social_title, LINE_MAX_B, false),
	TEXT(social_description, LINE_MAX_B, false),
	TEXT(social_image, LINE_MAX_B, true),
};
const size_t edit_text_count = COUNT_OF(edit_texts);

struct str *edit_text_of(struct post *post, const struct edit_text *text)
{
	return (struct str *)(void *)((char *)post + text->at);
}

/* --- taking --- */

static void take_text(struct visit *v, const char *name, struct str *to)
{
	struct str text = form_get(&v->admin->form, name);
	if (str_given(text))
		*to = form_lf(v->arena, text);
}

static void take_texts(struct visit *v, struct edit *e)
{
	take_text(v, "title", &e->post.title);
	take_text(v, "markdown", &e->post.markdown);
	take_text(v, "visibility", &e->post.visibility);
	take_text(v, "tags", &e->tags);
	take_text(v, "at", &e->at);
	take_text(v, "parent", &e->parent);
	for (size_t i = 0; i < edit_text_count; i++) {
		struct str *to = edit_text_of(&e->post, &edit_texts[i]), typed = STR_NONE;
		take_text(v, edit_texts[i].name, &typed);
		if (str_given(typed))
			*to = str_trim(typed);
	}
}

static void take_slug(struct visit *v, struct edit *e)
{
	struct str typed = form_get(&v->admin->form, "slug"), slug = str_trim(typed);
	e->slug_typed = str_given(typed) && !str_empty(slug) && !str_eq(slug, e->post.slug);
	if (e->slug_typed)
		e->post.slug = slug;
}

/* Only editors say whose a post is. */
static void take_authors(struct visit *v, struct edit *e)
{
	const struct http_pairs *form = &v->admin->form;
	size_t at = 0;
	struct str name;
	if (v->admin->who.actor.role < ROLE_EDITOR || !str_given(form_get(form, "author")))
		return;
	e->author_count = 0;
	while (form_next(form, "author", &at, &name) && e->author_count < POST_AUTHORS_MAX)
		if (!str_empty(str_trim(name)))
			e->authors[e->author_count++] = str_trim(name);
	e->authors_typed = e->author_count > 0;
}

static void take_number(struct visit *v, const char *name, int64_t *to)
{
	struct str text = form_get(&v->admin->form, name);
	if (!str_given(text) || !str_to_i64(text, to))
		*to = 0;
}

void edit_take_form(struct visit *v, struct edit *e)
{
	const struct http_pairs *form = &v->admin->form;
	struct str version = form_get(form, "version"), kind = form_get(form, "kind"), password = form_get(form, "password");
	take_texts(v, e);
	take_slug(v, e);
	take_authors(v, e);
	edit_translation_take(v, e);
	if (str_is(kind, POST_KIND_PAGE) || str_is(kind, POST_KIND_POST))
		e->post.kind = kind;
	if (!str_empty(password))
		e->password = password;
	if (str_given(form_get(form, "custom_key")) && !edit_custom_take(v, e->post.custom, &e->post.custom))
		edit_complain(v, e, "custom", "wrong_custom");
	e->post.featured = str_given(form_get(form, "featured"));
	/* A box that is not ticked says nothing: its neighbour tells that it was there. */
	if (str_given(form_get(form, "seo_title")))
		e->post.seo_noindex = str_given(form_get(form, "seo_noindex"));
	take_number(v, "unsaved", &e->known_ms);
	take_number(v, "base", &e->base_id);
	if (e->post.id && (!str_given(version) || !str_to_i64(version, &e->post.version)))
		e->post.version = -1; /* of no page of ours: a conflict */
}

void edit_split_tags(struct str text, struct str *out, size_t *count)
{
	struct str rest = text, name;
	for (*count = 0; *count < POST_TAGS_MAX && str_split(&rest, ',', &name);)
		if (!str_empty(str_trim(name)))
			out[(*count)++] = str_trim(name);
}

/* --- looking at it --- */

void edit_complain(struct visit *v, struct edit *e, const char *field, const char *phrase)
{
	for (size_t i = 0; i < e->wrong_count; i++)
		if (strcmp(e->wrong[i].field, field) == 0)
			return;
	if (e->wrong_count < EDIT_WRONG_MAX)
		e->wrong[e->wrong_count++] = (struct edit_wrong){ field, i18n_text(v->admin->i18n, phrase) };
}

static bool is_no_text(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 && text.p[i] != '\n' && text.p[i] != '\t')
			return true;
	return !utf8_valid(text);
}

/* "https://...", "/page" or a file beside the post; nothing that runs. */
static bool is_address(struct str text)
{
	static const char *const known[] = { "https://", "http://" };
	ptrdiff_t colon = str_find_char(text, ':'), slash = str_find_char(text, '/');
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (str_istarts(text, str_of(known[i])))
			return true;
	return !is_no_text(text) && str_find_char(text, ' ') < 0 && (colon < 0 || (slash >= 0 && slash < colon));
}

static void check_texts(struct visit *v, struct edit *e)
{
	if (e->post.title.n > POST_TITLE_MAX_B || is_no_text(e->post.title))
		edit_complain(v, e, "title", "wrong_long");
	for (size_t i = 0; i < edit_text_count; i++) {
		struct str text = *edit_text_of(&e->post, &edit_texts[i]);
		if (text.n > edit_texts[i].max_b || is_no_text(text))
			edit_complain(v, e, edit_texts[i].name, "wrong_long");
		else if (edit_texts[i].is_address && text.n && !is_address(text))
			edit_complain(v, e, edit_texts[i].name, "wrong_address");
	}
	if (!str_empty(e->post.lang) && !lang_is_valid(e->post.lang))
		edit_complain(v, e, "lang", "wrong_lang");
	if (e->slug_typed && !slug_is_valid(e->post.slug))
		edit_complain(v, e, "slug", "wrong_slug_form");
}

static void check_time(struct visit *v, struct edit *e)
{
	struct date_parsed at;
	if (str_empty(str_trim(e->at)))
		return;
	if (date_parse(e->at, admin_zone(v, NULL), &at, NULL) != RC_OK)
		edit_complain(v, e, "at", "wrong_at");
	/* A minute's worth of seconds is not on the page; it stays when the minute does. */
	else if (!str_eq(e->at, edit_local_time(v, e->post.published_ms)))
		e->post.published_ms = at.ms;
}

static void check_visibility(struct visit *v, struct edit *e)
{
	static const char *const known[] = { POST_VISIBILITY_PUBLIC, POST_VISIBILITY_UNLISTED, POST_VISIBILITY_TEAM,
					     POST_VISIBILITY_PASSWORD };
	bool found = false;
	for (size_t i = 0; i < COUNT_OF(known); i++)
		found |= str_is(e->post.visibility, known[i]);
	if (!found)
		edit_complain(v, e, "visibility", "wrong_choice");
	if (!str_is(e->post.visibility, POST_VISIBILITY_PASSWORD))
		return;
	if (str_empty(e->password) && str_empty(e->post.password_hash))
		edit_complain(v, e, "password", "wrong_no_password");
	if (e->password.n > PASSWORD_MAX_B || is_no_text(e->password))
		edit_complain(v, e, "password", "wrong_long");
}

static enum rc check_authors(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	struct user user;
	for (size_t i = 0; e->authors_typed && i < e->author_count; i++) {
		enum rc rc = author_find(db, e->post.id, e->authors[i], v->arena, &user, err);
		if (rc == RC_OK)
			rc = author_label(db, user.id, user.name, user.slug, v->arena, &e->authors[i], err);
		else if (rc == RC_NOTFOUND || rc == RC_CONFLICT)
			edit_complain(v, e, "author", rc == RC_NOTFOUND ? "wrong_author" : "wrong_author_shared");
		if (rc != RC_OK && rc != RC_NOTFOUND && rc != RC_CONFLICT)
			return rc;
	}
	return RC_OK;
}

/* Posts stand below nothing. A page cannot stand below itself; core looks at the ones further up. */
static enum rc check_parent(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	struct post parent;
	e->post.parent_id = 0;
	if (!str_is(e->post.kind, POST_KIND_PAGE) || str_empty(e->parent))
		return RC_OK;
	enum rc rc = post_by_public_id(db, e->parent, v->arena, &parent, err);
	if (rc == RC_OK && str_is(parent.kind, POST_KIND_PAGE) && parent.id != e->post.id)
		e->post.parent_id = parent.id;
	else if (rc == RC_OK || rc == RC_NOTFOUND)
		edit_complain(v, e, "parent", "wrong_choice");
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

enum rc edit_check(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	check_texts(v, e);
	check_time(v, e);
	check_visibility(v, e);
	enum rc rc = check_authors(v, db, e, err);
	if (rc == RC_OK)
		rc = check_parent(v, db, e, err);
	if (rc == RC_OK)
		rc = edit_translation_check(v, db, e, err);
	return rc == RC_OK && e->wrong_count ? err_set(err, RC_INVALID, "a field is wrong") : rc;
}
