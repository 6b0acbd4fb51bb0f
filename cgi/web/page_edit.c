/* page_edit.c: the page where a post is written: a plain form that loses nothing. */
#include "base/base.h"

#include "core/desk.h"
#include "core/report.h"
#include "core/translation.h"
#include "http/form.h"
#include "store/review_note.h"
#include "web/admin.h"
#include "web/edit_merge.h"
#include "web/pages.h"

/* --- the page --- */

static void state_values(struct visit *v, struct value *root, const struct post *post)
{
	bool published = str_is(post->status, POST_STATUS_PUBLISHED), later = post->published_ms > v->now_ms;
	const char *state = published ? later ? "scheduled" : "published"
				      : arena_cstr(v->arena, post->status);
	value_text(v->arena, root, "state",
		   i18n_text(v->admin->i18n, arena_printf(v->arena, "state_%s", state).p));
	value_text(v->arena, root, "state_class", str_of(state));
	value_bool(v->arena, root, "is_published", published);
	value_bool(v->arena, root, "is_trash", str_is(post->status, POST_STATUS_TRASH));
	value_bool(v->arena, root, "is_new", post->id == 0);
	value_bool(v->arena, root, "may_submit", str_is(post->status, POST_STATUS_DRAFT));
	value_bool(v->arena, root, "may_trash", post->id != 0 && post_may_move(v->admin->who.actor.role, post->status));
	bool seen = published && !later && str_given(post->path);
	value_text(v->arena, root, "view_url", seen ? visit_link(v, post->path) : STR(""));
}

/* What is offered above the form, and what the script on the page works with. */
static void desk_values(struct visit *v, struct value *root, const struct edit *e)
{
	value_text(v->arena, root, "key", e->key);
	value_int(v->arena, root, "known_ms", e->known_ms);
	value_text(v->arena, root, "autosave_url", visit_link(v, edit_path(v, e, STR("/autosave"))));
	value_text(v->arena, root, "preview_url", visit_link(v, edit_path(v, e, STR("/preview"))));
	value_text(v->arena, root, "revisions_url", e->post.id ? visit_link(v, edit_path(v, e, STR("/revisions"))) : STR(""));
	value_share(v->arena, root, "offer", NULL);
	if (!e->offer)
		return;
	struct value *offer = value_object(v->arena, root, "offer");
	const struct i18n_pair when = { "when", edit_when(v, e->offer->saved_ms) };
	struct str take = e->post.id ? edit_path(v, e, STR("?unsaved=take"))
				     : edit_path(v, e, ARENA_JOIN(v->arena, STR("?key="), e->offer->key));
	value_text(v->arena, offer, "hint", i18n_fill(v->admin->i18n, "offer_hint", &when, 1, v->arena));
	value_text(v->arena, offer, "title", e->post.id ? STR("") : e->offer->title);
	value_text(v->arena, offer, "key", e->offer->key);
	value_text(v->arena, offer, "take_url", admin_link(v, take));
	value_text(v->arena, offer, "diff_url",
		   e->post.id ? visit_link(v, edit_path(v, e, STR("/revisions/unsaved"))) : STR(""));
}

/* What an editor said when the post was sent back. */
static enum rc note_values(struct visit *v, struct db_ro *db, struct value *root, const struct edit *e, struct err *err)
{
	struct review_note note;
	value_share(v->arena, root, "sent_back", NULL);
	enum rc rc = e->post.id ? review_note_get(db, e->post.id, v->arena, &note, err) : RC_NOTFOUND;
	if (rc != RC_OK)
		return rc == RC_NOTFOUND ? RC_OK : rc;
	const struct i18n_pair pairs[] = {
		{ "name", str_given(note.author) ? note.author : i18n_text(v->admin->i18n, "nobody") },
		{ "when", edit_when(v, note.at_ms) },
	};
	struct value *object = value_object(v->arena, root, "sent_back");
	value_text(v->arena, object, "who", i18n_fill(v->admin->i18n, "edit_sent_back", pairs, COUNT_OF(pairs), v->arena));
	value_text(v->arena, object, "note", note.note);
	return RC_OK;
}

static void report_values(struct visit *v, struct value *root, const struct edit *e)
{
	const struct i18n *t = v->admin->i18n;
	value_share(v->arena, root, "report", NULL);
	if (!e->report)
		return;
	struct value *object = value_object(v->arena, root, "report"), *list = value_list(v->arena, object, "items");
	value_bool(v->arena, object, "publishes", e->publishes);
	value_bool(v->arena, object, "has_items", e->report->count > 0);
	for (size_t i = 0; i < e->report->count; i++) {
		const struct report_item *found = &e->report->items[i];
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "what",
			   i18n_text(t, arena_printf(v->arena, "report_%s", report_name(found->kind)).p));
		value_text(v->arena, item, "detail", found->detail);
		value_text(v->arena, item, "line", found->line ? arena_printf(v->arena, "%d", found->line) : STR(""));
	}
}

static enum rc show(struct visit *v, struct db_ro *db, const struct edit *e, int status, struct err *err)
{
	struct value *root = value_root(v->arena);
	const struct i18n *t = v->admin->i18n;
	enum rc rc = edit_values(v, db, root, e, err);
	if (rc != RC_OK)
		return rc;
	value_text(v->arena, root, "action", visit_link(v, edit_path(v, e, STR(""))));
	value_text(v->arena, root, "address_url", visit_link(v, edit_path(v, e, STR("/address"))));
	value_text(v->arena, root, "tags_url", visit_link(v, STR("/admin/complete/tags")));
	value_text(v->arena, root, "problem", str_given(e->problem) ? e->problem : STR(""));
	value_bool(v->arena, root, "came_back", status >= 400 || (e->report && v->req->method == HTTP_POST));
	state_values(v, root, &e->post);
	desk_values(v, root, e);
	value_text(v->arena, root, "newer", str_or_empty(e->newer));
	value_text(v->arena, root, "unsaved_url", visit_link(v, edit_path(v, e, STR("/revisions/unsaved"))));
	value_text(v->arena, root, "others", edit_others(v, db, e->post.id));
	value_text(v->arena, root, "presence_url", e->post.id ? visit_link(v, edit_path(v, e, STR("/presence"))) : STR(""));
	value_text(v->arena, root, "links_url", e->post.id ? visit_link(v, edit_path(v, e, STR("/links"))) : STR(""));
	rc = note_values(v, db, root, e, err);
	if (rc != RC_OK)
		return rc;
	edit_merge_values(v, root, e);
	report_values(v, root, e);
	admin_allow_styles(v, root); /* the editor's */
	bool page = str_is(e->post.kind, POST_KIND_PAGE);
	const char *unnamed = e->post.id ? "untitled" : page ? "new_page" : "new_post";
	struct str title = str_empty(str_trim(e->post.title)) ? i18n_text(t, unnamed) : e->post.title;
	return admin_render(v, "edit", page ? "pages" : "posts", title, root, status, err);
}

/* The one asked for, or the newest that was begun and never saved. */
enum rc page_edit_new(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct autosave unsaved;
	struct autosaves left = { NULL, 0 };
	int64_t user_id = v->admin->who.user.id;
	enum rc rc = edit_begin(v, v->db, &e, err);
	if (rc != RC_OK)
		return rc;
	rc = autosave_get(v->db, user_id, e.key, v->arena, &unsaved, err);
	if (rc == RC_OK)
		rc = edit_take_unsaved(v, &unsaved, &e, err);
	else if (rc == RC_NOTFOUND)
		rc = autosave_list_new(v->db, user_id, 1, v->arena, &left, err);
	e.offer = left.count ? &left.items[0] : NULL;
	return rc == RC_OK ? show(v, v->db, &e, 200, err) : rc;
}

/* All that a form of it would say, as text. */
static enum rc said(struct visit *v, const struct edit *e, struct str *out, struct err *err)
{
	struct edit whole = *e;
	whole.slug_typed = whole.authors_typed = true;
	whole.base_id = 0;
	for (size_t i = 0; i < edit_text_count; i++) { /* a form has no NULL */
		struct str *text = edit_text_of(&whole.post, &edit_texts[i]);
		if (!str_given(*text))
			*text = STR("");
	}
	return edit_fields(v, &whole, out, err);
}

/* What was kept is offered if it says anything that the post does not: who looks at a report and goes away has
 * written nothing. */
static enum rc offer_unsaved(struct visit *v, const struct autosave *unsaved, struct edit *e, struct err *err)
{
	struct edit typed = *e;
	struct str stored = STR_NONE, kept = STR_NONE;
	enum rc rc = edit_take_unsaved(v, unsaved, &typed, err);
	if (rc == RC_OK)
		rc = said(v, e, &stored, err);
	if (rc == RC_OK)
		rc = said(v, &typed, &kept, err);
	if (rc == RC_OK && !(str_eq(typed.post.title, e->post.title) && str_eq(typed.post.markdown, e->post.markdown) &&
			     str_eq(kept, stored)))
		e->offer = unsaved;
	return rc;
}

/* Somebody may have saved since it was typed. */
static enum rc take_up(struct visit *v, const struct autosave *unsaved, struct edit *e, struct err *err)
{
	int64_t stored = e->post.version;
	enum rc rc = edit_take_unsaved(v, unsaved, e, err);
	return rc == RC_OK ? edit_newer(v, v->db, e, stored, &e->newer, err) : rc;
}

static enum rc make_report(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	struct report *report = ARENA_NEW(v->arena, struct report);
	e->report = report;
	return report_make(db, v->site, &e->post, v->now_ms, v->arena, report, err);
}

/* "?check": with what was found in it, for who comes from a list that says so. */
enum rc page_edit(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct autosave unsaved;
	struct str wanted = request_param(v->req, "unsaved");
	enum rc rc = edit_load(v, v->db, &e, err);
	if (rc != RC_OK)
		return rc;
	rc = autosave_get(v->db, v->admin->who.user.id, e.key, v->arena, &unsaved, err);
	if (rc == RC_OK && str_given(wanted) && str_is(wanted, "take"))
		rc = take_up(v, &unsaved, &e, err);
	else if (rc == RC_OK)
		rc = offer_unsaved(v, &unsaved, &e, err);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return rc;
	rc = str_given(request_param(v->req, "check")) ? make_report(v, v->db, &e, err) : RC_OK;
	return rc == RC_OK ? show(v, v->db, &e, 200, err) : rc;
}

/* The state that the pressed button asks for; what the address will say is done. */
static const char *take_button(struct visit *v, struct edit *e)
{
	struct str button = form_get(&v->admin->form, "button");
	if (str_is(button, "unpublish")) {
		e->post.status = STR(POST_STATUS_DRAFT);
		return "unpublished";
	}
	if (str_is(button, "duplicate"))
		return "copied";
	if (str_is(button, "translate"))
		return "translated";
	if (str_is(button, "review")) {
		e->post.status = STR(POST_STATUS_REVIEW);
		return "submitted";
	}
	if (!str_is(button, "publish") && !str_is(button, "publish_anyway"))
		return "saved";
	e->post.status = STR(POST_STATUS_PUBLISHED);
	if (str_empty(str_trim(e->at)))
		e->post.published_ms = v->now_ms;
	return e->post.published_ms > v->now_ms ? "scheduled" : "published";
}

/* Its versions say who saved it; the audit log, who let readers see it and who did not. */
static enum rc store(struct visit *v, struct db_rw *db, struct edit *e, bool was_published, struct post_saved *saved,
		     struct err *err)
{
	struct str tags[POST_TAGS_MAX];
	struct post_prepared *prepared = NULL;
	struct db_tx *tx;
	const struct actor actor = v->admin->who.actor;
	struct post_draft draft = edit_draft(v, e, tags);
	struct site site = *v->site;
	site.phrases = v->basis->phrases;
	enum rc rc = post_prepare(&site, db_rw_ro(db), actor, &draft, v->now_ms, v->arena, &prepared, err);
	if (rc == RC_OK)
		rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = post_store(tx, &site, actor, prepared, NULL, saved, err);
	if (rc == RC_OK && e->joins_id)
		rc = translation_join(tx, &site, actor, e->joins_id, e->post.translation_group, v->now_ms, v->arena, err);
	/* Whoever submits or publishes it has read what was said. */
	if (rc == RC_OK && !str_is(e->post.status, POST_STATUS_DRAFT))
		rc = review_note_delete(tx, saved->id, err);
	if (rc == RC_OK)
		rc = desk_settle(tx, actor, e->key, saved->id, e->known_ms, err);
	bool published = str_is(e->post.status, POST_STATUS_PUBLISHED);
	if (rc == RC_OK && published != was_published)
		rc = admin_note(v, tx, published ? "post_publish" : "post_unpublish", e->post.title, err);
	return db_end(tx, rc, err);
}

/* What is wrong stands below its field; above the form the first of it is said. */
static struct str what_is_wrong(struct visit *v, struct edit *e, enum rc why, const struct err *err)
{
	if (why == RC_EXISTS)
		edit_complain(v, e, "slug", "wrong_slug_taken");
	return e->wrong_count ? e->wrong[0].text : arena_str(v->arena, str_of(err->msg));
}

/* Somebody saved meanwhile: the form comes back as both versions put together, to be looked at and saved. */
static enum rc give_merged(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	struct edit theirs = { .problem = STR_NONE };
	enum rc rc = edit_load(v, db, &theirs, err);
	if (rc == RC_OK)
		rc = edit_merge(v, db, e, &theirs, err);
	e->problem = i18n_text(v->admin->i18n, "conflict");
	return rc == RC_OK ? show(v, db, e, 409, err) : rc;
}

/* Nothing typed is lost: the form comes back with it. */
static enum rc give_back(struct visit *v, struct db_ro *db, struct edit *e, enum rc why, struct err *err)
{
	int status = why == RC_DENIED ? 403 : why == RC_EXISTS ? 409 : 422;
	if (why == RC_CONFLICT)
		return give_merged(v, db, e, err);
	if (why != RC_INVALID && why != RC_LIMIT && why != RC_DENIED && why != RC_EXISTS)
		return why;
	e->problem = what_is_wrong(v, e, why, err);
	return show(v, db, e, status, err);
}

static enum rc throw_away(struct visit *v, const struct edit *e, bool back, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = back ? post_restore(tx, v->admin->who.actor, e->post.id, v->now_ms, err)
		  : post_trash(tx, v->admin->who.actor, e->post.id, v->now_ms, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, back ? "post_restore" : "post_trash", e->post.title, err);
	return db_end(tx, rc, err);
}

static enum rc move(struct visit *v, struct edit *e, bool back, struct err *err)
{
	enum rc rc = throw_away(v, e, back, err);
	if (rc == RC_DENIED || rc == RC_CONFLICT)
		return visit_fail(v, rc == RC_DENIED ? 403 : 409, rc, err, "this post cannot be moved there");
	if (rc != RC_OK)
		return rc;
	return back ? admin_redirect(v, edit_path(v, e, STR("")), "restored", err)
		    : admin_redirect(v, ARENA_JOIN(v->arena, STR("/admin/posts?trashed="), e->post.public_id), NULL, err);
}

/* What stands in the form becomes a draft of its own; the post stays as it is stored. */
static void make_copy(struct visit *v, struct edit *e)
{
	const struct i18n_pair title = { "title", e->post.title };
	e->post.title = i18n_fill(v->admin->i18n, "copy_of", &title, 1, v->arena);
	e->post.id = e->post.version = e->post.created_ms = e->post.published_ms = 0;
	e->post.status = STR(POST_STATUS_DRAFT);
	if (str_is(e->post.visibility, POST_VISIBILITY_PASSWORD))
		e->post.visibility = STR(POST_VISIBILITY_TEAM);
	e->post.slug = e->at = STR("");
	e->post.password_hash = STR_NONE;
	e->base_id = 0;
	e->post.translation_group = e->post.import_key = e->translation_of = STR_NONE;
	e->post.path_fixed = e->slug_typed = false;
	e->key = STR("");
}

/* The same in another language, linked with the post. */
static void make_translation(struct visit *v, struct edit *e)
{
	struct edit made = *e;
	if (!edit_translation_begin(v, &made)) {
		*e = made; /* with the complaint */
		return;
	}
	make_copy(v, e);
	e->joins_id = made.joins_id;
	e->post.title = made.post.title;
	e->post.lang = made.post.lang;
	e->post.translation_group = made.post.translation_group;
}

/* Before publishing, and whenever somebody asks: what may be wrong with it. Nothing serious: it goes on at once.
 * *answered: it was told, and nothing is stored. */
static enum rc look_through(struct visit *v, struct db_ro *db, struct edit *e, bool *answered, struct err *err)
{
	struct str button = form_get(&v->admin->form, "button");
	e->publishes = str_is(button, "publish") && !str_is(e->post.status, POST_STATUS_PUBLISHED);
	*answered = false;
	if (!str_is(button, "check") && !e->publishes)
		return RC_OK;
	enum rc rc = make_report(v, db, e, err);
	if (rc != RC_OK)
		return rc;
	if (e->publishes && !e->report->serious) {
		e->report = NULL;
		return RC_OK;
	}
	*answered = true;
	return show(v, db, e, 200, err);
}

enum rc page_edit_form(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct post_saved saved;
	struct post now;
	struct db_rw *db;
	struct str button = form_get(&v->admin->form, "button");
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = edit_open(v, db_rw_ro(db), &e, err);
	if (rc != RC_OK)
		return rc;
	if (e.post.id && (str_is(button, "trash") || str_is(button, "restore")))
		return move(v, &e, str_is(button, "restore"), err);
	edit_take_form(v, &e);
	if (e.post.id && str_is(button, "merge")) {
		rc = edit_merge_again(v, db_rw_ro(db), &e, err);
		return rc == RC_OK ? show(v, db_rw_ro(db), &e, 409, err) : rc;
	}
	rc = edit_merge_pick(v, db_rw_ro(db), &e, NULL, err);
	if (rc != RC_OK)
		return rc;
	if (e.post.id && str_is(button, "duplicate"))
		make_copy(v, &e);
	if (e.post.id && str_is(button, "translate"))
		make_translation(v, &e);
	bool answered = false;
	rc = edit_check(v, db_rw_ro(db), &e, err);
	if (rc == RC_OK)
		rc = look_through(v, db_rw_ro(db), &e, &answered, err);
	if (answered)
		return rc;
	bool was_published = str_is(e.post.status, POST_STATUS_PUBLISHED);
	const char *done = take_button(v, &e);
	if (rc == RC_OK)
		rc = store(v, db, &e, was_published, &saved, err);
	if (rc != RC_OK)
		return give_back(v, db_rw_ro(db), &e, rc, err);
	rc = post_get(db_rw_ro(db), saved.id, v->arena, &now, err);
	return rc == RC_OK ? admin_redirect(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), now.public_id), done, err) : rc;
}
