/* signin_audit.h: who signed in and out, and who tried to, in the audit log. */
#ifndef PLATEN_CORE_SIGNIN_AUDIT_H
#define PLATEN_CORE_SIGNIN_AUDIT_H

#include "base/arena.h"
#include "base/str.h"
#include "db/db.h"
#include "store/audit.h"
#include "store/user.h"

#define SIGNIN_AUDIT_FAILED_MAX 20    /* an hour, of all addresses; of each one */

/* `action`: AUDIT_SIGNIN, AUDIT_SIGNOUT ... What cannot be noted is in the log, and hinders nobody. */
void signin_audit(struct db_rw *db, const struct user *user, const char *action, struct str remote_addr, int64_t now_ms);
/* A failure for the account `user_id`, 0: there is none; what was typed is not noted, it may be a password. No
 * account makes more work than another, and a flood fills no table. */
void signin_audit_failed(struct db_rw *db, int64_t user_id, struct str remote_addr, int64_t now_ms, struct arena *arena);

#endif
