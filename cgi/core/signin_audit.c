/* signin_audit.c: who signed in and out, and who tried to, in the audit log. */
#include "base/base.h"

#include "base/log.h"
#include "core/signin_audit.h"

#define HOUR_MS INT64_C(3600000)

static enum rc note(struct db_rw *db, const struct audit *entry, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	return rc == RC_OK ? db_end(tx, audit_add(tx, entry, err), err) : rc;
}

void signin_audit(struct db_rw *db, const struct user *user, const char *action, struct str remote_addr, int64_t now_ms)
{
	struct err why = ERR_INIT;
	struct audit entry = {
		.at_ms = now_ms, .user_id = user->id, .who = user->name, .action = str_of(action), .object = user->email,
		.remote_addr = remote_addr,
	};
	if (note(db, &entry, &why) != RC_OK)
		log_err(LOG_WARN, "cannot note in the audit log", &why);
}

void signin_audit_failed(struct db_rw *db, int64_t user_id, struct str remote_addr, int64_t now_ms, struct arena *arena)
{
	struct err why = ERR_INIT;
	struct user user = { .name = STR(""), .email = STR("") };
	bool room = false;
	if (audit_has_room(db_rw_ro(db), remote_addr, now_ms - HOUR_MS, SIGNIN_AUDIT_FAILED_MAX, &room, &why) != RC_OK)
		log_err(LOG_WARN, "cannot read the audit log", &why);
	if (!room)
		return;
	if (user_get(db_rw_ro(db), user_id, now_ms, arena, &user, &why) != RC_OK)
		user = (struct user){ .name = STR(""), .email = STR("") };
	signin_audit(db, &user, AUDIT_SIGNIN_FAILED, remote_addr, now_ms);
}
