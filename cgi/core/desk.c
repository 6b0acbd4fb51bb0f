/* desk.c: what lies on a writer's desk beside the post itself. */
#include "base/base.h"

#include "base/json.h"
#include "base/utf8.h"
#include "core/desk.h"
#include "core/post_writer.h"
#include "crypt/rand.h"
#include "store/user.h"

#define FIELDS_MAX_B (POST_CUSTOM_MAX_B * 2 + (4u << 20))

int64_t desk_sees(struct actor actor)
{
	return actor.role >= ROLE_EDITOR ? 0 : actor.user_id ? actor.user_id : -1;
}

enum rc desk_check(struct db_ro *db, struct actor actor, int64_t post_id, struct err *err)
{
	struct arena arena;
	struct users authors = { NULL, 0 };
	bool may = desk_sees(actor) == 0;
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = may ? RC_OK : user_list_of_post(db, post_id, &arena, &authors, err);
	for (size_t i = 0; i < authors.count; i++)
		may |= actor.role > ROLE_NONE && authors.items[i].id == actor.user_id;
	arena_release(&arena);
	return rc != RC_OK || may ? rc : err_set(err, RC_DENIED, "this is somebody else's post");
}

static enum rc end(struct db_tx *tx, enum rc rc, struct err *err)
{
	return db_end(tx, rc, err);
}

/* --- revisions --- */

static enum rc get_revision(struct db_ro *db, int64_t post_id, int64_t id, struct arena *arena, struct revision *out,
			    struct err *err)
{
	enum rc rc = revision_get(db, id, arena, out, err);
	return rc == RC_OK && out->post_id != post_id
		? err_set(err, RC_NOTFOUND, "the revision does not exist") : rc;
}

static enum rc check_name(struct str name, struct err *err)
{
	if (name.n > REVISION_NAME_MAX_B)
		return err_set(err, RC_LIMIT, "the name is longer than %d bytes", REVISION_NAME_MAX_B);
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20)
			return err_set(err, RC_INVALID, "the name has a control character");
	return utf8_valid(name) ? RC_OK : err_set(err, RC_INVALID, "the name is not valid UTF-8");
}

enum rc desk_name_revision(struct db_rw *db, struct actor actor, int64_t post_id, int64_t revision_id, struct str name,
			   struct err *err)
{
	struct arena arena;
	struct revision revision;
	struct db_tx *tx;
	enum rc rc = check_name(name, err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	arena_init(&arena, ARENA_MAX_B);
	rc = actor_hold(tx, actor, err);
	if (rc == RC_OK)
		rc = desk_check(db_tx_ro(tx), actor, post_id, err);
	if (rc == RC_OK)
		rc = get_revision(db_tx_ro(tx), post_id, revision_id, &arena, &revision, err);
	if (rc == RC_OK)
		rc = revision_rename(tx, revision_id, name, err);
	arena_release(&arena);
	return end(tx, rc, err);
}

/* The tags of a revision; texts are copied: the JSON is given back. */
static void take_tags(const struct json *fields, struct arena *arena, struct post_draft *draft)
{
	const struct json *list = json_get(fields, "tags");
	size_t count = json_count(list);
	struct str *tags = ARENA_ARRAY(arena, POST_TAGS_MAX, struct str);
	for (size_t i = 0; i < count && i < POST_TAGS_MAX; i++)
		tags[draft->tag_count++] = arena_str(arena, json_text(json_at(list, i), STR("")));
	draft->tags = tags;
}

static enum rc take_fields(struct str text, struct arena *arena, struct post_draft *draft, struct err *err)
{
	struct post *post = &draft->post;
	const struct { const char *key; struct str *to; } texts[] = {
		{ "excerpt", &post->excerpt }, { "lang", &post->lang }, { "image", &post->image },
		{ "image_alt", &post->image_alt }, { "image_caption", &post->image_caption },
		{ "seo_title", &post->seo_title }, { "seo_description", &post->seo_description },
		{ "seo_canonical", &post->seo_canonical }, { "social_title", &post->social_title },
		{ "social_description", &post->social_description }, { "social_image", &post->social_image },
		{ "custom", &post->custom },
	};
	struct json *fields = NULL;
	enum rc rc = json_parse(text, FIELDS_MAX_B, &fields, err);
	if (rc != RC_OK) {
		err_prefix(err, "the fields of the revision");
		return rc;
	}
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		*texts[i].to = arena_str(arena, json_get_text(fields, texts[i].key, *texts[i].to));
	post->featured = json_get_bool(fields, "featured", post->featured);
	post->seo_noindex = json_get_bool(fields, "seo_noindex", post->seo_noindex);
	take_tags(fields, arena, draft);
	json_free(fields);
	return RC_OK;
}

enum rc desk_restore(struct db_rw *db, const struct site *site, struct actor actor, int64_t post_id, int64_t version,
		     int64_t revision_id, int64_t now_ms, struct arena *arena, struct post_saved *saved,
		     struct err *err)
{
	struct revision revision;
	struct post_prepared *prepared = NULL;
	struct post_draft draft = { .password = STR_NONE, .path = STR_NONE, .slug_exact = true,
				    .revision_kind = REVISION_RESTORE };
	struct actor writer;
	struct db_tx *tx;
	enum rc rc = desk_check(db_rw_ro(db), actor, post_id, err);
	if (rc == RC_OK)
		rc = get_revision(db_rw_ro(db), post_id, revision_id, arena, &revision, err);
	if (rc == RC_OK)
		rc = post_get(db_rw_ro(db), post_id, arena, &draft.post, err);
	if (rc == RC_OK && str_is(draft.post.status, POST_STATUS_TRASH))
		rc = err_set(err, RC_CONFLICT, "'%.*s' is in the trash", STR_ARG(draft.post.title));
	if (rc != RC_OK)
		return rc;
	draft.path = draft.post.path_fixed ? draft.post.path : STR_NONE;
	draft.post.version = version;
	draft.post.title = revision.title;
	draft.post.markdown = revision.markdown;
	rc = take_fields(revision.fields, arena, &draft, err);
	if (rc == RC_OK)
		rc = post_writer_of(db_rw_ro(db), &revision, now_ms, arena, &writer, err);
	if (rc == RC_OK)
		rc = post_prepare(site, db_rw_ro(db), writer, &draft, now_ms, arena, &prepared, err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	return end(tx, post_store(tx, site, actor, prepared, NULL, saved, err), err);
}

/* --- what nobody has saved yet --- */

static enum rc check_autosave(const struct autosave *autosave, struct err *err)
{
	if (autosave->title.n + autosave->markdown.n + autosave->fields.n > AUTOSAVE_TEXT_MAX_B)
		return err_set(err, RC_LIMIT, "the text is longer than %zu bytes", AUTOSAVE_TEXT_MAX_B);
	if (autosave->key.n == 0 || autosave->key.n > AUTOSAVE_KEY_MAX_B)
		return err_set(err, RC_INVALID, "the page has no name");
	return RC_OK;
}

/* A post that was never saved has no revisions: what another window kept under the same name gets a name of its
 * own and is offered like any text that was begun. What goes on from it takes its place. */
static enum rc keep_begun(struct db_tx *tx, struct autosave *other, const struct autosave *mine, struct err *err)
{
	char key[PUBLIC_ID_CHARS + 1];
	if (!mine || (str_starts(mine->markdown, other->markdown) && str_starts(mine->title, other->title) &&
		      str_eq(mine->fields, other->fields)))
		return RC_OK;
	rand_base62(key, PUBLIC_ID_CHARS);
	other->key = str_of(key);
	return autosave_put(tx, other, err);
}

/* Kept by another window of the same person: that one is not lost either. `mine`: what takes its place; NULL:
 * the saved post does. */
static enum rc keep_other(struct db_tx *tx, struct actor actor, struct str key, int64_t post_id, int64_t known_ms,
			  const struct autosave *mine, struct err *err)
{
	struct arena arena;
	struct autosave other;
	int64_t id;
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = autosave_get(db_tx_ro(tx), actor.user_id, key, &arena, &other, err);
	if (rc == RC_OK && other.saved_ms != known_ms && post_id) {
		struct revision revision = {
			.post_id = post_id, .user_id = actor.user_id, .created_ms = other.saved_ms,
			.kind = STR(REVISION_AUTOSAVE), .name = STR(""), .title = other.title,
			.fields = other.fields, .markdown = other.markdown,
		};
		rc = revision_add(tx, &revision, &id, err);
	} else if (rc == RC_OK && other.saved_ms != known_ms) {
		rc = keep_begun(tx, &other, mine, err);
	}
	arena_release(&arena);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

enum rc desk_autosave(struct db_rw *db, struct actor actor, const struct autosave *autosave, int64_t known_ms,
		      struct err *err)
{
	struct db_tx *tx;
	struct autosave mine = *autosave;
	mine.user_id = actor.user_id;
	enum rc rc = check_autosave(autosave, err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = actor_hold(tx, actor, err);
	if (rc == RC_OK && autosave->post_id)
		rc = desk_check(db_tx_ro(tx), actor, autosave->post_id, err);
	if (rc == RC_OK)
		rc = keep_other(tx, actor, mine.key, mine.post_id, known_ms, &mine, err);
	if (rc == RC_OK)
		rc = autosave_put(tx, &mine, err);
	return end(tx, rc, err);
}

enum rc desk_drop_autosave(struct db_rw *db, struct actor actor, struct str key, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	return end(tx, autosave_delete(tx, actor.user_id, key, err), err);
}

enum rc desk_settle(struct db_tx *tx, struct actor actor, struct str key, int64_t post_id, int64_t known_ms,
		    struct err *err)
{
	enum rc rc = keep_other(tx, actor, key, post_id, known_ms, NULL, err);
	return rc == RC_OK ? autosave_delete(tx, actor.user_id, key, err) : rc;
}
