/* actor.c: who does something. */
#include "base/base.h"

#include "core/actor.h"

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
