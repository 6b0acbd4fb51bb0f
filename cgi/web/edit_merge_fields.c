/* edit_merge_fields.c: the fields beside the text when two have changed a post: each is one thing, taken from who
 * changed it, or picked. */
#include "base/base.h"

#include "base/json.h"
#include "http/form.h"
#include "store/revision.h"
#include "web/edit_custom.h"
#include "web/edit_field.h"
#include "web/edit_merge.h"

#define FIELDS_MAX_B ((size_t)8 << 20)

/* --- both versions put together --- */

static void both_changed(struct edit_merge *m, const char *field, struct str mine, struct str theirs)
{
	if (m->both_count < EDIT_BOTH_MAX)
		m->both[m->both_count++] = (struct edit_both){ field, mine, theirs, MERGE_MINE };
}

static void take(struct visit *v, struct edit_merge *m, struct edit *e, const struct edit *theirs, const char *field, struct str base)
{
	struct str mine = edit_field_text(v, e, field), other = edit_field_text(v, theirs, field);
	if (str_eq(mine, other) || str_eq(other, str_or_empty(base)))
		return;
	if (str_eq(mine, str_or_empty(base)))
		edit_field_put(e, field, other);
	else
		both_changed(m, field, mine, other);
}

/* A revision names authors only when somebody did; without them nobody knows who changed them. */
static void take_authors(struct visit *v, struct edit_merge *m, struct edit *e, const struct edit *theirs, const struct json *list)
{
	struct str base = STR("");
	if (!e->authors_typed)
		return;
	for (size_t i = 0; i < json_count(list); i++)
		base = ARENA_JOIN(v->arena, base, i ? STR("\n") : STR(""), json_text(json_at(list, i), STR("")));
	take(v, m, e, theirs, EDIT_AUTHOR, base);
}

static void take_parent(struct edit_merge *m, struct edit *e, const struct edit *theirs, int64_t base)
{
	int64_t mine = e->post.parent_id, other = theirs->post.parent_id;
	if (mine == other || other == base)
		return;
	if (mine != base) {
		both_changed(m, "parent", e->parent, theirs->parent);
		return;
	}
	e->post.parent_id = other;
	e->parent = theirs->parent;
}

static void take_all(struct visit *v, struct edit_merge *m, struct edit *e, const struct edit *theirs, const struct json *base)
{
	take(v, m, e, theirs, "title", m->base.title);
	take(v, m, e, theirs, "tags", edit_joined(v, json_get(base, "tags")));
	take_authors(v, m, e, theirs, json_get(base, "authors"));
	take_parent(m, e, theirs, json_get_int(base, "parent_id", 0));
	for (size_t i = 0; i < edit_text_count; i++) {
		const char *key = strcmp(edit_texts[i].name, "template_name") ? edit_texts[i].name : "template";
		take(v, m, e, theirs, edit_texts[i].name, json_get_text(base, key, STR("")));
	}
	take(v, m, e, theirs, "slug", json_get_text(base, "slug", STR("")));
	e->slug_typed = !str_eq(e->post.slug, theirs->post.slug);
	take(v, m, e, theirs, "custom", json_get_text(base, "custom", STR("{}")));
	take(v, m, e, theirs, "kind", json_get_text(base, "kind", STR("")));
	take(v, m, e, theirs, "visibility", json_get_text(base, "visibility", STR("")));
	take(v, m, e, theirs, "at", edit_local_time(v, json_get_int(base, "published_ms", 0)));
	if (e->post.featured == json_get_bool(base, "featured", e->post.featured))
		e->post.featured = theirs->post.featured;
	if (e->post.seo_noindex == json_get_bool(base, "seo_noindex", e->post.seo_noindex))
		e->post.seo_noindex = theirs->post.seo_noindex;
}

void edit_merge_fields(struct visit *v, struct edit_merge *m, struct edit *e, const struct edit *theirs)
{
	struct json *base = NULL;
	if (json_parse(m->base.fields, FIELDS_MAX_B, &base, NULL) != RC_OK)
		base = NULL;
	take_all(v, m, e, theirs, base);
	json_free(base);
}

/* --- what was picked --- */

static enum merge_pick pick_of(struct visit *v, const char *what, const char *field)
{
	struct str pick = form_get(&v->admin->form, arena_printf(v->arena, "%s_%s", what, field).p);
	return str_is(str_or_empty(pick), "t") ? MERGE_THEIRS : MERGE_MINE;
}

/* The store and a form may write the same object in two ways. */
static bool is_same(struct visit *v, const char *field, struct str a, struct str b)
{
	bool custom = strcmp(field, "custom") == 0;
	return str_eq(a, b) || (custom && str_eq(edit_custom_lines(v, a), edit_custom_lines(v, b)));
}

static void pick_one(struct visit *v, struct edit *e, const struct edit *theirs, const struct edit_both *both)
{
	struct str now = edit_field_text(v, e, both->field);
	bool to_theirs = both->pick == MERGE_THEIRS;
	if (strcmp(both->field, EDIT_AUTHOR) == 0 && !e->authors_typed)
		return; /* who may not say whose it is */
	if (both->pick == pick_of(v, "was", both->field) || !is_same(v, both->field, now, to_theirs ? both->mine : both->theirs))
		return;
	edit_field_put(e, both->field, to_theirs ? both->theirs : both->mine);
	if (strcmp(both->field, "slug") == 0)
		e->slug_typed = !str_eq(e->post.slug, theirs->post.slug);
}

enum rc edit_merge_pick(struct visit *v, struct db_ro *db, struct edit *e, struct edit_merge *m, struct err *err)
{
	const struct http_pairs *form = &v->admin->form;
	struct edit theirs = { .problem = STR_NONE };
	struct str name;
	size_t at = 0, count = 0;
	if (!e->post.id || !str_given(form_get(form, "merge_field")))
		return RC_OK;
	enum rc rc = edit_load(v, db, &theirs, err);
	while (rc == RC_OK && form_next(form, "merge_field", &at, &name) && count++ < EDIT_BOTH_MAX) {
		struct edit_both both = { .field = edit_field_known(name) };
		if (!both.field)
			continue;
		struct str mine = form_get(form, arena_printf(v->arena, "mine_%s", both.field).p);
		both.mine = str_given(mine) ? form_lf(v->arena, mine) : STR("");
		both.theirs = edit_field_text(v, &theirs, both.field);
		both.pick = pick_of(v, "pick", both.field);
		pick_one(v, e, &theirs, &both);
		if (m && m->both_count < EDIT_BOTH_MAX)
			m->both[m->both_count++] = both;
	}
	return rc;
}

/* --- the page --- */

void edit_merge_field_values(struct visit *v, struct value *object, const struct edit_merge *m)
{
	static const char *const phrases[] = { "edit_merge_mine", "edit_merge_theirs" }, *const letters[] = { "m", "t" };
	struct value *list = value_list(v->arena, object, "fields");
	value_bool(v->arena, object, "has_fields", m->both_count > 0);
	for (size_t i = 0; i < m->both_count; i++) {
		const struct edit_both *both = &m->both[i];
		struct value *item = value_item(v->arena, list), *sides = value_list(v->arena, item, "sides");
		value_text(v->arena, item, "field", str_of(both->field));
		value_text(v->arena, item, "name", edit_field_name(v, both->field));
		value_text(v->arena, item, "mine", both->mine);
		value_text(v->arena, item, "was", str_of(letters[both->pick]));
		for (int pick = MERGE_MINE; pick <= MERGE_THEIRS; pick++) {
			struct value *side = value_item(v->arena, sides);
			value_text(v->arena, side, "letter", str_of(letters[pick]));
			value_text(v->arena, side, "label", i18n_text(v->admin->i18n, phrases[pick]));
			value_text(v->arena, side, "text", edit_field_shown(v, both->field, pick == MERGE_MINE ? both->mine : both->theirs));
			value_bool(v->arena, side, "picked", pick == (int)both->pick);
		}
	}
}
