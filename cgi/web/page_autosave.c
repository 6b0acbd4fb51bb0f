/* page_autosave.c: what is typed, kept every few seconds apart from what is published. */
#include "base/base.h"

#include "base/date.h"
#include "base/json.h"
#include "http/form.h"
#include "web/edit.h"
#include "web/pages.h"

#define ANSWER_MAX_B 4096

/* Whoever had to sign in again in between has forms of another session now. */
static enum rc answer(struct visit *v, int64_t saved_ms, struct str newer, struct err *err)
{
	struct buf body = BUF_INIT(ANSWER_MAX_B);
	struct json *json = json_new_object();
	struct date d;
	date_civil(admin_zone(v, NULL), saved_ms, &d);
	json_set_int(json, "saved_ms", saved_ms);
	json_set_text(json, "at", arena_printf(v->arena, "%02d:%02d", d.hour, d.minute));
	json_set_text(json, "form_token", v->admin->form_token);
	json_set_text(json, "newer", newer);
	json_write(json, JSON_LINE, &body);
	json_free(json);
	enum rc rc = visit_body(v, 200, "application/json", &body, err);
	buf_release(&body);
	return rc;
}

static enum rc drop(struct visit *v, struct db_rw *db, const struct edit *e, struct err *err)
{
	enum rc rc = desk_drop_autosave(db, v->admin->who.actor, e->key, err);
	return rc == RC_OK ? admin_redirect(v, edit_path(v, e, STR("")), NULL, err) : rc;
}

enum rc page_autosave(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct db_rw *db;
	struct str fields, newer, button = form_get(&v->admin->form, "button");
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = edit_open(v, db_rw_ro(db), &e, err);
	if (rc == RC_OK && str_given(button) && str_is(button, "drop"))
		return drop(v, db, &e, err);
	if (rc != RC_OK)
		return rc;
	int64_t stored = e.post.version;
	edit_take_form(v, &e);
	rc = edit_newer(v, db_rw_ro(db), &e, stored, &newer, err);
	if (rc == RC_OK)
		rc = edit_fields(v, &e, &fields, err);
	if (rc != RC_OK)
		return rc;
	struct autosave autosave = {
		.key = e.key, .post_id = e.post.id, .version = e.post.version, .saved_ms = v->now_ms,
		.title = e.post.title, .fields = fields, .markdown = e.post.markdown,
	};
	rc = desk_autosave(db, v->admin->who.actor, &autosave, e.known_ms, err);
	return rc == RC_OK ? answer(v, autosave.saved_ms, newer, err) : rc;
}
