/* page_welcome.c: where a one-time link leads: a name and a password. */
#include "base/base.h"

#include "core/people.h"
#include "core/team.h"
#include "http/form.h"
#include "web/admin.h"
#include "web/pages.h"

#define WELCOME_FORM_MAX_B ((size_t)16 << 10)

static enum rc show(struct visit *v, const struct user *user, struct str name, const char *problem, int status,
		    struct err *err)
{
	struct value *root = value_root(v->arena);
	value_text(v->arena, root, "action", visit_link(v, v->path));
	value_text(v->arena, root, "name", name);
	value_text(v->arena, root, "email", str_given(user->email) ? user->email : STR(""));
	value_text(v->arena, root, "problem", problem ? i18n_text(v->admin->i18n, problem) : STR(""));
	enum rc rc = admin_render(v, "welcome", "welcome", i18n_text(v->admin->i18n, "welcome"), root, status, err);
	/* The style sheet's request would tell the web server's log where it came from: the link. */
	response_set(v->res, "Referrer-Policy", STR("strict-origin"));
	return rc;
}

/* A link that is used, over or made up: 410 and where to go instead, the same for all three. */
static enum rc gone(struct visit *v, enum rc rc, struct err *err)
{
	return rc == RC_NOTFOUND ? visit_fail(v, 410, RC_NOTFOUND, err, "this link is used or over") : rc;
}

enum rc page_welcome(struct visit *v, struct err *err)
{
	struct user user;
	enum rc rc = admin_begin(v, err);
	if (rc == RC_OK)
		rc = team_link_find(v->db, visit_arg(v, "token"), v->now_ms, v->arena, &user, err);
	return rc == RC_OK ? show(v, &user, user.name, NULL, 200, err) : gone(v, rc, err);
}

static enum rc take(struct visit *v, struct str name, struct str password, struct user *user, struct err *err)
{
	struct db_tx *tx;
	struct str hash;
	enum rc rc = people_hash(password, v->arena, &hash, err);
	if (rc == RC_OK)
		rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = team_link_take(tx, visit_arg(v, "token"), name, hash, v->now_ms, v->arena, user, err);
	if (rc == RC_OK) {
		v->admin->who.user = *user; /* it is who has the link that does it */
		rc = admin_note(v, tx, "welcome", user->email, err);
		v->admin->who.user.id = 0;
	}
	return db_end(tx, rc, err);
}

/* The link is looked at before the password is hashed: without one nobody makes us work. */
enum rc page_welcome_form(struct visit *v, struct err *err)
{
	struct http_pairs form;
	struct user user;
	enum rc rc = admin_begin(v, err);
	if (rc == RC_OK)
		rc = form_read(v->req, WELCOME_FORM_MAX_B, &form, err);
	if (rc == RC_OK)
		rc = team_link_find(v->db, visit_arg(v, "token"), v->now_ms, v->arena, &user, err);
	if (rc != RC_OK)
		return gone(v, rc, err);
	struct str name = str_trim(form_get(&form, "name")), password = form_get(&form, "password");
	name = str_given(name) ? name : STR("");
	if (!str_given(password) || password.n < USER_PASSWORD_MIN_B || password.n > USER_PASSWORD_MAX_B)
		return show(v, &user, name, "wrong_new_password", 422, err);
	rc = take(v, name, password, &user, err);
	if (rc == RC_INVALID || rc == RC_LIMIT)
		return show(v, &user, name, "wrong_name", 422, err);
	return rc == RC_OK ? admin_redirect(v, STR("/admin/signin"), "welcome", err) : gone(v, rc, err);
}
