/* account.c: what people change of their own account, and owners of others'. */
#include "base/base.h"

#include "base/zone.h"
#include "core/account.h"
#include "core/i18n.h"
#include "core/people.h"
#include "core/profile.h"
#include "store/redirect.h"
#include "text/slug.h"

static const char *const names[ACCOUNT__MAX] = {
	[ACCOUNT_NONE] = "none", [ACCOUNT_NAME] = "name", [ACCOUNT_SLUG] = "slug", [ACCOUNT_BIO] = "bio",
	[ACCOUNT_PICTURE] = "picture", [ACCOUNT_WEBSITE] = "website", [ACCOUNT_LANG] = "lang", [ACCOUNT_TIMEZONE] = "timezone",
	[ACCOUNT_EMAIL] = "email", [ACCOUNT_PASSWORD] = "password",
};

const char *account_field_name(enum account_field field)
{
	return names[field];
}

static bool is_one_word(struct str address)
{
	for (size_t i = 0; i < address.n; i++)
		if ((unsigned char)address.p[i] <= ' ' || address.p[i] == 0x7F)
			return false;
	return true;
}

static enum rc check_profile(const struct account *a, enum account_field *wrong, struct err *err)
{
	const struct { enum account_field field; struct profile profile; } parts[] = {
		{ ACCOUNT_NAME, { a->name, STR_NONE, STR_NONE, STR_NONE } },
		{ ACCOUNT_BIO, { STR_NONE, a->bio, STR_NONE, STR_NONE } },
		{ ACCOUNT_PICTURE, { STR_NONE, STR_NONE, a->picture, STR_NONE } },
		{ ACCOUNT_WEBSITE, { STR_NONE, STR_NONE, STR_NONE, a->website } },
	};
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		enum rc rc = profile_check(&parts[i].profile, err);
		if (rc != RC_OK) {
			*wrong = parts[i].field;
			return rc;
		}
	}
	*wrong = is_one_word(a->website) ? is_one_word(a->picture) ? ACCOUNT_NONE : ACCOUNT_PICTURE : ACCOUNT_WEBSITE;
	return *wrong == ACCOUNT_NONE ? RC_OK : err_set(err, RC_INVALID, "an address has no blanks or control characters");
}

static enum rc check(const struct account *a, enum account_field *wrong, struct err *err)
{
	const struct zone *zone;
	enum rc rc = check_profile(a, wrong, err);
	if (rc != RC_OK)
		return rc;
	*wrong = ACCOUNT_SLUG;
	if (!slug_is_valid(a->slug))
		return err_set(err, RC_INVALID, "the address may have small letters, digits and hyphens");
	*wrong = ACCOUNT_LANG;
	if (!str_empty(a->lang) && !lang_is_valid(a->lang))
		return err_set(err, RC_INVALID, "'%.*s' is not a language", STR_ARG(a->lang));
	*wrong = ACCOUNT_TIMEZONE;
	if (!str_empty(a->timezone) && zone_get(a->timezone, &zone, NULL) != RC_OK)
		return err_set(err, RC_INVALID, "there is no time zone '%.*s'", STR_ARG(a->timezone));
	*wrong = ACCOUNT_NONE;
	return RC_OK;
}

static enum rc load(struct db_tx *tx, struct actor actor, int64_t user_id, int64_t now_ms, struct arena *arena,
		    struct user *user, struct err *err)
{
	if (actor.role != ROLE_OWNER && actor.user_id != user_id)
		return err_set(err, RC_DENIED, "only owners change other people's accounts");
	enum rc rc = actor_hold(tx, actor, err);
	return rc == RC_OK ? user_get(db_tx_ro(tx), user_id, now_ms, arena, user, err) : rc;
}

static enum rc check_free(enum rc found, const struct user *other, int64_t user_id, enum account_field field,
			  enum account_field *wrong, struct err *err)
{
	if (found == RC_NOTFOUND || (found == RC_OK && other->id == user_id))
		return RC_OK;
	if (found != RC_OK)
		return found;
	*wrong = field;
	return err_set(err, RC_EXISTS, "somebody else has this %s", names[field]);
}

/* Links to the author's page go on working. */
static enum rc move_author(struct db_tx *tx, struct str from_slug, struct str to_slug, int64_t now_ms,
			   struct arena *arena, struct err *err)
{
	struct redirect redirect = {
		.from_path = address_author(from_slug, 1, arena), .to_path = address_author(to_slug, 1, arena),
		.status = 301, .created_ms = now_ms,
	};
	enum rc rc = redirect_delete(tx, redirect.to_path, err);
	return rc == RC_OK ? redirect_put(tx, &redirect, err) : rc;
}

enum rc account_change(struct db_tx *tx, const struct site *site, struct actor actor, int64_t user_id,
		       int64_t seen_ms, const struct account *account, int64_t now_ms, struct arena *arena, enum account_field *wrong,
		       struct err *err)
{
	struct user user, other;
	struct err why = ERR_INIT;
	*wrong = ACCOUNT_NONE;
	enum rc rc = check(account, wrong, err);
	if (rc == RC_OK)
		rc = load(tx, actor, user_id, now_ms, arena, &user, err);
	if (rc == RC_OK && seen_ms && user.updated_ms != seen_ms)
		rc = err_set(err, RC_CONFLICT, "the account was changed meanwhile");
	if (rc == RC_OK)
		rc = check_free(user_by_slug(db_tx_ro(tx), account->slug, now_ms, arena, &other, &why), &other, user_id,
				ACCOUNT_SLUG, wrong, err);
	if (rc != RC_OK)
		return rc;
	struct profile profile = { .name = account->name, .text = account->bio, .picture = account->picture,
				   .website = account->website };
	struct str old_slug = user.slug;
	rc = profile_change_author(tx, site, actor, user.slug, &profile, now_ms, err);
	if (rc == RC_OK)
		rc = user_get(db_tx_ro(tx), user_id, now_ms, arena, &user, err);
	if (rc != RC_OK)
		return rc;
	user.slug = account->slug;
	user.lang = account->lang;
	user.timezone = account->timezone;
	rc = user_update(tx, &user, err);
	if (rc == RC_OK && !str_eq(old_slug, user.slug))
		rc = move_author(tx, old_slug, user.slug, now_ms, arena, err);
	return rc;
}

enum rc account_change_login(struct db_tx *tx, struct actor actor, int64_t user_id, struct str email, struct str hash,
			     int64_t now_ms, struct arena *arena, enum account_field *wrong, struct user *out,
			     struct err *err)
{
	struct user user, other;
	struct err why = ERR_INIT;
	*wrong = ACCOUNT_EMAIL;
	if (!people_email_is_valid(email))
		return err_set(err, RC_INVALID, "'%.*s' is not an e-mail address", STR_ARG(email));
	*wrong = ACCOUNT_NONE;
	enum rc rc = load(tx, actor, user_id, now_ms, arena, &user, err);
	if (rc != RC_OK)
		return rc;
	user.email = email;
	user.email_folded = people_fold_email(email, arena);
	user.updated_ms = now_ms;
	rc = check_free(user_by_email(db_tx_ro(tx), user.email_folded, now_ms, arena, &other, &why), &other, user_id,
			ACCOUNT_EMAIL, wrong, err);
	if (rc == RC_OK)
		rc = user_update(tx, &user, err);
	if (rc == RC_OK && str_given(hash))
		rc = people_set_password(tx, actor, user_id, hash, now_ms, err);
	return rc == RC_OK ? user_get(db_tx_ro(tx), user_id, now_ms, arena, out, err) : rc;
}
