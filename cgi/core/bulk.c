/* bulk.c: one action on many posts, and taking it back. */
#include "base/base.h"

#include "base/json.h"
#include "base/utf8.h"
#include "core/bulk.h"
#include "core/bulk_list.h"
#include "core/desk.h"
#include "core/job.h"
#include "core/post_prepared.h"
#include "core/post_save.h"
#include "core/post_writer.h"
#include "crypt/rand.h"
#include "store/revision.h"
#include "store/search.h"
#include "store/tag.h"
#include "store/user.h"
#include "text/slug.h"

#define TOKEN_CHARS 16
#define BEFORE_MAX_B ((size_t)64 << 10)
#define REFUSED_MAX_B ((size_t)4 << 20)
#define NOTE_MAX_B 300
#define REFUSED_MAX 200       /* so many are named, the others counted */
#define PAYLOAD_MAX_B ((size_t)16 << 10)

static const struct {
	const char *name;
	bool wants_value;
	enum role least;
} actions[BULK_ACTION__MAX] = {
	[BULK_PUBLISH] = { "publish", false, ROLE_AUTHOR },
	[BULK_UNPUBLISH] = { "unpublish", false, ROLE_AUTHOR },
	[BULK_TRASH] = { "trash", false, ROLE_CONTRIBUTOR },
	[BULK_RESTORE] = { "restore", false, ROLE_CONTRIBUTOR },
	[BULK_DELETE] = { "delete", false, ROLE_EDITOR },
	[BULK_TAG_ADD] = { "tag_add", true, ROLE_CONTRIBUTOR },
	[BULK_TAG_REMOVE] = { "tag_remove", true, ROLE_CONTRIBUTOR },
	[BULK_AUTHOR] = { "author", true, ROLE_EDITOR },
	[BULK_FEATURE] = { "feature", false, ROLE_CONTRIBUTOR },
	[BULK_UNFEATURE] = { "unfeature", false, ROLE_CONTRIBUTOR },
	[BULK_VISIBILITY] = { "visibility", true, ROLE_CONTRIBUTOR },
};

const char *bulk_action_name(enum bulk_action action)
{
	return actions[action].name;
}

bool bulk_action_of(struct str name, enum bulk_action *out)
{
	for (int i = 0; i < BULK_ACTION__MAX; i++) {
		if (str_is(name, actions[i].name)) {
			*out = (enum bulk_action)i;
			return true;
		}
	}
	return false;
}

bool bulk_wants_value(enum bulk_action action)
{
	return actions[action].wants_value;
}

enum role bulk_least(enum bulk_action action)
{
	return actions[action].least;
}

/* What an action changes of a post. */
struct state {
	struct str status, visibility;
	int64_t published_ms;
	bool featured;
	struct prepared_name *tags;   /* with the slugs that they have, whatever their names would make */
	size_t tag_count;
	int64_t authors[POST_AUTHORS_MAX];
	size_t author_count;
};

/* One post on its way. */
struct item {
	struct str public_id;         /* or post_id */
	int64_t post_id, version;
	struct str before;            /* of an undo: what it was; else STR_NONE */
	struct post post;
	struct state was, will;
	struct post_prepared *prepared;
	const char *why;              /* not done; NULL: fine so far */
};

struct bulk_run {
	struct db_rw *db;
	const struct bulk_call *call;
	struct arena *arena;          /* of the whole action */
	struct arena batch;           /* of one batch */
	bool undoes;
	struct str undone;            /* the token of what is taken back, when that begins */
	bool apart;                   /* a job does it: it was noted when it was ordered */
	const struct job *attempt;    /* of that job; NULL: none does it */
	struct prepared_name tag;     /* of the action */
	int64_t author_id;
	struct bulk_record record;
	struct json *refused;
	int64_t refused_more;         /* that are not in the list */
	struct buf note;              /* titles of a batch */
	size_t noted;
	size_t total;                 /* of an action that a job does */
};

/* --- what posts are and shall be --- */

static enum rc state_of(struct bulk_run *job, const struct post *post, struct state *out, struct err *err)
{
	struct tags tags;
	struct users users;
	struct db_ro *db = db_rw_ro(job->db);
	enum rc rc = tag_list_of_post(db, post->id, &job->batch, &tags, err);
	if (rc == RC_OK)
		rc = user_list_of_post(db, post->id, &job->batch, &users, err);
	if (rc != RC_OK)
		return rc;
	*out = (struct state){ .status = post->status, .visibility = post->visibility,
			       .published_ms = post->published_ms, .featured = post->featured };
	out->tags = ARENA_ARRAY(&job->batch, tags.count + 1, struct prepared_name);
	for (; out->tag_count < tags.count; out->tag_count++)
		out->tags[out->tag_count] = (struct prepared_name){ tags.items[out->tag_count].name,
								    tags.items[out->tag_count].slug };
	for (; out->author_count < users.count && out->author_count < POST_AUTHORS_MAX; out->author_count++)
		out->authors[out->author_count] = users.items[out->author_count].id;
	return RC_OK;
}

static bool same_names(const struct state *a, const struct state *b)
{
	bool same = a->tag_count == b->tag_count && a->author_count == b->author_count;
	for (size_t i = 0; same && i < a->tag_count; i++)
		same = str_eq(a->tags[i].slug, b->tags[i].slug);
	for (size_t i = 0; same && i < a->author_count; i++)
		same = a->authors[i] == b->authors[i];
	return same;
}

static bool is_same(const struct state *a, const struct state *b)
{
	return str_eq(a->status, b->status) && str_eq(a->visibility, b->visibility) &&
	       a->published_ms == b->published_ms && a->featured == b->featured && same_names(a, b);
}

static ptrdiff_t tag_at(const struct state *state, struct str slug)
{
	for (size_t i = 0; i < state->tag_count; i++)
		if (str_eq(state->tags[i].slug, slug))
			return (ptrdiff_t)i;
	return -1;
}

static void change_tags(struct bulk_run *job, struct state *will)
{
	struct prepared_name *tags = ARENA_ARRAY(&job->batch, will->tag_count + 1, struct prepared_name);
	size_t n = 0;
	for (size_t i = 0; i < will->tag_count; i++)
		if (job->call->action == BULK_TAG_ADD || !str_eq(will->tags[i].slug, job->tag.slug))
			tags[n++] = will->tags[i];
	if (job->call->action == BULK_TAG_ADD && tag_at(will, job->tag.slug) < 0)
		tags[n++] = job->tag;
	will->tags = tags;
	will->tag_count = n;
}

/* What the action makes of it. */
static void change(struct bulk_run *job, struct item *item)
{
	struct state *will = &item->will;
	*will = item->was;
	switch (job->call->action) {
	case BULK_PUBLISH:
		will->status = STR(POST_STATUS_PUBLISHED);
		will->published_ms = will->published_ms ? will->published_ms : job->call->now_ms;
		break;
	case BULK_UNPUBLISH:
		will->status = STR(POST_STATUS_DRAFT);
		break;
	case BULK_TRASH:
		will->status = STR(POST_STATUS_TRASH);
		break;
	case BULK_RESTORE:
		will->status = STR(POST_STATUS_DRAFT);
		break;
	case BULK_TAG_ADD:
	case BULK_TAG_REMOVE:
		change_tags(job, will);
		break;
	case BULK_AUTHOR:
		will->authors[0] = job->author_id;
		will->author_count = 1;
		break;
	case BULK_FEATURE:
	case BULK_UNFEATURE:
		will->featured = job->call->action == BULK_FEATURE;
		break;
	case BULK_VISIBILITY:
		will->visibility = job->call->value;
		break;
	default:
		break;
	}
}

static enum rc write_state(const struct state *state, struct arena *arena, struct str *out, struct err *err)
{
	struct json *json = json_new_object(), *list;
	struct buf text = BUF_INIT(BEFORE_MAX_B);
	json_set_text(json, "status", state->status);
	json_set_text(json, "visibility", state->visibility);
	json_set_int(json, "published_ms", state->published_ms);
	json_set_bool(json, "featured", state->featured);
	list = json_set_list(json, "tags");
	for (size_t i = 0; i < state->tag_count; i++) {
		json_add_text(list, state->tags[i].slug);
		json_add_text(list, state->tags[i].name);
	}
	list = json_set_list(json, "authors");
	for (size_t i = 0; i < state->author_count; i++)
		json_add(list, json_new_int(state->authors[i]));
	json_write(json, JSON_LINE, &text);
	json_free(json);
	enum rc rc = buf_status(&text, "what the post was", err);
	if (rc == RC_OK)
		*out = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return rc;
}

static enum rc read_state(struct str text, struct arena *arena, struct state *out, struct err *err)
{
	struct json *json = NULL;
	enum rc rc = json_parse(text, BEFORE_MAX_B, &json, err);
	if (rc != RC_OK)
		return rc;
	const struct json *tags = json_get(json, "tags"), *authors = json_get(json, "authors");
	*out = (struct state){
		.status = arena_str(arena, json_get_text(json, "status", STR(""))),
		.visibility = arena_str(arena, json_get_text(json, "visibility", STR(""))),
		.published_ms = json_get_int(json, "published_ms", 0), .featured = json_get_bool(json, "featured", false),
		.tags = ARENA_ARRAY(arena, json_count(tags) + 1, struct prepared_name),
	};
	for (size_t i = 0; i + 1 < json_count(tags); i += 2)
		out->tags[out->tag_count++] = (struct prepared_name){
			.slug = arena_str(arena, json_text(json_at(tags, i), STR(""))),
			.name = arena_str(arena, json_text(json_at(tags, i + 1), STR(""))),
		};
	for (size_t i = 0; i < json_count(authors) && i < POST_AUTHORS_MAX; i++)
		out->authors[out->author_count++] = json_int(json_at(authors, i), 0);
	json_free(json);
	return RC_OK;
}

/* --- before the transaction --- */

/* A refusal is of one post; anything else is of the action. */
static const char *why_of(enum rc rc)
{
	switch (rc) {
	case RC_DENIED:
		return "denied";
	case RC_CONFLICT:
		return "changed";
	case RC_NOTFOUND:
		return "gone";
	case RC_INVALID:
	case RC_LIMIT:
	case RC_EXISTS:
		return "cannot";
	default:
		return NULL;
	}
}

static bool is_trash(struct str status)
{
	return str_is(status, POST_STATUS_TRASH);
}

static const char *check(struct bulk_run *job, const struct item *item)
{
	bool trashed = is_trash(item->was.status);
	if (item->post.version != item->version)
		return "changed";
	if (job->undoes)
		return NULL;
	if (job->call->action == BULK_DELETE || job->call->action == BULK_RESTORE)
		return trashed ? NULL : "not_trash";
	return trashed ? "trash" : NULL;
}

/* Once more what the post is, with what changes: rendered before anybody waits. */
static enum rc prepare(struct bulk_run *job, struct item *item, struct err *err)
{
	struct post_draft draft = { .post = item->post, .path = STR_NONE, .password = STR_NONE,
				    .revision_kind = REVISION_STATE };
	struct actor writer;
	draft.path = item->post.path_fixed ? item->post.path : STR_NONE;
	/* Out of the trash first, which is a version of its own. */
	draft.post.version += is_trash(item->was.status);
	draft.post.status = item->will.status;
	draft.post.visibility = item->will.visibility;
	draft.post.published_ms = item->will.published_ms;
	draft.post.featured = item->will.featured;
	enum rc rc = post_writer(db_rw_ro(job->db), item->post.id, job->call->now_ms, &job->batch, &writer, err);
	if (rc == RC_OK)
		rc = post_prepare(job->call->site, db_rw_ro(job->db), writer, &draft, job->call->now_ms, &job->batch,
				  &item->prepared, err);
	if (rc != RC_OK)
		return rc;
	struct buf names = BUF_INIT(BEFORE_MAX_B);
	for (size_t i = 0; i < item->will.tag_count; i++) {
		buf_cstr(&names, i ? " " : "");
		buf_str(&names, item->will.tags[i].name);
	}
	item->prepared->tags = item->will.tags;
	item->prepared->tag_count = item->will.tag_count;
	item->prepared->tag_names = arena_str(&job->batch, buf_view(&names));
	/* Readers are told when the text changes, and it does not. */
	item->prepared->post.edited_ms = item->post.edited_ms;
	buf_release(&names);
	return item->will.tag_count > POST_TAGS_MAX ? err_set(err, RC_LIMIT, "more than %d tags", POST_TAGS_MAX) : RC_OK;
}

static enum rc load(struct bulk_run *job, struct item *item, struct err *err)
{
	struct db_ro *db = db_rw_ro(job->db);
	enum rc rc = item->post_id ? post_get(db, item->post_id, &job->batch, &item->post, err)
				   : post_by_public_id(db, item->public_id, &job->batch, &item->post, err);
	if (rc == RC_OK)
		rc = desk_check(db, job->call->actor, item->post.id, err);
	if (rc == RC_DENIED) { /* somebody else's: not even its title is told */
		item->post = (struct post){ .title = STR_NONE };
		return err_set(err, RC_NOTFOUND, "the post does not exist");
	}
	if (rc == RC_OK)
		rc = state_of(job, &item->post, &item->was, err);
	if (rc == RC_OK && job->undoes)
		rc = read_state(item->before, &job->batch, &item->will, err);
	else if (rc == RC_OK)
		change(job, item);
	return rc;
}

static enum rc make_ready(struct bulk_run *job, struct item *item, struct err *err)
{
	struct err own = ERR_INIT;
	enum rc rc = load(job, item, &own);
	if (rc == RC_OK)
		item->why = check(job, item);
	if (rc == RC_OK && !item->why && job->call->action != BULK_DELETE && is_same(&item->was, &item->will))
		item->why = "same";
	bool is_saved = job->undoes || job->call->action != BULK_DELETE;
	/* Trash and back are no saves of the text. */
	is_saved = is_saved && !is_trash(item->will.status) &&
		   !(is_trash(item->was.status) && str_is(item->will.status, POST_STATUS_DRAFT));
	if (rc == RC_OK && !item->why && is_saved)
		rc = prepare(job, item, &own);
	if (rc != RC_OK)
		item->why = why_of(rc);
	if (rc != RC_OK && !item->why && err)
		*err = own;
	return item->why ? RC_OK : rc;
}

/* --- in the transaction --- */

static enum rc delete_for_ever(struct db_tx *tx, struct actor actor, const struct post *post, struct err *err)
{
	struct post now;
	struct arena arena;
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = actor.role >= ROLE_EDITOR ? actor_hold(tx, actor, err)
					       : err_set(err, RC_DENIED, "only editors and owners do this");
	if (rc == RC_OK)
		rc = post_get(db_tx_ro(tx), post->id, &arena, &now, err);
	if (rc == RC_OK && (now.version != post->version || !is_trash(now.status)))
		rc = err_set(err, RC_CONFLICT, "the post was saved meanwhile");
	if (rc == RC_OK)
		rc = search_remove(tx, post->id, NULL, err);
	if (rc == RC_OK)
		rc = post_delete(tx, post->id, err);
	arena_release(&arena);
	return rc;
}

static enum rc check_version(struct db_tx *tx, const struct post *post, struct err *err)
{
	struct arena arena;
	struct post now;
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = post_get(db_tx_ro(tx), post->id, &arena, &now, err);
	if (rc == RC_OK && now.version != post->version)
		rc = err_set(err, RC_CONFLICT, "the post was saved meanwhile");
	arena_release(&arena);
	return rc;
}

static enum rc set_authors(struct db_tx *tx, struct actor actor, const struct item *item, struct err *err)
{
	bool same = item->was.author_count == item->will.author_count;
	for (size_t i = 0; same && i < item->was.author_count; i++)
		same = item->was.authors[i] == item->will.authors[i];
	if (same)
		return RC_OK;
	enum rc rc = actor.role >= ROLE_EDITOR ? actor_hold(tx, actor, err)
					       : err_set(err, RC_DENIED, "only editors and owners do this");
	return rc == RC_OK ? post_set_authors(tx, item->post.id, item->will.authors, item->will.author_count, err) : rc;
}

/* *version: that the post has now. */
static enum rc store(struct bulk_run *job, struct db_tx *tx, struct item *item, int64_t *version, struct err *err)
{
	const struct bulk_call *call = job->call;
	struct post_saved saved;
	enum rc rc = check_version(tx, &item->post, err);
	*version = item->post.version;
	if (rc == RC_OK && is_trash(item->will.status)) {
		++*version;
		return post_trash(tx, call->actor, item->post.id, call->now_ms, err);
	}
	if (rc == RC_OK && is_trash(item->was.status)) {
		++*version;
		rc = post_restore(tx, call->actor, item->post.id, call->now_ms, err);
	}
	if (rc != RC_OK || !item->prepared)
		return rc;
	rc = set_authors(tx, call->actor, item, err);
	if (rc == RC_OK)
		rc = post_store(tx, call->site, call->actor, item->prepared, NULL, &saved, err);
	if (rc == RC_OK)
		*version = saved.version;
	return rc;
}

static enum rc remember(struct bulk_run *job, struct db_tx *tx, const struct item *item, int64_t version, struct err *err)
{
	struct bulk_post post = { .post_id = item->post.id, .version = version };
	if (job->undoes || job->call->action == BULK_DELETE)
		return RC_OK;
	enum rc rc = write_state(&item->was, &job->batch, &post.before, err);
	return rc == RC_OK ? bulk_add(tx, job->call->actor.user_id, &post, err) : rc;
}

static void refuse(struct bulk_run *job, const struct item *item)
{
	if (json_count(job->refused) >= REFUSED_MAX) {
		job->refused_more++;
		return;
	}
	struct json *one = json_add_object(job->refused);
	json_set_text(one, "title", str_given(item->post.title) ? item->post.title : STR(""));
	json_set_text(one, "why", str_of(item->why));
}

static void note_title(struct bulk_run *job, const struct item *item)
{
	job->record.done++;
	buf_cstr(&job->note, job->noted++ ? ", " : "");
	buf_str(&job->note, utf8_cut(item->post.title, 60));
}

/* A post that fails takes back only itself. */
static enum rc do_one(struct bulk_run *job, struct db_tx *tx, struct item *item, struct err *err)
{
	struct err own = ERR_INIT;
	int64_t version = 0;
	if (item->why)
		return RC_OK;
	enum rc rc = db_part_begin(tx, err);
	if (rc != RC_OK)
		return rc;
	if (job->call->action == BULK_DELETE && !job->undoes)
		rc = delete_for_ever(tx, job->call->actor, &item->post, &own);
	else
		rc = store(job, tx, item, &version, &own);
	if (rc == RC_OK)
		rc = remember(job, tx, item, version, &own);
	if (rc == RC_OK)
		return db_part_keep(tx, err);
	item->why = why_of(rc);
	if (item->why)
		return db_part_undo(tx, err);
	if (err)
		*err = own;
	return rc;
}

static enum rc write_note(struct bulk_run *job, struct db_tx *tx, struct err *err)
{
	struct audit entry = job->call->note;
	if (job->apart || !job->noted)
		return RC_OK;
	entry.at_ms = job->call->now_ms;
	entry.action = ARENA_JOIN(&job->batch, STR("bulk_"), job->record.action);
	struct str titles = buf_view(&job->note);
	entry.object = arena_printf(&job->batch, "%zu: %.*s%s", job->noted, STR_ARG(utf8_cut(titles, NOTE_MAX_B)),
				    titles.n > NOTE_MAX_B ? " \xe2\x80\xa6" : "");
	return audit_add(tx, &entry, err);
}

/* What was not reached can still be taken back when the rest was cancelled. */
static enum rc forget(struct bulk_run *job, struct db_tx *tx, const struct item *items, size_t count, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && job->undoes && i < count; i++)
		rc = bulk_forget(tx, job->call->actor.user_id, items[i].post_id, err);
	return rc;
}

static enum rc settle(struct bulk_run *job, struct db_tx *tx, struct err *err)
{
	struct buf text = BUF_INIT(REFUSED_MAX_B);
	struct json *refused = json_clone(job->refused);
	if (job->refused_more)
		json_set_int(json_add_object(refused), "others", job->refused_more);
	json_write(refused, JSON_LINE, &text);
	json_free(refused);
	enum rc rc = buf_status(&text, "what was not done", err);
	job->record.refused = buf_view(&text);
	if (rc == RC_OK)
		rc = bulk_settle(tx, &job->record, err);
	buf_release(&text);
	return rc;
}

/* Cancelled, or so late that another has taken it? Two that do the same batch would count it twice. */
static enum rc check_attempt(struct bulk_run *job, struct db_tx *tx, struct err *err)
{
	struct job now;
	if (!job->attempt)
		return RC_OK;
	enum rc rc = job_get(db_tx_ro(tx), job->attempt->id, &job->batch, &now, err);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return rc;
	bool ours = rc == RC_OK && str_given(now.lease_owner) && str_eq(now.lease_owner, job->attempt->lease_owner) &&
		    now.attempts == job->attempt->attempts;
	return ours ? RC_OK : err_set(err, RC_CONFLICT, "the job was cancelled, or is done by another");
}

static enum rc do_batch(struct bulk_run *job, struct item *items, size_t count, struct err *err)
{
	struct db_tx *tx = NULL;
	enum rc rc = RC_OK;
	buf_clear(&job->note);
	job->noted = 0;
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		rc = make_ready(job, &items[i], err);
	if (rc == RC_OK)
		rc = db_begin(job->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = check_attempt(job, tx, err);
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		rc = do_one(job, tx, &items[i], err);
		if (rc == RC_OK && items[i].why)
			refuse(job, &items[i]);
		else if (rc == RC_OK)
			note_title(job, &items[i]);
	}
	if (rc == RC_OK)
		rc = forget(job, tx, items, count, err);
	if (rc == RC_OK)
		rc = write_note(job, tx, err);
	if (rc == RC_OK)
		rc = settle(job, tx, err);
	return db_end(tx, rc, err);
}

/* --- the action --- */

static void name_it(struct bulk_run *job)
{
	char token[TOKEN_CHARS + 1];
	rand_base62(token, TOKEN_CHARS);
	job->record.user_id = job->call->actor.user_id;
	job->record.token = arena_str(job->arena, str_of(token));
	job->record.at_ms = job->call->now_ms;
	job->record.refused = STR("[]");
}

static struct str key_of(const struct bulk_call *call, struct arena *arena)
{
	return arena_printf(arena, "user-%lld", (long long)call->actor.user_id);
}

/* A person's actions follow one another: what can be taken back is the last one alone. */
static enum rc check_idle(struct bulk_run *job, struct db_ro *db, struct err *err)
{
	int64_t open = 0;
	enum rc rc = job_open_with_key(db, STR(JOB_BULK), key_of(job->call, job->arena), &open, err);
	return rc == RC_OK && open ? err_set(err, RC_BUSY, "an action on many posts is still running") : rc;
}

/* `order` NULL: it is done here and now. */
static enum rc begin(struct bulk_run *job, const struct job_order *order, int64_t *id, struct err *err)
{
	struct db_tx *tx;
	struct audit entry = job->call->note;
	enum rc rc = db_begin(job->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = actor_hold(tx, job->call->actor, err);
	if (rc == RC_OK)
		rc = check_idle(job, db_tx_ro(tx), err);
	if (rc == RC_OK)
		rc = job->undoes ? bulk_begin_undo(tx, &job->record, job->undone, err) : bulk_begin(tx, &job->record, err);
	if (rc == RC_OK && order)
		rc = job_add(tx, order, job->call->now_ms, id, NULL, err);
	if (rc == RC_OK && order) {
		entry.at_ms = job->call->now_ms;
		entry.action = ARENA_JOIN(job->arena, STR("bulk_"), job->record.action);
		entry.object = arena_printf(job->arena, "%zu", job->total);
		rc = audit_add(tx, &entry, err);
	}
	return db_end(tx, rc, err);
}

static enum rc run(struct bulk_run *job, struct item *items, size_t count, struct str *token, struct err *err)
{
	name_it(job);
	enum rc rc = begin(job, NULL, NULL, err);
	job->refused = json_new_list();
	buf_init(&job->note, (size_t)64 << 10);
	for (size_t at = 0; rc == RC_OK && at < count; at += BULK_BATCH) {
		arena_init(&job->batch, ARENA_MAX_B);
		rc = do_batch(job, items + at, count - at < BULK_BATCH ? count - at : BULK_BATCH, err);
		arena_release(&job->batch);
	}
	json_free(job->refused);
	buf_release(&job->note);
	if (rc == RC_OK)
		*token = job->record.token;
	return rc;
}

static enum rc find_tag(struct bulk_run *job, struct err *err)
{
	struct tag tag;
	struct str its_slug;
	int64_t id;
	struct db_ro *db = db_rw_ro(job->db);
	struct str name = str_trim(job->call->value);
	struct str slug = slug_make(job->arena, name, SLUG_ASCII, job->call->site->lang, 0);
	if (str_empty(slug) || name.n > 200 || !utf8_valid(name))
		return err_set(err, RC_INVALID, "this cannot be a tag");
	enum rc rc = tag_named(db, slug, name, job->arena, &id, &its_slug, err);
	if (rc == RC_OK)
		rc = tag_get(db, id, job->call->now_ms, job->arena, &tag, err);
	else if (rc == RC_NOTFOUND)
		rc = tag_by_slug(db, slug, job->call->now_ms, job->arena, &tag, err);
	if (rc == RC_OK)
		job->tag = (struct prepared_name){ tag.name, tag.slug };
	else if (rc == RC_NOTFOUND && job->call->action == BULK_TAG_ADD)
		job->tag = (struct prepared_name){ name, slug };
	else if (rc == RC_NOTFOUND)
		return err_set(err, RC_INVALID, "there is no such tag");
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc find_author(struct bulk_run *job, struct err *err)
{
	struct user user;
	enum rc rc = user_by_public_id(db_rw_ro(job->db), job->call->value, job->call->now_ms, job->arena, &user, err);
	if (rc == RC_OK)
		job->author_id = user.id;
	return rc == RC_NOTFOUND ? err_set(err, RC_INVALID, "there is no such person") : rc;
}

static enum rc check_value(struct bulk_run *job, struct err *err)
{
	static const char *const visibilities[] = { POST_VISIBILITY_PUBLIC, POST_VISIBILITY_UNLISTED, POST_VISIBILITY_TEAM };
	const struct bulk_call *call = job->call;
	if (bulk_wants_value(call->action) && str_empty(str_trim(call->value)))
		return err_set(err, RC_INVALID, "it is not said what to set");
	if (call->action == BULK_TAG_ADD || call->action == BULK_TAG_REMOVE)
		return find_tag(job, err);
	if (call->action == BULK_AUTHOR)
		return find_author(job, err);
	if (call->action != BULK_VISIBILITY)
		return RC_OK;
	for (size_t i = 0; i < COUNT_OF(visibilities); i++)
		if (str_is(call->value, visibilities[i]))
			return RC_OK;
	return err_set(err, RC_INVALID, "there is no such visibility");
}

static enum rc check_call(struct bulk_run *job, size_t max, struct err *err)
{
	const struct bulk_call *call = job->call;
	if (call->actor.role < actions[call->action].least)
		return err_set(err, RC_DENIED, "your role does not allow this");
	if (call->count > max)
		return err_set(err, RC_LIMIT, "more than %zu posts", max);
	job->record.action = str_of(actions[call->action].name);
	return check_value(job, err);
}

static struct item item_of(const struct bulk_item *from)
{
	return (struct item){ .public_id = from->public_id, .post_id = from->post_id, .version = from->version,
			      .before = from->before, .post = { .title = STR_NONE } };
}

enum rc bulk_do(struct db_rw *db, const struct bulk_call *call, struct arena *arena, struct str *token, struct err *err)
{
	struct bulk_run job = { .db = db, .call = call, .arena = arena };
	enum rc rc = check_call(&job, BULK_AT_ONCE, err);
	if (rc != RC_OK)
		return rc;
	struct item *items = ARENA_ARRAY(arena, call->count + 1, struct item);
	for (size_t i = 0; i < call->count; i++)
		items[i] = item_of(&call->items[i]);
	return run(&job, items, call->count, token, err);
}

/* The first BULK_AT_ONCE and one more. */
static enum rc find_undo(struct bulk_run *job, struct str token, struct bulk_posts *posts, struct err *err)
{
	struct bulk_record last;
	int64_t user_id = job->call->actor.user_id;
	enum rc rc = bulk_get(db_rw_ro(job->db), user_id, token, job->arena, &last, err);
	if (rc == RC_OK)
		rc = check_idle(job, db_rw_ro(job->db), err);
	if (rc == RC_OK)
		rc = bulk_list(db_rw_ro(job->db), user_id, 0, BULK_AT_ONCE + 1, job->arena, posts, err);
	if (rc == RC_OK && (posts->count == 0 || last.at_ms + BULK_KEPT_MS < job->call->now_ms))
		rc = err_set(err, RC_NOTFOUND, "this cannot be taken back any more");
	job->record.action = STR("undo");
	return rc;
}

enum rc bulk_undo(struct db_rw *db, const struct bulk_call *call, struct str token, struct arena *arena,
		  struct str *new_token, struct err *err)
{
	struct bulk_run job = { .db = db, .call = call, .arena = arena, .undoes = true, .undone = token };
	struct bulk_posts posts;
	enum rc rc = find_undo(&job, token, &posts, err);
	if (rc == RC_OK && posts.count > BULK_AT_ONCE)
		rc = err_set(err, RC_LIMIT, "more than %d posts", BULK_AT_ONCE);
	if (rc != RC_OK)
		return rc;
	struct item *items = ARENA_ARRAY(arena, posts.count, struct item);
	for (size_t i = 0; i < posts.count; i++)
		items[i] = (struct item){ .post_id = posts.items[i].post_id, .version = posts.items[i].version,
					  .before = posts.items[i].before, .post = { .title = STR_NONE } };
	return run(&job, items, posts.count, new_token, err);
}

/* --- as a job --- */

static enum rc order(struct bulk_run *job, struct str query, int64_t *id, struct err *err)
{
	struct json *payload = json_new_object();
	struct buf text = BUF_INIT(PAYLOAD_MAX_B);
	json_set_text(payload, "token", job->record.token);
	json_set_int(payload, "user", job->call->actor.user_id);
	json_set_text(payload, "action", job->record.action);
	json_set_text(payload, "value", str_given(job->call->value) ? job->call->value : STR(""));
	json_set_int(payload, "total", (int64_t)job->total);
	json_set_text(payload, "query", query);
	json_write(payload, JSON_LINE, &text);
	json_free(payload);
	struct job_order wanted = { .kind = JOB_BULK, .payload = buf_view(&text), .priority = JOB_NORMAL,
				    .unique_key = key_of(job->call, job->arena) };
	enum rc rc = buf_status(&text, "the action", err);
	if (rc == RC_OK)
		rc = begin(job, &wanted, id, err);
	buf_release(&text);
	return rc;
}

/* The list is on the disk before the job is there; without the job nobody reads it. */
static enum rc end_list(struct bulk_run *job, struct bulk_list *list, enum rc rc, const struct conf *conf,
			struct str query, int64_t *id, struct err *err)
{
	enum rc kept = bulk_list_end(list, rc == RC_OK ? err : NULL);
	if (rc == RC_OK)
		rc = kept;
	if (rc == RC_OK)
		rc = order(job, query, id, err);
	if (rc != RC_OK)
		bulk_list_drop(conf, job->record.token);
	return rc;
}

enum rc bulk_order(struct db_rw *db, const struct conf *conf, const struct bulk_call *call, struct str query,
		   struct arena *arena, struct bulk_ordered *out, struct err *err)
{
	struct bulk_run job = { .db = db, .call = call, .arena = arena, .total = call->count };
	struct bulk_list *list = NULL;
	enum rc rc = check_call(&job, BULK_MAX, err);
	if (rc == RC_OK)
		rc = check_idle(&job, db_rw_ro(db), err);
	name_it(&job);
	if (rc == RC_OK)
		rc = bulk_list_begin(conf, job.record.token, &list, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < call->count; i++)
		bulk_list_add(list, &call->items[i]);
	rc = end_list(&job, list, RC_OK, conf, query, &out->job, err);
	out->token = job.record.token;
	return rc;
}

/* What the posts were before, a piece after the other: it may be more than there is memory for. */
static enum rc list_undo(struct bulk_run *job, struct bulk_list *list, struct err *err)
{
	struct bulk_posts posts = { NULL, 1 };
	int64_t after = 0;
	enum rc rc = RC_OK;
	while (rc == RC_OK && posts.count > 0) {
		struct arena some;
		arena_init(&some, ARENA_MAX_B);
		rc = bulk_list(db_rw_ro(job->db), job->call->actor.user_id, after, BULK_AT_ONCE, &some, &posts, err);
		for (size_t i = 0; rc == RC_OK && i < posts.count; i++) {
			struct bulk_item item = { .public_id = STR(""), .post_id = posts.items[i].post_id,
						  .version = posts.items[i].version, .before = posts.items[i].before };
			bulk_list_add(list, &item);
			after = item.post_id;
			job->total++;
		}
		posts.count = rc == RC_OK ? posts.count : 0;
		arena_release(&some);
	}
	return rc;
}

enum rc bulk_order_undo(struct db_rw *db, const struct conf *conf, const struct bulk_call *call, struct str token,
			struct str query, struct arena *arena, struct bulk_ordered *out, struct err *err)
{
	struct bulk_run job = { .db = db, .call = call, .arena = arena, .undoes = true, .undone = token };
	struct bulk_list *list = NULL;
	struct bulk_posts posts;
	enum rc rc = find_undo(&job, token, &posts, err);
	name_it(&job);
	if (rc == RC_OK)
		rc = bulk_list_begin(conf, job.record.token, &list, err);
	if (rc != RC_OK)
		return rc;
	rc = list_undo(&job, list, err);
	rc = end_list(&job, list, rc, conf, query, &out->job, err);
	out->token = job.record.token;
	return rc;
}

/* What is named and what is only counted, apart again. */
static enum rc read_refused(struct bulk_run *job, struct err *err)
{
	struct json *all = NULL;
	enum rc rc = json_parse(job->record.refused, REFUSED_MAX_B, &all, err);
	job->refused = json_new_list();
	for (size_t i = 0; rc == RC_OK && i < json_count(all); i++) {
		const struct json *one = json_at(all, i);
		job->refused_more += json_get_int(one, "others", 0);
		if (!json_get(one, "others"))
			json_add(job->refused, json_clone(one));
	}
	json_free(all);
	return rc;
}

size_t bulk_refused(const struct json *refused)
{
	size_t count = 0;
	for (size_t i = 0; i < json_count(refused); i++)
		count += (size_t)json_get_int(json_at(refused, i), "others", 1);
	return count;
}

enum rc bulk_is_at(struct db_ro *db, int64_t user_id, struct str token, struct arena *arena, size_t *at, struct err *err)
{
	struct bulk_record record;
	struct json *refused = NULL;
	enum rc rc = bulk_get(db, user_id, token, arena, &record, err);
	if (rc == RC_OK)
		rc = json_parse(record.refused, REFUSED_MAX_B, &refused, err);
	if (rc == RC_OK)
		*at = (size_t)record.done + bulk_refused(refused);
	json_free(refused);
	return rc;
}

enum rc bulk_go_on(struct db_rw *db, const struct bulk_call *call, const struct job *attempt, struct str token,
		   bool undoes, struct err *err)
{
	struct arena arena;
	struct bulk_run job = { .db = db, .call = call, .arena = &arena, .undoes = undoes, .apart = true,
				.attempt = attempt };
	arena_init(&arena, ARENA_MAX_B);
	arena_init(&job.batch, ARENA_MAX_B);
	buf_init(&job.note, (size_t)64 << 10);
	enum rc rc = undoes ? RC_OK : check_call(&job, BULK_BATCH, err);
	if (rc == RC_OK)
		rc = bulk_get(db_rw_ro(db), call->actor.user_id, token, &arena, &job.record, err);
	if (rc == RC_OK)
		rc = read_refused(&job, err);
	if (rc == RC_OK) {
		struct item *items = ARENA_ARRAY(&arena, call->count + 1, struct item);
		for (size_t i = 0; i < call->count; i++)
			items[i] = item_of(&call->items[i]);
		rc = do_batch(&job, items, call->count, err);
	}
	json_free(job.refused);
	buf_release(&job.note);
	arena_release(&job.batch);
	arena_release(&arena);
	return rc;
}
