/* page_first.c: where the first owner is made, by whoever has the token of the data folder. */
#include "base/base.h"

#include "core/first_run.h"
#include "http/form.h"
#include "web/admin.h"
#include "web/pages.h"

#define FIRST_FORM_MAX_B ((size_t)16 << 10)

/* As it was typed; the password is typed again. */
struct first_page {
	struct str token, email, name, title;
	const char *problem;      /* a key of the phrases; NULL: none */
	int64_t wait_s;
};

static enum rc show(struct visit *v, const struct first_page *p, int status, struct err *err)
{
	struct value *root = value_root(v->arena);
	const struct i18n *t = v->admin->i18n;
	const struct i18n_pair file = { "file", STR(FIRST_RUN_FILE) };
	struct str problem = STR("");
	if (p->problem)
		problem = p->wait_s ? i18n_count(t, p->problem, p->wait_s, v->arena) : i18n_text(t, p->problem);
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/first")));
	value_text(v->arena, root, "token_hint", i18n_fill(t, "first_token_hint", &file, 1, v->arena));
	value_text(v->arena, root, "token", p->token);
	value_text(v->arena, root, "email", p->email);
	value_text(v->arena, root, "name", p->name);
	value_text(v->arena, root, "site_title", p->title);
	value_text(v->arena, root, "problem", problem);
	return admin_render(v, "first", "first", i18n_text(t, "first"), root, status, err);
}

/* RC_NOTFOUND, and with that 404: there is an owner, and this page is gone for ever. */
static enum rc check_open(struct visit *v, struct err *err)
{
	bool open = false;
	enum rc rc = first_run_is_open(v->db, &open, err);
	return rc != RC_OK || open ? rc : err_set(err, RC_NOTFOUND, "there is an owner already");
}

enum rc page_first(struct visit *v, struct err *err)
{
	const char *path;
	struct first_page p = { STR(""), STR(""), STR(""), STR(""), NULL, 0 };
	enum rc rc = admin_begin(v, err);
	if (rc == RC_OK)
		rc = check_open(v, err);
	if (rc == RC_OK)
		rc = first_run_prepare(v->basis->conf, v->arena, &path, err);
	return rc == RC_OK ? show(v, &p, 200, err) : rc;
}

static struct str field(const struct http_pairs *form, const char *name)
{
	return str_or_empty(str_trim(form_get(form, name)));
}

static enum rc take(struct visit *v, const struct first_page *p, struct user_new *person, struct user *owner,
		    struct err *err)
{
	struct db_tx *tx;
	struct str hash;
	enum rc rc = people_hash(person->password, v->arena, &hash, err);
	if (rc == RC_OK)
		rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = first_run_take(tx, person, hash, p->title, v->now_ms, v->arena, owner, err);
	if (rc == RC_OK) {
		v->admin->who.user = *owner;
		rc = admin_note(v, tx, "first", owner->email, err);
		v->admin->who.user.id = 0;
	}
	return db_end(tx, rc, err);
}

/* Which field is wrong; NULL: none. */
static const char *wrong_field(const struct user_new *person)
{
	if (!people_email_is_valid(person->email))
		return "wrong_email";
	if (person->password.n < USER_PASSWORD_MIN_B || person->password.n > USER_PASSWORD_MAX_B)
		return "wrong_new_password";
	return people_check(person, NULL) == RC_OK ? NULL : "wrong_name";
}

/* Signed in at once: nobody else can have this account. */
static enum rc make_owner(struct visit *v, struct first_page *p, struct str password, struct err *err)
{
	struct user owner;
	struct user_new person = { .email = p->email, .name = p->name, .password = password, .role = ROLE_OWNER };
	p->problem = wrong_field(&person);
	if (p->problem)
		return show(v, p, 422, err);
	enum rc rc = take(v, p, &person, &owner, err);
	if (rc == RC_INVALID || rc == RC_LIMIT)
		p->problem = "wrong_title";
	else if (rc == RC_EXISTS)
		p->problem = "wrong_email";
	if (p->problem)
		return show(v, p, rc == RC_EXISTS ? 409 : 422, err);
	if (rc != RC_OK)
		return rc;
	first_run_end(v->basis->conf, v->arena);
	rc = admin_renew(v, &owner, err);
	return rc == RC_OK ? admin_redirect(v, STR("/admin/posts"), "first", err) : rc;
}

/* The token is gone in the moment in which somebody else becomes the owner, which the request's own view of the
 * database may be too old to show. */
static enum rc check_still_open(struct visit *v, struct err *err)
{
	struct db_tx *tx;
	bool open = false;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = first_run_is_open(db_tx_ro(tx), &open, err);
	if (rc == RC_OK && !open)
		rc = err_set(err, RC_NOTFOUND, "there is an owner already");
	return db_end(tx, rc, err);
}

enum rc page_first_form(struct visit *v, struct err *err)
{
	struct http_pairs form;
	int64_t wait_ms = 0;
	struct err why = ERR_INIT;
	enum rc rc = admin_begin(v, err);
	if (rc == RC_OK)
		rc = check_open(v, err);
	if (rc == RC_OK)
		rc = form_read(v->req, FIRST_FORM_MAX_B, &form, err);
	if (rc != RC_OK)
		return rc;
	struct first_page p = { field(&form, "token"), field(&form, "email"), field(&form, "name"), field(&form, "title"),
				NULL, 0 };
	rc = first_run_check(v->basis->conf, v->admin->traffic, p.token, v->req->remote_addr, v->now_ms, v->arena, &wait_ms,
			     &why);
	if (rc == RC_DENIED && check_still_open(v, err) != RC_OK)
		return err->rc;
	if (rc == RC_DENIED || rc == RC_LIMIT) {
		p.problem = rc == RC_LIMIT ? "first_wait" : "first_wrong";
		p.wait_s = (wait_ms + 999) / 1000;
		p.token = STR("");
		if (rc == RC_LIMIT)
			response_set(v->res, "Retry-After", arena_printf(v->arena, "%lld", (long long)p.wait_s));
		return show(v, &p, rc == RC_LIMIT ? 429 : 403, err);
	}
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.msg);
	struct str password = form_get(&form, "password");
	return make_owner(v, &p, str_given(password) ? password : STR(""), err);
}
