/* page_profile.c: one's own account: what readers are told, and what one signs in with. */
#include "base/base.h"

#include "core/account.h"
#include "core/people.h"
#include "http/form.h"
#include "web/admin.h"
#include "web/media_values.h"
#include "web/pages.h"

/* Both forms of the page as they are shown: stored, or as they were typed. */
struct profile_page {
	struct account account;
	struct str email;
	int64_t seen_ms;         /* what the fields were filled in over */
	bool is_stale;           /* somebody else's changes came between */
	enum account_field wrong;
	const char *said;        /* a key of the phrases for the wrong field; NULL: that of the field */
	int64_t wait_s;
};

static struct profile_page stored(const struct user *user)
{
	return (struct profile_page){
		.account = { str_or_empty(user->name), str_or_empty(user->slug), str_or_empty(user->bio),
			     str_or_empty(user->picture), str_or_empty(user->website), str_or_empty(user->lang), str_or_empty(user->timezone) },
		.email = str_or_empty(user->email), .seen_ms = user->updated_ms,
	};
}

static void language_values(struct visit *v, struct value *root, struct str now)
{
	static const char *const tags[] = { "en", "de" };
	struct value *list = value_list(v->arena, root, "languages");
	bool found = str_empty(now);
	struct value *item = value_item(v->arena, list);
	value_text(v->arena, item, "value", STR(""));
	value_text(v->arena, item, "label", i18n_text(v->admin->i18n, "lang_of_site"));
	value_bool(v->arena, item, "selected", found);
	for (size_t i = 0; i <= COUNT_OF(tags); i++) {
		if (i == COUNT_OF(tags) && found)
			break;
		struct str tag = i < COUNT_OF(tags) ? str_of(tags[i]) : now;
		item = value_item(v->arena, list);
		value_text(v->arena, item, "value", tag);
		value_text(v->arena, item, "label", lang_name(tag));
		value_bool(v->arena, item, "selected", str_eq(tag, now));
		found = found || str_eq(tag, now);
	}
}

static void wrong_values(struct visit *v, struct value *root, const struct profile_page *p)
{
	const struct i18n *t = v->admin->i18n;
	struct value *wrong = value_object(v->arena, root, "wrong");
	for (int field = ACCOUNT_NAME; field < ACCOUNT__MAX; field++)
		value_share(v->arena, wrong, account_field_name((enum account_field)field), NULL);
	if (p->wrong == ACCOUNT_NONE)
		return;
	const char *name = account_field_name(p->wrong);
	const char *key = p->said ? p->said : arena_printf(v->arena, "wrong_%s", name).p;
	value_text(v->arena, wrong, name,
		   p->wait_s ? i18n_count(t, key, p->wait_s, v->arena) : i18n_text(t, key));
}

static enum rc show(struct visit *v, const struct profile_page *p, int status, struct err *err)
{
	struct value *root = value_root(v->arena);
	struct value *account = value_object(v->arena, root, "account");
	value_text(v->arena, account, "name", p->account.name);
	value_text(v->arena, account, "slug", p->account.slug);
	value_text(v->arena, account, "bio", p->account.bio);
	value_text(v->arena, account, "picture", p->account.picture);
	value_text(v->arena, account, "look", media_look(v, p->account.picture));
	value_text(v->arena, account, "website", p->account.website);
	value_text(v->arena, account, "timezone", p->account.timezone);
	value_text(v->arena, account, "email", p->email);
	value_int(v->arena, account, "seen", p->seen_ms);
	value_text(v->arena, root, "problem", p->is_stale ? i18n_text(v->admin->i18n, "wrong_profile_changed") : STR(""));
	value_text(v->arena, root, "site_timezone", v->site->timezone);
	value_text(v->arena, root, "login_action", visit_link(v, STR("/admin/profile/login")));
	language_values(v, root, p->account.lang);
	wrong_values(v, root, p);
	return admin_render(v, "profile", "profile", i18n_text(v->admin->i18n, "profile"), root, status, err);
}

enum rc page_profile(struct visit *v, struct err *err)
{
	struct profile_page p = stored(&v->admin->who.user);
	return show(v, &p, 200, err);
}

/* What was typed comes back, with the reason at its field; anything else is no fault of the form. */
static enum rc give_back(struct visit *v, struct profile_page *p, enum rc why, struct err *err)
{
	if (p->wrong == ACCOUNT_NONE && !p->is_stale)
		return why;
	return show(v, p, why == RC_EXISTS || p->is_stale ? 409 : 422, err);
}

static enum rc save(struct visit *v, struct profile_page *p, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = account_change(tx, v->site, v->admin->who.actor, v->admin->who.user.id, p->seen_ms, &p->account,
			    v->now_ms, v->arena, &p->wrong, err);
	p->is_stale = rc == RC_CONFLICT;
	if (rc == RC_OK)
		rc = admin_note(v, tx, "profile", p->account.name, err);
	return db_end(tx, rc, err);
}

enum rc page_profile_form(struct visit *v, struct err *err)
{
	struct profile_page p = stored(&v->admin->who.user);
	const struct http_pairs *form = &v->admin->form;
	struct { const char *name; struct str *to; } fields[] = {
		{ "name", &p.account.name }, { "slug", &p.account.slug }, { "bio", &p.account.bio },
		{ "picture", &p.account.picture }, { "website", &p.account.website }, { "lang", &p.account.lang }, { "timezone", &p.account.timezone },
	};
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (str_given(form_get(form, fields[i].name)))
			*fields[i].to = str_trim(form_get(form, fields[i].name));
	/* A form that tells nothing of what it was filled in over, as a script's, writes over whatever is there. */
	int64_t stored_ms = p.seen_ms;
	if (!str_to_i64(admin_field(v, "seen"), &p.seen_ms))
		p.seen_ms = 0;
	enum rc rc = save(v, &p, err);
	if (p.is_stale) /* the next try is over what is stored now: the notice has said so */
		p.seen_ms = stored_ms;
	return rc == RC_OK ? admin_redirect(v, STR("/admin/profile"), "saved", err) : give_back(v, &p, rc, err);
}

/* --- address and password --- */

/* "": the password stays; else it is hashed, before any transaction. */
static enum rc hash_new(struct visit *v, struct profile_page *p, struct str *hash, struct err *err)
{
	struct str password = str_or_empty(form_get(&v->admin->form, "new_password"));
	*hash = STR_NONE;
	if (str_empty(password))
		return RC_OK;
	if (password.n < USER_PASSWORD_MIN_B || password.n > USER_PASSWORD_MAX_B) {
		p->wrong = ACCOUNT_PASSWORD;
		p->said = "wrong_new_password";
		return err_set(err, RC_INVALID, "the new password is too short or too long");
	}
	return people_hash(password, v->arena, hash, err);
}

static enum rc save_login(struct visit *v, struct profile_page *p, struct str hash, struct user *user, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = account_change_login(tx, v->admin->who.actor, v->admin->who.user.id, p->email, hash, v->now_ms, v->arena,
				  &p->wrong, user, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, "login", user->email, err);
	return db_end(tx, rc, err);
}

static enum rc ask_old(struct visit *v, struct profile_page *p, struct err *err)
{
	int64_t wait_ms = 0;
	struct str old = str_or_empty(form_get(&v->admin->form, "old_password"));
	enum rc rc = signin_prove(v->admin->traffic, &v->admin->who, old, v->now_ms, v->arena, &wait_ms, err);
	if (rc != RC_DENIED && rc != RC_LIMIT)
		return rc;
	p->wrong = ACCOUNT_PASSWORD;
	p->wait_s = (wait_ms + 999) / 1000;
	p->said = rc == RC_LIMIT ? "signin_wait" : NULL;
	return rc;
}

enum rc page_login_form(struct visit *v, struct err *err)
{
	struct profile_page p = stored(&v->admin->who.user);
	struct str hash, email = form_get(&v->admin->form, "email");
	struct user user;
	if (str_given(email))
		p.email = str_trim(email);
	enum rc rc = ask_old(v, &p, err);
	if (rc == RC_OK)
		rc = hash_new(v, &p, &hash, err);
	if (rc == RC_OK)
		rc = save_login(v, &p, hash, &user, err);
	if (rc != RC_OK)
		return give_back(v, &p, rc, err);
	rc = admin_renew(v, &user, err);
	return rc == RC_OK ? admin_redirect(v, STR("/admin/profile"), "saved", err) : rc;
}
