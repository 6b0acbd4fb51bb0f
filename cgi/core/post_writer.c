/* post_writer.c: by whose rights the raw HTML of a post stands. */
#include "base/base.h"

#include "core/post_writer.h"
#include "store/revision.h"
#include "store/user.h"

/* Of the texts that were written none is kept any more: nobody's rights, where there are others' saves. */
static enum rc without_text(struct db_ro *db, int64_t post_id, struct arena *arena, struct actor *out, struct err *err)
{
	struct revision last;
	struct err none = ERR_INIT;
	enum rc rc = revision_last_saved(db, post_id, arena, &last, &none);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return err_set(err, rc, "%s", none.msg);
	*out = rc == RC_OK ? (struct actor){ 0, ROLE_EDITOR } : ACTOR_SYSTEM;
	return RC_OK;
}

enum rc post_writer(struct db_ro *db, int64_t post_id, int64_t now_ms, struct arena *arena, struct actor *out,
		    struct err *err)
{
	struct revision last;
	struct user user;
	struct err none = ERR_INIT;
	enum rc rc = revision_last_written(db, post_id, arena, &last, &none);
	if (rc == RC_NOTFOUND)
		return without_text(db, post_id, arena, out, err);
	if (rc == RC_OK && last.user_id == 0) {
		*out = str_empty(last.fields) ? ACTOR_SYSTEM : (struct actor){ 0, role_from_name(last.fields) };
		return RC_OK;
	}
	if (rc == RC_OK)
		rc = user_get(db, last.user_id, now_ms, arena, &user, &none);
	if (rc != RC_OK)
		return err_set(err, rc, "%s", none.msg);
	*out = (struct actor){ user.id, role_from_name(user.role) };
	return RC_OK;
}
