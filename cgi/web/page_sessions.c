/* page_sessions.c: where one is signed in, and signing out there. */
#include "base/base.h"

#include "base/enc.h"
#include "core/signin_audit.h"
#include "http/form.h"
#include "store/session.h"
#include "web/admin.h"
#include "web/device.h"
#include "web/pages.h"

#define SESSIONS_MAX 200

static struct str device_words(struct visit *v, struct str user_agent)
{
	const struct i18n *t = v->admin->i18n;
	struct device device = device_of(user_agent);
	struct i18n_pair pairs[] = {
		{ "browser", device.browser ? str_of(device.browser) : i18n_text(t, "device_browser") },
		{ "system", device.system ? str_of(device.system) : i18n_text(t, "device_system") },
	};
	return i18n_fill(t, "device_words", pairs, COUNT_OF(pairs), v->arena);
}

static void session_values(struct visit *v, struct value *item, const struct session *session)
{
	struct str hash = session->token_hash;
	char *id = arena_alloc(v->arena, 2 * hash.n + 1);
	enc_hex_into(id, hash.p, hash.n);
	value_text(v->arena, item, "id", str_of(id));
	value_text(v->arena, item, "device", device_words(v, session->user_agent));
	value_text(v->arena, item, "address", session->remote_addr);
	value_text(v->arena, item, "seen", admin_moment(v, session->seen_ms));
	value_text(v->arena, item, "since", admin_moment(v, session->created_ms));
	value_bool(v->arena, item, "this_one", str_eq(hash, v->admin->who.session.token_hash));
}

enum rc page_sessions(struct visit *v, struct err *err)
{
	struct sessions sessions;
	const struct user *user = &v->admin->who.user;
	struct value *root = value_root(v->arena);
	struct value *list = value_list(v->arena, root, "sessions");
	enum rc rc = session_list(db_rw_ro(v->admin->traffic), user->id, v->now_ms, SESSIONS_MAX, v->arena, &sessions, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < sessions.count; i++)
		if (sessions.items[i].epoch == user->epoch)
			session_values(v, value_item(v->arena, list), &sessions.items[i]);
	value_bool(v->arena, root, "has_others", value_count(list) > 1);
	return admin_render(v, "sessions", "sessions", i18n_text(v->admin->i18n, "sessions"), root, 200, err);
}

static enum rc end(struct visit *v, struct db_tx *tx, struct err *err)
{
	int64_t ended;
	struct buf hash = BUF_INIT(64);
	struct str id = form_get(&v->admin->form, "id");
	const struct signed_in *who = &v->admin->who;
	if (!str_given(id))
		return session_delete_others(tx, who->user.id, who->session.token_hash, &ended, err);
	enum rc rc = RC_NOTFOUND;
	if (id.n <= 64 && enc_hex_decode(&hash, id))
		rc = session_delete(tx, who->user.id, buf_view(&hash), err);
	buf_release(&hash);
	return rc == RC_NOTFOUND ? RC_OK : rc; /* it is over already */
}

enum rc page_sessions_form(struct visit *v, struct err *err)
{
	struct db_tx *tx;
	struct db_rw *db;
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = db_begin(v->admin->traffic, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = end(v, tx, err);
	rc = db_end(tx, rc, err);
	if (rc == RC_OK)
		signin_audit(db, &v->admin->who.user, AUDIT_SIGNOUT_THERE, v->req->remote_addr, v->now_ms);
	return rc == RC_OK ? admin_redirect(v, STR("/admin/sessions"), "signed_out", err) : rc;
}
