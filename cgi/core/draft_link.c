/* draft_link.c: links that show a draft to whoever has them. */
#include "base/base.h"

#include "base/utf8.h"
#include "core/desk.h"
#include "core/draft_link.h"
#include "crypt/digest.h"
#include "crypt/rand.h"
#include "store/rate_limit.h"

static enum rc check(struct db_tx *tx, struct actor actor, int64_t post_id, struct err *err)
{
	enum rc rc = actor_hold(tx, actor, err);
	return rc == RC_OK ? desk_check(db_tx_ro(tx), actor, post_id, err) : rc;
}

enum rc draft_link_make(struct db_tx *tx, struct actor actor, int64_t post_id, int64_t days, struct str note, int64_t now_ms,
			struct arena *arena, struct str *token, struct err *err)
{
	char text[SECRET_TOKEN_CHARS + 1];
	struct preview_links there;
	struct preview_link link = { .post_id = post_id, .user_id = actor.user_id, .note = note, .created_ms = now_ms,
				     .expires_ms = now_ms + days * DRAFT_LINK_DAY_MS };
	if (days < 1 || days > DRAFT_LINK_DAYS_MAX || !utf8_valid(note))
		return err_set(err, RC_INVALID, "a link holds from 1 to %d days", DRAFT_LINK_DAYS_MAX);
	if (note.n > DRAFT_LINK_NOTE_MAX_B)
		return err_set(err, RC_LIMIT, "the note is longer than %d bytes", DRAFT_LINK_NOTE_MAX_B);
	enum rc rc = check(tx, actor, post_id, err);
	if (rc == RC_OK)
		rc = preview_link_list(db_tx_ro(tx), post_id, now_ms, DRAFT_LINKS_MAX, arena, &there, err);
	if (rc == RC_OK && there.count >= DRAFT_LINKS_MAX)
		rc = err_set(err, RC_LIMIT, "the post has %d links already", DRAFT_LINKS_MAX);
	if (rc != RC_OK)
		return rc;
	rand_base62(text, SECRET_TOKEN_CHARS);
	*token = arena_str(arena, str_of(text));
	return preview_link_add(tx, &link, sha256_dup(*token, arena), err);
}

enum rc draft_link_revoke(struct db_tx *tx, struct actor actor, int64_t post_id, int64_t id, struct err *err)
{
	enum rc rc = check(tx, actor, post_id, err);
	return rc == RC_OK ? preview_link_delete(tx, post_id, id, err) : rc;
}

enum rc draft_link_find(struct db_ro *db, struct str token, int64_t now_ms, struct arena *arena, struct preview_link *out,
			struct err *err)
{
	if (token.n != SECRET_TOKEN_CHARS)
		return err_set(err, RC_NOTFOUND, "the link does not exist");
	return preview_link_get(db, sha256_dup(token, arena), now_ms, arena, out, err);
}

enum rc draft_link_look(struct db_tx *traffic, const struct preview_link *link, int64_t now_ms, struct err *err)
{
	char key[64];
	bool taken;
	snprintf(key, sizeof key, "preview:%lld", (long long)link->id);
	enum rc rc = rate_limit_take(traffic, str_of(key), DRAFT_LINK_RATE, now_ms, &taken, err);
	return rc == RC_OK && !taken ? err_set(err, RC_LIMIT, "this link is looked at too often") : rc;
}
