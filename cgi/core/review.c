/* review.c: what editors do with a post that was submitted. */
#include "base/base.h"

#include "base/utf8.h"
#include "core/post_writer.h"
#include "core/review.h"
#include "store/revision.h"
#include "store/tag.h"

struct review {
	const struct site *site;
	struct actor actor;
	struct post_draft draft;
	struct post_prepared *prepared;
	struct arena *arena;
	struct err *err;
};

static enum rc check_note(struct str note, struct err *err)
{
	if (note.n > REVIEW_NOTE_MAX_B)
		return err_set(err, RC_LIMIT, "the note is longer than %d bytes", REVIEW_NOTE_MAX_B);
	return utf8_valid(note) ? RC_OK : err_set(err, RC_INVALID, "the note is not valid UTF-8");
}

/* The post as it is stored, to be saved with another status. */
static enum rc begin(struct review *r, struct db_ro *db, int64_t post_id, int64_t version)
{
	struct tags tags;
	struct post *post = &r->draft.post;
	enum rc rc = r->actor.role >= ROLE_EDITOR ? RC_OK : err_set(r->err, RC_DENIED, "only editors and owners do this");
	if (rc == RC_OK)
		rc = post_get(db, post_id, r->arena, post, r->err);
	if (rc == RC_OK && (post->version != version || !str_is(post->status, POST_STATUS_REVIEW)))
		rc = err_set(r->err, RC_CONFLICT, "'%.*s' has changed meanwhile", STR_ARG(post->title));
	if (rc == RC_OK)
		rc = tag_list_of_post(db, post_id, r->arena, &tags, r->err);
	if (rc != RC_OK)
		return rc;
	struct str *names = ARENA_ARRAY(r->arena, tags.count + 1, struct str);
	for (size_t i = 0; i < tags.count; i++)
		names[i] = tags.items[i].name;
	r->draft.tags = names;
	r->draft.tag_count = tags.count;
	r->draft.path = post->path_fixed ? post->path : STR_NONE;
	r->draft.password = STR_NONE;
	r->draft.slug_exact = true;
	return RC_OK;
}

static enum rc prepare(struct review *r, struct db_ro *db, const char *status, int64_t now_ms)
{
	struct actor writer;
	r->draft.post.status = str_of(status);
	r->draft.revision_kind = REVISION_STATE;
	enum rc rc = post_writer(db, r->draft.post.id, now_ms, r->arena, &writer, r->err);
	return rc == RC_OK ? post_prepare(r->site, db, writer, &r->draft, now_ms, r->arena, &r->prepared, r->err) : rc;
}

/* `note` NULL: it is published, and nothing is left to say. */
static enum rc save(struct review *r, struct db_rw *db, const struct review_note *note, const struct audit *entry,
		    struct post_saved *saved)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, r->err);
	if (rc != RC_OK)
		return rc;
	rc = post_store(tx, r->site, r->actor, r->prepared, NULL, saved, r->err);
	if (rc == RC_OK)
		rc = note ? review_note_put(tx, note, r->err) : review_note_delete(tx, saved->id, r->err);
	struct audit named = *entry;
	named.object = r->draft.post.title;
	if (rc == RC_OK)
		rc = audit_add(tx, &named, r->err);
	return db_end(tx, rc, r->err);
}

enum rc review_publish(struct db_rw *db, const struct site *site, struct actor actor, int64_t post_id, int64_t version,
		       const struct audit *entry, int64_t now_ms, struct arena *arena, struct post_saved *saved,
		       struct err *err)
{
	struct review r = { .site = site, .actor = actor, .arena = arena, .err = err };
	enum rc rc = begin(&r, db_rw_ro(db), post_id, version);
	if (rc != RC_OK)
		return rc;
	if (r.draft.post.published_ms < now_ms)
		r.draft.post.published_ms = now_ms;
	rc = prepare(&r, db_rw_ro(db), POST_STATUS_PUBLISHED, now_ms);
	return rc == RC_OK ? save(&r, db, NULL, entry, saved) : rc;
}

enum rc review_send_back(struct db_rw *db, const struct site *site, struct actor actor, int64_t post_id, int64_t version,
			 struct str note, const struct audit *entry, int64_t now_ms, struct arena *arena, struct post_saved *saved, struct err *err)
{
	struct review r = { .site = site, .actor = actor, .arena = arena, .err = err };
	const struct review_note said = { .post_id = post_id, .user_id = actor.user_id, .at_ms = now_ms, .note = note };
	enum rc rc = check_note(note, err);
	if (rc == RC_OK)
		rc = begin(&r, db_rw_ro(db), post_id, version);
	if (rc == RC_OK)
		rc = prepare(&r, db_rw_ro(db), POST_STATUS_DRAFT, now_ms);
	return rc == RC_OK ? save(&r, db, &said, entry, saved) : rc;
}
