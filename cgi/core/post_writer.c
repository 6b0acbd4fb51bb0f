/* post_writer.c: by whose rights the raw HTML of a post stands. */
#include "base/base.h"

#include "core/post_writer.h"
#include "store/user.h"

enum rc post_writer_of(struct db_ro *db, const struct revision *revision, int64_t now_ms, struct arena *arena,
		       struct actor *out, struct err *err)
{
	struct user user;
	if (!str_empty(revision->writer)) {
		*out = (struct actor){ 0, role_from_name(revision->writer) };
		return RC_OK;
	}
	if (revision->user_id == 0) {
		*out = ACTOR_SYSTEM;
		return RC_OK;
	}
	enum rc rc = user_get(db, revision->user_id, now_ms, arena, &user, err);
	if (rc == RC_OK)
		*out = (struct actor){ user.id, role_from_name(user.role) };
	return rc;
}

enum rc post_writer(struct db_ro *db, int64_t post_id, int64_t now_ms, struct arena *arena, struct actor *out,
		    struct err *err)
{
	struct revision last;
	struct err none = ERR_INIT;
	enum rc rc = revision_last_saved(db, post_id, arena, &last, &none);
	if (rc == RC_OK)
		return post_writer_of(db, &last, now_ms, arena, out, err);
	if (rc != RC_NOTFOUND)
		return err_set(err, rc, "%s", none.msg);
	*out = ACTOR_SYSTEM;
	return RC_OK;
}
