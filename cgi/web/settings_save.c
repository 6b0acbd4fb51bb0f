/* settings_save.c: checks what was changed on a page of settings and writes it, all or nothing. */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/address.h"
#include "core/job_work.h"
#include "core/people.h"
#include "core/rebuild.h"
#include "store/post.h"
#include "web/settings_form.h"

#define PASSWORD_MIN_B 4
#define CATCH_UP_US 1500000
#define KEYS_MAX_B 1000

void settings_wrong(struct visit *v, struct settings_entry *entry, const char *phrase)
{
	struct i18n_pair pairs[] = {
		{ "min", arena_printf(v->arena, "%lld", (long long)entry->def->min) },
		{ "max", arena_printf(v->arena, "%lld", (long long)entry->def->max) },
	};
	entry->wrong = i18n_fill(v->admin->i18n, phrase, pairs, COUNT_OF(pairs), v->arena);
}

/* What setting_check() says is for the command line; people are told in their language. */
static const char *phrase_of(const struct settings_entry *entry, enum rc rc)
{
	static const char *const phrases[SETTING_TYPE__MAX] = {
		[SETTING_INT] = "set_wrong_number", [SETTING_CHOICE] = "set_wrong_choice", [SETTING_LANG] = "set_wrong_lang",
		[SETTING_TIMEZONE] = "set_wrong_zone", [SETTING_PERMALINK] = "set_wrong_pattern",
		[SETTING_LINKS] = "set_wrong_links", [SETTING_OBJECT] = "set_wrong_times",
	};
	if (rc == RC_LIMIT)
		return "set_wrong_long";
	if (strcmp(entry->def->key, "title") == 0 && str_empty(str_trim(entry->shown)))
		return "set_wrong_empty";
	if (entry->field->control == SET_PATH || entry->field->control == SET_PAGE)
		return "set_wrong_path";
	return phrases[entry->def->type] ? phrases[entry->def->type] : "set_wrong_text";
}

/* An address that a browser loads: of this site, or of the web. */
static bool is_picture(struct str address)
{
	return str_empty(address) || (str_starts(address, STR("/")) && !str_starts(address, STR("//"))) ||
	       str_istarts(address, STR("https://")) || str_istarts(address, STR("http://"));
}

static enum rc check_page(struct visit *v, struct db_ro *db, struct settings_entry *entry, struct err *err)
{
	struct post post;
	struct err missing = ERR_INIT;
	if (str_empty(entry->shown))
		return RC_OK;
	enum rc rc = post_by_path(db, entry->shown, v->arena, &post, &missing);
	if (rc == RC_NOTFOUND) {
		settings_wrong(v, entry, "set_wrong_page");
		return RC_OK;
	}
	if (rc != RC_OK && err)
		*err = missing;
	return rc;
}

/* A failure is one of the database; what is wrong with the text stands in the entry. */
static enum rc check_entry(struct visit *v, struct db_ro *db, struct settings_entry *entry, struct err *err)
{
	if (entry->field->control == SET_PASSWORD) {
		if (entry->shown.n < PASSWORD_MIN_B || entry->shown.n > USER_PASSWORD_MAX_B)
			settings_wrong(v, entry, "set_wrong_password");
		return RC_OK;
	}
	enum rc rc = setting_check(entry->def, entry->shown, NULL);
	if (rc != RC_OK)
		settings_wrong(v, entry, phrase_of(entry, rc));
	else if (entry->field->control == SET_PICTURE && !is_picture(entry->shown))
		settings_wrong(v, entry, "set_wrong_picture");
	else if (entry->field->control == SET_PAGE)
		return check_page(v, db, entry, err);
	return RC_OK;
}

/* A site that asks for a password that nobody has set would open to nobody. */
static void check_access(struct visit *v, struct settings_form *form)
{
	struct settings_entry *access = settings_entry(form, "access"), *password = settings_entry(form, "access_password");
	if (access && password && str_is(access->shown, "private") && str_empty(password->stored) && !password->changed)
		settings_wrong(v, password, "set_wrong_no_password");
}

static enum rc check_all(struct visit *v, struct db_ro *db, struct settings_form *form, struct err *err)
{
	bool wrong = false, theirs = false;
	for (size_t i = 0; i < form->count; i++) {
		struct settings_entry *entry = &form->entries[i];
		enum rc rc = entry->changed ? check_entry(v, db, entry, err) : RC_OK;
		if (rc != RC_OK)
			return rc;
		entry->theirs = entry->changed && entry->field->control != SET_PASSWORD &&
				!str_eq(settings_mark(entry->stored, v->arena), entry->mark) &&
				!str_eq(entry->stored, entry->shown);
	}
	check_access(v, form);
	for (size_t i = 0; i < form->count; i++) {
		wrong = wrong || str_given(form->entries[i].wrong);
		theirs = theirs || form->entries[i].theirs;
	}
	if (wrong)
		return err_set(err, RC_INVALID, "a setting is not right");
	return theirs ? err_set(err, RC_CONFLICT, "somebody else changed a setting meanwhile") : RC_OK;
}

/* What is there now, in the transaction: the page may be old. */
static enum rc refresh(struct visit *v, struct db_ro *db, struct settings_form *form, struct err *err)
{
	struct settings_form now;
	enum rc rc = settings_load(v, db, form->page, &now, err);
	for (size_t i = 0; rc == RC_OK && i < form->count; i++) {
		form->entries[i].stored = now.entries[i].stored;
		if (!form->entries[i].changed)
			form->entries[i].shown = now.entries[i].stored;
	}
	return rc;
}

static enum rc write_changes(struct visit *v, struct db_tx *tx, const struct settings_form *form, struct str hash,
			     struct str *saved, struct err *err)
{
	struct buf keys = BUF_INIT(KEYS_MAX_B);
	bool again = false;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < form->count; i++) {
		const struct settings_entry *entry = &form->entries[i];
		bool rebuild = false;
		if (!entry->changed || str_eq(entry->shown, entry->stored))
			continue;
		struct str value = entry->field->control == SET_PASSWORD ? hash : entry->shown;
		rc = setting_change(tx, v->admin->who.actor, str_of(entry->def->key), value, v->now_ms, &rebuild, err);
		again = again || rebuild;
		buf_printf(&keys, "%s%s", keys.len ? ", " : "", entry->def->key);
	}
	*saved = arena_str(v->arena, buf_view(&keys));
	buf_release(&keys);
	if (rc == RC_OK && again)
		rc = rebuild_order(tx, v->now_ms, err);
	return rc == RC_OK && saved->n ? admin_note(v, tx, "settings", *saved, err) : rc;
}

/* Slow, so before any transaction. */
static enum rc hash_password(struct visit *v, struct settings_form *form, struct str *hash, struct err *err)
{
	struct settings_entry *entry = settings_entry(form, "access_password");
	*hash = STR("");
	if (!entry || !entry->changed || entry->shown.n > USER_PASSWORD_MAX_B)
		return RC_OK;
	return people_hash(entry->shown, v->arena, hash, err);
}

enum rc settings_save(struct visit *v, struct settings_form *form, struct str *saved, struct err *err)
{
	struct db_tx *tx;
	struct str hash;
	enum rc rc = hash_password(v, form, &hash, err);
	if (rc == RC_OK)
		rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = refresh(v, db_tx_ro(tx), form, err);
	if (rc == RC_OK)
		rc = check_all(v, db_tx_ro(tx), form, err);
	if (rc == RC_OK)
		rc = write_changes(v, tx, form, hash, saved, err);
	return db_end(tx, rc, err);
}

/* The change itself is committed: what fails here is done by whoever does jobs next. */
void settings_catch_up(struct visit *v)
{
	struct err err = ERR_INIT;
	struct jobs_done done;
	if (v->admin->db && jobs_do_kind(v->basis->conf, v->admin->db, JOB_REBUILD, clock_monotonic_us() + CATCH_UP_US,
					 &done, &err) != RC_OK)
		log_err(LOG_WARN, "cannot bring posts up to date after a change of settings", &err);
}
