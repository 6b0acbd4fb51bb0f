/* actor.c: who does something. */
#include "base/base.h"

#include "core/actor.h"
#include "store/user.h"

static const char *const names[ROLE__MAX] = {
	[ROLE_NONE] = "none",
	[ROLE_CONTRIBUTOR] = "contributor",
	[ROLE_AUTHOR] = "author",
	[ROLE_EDITOR] = "editor",
	[ROLE_OWNER] = "owner",
};

const char *role_name(enum role role)
{
	return (unsigned)role < ROLE__MAX ? names[role] : names[ROLE_NONE];
}

enum role role_from_name(struct str name)
{
	for (int role = ROLE_CONTRIBUTOR; role < ROLE__MAX; role++)
		if (str_is(name, names[role]))
			return (enum role)role;
	return ROLE_NONE;
}

enum rc actor_hold(struct db_tx *tx, struct actor actor, struct err *err)
{
	bool holds = true;
	enum rc rc = RC_OK;
	if (actor.user_id)
		rc = user_has_role(db_tx_ro(tx), actor.user_id, str_of(role_name(actor.role)), &holds, err);
	return rc != RC_OK || holds ? rc : err_set(err, RC_DENIED, "your rights have changed meanwhile");
}
