/* page_second.c: setting up the second step of signing in, new recovery codes, and ending it. */
#include "base/base.h"

#include "core/second.h"
#include "http/form.h"
#include "store/totp.h"
#include "text/qr.h"
#include "web/admin.h"
#include "web/pages.h"

static enum rc answer(struct visit *v, struct value *root, int status, struct err *err)
{
	return admin_render(v, "second", "profile", i18n_text(v->admin->i18n, "second"), root, status, err);
}

static struct value *begin_values(struct visit *v)
{
	struct value *root = value_root(v->arena);
	value_share(v->arena, root, "setup", NULL);
	value_share(v->arena, root, "codes", NULL);
	value_share(v->arena, root, "problem", NULL);
	value_bool(v->arena, root, "is_on", false);
	value_bool(v->arena, root, "few_codes", false);
	value_bool(v->arena, root, "has_codes", false);
	return root;
}

/* The secret as a picture and as text; with `token` the one that is on the phone already. */
static enum rc show_setup(struct visit *v, struct str token, const char *problem, int status, struct err *err)
{
	struct qr *qr = ARENA_NEW(v->arena, struct qr);
	struct second_setup setup;
	struct value *root = begin_values(v), *values;
	const struct i18n *t = v->admin->i18n;
	enum rc rc = second_setup(v->site, &v->admin->who.user, token, v->now_ms, v->arena, &setup, err);
	if (rc == RC_OK)
		rc = qr_encode(setup.uri, qr, err);
	if (rc != RC_OK)
		return rc;
	values = value_object(v->arena, root, "setup");
	value_text(v->arena, values, "token", setup.token);
	value_text(v->arena, values, "secret", setup.secret);
	value_html(v->arena, values, "qr", qr_svg(qr, i18n_text(t, "second_picture"), v->arena));
	if (problem)
		value_text(v->arena, root, "problem", i18n_text(t, problem));
	return answer(v, root, status, err);
}

enum rc page_second(struct visit *v, struct err *err)
{
	bool on;
	int64_t left;
	enum rc rc = second_is_on(v->db, v->admin->who.user.id, &on, err);
	if (rc == RC_OK && !on)
		return show_setup(v, STR_NONE, NULL, 200, err);
	if (rc == RC_OK)
		rc = recovery_count(v->db, v->admin->who.user.id, &left, err);
	if (rc != RC_OK)
		return rc;
	struct value *root = begin_values(v);
	value_bool(v->arena, root, "is_on", true);
	value_bool(v->arena, root, "few_codes", left <= SECOND_CODES_FEW);
	value_text(v->arena, root, "codes_left", i18n_count(v->admin->i18n, "second_codes_left", left, v->arena));
	return answer(v, root, 200, err);
}

static enum rc turn_on(struct visit *v, struct db_tx *tx, struct str token, struct str codes[SECOND_CODES],
		       struct err *err)
{
	struct str code = form_get(&v->admin->form, "code");
	bool on;
	enum rc rc = second_is_on(db_tx_ro(tx), v->admin->who.user.id, &on, err);
	if (rc == RC_OK && on)
		rc = err_set(err, RC_CONFLICT, "the second step is on already");
	if (rc == RC_OK)
		rc = second_confirm(tx, v->site, v->admin->who.user.id, token, code, v->now_ms, v->arena, codes, err);
	return rc;
}

static enum rc show_codes(struct visit *v, const struct str codes[SECOND_CODES], struct err *err)
{
	struct value *root = begin_values(v), *list = value_list(v->arena, root, "codes");
	for (int i = 0; i < SECOND_CODES; i++)
		value_text(v->arena, value_item(v->arena, list), "code", codes[i]);
	value_bool(v->arena, root, "has_codes", true);
	return answer(v, root, 200, err);
}

/* What the pressed button asks for; setting up has none. The phrase of the audit log is its `noted`. */
enum wish { WISH_ON, WISH_OFF, WISH_CODES, WISH__MAX };
static const struct { const char *button, *noted; } wishes[WISH__MAX] = {
	[WISH_ON] = { "", "second_on" }, [WISH_OFF] = { "off", "second_off" }, [WISH_CODES] = { "codes", "second_codes" },
};

static enum wish read_wish(struct visit *v)
{
	for (int wish = WISH_OFF; wish < WISH__MAX; wish++)
		if (str_is(form_get(&v->admin->form, "button"), wishes[wish].button))
			return (enum wish)wish;
	return WISH_ON;
}

static enum rc change(struct visit *v, enum wish wish, struct str token, struct str codes[SECOND_CODES], struct err *err)
{
	struct db_tx *tx;
	struct actor actor = v->admin->who.actor;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	if (wish == WISH_OFF)
		rc = second_off(tx, actor, actor.user_id, err);
	else if (wish == WISH_CODES)
		rc = second_renew(tx, actor, v->arena, codes, err);
	else
		rc = turn_on(v, tx, token, codes, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, wishes[wish].noted, v->admin->who.user.email, err);
	return db_end(tx, rc, err);
}

enum rc page_second_form(struct visit *v, struct err *err)
{
	struct str codes[SECOND_CODES], token = form_get(&v->admin->form, "setup");
	enum wish wish = read_wish(v);
	struct err why = ERR_INIT;
	enum rc rc = change(v, wish, str_given(token) ? token : STR(""), codes, &why);
	if ((wish == WISH_OFF && rc == RC_OK) || (wish != WISH_ON && rc == RC_NOTFOUND))
		return admin_redirect(v, STR("/admin/second"), "second_off", err);
	if (wish == WISH_CODES)
		return rc == RC_OK ? show_codes(v, codes, err) : err_set(err, rc, "%s", why.msg);
	if (rc == RC_OK)
		rc = admin_renew(v, &v->admin->who.user, err);
	else if (rc == RC_INVALID)
		return show_setup(v, token, "signin_wrong_code", 422, err);
	else if (rc == RC_DENIED || rc == RC_TIMEOUT)
		return show_setup(v, STR_NONE, "second_over", 422, err);
	else
		return err_set(err, rc, "%s", why.msg);
	return rc == RC_OK ? show_codes(v, codes, err) : rc;
}
