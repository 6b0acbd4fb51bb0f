/* page_revisions.c: every save of a post: the list, two of them side by side, bringing one back. */
#include "base/base.h"

#include "http/form.h"
#include "store/revision.h"
#include "web/diff_values.h"
#include "web/edit_compare.h"
#include "web/pages.h"

#define LIST_LIMIT 100

/* --- the list --- */

static struct str who(const struct visit *v, const struct revision *revision)
{
	return str_given(revision->author) ? revision->author : i18n_text(v->admin->i18n, "nobody");
}

static struct str revision_link(struct visit *v, const struct edit *e, int64_t id)
{
	return visit_link(v, edit_path(v, e, arena_printf(v->arena, "/revisions/%lld", (long long)id)));
}

static void revision_values(struct visit *v, struct value *item, const struct edit *e, const struct revision *revision)
{
	value_text(v->arena, item, "url", revision_link(v, e, revision->id));
	value_int(v->arena, item, "id", revision->id);
	value_text(v->arena, item, "when", edit_when(v, revision->created_ms));
	value_text(v->arena, item, "who", who(v, revision));
	value_text(v->arena, item, "name", revision->name);
	value_text(v->arena, item, "kind",
		   i18n_text(v->admin->i18n, arena_printf(v->arena, "revision_%.*s", STR_ARG(revision->kind)).p));
}

static struct str post_title(const struct visit *v, const struct edit *e)
{
	return str_empty(str_trim(e->post.title)) ? i18n_text(v->admin->i18n, "untitled") : e->post.title;
}

static void list_values(struct visit *v, struct value *list, const struct edit *e, const struct revisions *revisions,
			int64_t chosen)
{
	for (size_t i = 0; i < revisions->count && i < LIST_LIMIT; i++) {
		struct value *item = value_item(v->arena, list);
		revision_values(v, item, e, &revisions->items[i]);
		value_bool(v->arena, item, "selected", revisions->items[i].id == chosen);
	}
}

enum rc page_revisions(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct revisions revisions;
	struct str before = request_param(v->req, "before");
	int64_t before_id = INT64_MAX;
	enum rc rc = edit_load(v, v->db, &e, err);
	if (rc == RC_OK && str_given(before) && !str_to_i64(before, &before_id))
		rc = err_set(err, RC_NOTFOUND, "the page does not exist");
	if (rc == RC_OK)
		rc = revision_list(v->db, e.post.id, before_id, LIST_LIMIT + 1, v->arena, &revisions, err);
	if (rc != RC_OK)
		return rc;
	struct value *root = value_root(v->arena);
	struct value *list = value_list(v->arena, root, "revisions");
	list_values(v, list, &e, &revisions, 0);
	value_text(v->arena, root, "post_title", post_title(v, &e));
	value_text(v->arena, root, "edit_url", visit_link(v, edit_path(v, &e, STR(""))));
	struct str older = STR("");
	if (revisions.count > LIST_LIMIT)
		older = admin_link(v, edit_path(v, &e, arena_printf(v->arena, "/revisions?before=%lld",
					(long long)revisions.items[LIST_LIMIT - 1].id)));
	value_text(v->arena, root, "older", older);
	return admin_render(v, "revisions", "posts", i18n_text(v->admin->i18n, "revisions"), root, 200, err);
}

/* --- two of them --- */

struct side {
	int64_t id;         /* 0: the present text; -1: what is not saved yet */
	struct diff_side text;
	struct edit fields; /* text.fields */
};

/* Sides are filled where they stay. */
static void fill(struct side *side, int64_t id, struct str label, struct str title, struct str markdown)
{
	side->id = id;
	side->text = (struct diff_side){ label, title, markdown, &side->fields };
}

static enum rc from_revision(struct visit *v, const struct edit *e, const struct revision *revision, struct side *out,
			     struct err *err)
{
	fill(out, revision->id, edit_when(v, revision->created_ms), revision->title, revision->markdown);
	return edit_of_revision(v, v->db, revision, e, &out->fields, err);
}

/* RC_NOTFOUND: none of this post has that number. */
static enum rc get_side(struct visit *v, const struct edit *e, struct str id, struct revision *revision, struct side *out,
			struct err *err)
{
	int64_t number;
	if (!str_to_i64(id, &number))
		return err_set(err, RC_NOTFOUND, "the revision does not exist");
	enum rc rc = revision_get(v->db, number, v->arena, revision, err);
	if (rc == RC_OK && revision->post_id != e->post.id)
		rc = err_set(err, RC_NOTFOUND, "the revision does not exist");
	return rc == RC_OK ? from_revision(v, e, revision, out, err) : rc;
}

static void present(struct visit *v, const struct edit *e, struct side *out)
{
	out->fields = *e;
	fill(out, 0, i18n_text(v->admin->i18n, "revision_now"), e->post.title, e->post.markdown);
}

/* What it is compared with: the present text, the one before it ("before"), or any other by its number. */
static enum rc get_other(struct visit *v, const struct edit *e, int64_t id, struct side *out, struct err *err)
{
	struct revision revision;
	struct str against = request_param(v->req, "against");
	present(v, e, out);
	if (str_empty(against) || str_is(against, "now"))
		return RC_OK;
	if (!str_is(against, "before"))
		return get_side(v, e, against, &revision, out, err);
	enum rc rc = revision_before(v->db, e->post.id, id, v->arena, &revision, err);
	if (rc == RC_OK)
		return from_revision(v, e, &revision, out, err);
	out->fields = edit_of_nothing(e);
	fill(out, 1, i18n_text(v->admin->i18n, "revision_nothing"), STR(""), STR(""));
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc unsaved_side(struct visit *v, const struct edit *e, struct side *out, struct err *err)
{
	struct autosave unsaved;
	enum rc rc = autosave_get(v->db, v->admin->who.user.id, e->key, v->arena, &unsaved, err);
	if (rc != RC_OK)
		return rc;
	out->fields = *e;
	fill(out, -1, i18n_text(v->admin->i18n, "offer_title"), unsaved.title, unsaved.markdown);
	return edit_take_unsaved(v, &unsaved, &out->fields, err);
}

static enum rc choice_values(struct visit *v, struct value *root, const struct edit *e, const struct revision *revision,
			     int64_t chosen, struct err *err)
{
	struct revisions revisions;
	enum rc rc = revision_list(v->db, e->post.id, INT64_MAX, LIST_LIMIT, v->arena, &revisions, err);
	if (rc != RC_OK)
		return rc;
	list_values(v, value_list(v->arena, root, "others"), e, &revisions, chosen);
	revision_values(v, value_object(v->arena, root, "revision"), e, revision);
	return RC_OK;
}

static enum rc show(struct visit *v, const struct edit *e, struct str problem, int status, struct err *err)
{
	struct revision revision = { .id = 0 };
	struct side one, other;
	struct value *root = value_root(v->arena);
	struct str id = visit_arg(v, "revision");
	bool unsaved = str_is(id, "unsaved");
	value_share(v->arena, root, "revision", NULL);
	present(v, e, &other);
	enum rc rc = unsaved ? unsaved_side(v, e, &one, err) : get_side(v, e, id, &revision, &one, err);
	if (rc == RC_OK && !unsaved)
		rc = get_other(v, e, revision.id, &other, err);
	if (rc == RC_OK && !unsaved)
		rc = choice_values(v, root, e, &revision, other.id, err);
	if (rc != RC_OK)
		return rc;
	/* The older stands on the left. */
	bool other_first = unsaved || (other.id > 0 && other.id < one.id);
	const struct side *before = other_first ? &other : &one, *after = other_first ? &one : &other;
	rc = diff_values(v, v->admin->i18n, root, &before->text, &after->text, err);
	if (rc != RC_OK)
		return rc;
	value_text(v->arena, root, "problem", str_given(problem) ? problem : STR(""));
	value_text(v->arena, root, "post_title", post_title(v, e));
	value_text(v->arena, root, "edit_url", visit_link(v, edit_path(v, e, STR(""))));
	value_text(v->arena, root, "take_url", unsaved ? admin_link(v, edit_path(v, e, STR("?unsaved=take"))) : STR(""));
	value_text(v->arena, root, "list_url", visit_link(v, edit_path(v, e, STR("/revisions"))));
	value_int(v->arena, root, "version", e->post.version);
	value_bool(v->arena, root, "is_trash", str_is(e->post.status, POST_STATUS_TRASH));
	return admin_render(v, "revision", "posts", i18n_text(v->admin->i18n, "revision"), root, status, err);
}

enum rc page_revision(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	enum rc rc = edit_load(v, v->db, &e, err);
	return rc == RC_OK ? show(v, &e, STR_NONE, 200, err) : rc;
}

/* --- bringing one back, giving one a name --- */

static enum rc bring_back(struct visit *v, struct db_rw *db, const struct edit *e, int64_t id, struct err *err)
{
	struct post_saved saved;
	struct str version = form_get(&v->admin->form, "version");
	int64_t seen = -1;
	struct site site = *v->site;
	site.phrases = v->basis->phrases;
	if (!str_given(version) || !str_to_i64(version, &seen))
		seen = -1;
	return desk_restore(db, &site, v->admin->who.actor, e->post.id, seen, id, v->now_ms, v->arena, &saved, err);
}

enum rc page_revision_form(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct db_rw *db;
	int64_t id = 0;
	struct str name = form_get(&v->admin->form, "name"), button = form_get(&v->admin->form, "button");
	bool names = str_given(button) && str_is(button, "name");
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = edit_load(v, db_rw_ro(db), &e, err);
	if (rc == RC_OK && !str_to_i64(visit_arg(v, "revision"), &id))
		rc = err_set(err, RC_NOTFOUND, "the revision does not exist");
	if (rc != RC_OK)
		return rc;
	if (names)
		rc = desk_name_revision(db, v->admin->who.actor, e.post.id, id, str_given(name) ? str_trim(name) : STR(""), err);
	else
		rc = bring_back(v, db, &e, id, err);
	if (rc == RC_CONFLICT)
		return show(v, &e, i18n_text(v->admin->i18n, "revision_conflict"), 409, err);
	if (rc == RC_INVALID || rc == RC_LIMIT)
		return show(v, &e, arena_str(v->arena, str_of(err->msg)), 422, err);
	if (rc == RC_DENIED)
		return visit_fail(v, 403, rc, err, "you may not bring this back");
	if (rc != RC_OK)
		return rc;
	if (names)
		return admin_redirect(v, edit_path(v, &e, STR("/revisions")), "named", err);
	return admin_redirect(v, edit_path(v, &e, STR("")), "brought_back", err);
}
