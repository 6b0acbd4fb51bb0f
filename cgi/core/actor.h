/* actor.h: who does something: every write function of core takes one. */
#ifndef PLATEN_CORE_ACTOR_H
#define PLATEN_CORE_ACTOR_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "db/db.h"

/* Ordered: a higher role may all that a lower one may. */
enum role { ROLE_NONE, ROLE_CONTRIBUTOR, ROLE_AUTHOR, ROLE_EDITOR, ROLE_OWNER, ROLE__MAX };

struct actor {
	int64_t user_id; /* 0: the program itself (command line, importer) */
	enum role role;
};

/* The command line and the importer: whoever can run the program on the data folder owns it. */
#define ACTOR_SYSTEM ((struct actor){ 0, ROLE_OWNER })

const char *role_name(enum role role);               /* "owner"; never NULL */
enum role role_from_name(struct str name);           /* ROLE_NONE when unknown */

/* Whether the actor still is what the request began with. Every write of core asks, in its own transaction:
 * somebody who was demoted, disabled or deleted meanwhile changes nothing any more. RC_DENIED: no. */
NODISCARD enum rc actor_hold(struct db_tx *tx, struct actor actor, struct err *err);

#endif
