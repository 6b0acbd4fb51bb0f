/* page_jobs_key.c: what calls for maintenance from elsewhere need, for owners: address, key, and lines for a cron.
 * Where there is no shell, this is where the key is made. */
#include "base/base.h"

#include "core/cronhook.h"
#include "web/admin.h"
#include "web/pages.h"

#define KEY_PATH STR("/admin/jobs/key")

/* One signed call, as README has it: for a file, since crontab has a meaning of its own for %. */
static struct str script(struct visit *v, struct str url, struct str key)
{
	return arena_printf(v->arena,
		"url='%.*s' key='%.*s'\n"
		"id=msg_$(openssl rand -hex 8) at=$(date +%%s) body='{\"type\":\"cron\",\"data\":{}}'\n"
		"secret=$(printf %%s \"${key#whsec_}\" | base64 -d | od -An -v -tx1 | tr -d ' \\n')\n"
		"signature=$(printf %%s \"$id.$at.$body\" |\n"
		"    openssl dgst -sha256 -mac HMAC -macopt \"hexkey:$secret\" -binary | base64)\n"
		"curl -sS --fail-with-body \"$url\" -d \"$body\" -H \"webhook-id: $id\" \\\n"
		"    -H \"webhook-timestamp: $at\" -H \"webhook-signature: v1,$signature\" \\\n"
		"    -H 'content-type: application/json'\n",
		STR_ARG(url), STR_ARG(key));
}

/* The keys of the setting are whoever's who wrote them there: they are not shown. */
static enum rc read_key(struct visit *v, bool by_setting, struct str *key, struct err *err)
{
	struct err absent = ERR_INIT;
	*key = STR("");
	if (by_setting)
		return RC_OK;
	enum rc rc = cronhook_own_key_there(v->db, v->arena, key, &absent);
	return rc == RC_OK || rc == RC_NOTFOUND ? RC_OK : err_set(err, rc, "%s", absent.msg);
}

enum rc page_jobs_key(struct visit *v, struct err *err)
{
	struct str key, url = visit_absolute(v, STR("/cronhooks/" CRONHOOK_ALL));
	bool by_setting = str_given(v->basis->conf->hook_keys);
	struct value *root = value_root(v->arena);
	enum rc rc = read_key(v, by_setting, &key, err);
	if (rc != RC_OK)
		return rc;
	value_text(v->arena, root, "action", visit_link(v, KEY_PATH));
	value_text(v->arena, root, "back", visit_link(v, STR("/admin/jobs")));
	value_text(v->arena, root, "url", url);
	value_bool(v->arena, root, "by_setting", by_setting);
	value_text(v->arena, root, "key", key);
	value_text(v->arena, root, "script", by_setting || !str_empty(key) ? script(v, url, by_setting ? STR("KEY") : key) : STR(""));
	return admin_render(v, "jobs_key", "jobs", i18n_text(v->admin->i18n, "cron_calls"), root, 200, err);
}

static enum rc ask(struct visit *v, struct err *err)
{
	const struct i18n *t = v->admin->i18n;
	struct i18n_pair button = { "button", STR("renew") };
	struct admin_question q = {
		.section = "jobs", .title = i18n_text(t, "cron_renew_ask"), .text = i18n_text(t, "cron_renew_text"),
		.yes = i18n_text(t, "cron_renew"), .action = KEY_PATH, .back = KEY_PATH, .fields = &button, .count = 1,
	};
	return admin_confirm(v, &q, err);
}

static enum rc make(struct visit *v, bool renew, struct err *err)
{
	struct db_tx *tx;
	struct str key;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = cronhook_own_key_tx(tx, renew, v->now_ms, v->arena, &key, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, "hook_key", STR(""), err);
	rc = db_end(tx, rc, err);
	return rc == RC_OK ? admin_redirect(v, KEY_PATH, "key_made", err) : rc;
}

/* Without a button the password was asked for and given: back to the page. */
enum rc page_jobs_key_form(struct visit *v, struct err *err)
{
	struct str button = admin_field(v, "button");
	if (str_is(button, "renew") && !admin_is_confirmed(v))
		return ask(v, err);
	if (str_is(button, "renew") || str_is(button, "make"))
		return make(v, str_is(button, "renew"), err);
	return admin_redirect(v, KEY_PATH, NULL, err);
}
