/* page_people.c: the team: who there is, inviting, and what owners change of one person. */
#include "base/base.h"

#include "core/account.h"
#include "core/second.h"
#include "core/team.h"
#include "http/form.h"
#include "store/outbox.h"
#include "web/admin.h"
#include "web/pages.h"

#define PEOPLE_MAX 1000

static void role_values(struct visit *v, struct value *root, enum role now)
{
	struct value *list = value_list(v->arena, root, "roles");
	for (int role = ROLE_CONTRIBUTOR; role < ROLE__MAX; role++) {
		const char *name = role_name((enum role)role);
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "value", str_of(name));
		value_text(v->arena, item, "label",
			   i18n_text(v->admin->i18n, arena_printf(v->arena, "role_%s", name).p));
		value_bool(v->arena, item, "selected", role == (int)now);
	}
}

static struct str person_path(struct visit *v, const struct user *user)
{
	return ARENA_JOIN(v->arena, STR("/admin/people/"), user->public_id);
}

static void person_facts(struct visit *v, struct value *item, const struct user *user)
{
	const struct i18n *t = v->admin->i18n;
	const char *state = user->disabled_ms ? "state_disabled" : !str_given(user->email) ? "state_nologin"
			    : !str_given(user->password_hash) ? "state_invited" : NULL;
	value_text(v->arena, item, "name", user->name);
	value_text(v->arena, item, "email", str_given(user->email) ? user->email : STR(""));
	value_text(v->arena, item, "role", i18n_text(t, arena_printf(v->arena, "role_%.*s", STR_ARG(user->role)).p));
	value_text(v->arena, item, "state", state ? i18n_text(t, state) : STR(""));
	value_text(v->arena, item, "url", visit_link(v, person_path(v, user)));
}

static enum rc show_people(struct visit *v, struct db_ro *db, struct str link, const char *problem, int status,
			   struct err *err)
{
	struct users users;
	struct value *root = value_root(v->arena), *list = value_list(v->arena, root, "people");
	struct str email = form_get(&v->admin->form, "email");
	enum rc rc = user_list(db, 0, v->now_ms, PEOPLE_MAX, v->arena, &users, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < users.count; i++)
		person_facts(v, value_item(v->arena, list), &users.items[i]);
	value_text(v->arena, root, "email", problem && str_given(email) ? email : STR(""));
	value_text(v->arena, root, "invitation", str_given(link) ? visit_absolute(v, link) : STR(""));
	value_text(v->arena, root, "problem", problem ? i18n_text(v->admin->i18n, problem) : STR(""));
	role_values(v, root, problem ? role_from_name(form_get(&v->admin->form, "role")) : ROLE_AUTHOR);
	return admin_render(v, "people", "people", i18n_text(v->admin->i18n, "people"), root, status, err);
}

enum rc page_people(struct visit *v, struct err *err)
{
	return show_people(v, v->db, STR_NONE, NULL, 200, err);
}

static struct str link_path(struct visit *v, struct str token)
{
	return ARENA_JOIN(v->arena, STR("/admin/welcome/"), token);
}

/* For whoever gets the link, in the site's language; sent once mail is. The link itself is not written down. */
static enum rc write_mail(struct visit *v, struct db_tx *tx, struct str token, const char *kind, struct err *err)
{
	struct user user;
	const struct i18n *t = i18n_for(v->admin->backstage->phrases, v->site->lang);
	const struct i18n_pair pairs[] = {
		{ "site", v->site->title }, { "link", STR(OUTBOX_LINK) },
	};
	enum rc rc = team_link_find(db_tx_ro(tx), token, v->now_ms, v->arena, &user, err);
	if (rc != RC_OK)
		return rc;
	struct outbox_mail mail = {
		.user_id = user.id, .to = user.email, .made_ms = v->now_ms, .expires_ms = v->now_ms + TEAM_LINK_TTL_MS,
		.subject = i18n_fill(t, arena_printf(v->arena, "mail_%s_subject", kind).p, pairs, COUNT_OF(pairs), v->arena),
		.text = i18n_fill(t, arena_printf(v->arena, "mail_%s_text", kind).p, pairs, COUNT_OF(pairs), v->arena),
	};
	return outbox_add(tx, &mail, err);
}

enum rc page_people_form(struct visit *v, struct err *err)
{
	struct db_rw *db;
	struct db_tx *tx;
	struct str token = STR_NONE, email = str_trim(form_get(&v->admin->form, "email"));
	enum role role = role_from_name(form_get(&v->admin->form, "role"));
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = team_invite(tx, v->admin->who.actor, str_given(email) ? email : STR(""), role, v->now_ms, v->arena, &token, err);
	if (rc == RC_OK)
		rc = write_mail(v, tx, token, "invite", err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, "invite", email, err);
	rc = db_end(tx, rc, err);
	if (rc == RC_INVALID || rc == RC_EXISTS)
		return show_people(v, db_rw_ro(db), STR_NONE, "wrong_email", rc == RC_EXISTS ? 409 : 422, err);
	return rc == RC_OK ? show_people(v, db_rw_ro(db), link_path(v, token), NULL, 200, err) : rc;
}

/* --- one person --- */

static enum rc heir_values(struct visit *v, struct db_ro *db, struct value *root, const struct user *user,
			   struct err *err)
{
	struct users users;
	struct value *list = value_list(v->arena, root, "heirs");
	enum rc rc = user_list(db, 0, v->now_ms, PEOPLE_MAX, v->arena, &users, err);
	for (size_t i = 0; rc == RC_OK && i < users.count; i++) {
		if (users.items[i].id == user->id)
			continue;
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "value", users.items[i].public_id);
		value_text(v->arena, item, "label", users.items[i].name);
		value_bool(v->arena, item, "selected", users.items[i].id == v->admin->who.user.id);
	}
	return rc;
}

#define STALE "wrong_person_changed"

static enum rc show_person(struct visit *v, struct db_ro *db, const struct user *user, struct str link,
			   const char *problem, int status, struct err *err)
{
	struct value *root = value_root(v->arena), *values = value_object(v->arena, root, "somebody");
	bool on;
	person_facts(v, values, user);
	value_int(v->arena, values, "seen", user->updated_ms);
	/* What was picked stays so; the next try is over what is stored now, which stands above. */
	enum role picked = problem && strcmp(problem, STALE) == 0 ? role_from_name(form_get(&v->admin->form, "role")) : ROLE_NONE;
	role_values(v, root, picked == ROLE_NONE ? role_from_name(user->role) : picked);
	value_bool(v->arena, root, "is_disabled", user->disabled_ms != 0);
	value_bool(v->arena, root, "has_login", str_given(user->email));
	value_bool(v->arena, root, "is_self", user->id == v->admin->who.user.id);
	value_text(v->arena, root, "invitation", str_given(link) ? visit_absolute(v, link) : STR(""));
	value_text(v->arena, root, "problem", problem ? i18n_text(v->admin->i18n, problem) : STR(""));
	enum rc rc = second_is_on(db, user->id, &on, err);
	if (rc == RC_OK)
		rc = heir_values(v, db, root, user, err);
	if (rc != RC_OK)
		return rc;
	value_bool(v->arena, root, "has_second", on);
	return admin_render(v, "person", "people", user->name, root, status, err);
}

static enum rc load(struct visit *v, struct db_ro *db, struct user *user, struct err *err)
{
	return user_by_public_id(db, visit_arg(v, "id"), v->now_ms, v->arena, user, err);
}

enum rc page_person(struct visit *v, struct err *err)
{
	struct user user;
	enum rc rc = load(v, v->db, &user, err);
	return rc == RC_OK ? show_person(v, v->db, &user, STR_NONE, NULL, 200, err) : rc;
}

static enum rc delete_person(struct visit *v, struct db_tx *tx, const struct user *user, struct err *err)
{
	struct user heir = { .id = user->id };
	struct err why = ERR_INIT;
	struct str id = form_get(&v->admin->form, "heir");
	if (str_given(id) && user_by_public_id(db_tx_ro(tx), id, v->now_ms, v->arena, &heir, &why) != RC_OK)
		heir.id = user->id;
	return team_delete(tx, v->admin->who.actor, user->id, heir.id, v->now_ms, v->arena, err);
}

/* *stale: somebody changed the person after the form was made (RC_CONFLICT, too). */
static enum rc set_role(struct visit *v, struct db_tx *tx, const struct user *user, bool *stale, struct err *err)
{
	struct user now;
	int64_t seen_ms;
	enum rc rc = load(v, db_tx_ro(tx), &now, err);
	if (rc != RC_OK)
		return rc;
	*stale = str_to_i64(admin_field(v, "seen"), &seen_ms) && seen_ms != now.updated_ms;
	if (*stale)
		return err_set(err, RC_CONFLICT, "the person was changed meanwhile");
	return team_set_role(tx, v->admin->who.actor, user->id, role_from_name(form_get(&v->admin->form, "role")), v->now_ms,
			     v->arena, err);
}

/* What the pressed button asks for. */
static enum rc act(struct visit *v, struct db_tx *tx, struct str button, const struct user *user, struct str *token,
		   bool *stale, struct err *err)
{
	struct actor actor = v->admin->who.actor;
	if (str_is(button, "role"))
		return set_role(v, tx, user, stale, err);
	if (str_is(button, "link"))
		return team_link(tx, actor, user, v->now_ms, v->arena, token, err);
	if (str_is(button, "disable") || str_is(button, "enable"))
		return team_disable(tx, actor, user->id, str_is(button, "disable"), v->now_ms, v->arena, err);
	if (str_is(button, "second_off"))
		return second_off(tx, actor, user->id, err);
	if (str_is(button, "delete"))
		return delete_person(v, tx, user, err);
	return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
}

enum rc page_person_form(struct visit *v, struct err *err)
{
	struct db_rw *db;
	struct db_tx *tx;
	struct user user;
	struct str token = STR_NONE, button = form_get(&v->admin->form, "button");
	bool stale = false;
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = load(v, db_rw_ro(db), &user, err);
	if (rc == RC_OK)
		rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = act(v, tx, button, &user, &token, &stale, err);
	if (rc == RC_OK && str_given(token))
		rc = write_mail(v, tx, token, "link", err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, arena_cstr(v->arena, button), str_given(user.email) ? user.email : user.name, err);
	rc = db_end(tx, rc, err);
	if (stale) {
		rc = load(v, db_rw_ro(db), &user, err);
		return rc == RC_OK ? show_person(v, db_rw_ro(db), &user, STR_NONE, STALE, 409, err) : rc;
	}
	if (rc == RC_CONFLICT)
		return show_person(v, db_rw_ro(db), &user, STR_NONE, "wrong_last_owner", 409, err);
	if (rc == RC_INVALID && !v->fail_status)
		return show_person(v, db_rw_ro(db), &user, STR_NONE, "wrong_person", 422, err);
	if (rc == RC_OK && str_given(token))
		return show_person(v, db_rw_ro(db), &user, link_path(v, token), NULL, 200, err);
	if (rc != RC_OK)
		return rc;
	return admin_redirect(v, str_is(button, "delete") ? STR("/admin/people") : person_path(v, &user), "saved", err);
}
