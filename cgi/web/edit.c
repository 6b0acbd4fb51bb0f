/* edit.c: a post on its way between the store and the page where it is written. */
#include "base/base.h"

#include "base/date.h"
#include "base/json.h"
#include "core/desk.h"
#include "crypt/rand.h"
#include "http/form.h"
#include "store/post_list.h"
#include "web/edit.h"

#define FIELDS_MAX_B ((size_t)1 << 20)

struct str edit_local_time(struct visit *v, int64_t at_ms)
{
	struct date d;
	if (!at_ms)
		return STR("");
	date_civil(v->edition->zone, at_ms, &d);
	return arena_printf(v->arena, "%04d-%02d-%02dT%02d:%02d", d.year, d.month, d.day, d.hour, d.minute);
}

/* --- from the store --- */

enum rc edit_load(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	struct post_card card;
	enum rc rc = post_by_public_id(db, visit_arg(v, "id"), v->arena, &e->post, err);
	if (rc == RC_OK)
		rc = post_card_get(db, e->post.id, POST_LIST_REFS, v->arena, &card, err);
	if (rc != RC_OK)
		return rc;
	struct buf tags = BUF_INIT((size_t)64 << 10);
	for (size_t i = 0; i < card.tag_count; i++) {
		buf_cstr(&tags, i ? ", " : "");
		buf_str(&tags, card.tags[i].name);
	}
	e->tags = arena_str(v->arena, buf_view(&tags));
	buf_release(&tags);
	e->at = edit_local_time(v, e->post.published_ms);
	e->key = e->post.public_id;
	/* Others' drafts are nobody's business who may not change them. */
	rc = desk_check(db, v->admin->who.actor, e->post.id, err);
	return rc == RC_DENIED ? visit_fail(v, 403, rc, err, "this is somebody else's post") : rc;
}

void edit_begin(struct visit *v, struct edit *e)
{
	bool page = str_is(request_param(v->req, "kind"), POST_KIND_PAGE);
	e->post.kind = page ? STR(POST_KIND_PAGE) : STR(POST_KIND_POST);
	e->post.status = STR(POST_STATUS_DRAFT);
	e->post.visibility = STR(POST_VISIBILITY_PUBLIC);
	e->post.title = e->post.markdown = e->post.slug = e->post.excerpt = STR("");
	e->tags = e->at = STR("");
	char key[PUBLIC_ID_CHARS + 1];
	struct str given = v->req->method == HTTP_POST ? form_get(&v->admin->form, "key") : request_param(v->req, "key");
	rand_base62(key, PUBLIC_ID_CHARS);
	e->key = str_empty(given) || given.n > AUTOSAVE_KEY_MAX_B ? arena_str(v->arena, str_of(key)) : given;
}

/* --- what was typed --- */

static void take_text(const struct http_pairs *form, const char *name, struct str *to)
{
	struct str text = form_get(form, name);
	if (str_given(text))
		*to = text;
}

/* Browsers send lines of a form with CRLF (HTML, form submission); posts have LF. */
static struct str with_lf(struct visit *v, struct str text)
{
	char *copy = arena_cstr(v->arena, text);
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\r' || i + 1 == text.n || text.p[i + 1] != '\n')
			copy[n++] = text.p[i];
	return str_n(copy, n);
}

void edit_take_form(struct visit *v, struct edit *e)
{
	const struct http_pairs *form = &v->admin->form;
	struct str version = form_get(form, "version"), known = form_get(form, "unsaved");
	take_text(form, "title", &e->post.title);
	take_text(form, "markdown", &e->post.markdown);
	take_text(form, "excerpt", &e->post.excerpt);
	take_text(form, "visibility", &e->post.visibility);
	take_text(form, "tags", &e->tags);
	take_text(form, "at", &e->at);
	struct str slug = str_trim(form_get(form, "slug"));
	e->slug_typed = str_given(form_get(form, "slug")) && !str_empty(slug) && !str_eq(slug, e->post.slug);
	if (e->slug_typed)
		e->post.slug = slug;
	if (e->post.id == 0 && str_is(form_get(form, "kind"), POST_KIND_PAGE))
		e->post.kind = STR(POST_KIND_PAGE);
	e->post.featured = str_given(form_get(form, "featured"));
	e->post.title = with_lf(v, e->post.title);
	e->post.markdown = with_lf(v, e->post.markdown);
	e->post.excerpt = with_lf(v, e->post.excerpt);
	if (!str_to_i64(str_given(known) ? known : STR(""), &e->known_ms))
		e->known_ms = 0;
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

/* --- what nobody has saved yet --- */

/* The fields as a revision has them, so that one can become the other. */
enum rc edit_fields(struct visit *v, const struct edit *e, struct str *out, struct err *err)
{
	struct str tags[POST_TAGS_MAX];
	size_t count;
	struct json *fields = json_new_object();
	json_set_text(fields, "kind", e->post.kind);
	json_set_text(fields, "excerpt", e->post.excerpt);
	json_set_text(fields, "visibility", e->post.visibility);
	json_set_text(fields, "at", e->at);
	json_set_text(fields, "slug", e->slug_typed ? e->post.slug : STR(""));
	json_set_bool(fields, "featured", e->post.featured);
	struct json *list = json_set_list(fields, "tags");
	edit_split_tags(e->tags, tags, &count);
	for (size_t i = 0; i < count; i++)
		json_add_text(list, tags[i]);
	struct buf text = BUF_INIT(FIELDS_MAX_B);
	json_write(fields, JSON_SORTED_KEYS, &text);
	json_free(fields);
	enum rc rc = buf_status(&text, "the fields", err);
	if (rc == RC_OK)
		*out = arena_str(v->arena, buf_view(&text));
	buf_release(&text);
	return rc;
}

static struct str joined_tags(struct visit *v, const struct json *list)
{
	struct buf tags = BUF_INIT(FIELDS_MAX_B);
	for (size_t i = 0; i < json_count(list); i++) {
		buf_cstr(&tags, i ? ", " : "");
		buf_str(&tags, json_text(json_at(list, i), STR("")));
	}
	struct str text = arena_str(v->arena, buf_view(&tags));
	buf_release(&tags);
	return text;
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
	e->post.excerpt = arena_str(v->arena, json_get_text(fields, "excerpt", e->post.excerpt));
	e->at = arena_str(v->arena, json_get_text(fields, "at", e->at));
	e->tags = joined_tags(v, json_get(fields, "tags"));
	e->post.featured = json_get_bool(fields, "featured", e->post.featured);
	struct str slug = json_get_text(fields, "slug", STR(""));
	if (slug.n)
		e->post.slug = arena_str(v->arena, slug);
	if (!str_is(e->post.visibility, POST_VISIBILITY_PASSWORD))
		e->post.visibility = arena_str(v->arena, json_get_text(fields, "visibility", e->post.visibility));
	if (!e->post.id)
		e->post.kind = arena_str(v->arena, json_get_text(fields, "kind", e->post.kind));
	e->known_ms = unsaved->saved_ms;
	json_free(fields);
	return RC_OK;
}

struct str edit_when(struct visit *v, int64_t at_ms)
{
	struct date d;
	date_civil(v->edition->zone, at_ms, &d);
	return arena_printf(v->arena, "%.*s, %02d:%02d", STR_ARG(admin_date(v, at_ms)), d.hour, d.minute);
}

struct str edit_path(struct visit *v, const struct edit *e, struct str tail)
{
	struct str id = e->post.id ? e->post.public_id : STR("new");
	return ARENA_JOIN(v->arena, STR("/admin/posts/"), id, tail);
}
