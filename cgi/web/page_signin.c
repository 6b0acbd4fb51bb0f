/* page_signin.c: signing in and out. */
#include "base/base.h"

#include "base/json.h"
#include "core/first_run.h"
#include "core/signin_audit.h"
#include "http/form.h"
#include "http/negotiate.h"
#include "web/admin.h"
#include "web/pages.h"

#define SIGNIN_FORM_MAX_B ((size_t)16 << 10)
#define ANSWER_MAX_B ((size_t)16 << 10)

/* Where to after signing in: a path of the admin of this site, or its first page. */
static struct str safe_next(struct str next)
{
	if (!str_given(next) || (!str_is(next, "/admin") && !str_starts(next, STR("/admin/"))) ||
	    str_starts(next, STR("/admin/signin")) || str_find(next, STR("//")) >= 0 || str_find_char(next, '\\') >= 0)
		return STR("/admin");
	for (size_t i = 0; i < next.n; i++)
		if ((unsigned char)next.p[i] <= ' ' || next.p[i] == 0x7F)
			return STR("/admin");
	return next;
}

/* What was typed for signing in is not typed for the page behind it. */
static void kept_values(struct visit *v, struct value *form, const struct http_pairs *kept)
{
	struct value *list = value_list(v->arena, form, "kept");
	for (size_t i = 0; kept && i < kept->count; i++) {
		if (str_starts(kept->items[i].name, STR("signin_")) || str_is(kept->items[i].name, "form_token"))
			continue;
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "name", kept->items[i].name);
		/* A browser leaves out the first newline of a text area (HTML, 13.1.2.5). */
		value_text(v->arena, item, "value", ARENA_JOIN(v->arena, STR("\n"), kept->items[i].value));
	}
	value_bool(v->arena, form, "has_kept", value_count(list) > 0);
}

static struct str failure(struct visit *v, const struct admin_door *door)
{
	const struct i18n *t = v->admin->i18n;
	if (!door->failed)
		return STR("");
	return door->wait_s > 0 ? i18n_count(t, door->failed, door->wait_s, v->arena) : i18n_text(t, door->failed);
}

/* A script asks in a dialog of the page that is open: it is told what to ask for. */
static enum rc ask_script(struct visit *v, int status, const struct admin_door *door, struct err *err)
{
	struct buf body = BUF_INIT(ANSWER_MAX_B);
	struct json *json = json_new_object();
	json_set_text(json, "challenge", str_or_empty(door->challenge));
	json_set_text(json, "problem", failure(v, door));
	json_write(json, JSON_LINE, &body);
	json_free(json);
	enum rc rc = visit_body(v, status == 200 ? 401 : status, "application/json", &body, err);
	buf_release(&body);
	return rc;
}

enum rc admin_ask(struct visit *v, int status, const struct admin_door *door, struct err *err)
{
	if (negotiate_wants_json(request_header(v->req, "accept")))
		return ask_script(v, status, door, err);
	struct value *root = value_root(v->arena);
	struct value *form = value_object(v->arena, root, "form");
	const struct i18n *t = v->admin->i18n;
	value_text(v->arena, form, "action", visit_link(v, door->action));
	value_text(v->arena, form, "next", str_given(door->next) ? safe_next(door->next) : STR(""));
	value_text(v->arena, form, "email", door->email);
	value_bool(v->arena, form, "proves", door->proves);
	value_text(v->arena, form, "challenge", str_given(door->challenge) ? door->challenge : STR(""));
	value_text(v->arena, form, "failed", failure(v, door));
	kept_values(v, form, door->kept);
	return admin_render(v, "signin", "signin", i18n_text(t, door->proves ? "prove" : "signin"), root, status, err);
}

static struct admin_door door_to(struct str next)
{
	return (struct admin_door){ .action = STR("/admin/signin"), .next = str_given(next) ? next : STR("/admin"),
				    .email = STR("") };
}

enum rc page_signin(struct visit *v, struct err *err)
{
	struct admin_door door = door_to(request_param(v->req, "next"));
	bool first = false;
	enum rc rc = admin_begin(v, err);
	if (rc == RC_OK)
		rc = first_run_is_open(v->db, &first, err);
	if (rc != RC_OK)
		return rc;
	return first ? admin_redirect(v, STR("/admin/first"), NULL, err) : admin_ask(v, 200, &door, err);
}

enum rc page_signin_form(struct visit *v, struct err *err)
{
	struct http_pairs form;
	bool answered;
	enum rc rc = admin_begin(v, err);
	if (rc == RC_OK)
		rc = form_read(v->req, SIGNIN_FORM_MAX_B, &form, err);
	if (rc != RC_OK)
		return rc;
	struct admin_door door = door_to(form_get(&form, "next"));
	rc = admin_sign_in(v, &form, &door, &answered, err);
	return rc == RC_OK && !answered ? visit_redirect(v, 303, admin_link(v, safe_next(door.next)), err) : rc;
}

enum rc page_signout(struct visit *v, struct err *err)
{
	struct db_rw *db;
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = signin_end(v->admin->traffic, &v->admin->who, err);
	if (rc == RC_OK)
		signin_audit(db, &v->admin->who.user, AUDIT_SIGNOUT, v->req->remote_addr, v->now_ms);
	if (rc == RC_OK)
		rc = admin_cookies(v, NULL, err);
	return rc == RC_OK ? visit_redirect(v, 303, visit_link(v, STR("/admin/signin")), err) : rc;
}

enum rc page_admin_asset(struct visit *v, struct err *err)
{
	enum rc rc = admin_begin(v, err);
	v->personal = false;
	return rc == RC_OK ? page_skin_asset(v, v->admin->backstage->skin, err) : rc;
}
