/* team.c: who belongs to the team, and what owners do about it. */
#include "base/base.h"

#include "core/address.h"
#include "core/people.h"
#include "core/profile.h"
#include "core/team.h"
#include "crypt/digest.h"
#include "crypt/rand.h"
#include "store/access_link.h"
#include "store/autosave.h"
#include "store/outbox.h"
#include "store/redirect.h"
#include "store/revision.h"

static enum rc only_owners(struct db_tx *tx, struct actor actor, struct err *err)
{
	if (actor.role != ROLE_OWNER)
		return err_set(err, RC_DENIED, "only owners manage the team");
	return actor_hold(tx, actor, err);
}

/* What was done in this transaction may have cost the site its last owner. */
static enum rc check_owner(struct db_tx *tx, struct err *err)
{
	int64_t owners;
	enum rc rc = user_count_role(db_tx_ro(tx), STR(USER_ROLE_OWNER), &owners, err);
	if (rc == RC_OK && owners == 0)
		rc = err_set(err, RC_CONFLICT, "this is the last owner");
	return rc;
}

static enum rc make_link(struct db_tx *tx, int64_t user_id, int64_t now_ms, struct arena *arena, struct str *token,
			 struct err *err)
{
	char text[SECRET_TOKEN_CHARS + 1];
	rand_base62(text, SECRET_TOKEN_CHARS);
	*token = arena_str(arena, str_of(text));
	enum rc rc = outbox_clear(tx, user_id, err); /* with the link before this one */
	if (rc != RC_OK)
		return rc;
	return access_link_put(tx, sha256_dup(*token, arena), user_id, now_ms, now_ms + TEAM_LINK_TTL_MS, err);
}

/* And the mail that has it. */
static enum rc end_link(struct db_tx *tx, int64_t user_id, struct err *err)
{
	enum rc rc = access_link_delete(tx, user_id, err);
	return rc == RC_OK ? outbox_clear(tx, user_id, err) : rc;
}

enum rc team_invite(struct db_tx *tx, struct actor actor, struct str email, enum role role, int64_t now_ms,
		    struct arena *arena, struct str *token, struct err *err)
{
	int64_t id;
	struct user_new person = { .email = email, .name = STR(""), .role = role };
	enum rc rc = only_owners(tx, actor, err);
	if (rc == RC_OK && !people_email_is_valid(email))
		rc = err_set(err, RC_INVALID, "'%.*s' is not an e-mail address", STR_ARG(email));
	if (rc == RC_OK && (role <= ROLE_NONE || role >= ROLE__MAX))
		rc = err_set(err, RC_INVALID, "there is no such role");
	if (rc == RC_OK)
		rc = people_create(tx, actor, &person, STR_NONE, now_ms, &id, err);
	return rc == RC_OK ? make_link(tx, id, now_ms, arena, token, err) : rc;
}

enum rc team_link(struct db_tx *tx, struct actor actor, const struct user *user, int64_t now_ms, struct arena *arena,
		  struct str *token, struct err *err)
{
	enum rc rc = only_owners(tx, actor, err);
	if (rc == RC_OK && (user->disabled_ms || !str_given(user->email)))
		rc = err_set(err, RC_INVALID, "this account cannot sign in");
	return rc == RC_OK ? make_link(tx, user->id, now_ms, arena, token, err) : rc;
}

enum rc team_set_role(struct db_tx *tx, struct actor actor, int64_t user_id, enum role role, int64_t now_ms,
		      struct arena *arena, struct err *err)
{
	struct user user;
	enum rc rc = only_owners(tx, actor, err);
	if (rc == RC_OK && (role <= ROLE_NONE || role >= ROLE__MAX))
		rc = err_set(err, RC_INVALID, "there is no such role");
	if (rc == RC_OK)
		rc = user_get(db_tx_ro(tx), user_id, now_ms, arena, &user, err);
	if (rc != RC_OK)
		return rc;
	bool was_owner = str_is(user.role, USER_ROLE_OWNER);
	user.role = str_of(role_name(role));
	user.updated_ms = now_ms;
	rc = user_update(tx, &user, err);
	if (rc == RC_OK)
		rc = user_end_sessions(tx, user_id, err);
	return rc == RC_OK && was_owner ? check_owner(tx, err) : rc;
}

enum rc team_disable(struct db_tx *tx, struct actor actor, int64_t user_id, bool disabled, int64_t now_ms,
		     struct arena *arena, struct err *err)
{
	struct user user;
	enum rc rc = only_owners(tx, actor, err);
	if (rc == RC_OK)
		rc = user_get(db_tx_ro(tx), user_id, now_ms, arena, &user, err);
	if (rc != RC_OK)
		return rc;
	user.disabled_ms = disabled ? now_ms : 0;
	user.updated_ms = now_ms;
	rc = user_update(tx, &user, err);
	if (rc == RC_OK)
		rc = user_end_sessions(tx, user_id, err);
	if (rc == RC_OK && disabled)
		rc = end_link(tx, user_id, err);
	return rc == RC_OK && disabled ? check_owner(tx, err) : rc;
}

static enum rc move_posts(struct db_tx *tx, const struct user *from, const struct user *to, int64_t now_ms,
			  struct arena *arena, struct err *err)
{
	struct redirect redirect = {
		.from_path = address_author(from->slug, 1, arena), .to_path = address_author(to->slug, 1, arena),
		.status = 301, .created_ms = now_ms,
	};
	enum rc rc = user_move_posts(tx, from->id, to->id, err);
	return rc == RC_OK ? redirect_put(tx, &redirect, err) : rc;
}

enum rc team_delete(struct db_tx *tx, struct actor actor, int64_t user_id, int64_t heir_id, int64_t now_ms,
		    struct arena *arena, struct err *err)
{
	struct user user, heir;
	struct err why = ERR_INIT;
	enum rc rc = only_owners(tx, actor, err);
	if (rc == RC_OK)
		rc = user_get(db_tx_ro(tx), user_id, now_ms, arena, &user, err);
	if (rc == RC_OK && (heir_id == user_id || user_get(db_tx_ro(tx), heir_id, now_ms, arena, &heir, &why) != RC_OK))
		rc = err_set(err, RC_INVALID, "somebody else has to take the posts");
	if (rc == RC_OK)
		rc = move_posts(tx, &user, &heir, now_ms, arena, err);
	if (rc == RC_OK)
		rc = autosave_leave(tx, user_id, heir_id, err);
	if (rc == RC_OK)
		rc = revision_leave(tx, user_id, user.role, err);
	if (rc == RC_OK)
		rc = user_delete(tx, user_id, err);
	return rc == RC_OK ? check_owner(tx, err) : rc;
}

enum rc team_link_find(struct db_ro *db, struct str token, int64_t now_ms, struct arena *arena, struct user *out,
		       struct err *err)
{
	int64_t id;
	if (!str_given(token) || token.n != SECRET_TOKEN_CHARS)
		return err_set(err, RC_NOTFOUND, "there is no such link");
	enum rc rc = access_link_get(db, sha256_dup(token, arena), now_ms, &id, err);
	if (rc == RC_OK)
		rc = user_get(db, id, now_ms, arena, out, err);
	if (rc == RC_OK && out->disabled_ms)
		rc = err_set(err, RC_NOTFOUND, "the account is disabled");
	return rc;
}

enum rc team_link_take(struct db_tx *tx, struct str token, struct str name, struct str hash, int64_t now_ms,
		       struct arena *arena, struct user *out, struct err *err)
{
	struct profile profile = { .name = name };
	enum rc rc = team_link_find(db_tx_ro(tx), token, now_ms, arena, out, err);
	if (rc == RC_OK)
		rc = profile_check(&profile, err);
	if (rc != RC_OK)
		return rc;
	out->name = str_trim(name);
	out->updated_ms = now_ms;
	rc = user_update(tx, out, err);
	if (rc == RC_OK)
		rc = user_set_password(tx, out->id, hash, now_ms, err);
	return rc == RC_OK ? end_link(tx, out->id, err) : rc;
}
