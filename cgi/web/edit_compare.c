/* edit_compare.c: what two versions of a post have beside title and text, and where they differ. */
#include "base/base.h"

#include "base/json.h"
#include "store/post_list.h"
#include "web/edit_compare.h"
#include "web/edit_field.h"

#define FIELDS_MAX_B ((size_t)8 << 20)

/* --- a version --- */

static void take_text(struct visit *v, const struct json *fields, const char *key, struct str *to)
{
	struct str text = json_get_text(fields, key, STR_NONE);
	if (str_given(text))
		*to = arena_str(v->arena, text);
}

/* Saved versions have a number, what was only typed has the public id. */
static enum rc take_parent(struct visit *v, struct db_ro *db, const struct json *fields, struct edit *e, struct err *err)
{
	struct post_card card;
	int64_t id = json_get_int(fields, "parent_id", e->post.parent_id);
	take_text(v, fields, "parent", &e->parent);
	if (id == e->post.parent_id)
		return RC_OK;
	e->post.parent_id = id;
	enum rc rc = id ? post_card_get(db, id, 0, v->arena, &card, err) : RC_OK;
	/* A page that is gone has a name that no page has. */
	e->parent = !id ? STR("") : rc == RC_OK ? card.public_id : STR("?");
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static void take_authors(struct visit *v, const struct json *list, struct edit *e)
{
	size_t count = json_count(list);
	if (!count)
		return; /* nobody said whose it is */
	for (e->author_count = 0; e->author_count < count && e->author_count < POST_AUTHORS_MAX; e->author_count++)
		e->authors[e->author_count] = arena_str(v->arena, json_text(json_at(list, e->author_count), STR("")));
}

/* A first version has the name that was asked for; where that was taken the store has added a number. */
static void take_slug(struct visit *v, const struct json *fields, struct str *slug)
{
	struct str asked = json_get_text(fields, "slug", STR(""));
	int64_t number;
	bool is_numbered = slug->n > asked.n + 1 && str_starts(*slug, asked) && slug->p[asked.n] == '-' &&
			   str_to_i64(str_from(*slug, asked.n + 1), &number);
	if (!str_empty(asked) && !is_numbered)
		*slug = arena_str(v->arena, asked);
}

static void take_fields(struct visit *v, const struct json *fields, struct edit *e)
{
	struct post *post = &e->post;
	for (size_t i = 0; i < edit_text_count; i++)
		take_text(v, fields, edit_texts[i].name, edit_text_of(post, &edit_texts[i]));
	take_text(v, fields, "template", &post->template_name);
	take_text(v, fields, "kind", &post->kind);
	take_text(v, fields, "status", &post->status);
	take_text(v, fields, "visibility", &post->visibility);
	take_text(v, fields, "custom", &post->custom);
	take_slug(v, fields, &post->slug);
	post->featured = json_get_bool(fields, "featured", post->featured);
	post->seo_noindex = json_get_bool(fields, "seo_noindex", post->seo_noindex);
	e->at = edit_local_time(v, json_get_int(fields, "published_ms", post->published_ms));
	take_text(v, fields, "at", &e->at);
	e->tags = edit_joined(v, json_get(fields, "tags"));
	take_authors(v, json_get(fields, "authors"), e);
}

enum rc edit_of_revision(struct visit *v, struct db_ro *db, const struct revision *revision, const struct edit *now,
			 struct edit *out, struct err *err)
{
	struct json *fields = NULL;
	struct edit e = *now;
	enum rc rc = json_parse(revision->fields, FIELDS_MAX_B, &fields, err);
	if (rc != RC_OK)
		return rc;
	take_fields(v, fields, &e);
	rc = take_parent(v, db, fields, &e, err);
	json_free(fields);
	if (rc == RC_OK)
		*out = e;
	return rc;
}

struct edit edit_of_nothing(const struct edit *now)
{
	struct edit e = { .problem = STR_NONE, .tags = STR(""), .at = STR(""), .parent = STR("") };
	e.post.kind = now->post.kind;
	e.post.status = STR(POST_STATUS_DRAFT);
	e.post.visibility = STR(POST_VISIBILITY_PUBLIC);
	e.post.custom = STR("{}");
	return e;
}

/* --- where two differ --- */

struct compare_job {
	struct visit *v;
	const struct edit *before, *after;
	struct edit_changes *out;
	size_t room;
};

static void compare_texts(struct compare_job *job, const char *field, struct str before, struct str after)
{
	struct edit_changes *out = job->out;
	if (!str_eq(before, after) && out->count < job->room)
		out->items[out->count++] = (struct edit_change){ edit_field_name(job->v, field), before, after };
}

static void compare_field(struct compare_job *job, const char *field)
{
	struct visit *v = job->v;
	struct str before = edit_field_text(v, job->before, field), after = edit_field_text(v, job->after, field);
	if (!str_eq(before, after)) /* page_name() asks the store */
		compare_texts(job, field, edit_field_shown(v, field, before), edit_field_shown(v, field, after));
}

static void compare_flag(struct compare_job *job, const char *field, bool before, bool after)
{
	const struct i18n *t = job->v->admin->i18n;
	compare_texts(job, field, i18n_text(t, before ? "edit_yes" : "edit_no"), i18n_text(t, after ? "edit_yes" : "edit_no"));
}

static struct str state_of(struct visit *v, const struct edit *e)
{
	return i18n_text(v->admin->i18n, arena_printf(v->arena, "state_%.*s", STR_ARG(e->post.status)).p);
}

void edit_compare(struct visit *v, const struct edit *before, const struct edit *after, struct edit_changes *out)
{
	static const char *const first[] = { "tags", "slug", "visibility", "at", "kind", "parent", EDIT_AUTHOR };
	size_t room = COUNT_OF(first) + edit_text_count + 4;
	struct compare_job job = { v, before, after, out, room };
	*out = (struct edit_changes){ ARENA_ARRAY(v->arena, room, struct edit_change), 0 };
	compare_texts(&job, "status", state_of(v, before), state_of(v, after));
	for (size_t i = 0; i < COUNT_OF(first); i++)
		compare_field(&job, first[i]);
	compare_flag(&job, "featured", before->post.featured, after->post.featured);
	for (size_t i = 0; i < edit_text_count; i++)
		compare_field(&job, edit_texts[i].name);
	compare_flag(&job, "seo_noindex", before->post.seo_noindex, after->post.seo_noindex);
	compare_field(&job, "custom");
}
