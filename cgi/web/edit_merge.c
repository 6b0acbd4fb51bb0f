/* edit_merge.c: two versions of a post put together: what somebody else saved, and what stands in the form. */
#include "base/base.h"

#include "base/utf8.h"
#include "http/form.h"
#include "store/revision.h"
#include "web/diff_values.h"
#include "web/edit_merge.h"

#define AROUND_CHARS 80
#define DIFF_SHOWN_MAX_B ((size_t)1 << 20)

/* RC_NOTFOUND: there is none of that number of this post. */
static enum rc get_revision(struct visit *v, struct db_ro *db, const struct edit *e, int64_t id, struct revision *out,
			    struct err *err)
{
	enum rc rc = id > 0 ? revision_get(db, id, v->arena, out, err) : err_set(err, RC_NOTFOUND, "no such revision");
	return rc == RC_OK && out->post_id != e->post.id ? err_set(err, RC_NOTFOUND, "no such revision") : rc;
}

/* A base that was thinned out meanwhile: then nothing is known of who changed what. */
static enum rc get_base(struct visit *v, struct db_ro *db, const struct edit *e, struct edit_merge *m, struct revision *out,
			struct err *err)
{
	enum rc rc = get_revision(v, db, e, m->base_id, out, err);
	if (rc != RC_NOTFOUND)
		return rc;
	m->base_id = 0;
	*out = (struct revision){ .markdown = STR("") };
	return RC_OK;
}

static enum rc put_together(struct visit *v, struct db_ro *db, const struct edit *e, struct edit_merge *m, struct err *err)
{
	enum rc rc = get_base(v, db, e, m, &m->base, err);
	return rc == RC_OK ? merge_texts(m->base.markdown, m->mine, m->theirs.markdown, v->arena, &m->text, err) : rc;
}

enum rc edit_merge(struct visit *v, struct db_ro *db, struct edit *e, struct edit *theirs, struct err *err)
{
	struct edit_merge *m = ARENA_NEW(v->arena, struct edit_merge);
	m->base_id = e->base_id;
	m->mine = e->post.markdown;
	enum rc rc = revision_last_saved(db, theirs->post.id, v->arena, &m->theirs, err);
	m->theirs.title = theirs->post.title;
	m->theirs.markdown = theirs->post.markdown;
	if (rc == RC_OK)
		rc = put_together(v, db, e, m, err);
	if (rc == RC_OK)
		edit_merge_fields(v, m, e, theirs);
	if (rc == RC_OK)
		rc = merge_join(&m->text, m->picks, EDIT_PICKS_MAX, v->arena, &e->post.markdown, err);
	if (rc != RC_OK)
		return rc;
	e->post.version = theirs->post.version;
	e->post.status = theirs->post.status;
	e->post.published_ms = theirs->post.published_ms;
	e->base_id = m->theirs.id;
	e->merge = m;
	return RC_OK;
}

/* "mtb": mine, theirs, both; what is none of them is mine. */
static const char letters[MERGE_PICK__MAX] = { 'm', 't', 'b' };

static enum merge_pick pick_of(char letter)
{
	for (int pick = 0; pick < MERGE_PICK__MAX; pick++)
		if (letters[pick] == letter)
			return (enum merge_pick)pick;
	return MERGE_MINE;
}

static void read_picks(struct visit *v, enum merge_pick before[EDIT_PICKS_MAX], enum merge_pick now[EDIT_PICKS_MAX])
{
	const struct http_pairs *form = &v->admin->form;
	struct str picked = form_get(form, "merge_picked");
	for (size_t i = 0; i < EDIT_PICKS_MAX; i++) {
		struct str pick = form_get(form, arena_printf(v->arena, "pick%zu", i + 1).p);
		before[i] = i < picked.n ? pick_of(picked.p[i]) : MERGE_MINE;
		now[i] = str_empty(pick) ? before[i] : pick_of(pick.p[0]);
	}
}

enum rc edit_merge_again(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	struct edit_merge *m = ARENA_NEW(v->arena, struct edit_merge);
	struct str base = form_get(&v->admin->form, "merge_base"), mine = form_get(&v->admin->form, "merge_mine"), before;
	enum merge_pick picked[EDIT_PICKS_MAX];
	if (!str_given(base) || !str_to_i64(base, &m->base_id))
		m->base_id = 0;
	m->mine = str_given(mine) ? form_lf(v->arena, mine) : e->post.markdown;
	read_picks(v, picked, m->picks);
	enum rc rc = get_revision(v, db, e, e->base_id, &m->theirs, err);
	if (rc == RC_OK)
		rc = put_together(v, db, e, m, err);
	if (rc == RC_OK)
		rc = edit_merge_pick(v, db, e, m, err);
	if (rc == RC_OK)
		rc = merge_join(&m->text, picked, EDIT_PICKS_MAX, v->arena, &before, err);
	if (rc != RC_OK)
		return rc;
	e->merge = m;
	m->by_hand = !str_eq(before, e->post.markdown);
	return m->by_hand ? RC_OK : merge_join(&m->text, m->picks, EDIT_PICKS_MAX, v->arena, &e->post.markdown, err);
}

/* --- the page --- */

static struct str tail_of(struct str text)
{
	size_t count = utf8_count(text), skip = count > AROUND_CHARS ? count - AROUND_CHARS : 0;
	uint32_t c;
	while (skip-- > 0 && utf8_next(&text, &c))
		;
	return text;
}

/* Where the conflict stands: the words before and behind it. */
static void around(struct visit *v, struct value *item, const struct merge *merge, size_t at)
{
	bool before = at > 0 && !merge->parts[at - 1].conflict, after = at + 1 < merge->count && !merge->parts[at + 1].conflict;
	value_text(v->arena, item, "before", before ? str_trim(tail_of(merge->parts[at - 1].text)) : STR(""));
	value_text(v->arena, item, "after", after ? str_trim(utf8_cut_chars(merge->parts[at + 1].text, AROUND_CHARS)) : STR(""));
}

static void sides(struct visit *v, struct value *item, const struct merge_part *part, enum merge_pick picked)
{
	static const char *const phrases[MERGE_PICK__MAX] = { "edit_merge_mine", "edit_merge_theirs", "edit_merge_both" };
	struct value *list = value_list(v->arena, item, "sides");
	for (int pick = 0; pick < MERGE_PICK__MAX; pick++) {
		struct value *side = value_item(v->arena, list);
		struct str text = pick == MERGE_MINE ? part->mine : pick == MERGE_THEIRS ? part->theirs : STR("");
		value_text(v->arena, side, "letter", str_n(&letters[pick], 1));
		value_text(v->arena, side, "label", i18n_text(v->admin->i18n, phrases[pick]));
		value_text(v->arena, side, "text", text);
		value_bool(v->arena, side, "deleted", pick != MERGE_BOTH && str_empty(str_trim(text)));
		value_bool(v->arena, side, "picked", pick == (int)picked);
	}
}

static void conflict_values(struct visit *v, struct value *object, const struct edit_merge *m)
{
	struct value *list = value_list(v->arena, object, "conflicts");
	char picked[EDIT_PICKS_MAX];
	size_t number = 0;
	for (size_t i = 0; i < m->text.count && number < EDIT_PICKS_MAX; i++) {
		if (!m->text.parts[i].conflict)
			continue;
		struct value *item = value_item(v->arena, list);
		picked[number] = letters[m->picks[number]];
		sides(v, item, &m->text.parts[i], m->picks[number]);
		around(v, item, &m->text, i);
		value_int(v->arena, item, "number", (int64_t)++number);
	}
	value_text(v->arena, object, "picked", arena_str(v->arena, str_n(picked, number)));
}

/* The page has the whole texts several times already: what is very long is compared among the versions. */
static void one_diff(struct visit *v, struct value *list, const char *phrase, const struct diff_side *before,
		     const struct diff_side *after)
{
	struct value *item = value_item(v->arena, list);
	bool fits = before->markdown.n + after->markdown.n <= DIFF_SHOWN_MAX_B;
	value_text(v->arena, item, "summary", i18n_text(v->admin->i18n, phrase));
	if (!fits || diff_values(v, v->admin->i18n, item, before, after, NULL) != RC_OK)
		value_bool(v->arena, item, "has_changes", false);
}

/* What each did; of a beginning that nobody knows, how the two differ. The title that is mine stands in its field. */
static void diffs(struct visit *v, struct value *object, const struct edit_merge *m)
{
	const struct i18n *t = v->admin->i18n;
	struct value *list = value_list(v->arena, object, "diffs");
	struct diff_side mine = { i18n_text(t, "edit_merge_mine"), STR(""), m->mine, NULL };
	struct diff_side theirs = { i18n_text(t, "edit_merge_theirs"), str_or_empty(m->theirs.title), m->theirs.markdown, NULL };
	if (m->base_id) {
		struct diff_side base = { edit_when(v, m->base.created_ms), str_or_empty(m->base.title), m->base.markdown, NULL };
		one_diff(v, list, "edit_merge_diff_theirs", &base, &theirs);
		base.title = STR("");
		one_diff(v, list, "edit_merge_diff_mine", &base, &mine);
	} else {
		theirs.title = STR("");
		one_diff(v, list, "edit_merge_diff", &mine, &theirs);
	}
}

void edit_merge_values(struct visit *v, struct value *root, const struct edit *e)
{
	const struct edit_merge *m = e->merge;
	const struct i18n *t = v->admin->i18n;
	value_share(v->arena, root, "merge", NULL);
	if (!m)
		return;
	struct value *object = value_object(v->arena, root, "merge");
	const struct i18n_pair pairs[] = {
		{ "name", str_given(m->theirs.author) ? m->theirs.author : i18n_text(t, "nobody") },
		{ "when", edit_when(v, m->theirs.created_ms) },
	};
	value_text(v->arena, object, "who", i18n_fill(t, "edit_merge_who", pairs, COUNT_OF(pairs), v->arena));
	value_int(v->arena, object, "base", m->base_id);
	value_text(v->arena, object, "mine", m->mine);
	value_bool(v->arena, object, "has_conflicts", m->text.conflicts > 0);
	value_bool(v->arena, object, "by_hand", m->by_hand);
	edit_merge_field_values(v, object, m);
	conflict_values(v, object, m);
	diffs(v, object, m);
}
