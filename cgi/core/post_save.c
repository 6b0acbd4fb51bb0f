/* post_save.c: storing a prepared post: slug, address, tags, authors, redirects, revision, search. */
#include "base/base.h"

#include "base/json.h"
#include "core/address.h"
#include "core/author.h"
#include "core/post_prepared.h"
#include "core/post_save.h"
#include "crypt/rand.h"
#include "store/media.h"
#include "store/redirect.h"
#include "store/revision.h"
#include "store/tag.h"
#include "store/user.h"

#define PATH_TRIES_MAX 1000
#define PARENTS_MAX 50

struct store_job {
	struct db_tx *tx;         /* NULL: only an address is looked for */
	struct db_ro *db;         /* what is read */
	const struct site *site;
	struct actor actor;
	struct post_prepared *prepared;
	struct post *post;        /* a copy of prepared->post: after a rollback it can be stored again */
	struct post before;       /* what was stored; id 0: a new post */
	struct err *err;
};

static enum rc check_own(struct db_ro *db, struct actor actor, int64_t post_id, struct arena *arena, struct err *err)
{
	struct users authors;
	enum rc rc = user_list_of_post(db, post_id, arena, &authors, err);
	for (size_t i = 0; rc == RC_OK && i < authors.count; i++)
		if (authors.items[i].id == actor.user_id)
			return RC_OK;
	return rc != RC_OK ? rc : err_set(err, RC_DENIED, "this is somebody else's post");
}

/* Contributors write drafts of their own; authors publish their own; editors and owners everything. */
static enum rc check_actor(struct store_job *job)
{
	bool publishes = str_is(job->post->status, POST_STATUS_PUBLISHED);
	enum rc rc = actor_hold(job->tx, job->actor, job->err);
	if (rc != RC_OK || job->actor.role >= ROLE_EDITOR)
		return rc;
	if (job->actor.role == ROLE_NONE)
		return err_set(job->err, RC_DENIED, "you may not write posts");
	if (publishes && job->actor.role < ROLE_AUTHOR)
		return err_set(job->err, RC_DENIED, "you may write drafts but not publish");
	/* What an editor has published is not taken back by saving it as a draft. */
	if (job->before.id && str_is(job->before.status, POST_STATUS_PUBLISHED) && job->actor.role < ROLE_AUTHOR)
		return err_set(job->err, RC_DENIED, "this post is published: an author or editor has to change it");
	return job->before.id ? check_own(job->db, job->actor, job->before.id, job->prepared->arena, job->err) : RC_OK;
}

static enum rc load_before(struct store_job *job)
{
	if (job->post->id == 0) {
		job->before = (struct post){ 0 };
		return RC_OK;
	}
	enum rc rc = post_get(job->db, job->post->id, job->prepared->arena, &job->before, job->err);
	if (rc == RC_NOTFOUND)
		return err_set(job->err, RC_NOTFOUND, "the post is no longer there");
	return rc;
}

/* Asked after check_actor(): the title is told only to who may know it. */
static enum rc check_version(struct store_job *job)
{
	if (job->before.id == 0 || job->before.version == job->post->version)
		return RC_OK;
	return err_set(job->err, RC_CONFLICT, "somebody has saved a newer version of '%.*s'", STR_ARG(job->before.title));
}

/* A tag that was given another slug than its name has is known by its name. */
static enum rc ensure_tag(struct store_job *job, const struct prepared_name *tag, int64_t *id, struct str *slug)
{
	enum rc rc = tag_named(db_tx_ro(job->tx), tag->slug, tag->name, job->prepared->arena, id, slug, job->err);
	if (rc != RC_NOTFOUND)
		return rc;
	*slug = tag->slug;
	return tag_ensure(job->tx, tag->slug, tag->name, job->prepared->now_ms, id, job->err);
}

static enum rc ensure_tags(struct store_job *job, int64_t *ids, struct str *first_slug)
{
	for (size_t i = 0; i < job->prepared->tag_count; i++) {
		struct str slug = STR_NONE;
		enum rc rc = ensure_tag(job, &job->prepared->tags[i], &ids[i], &slug);
		if (rc != RC_OK)
			return rc;
		if (i == 0)
			*first_slug = slug;
	}
	return RC_OK;
}

static struct str new_public_id(struct arena *arena)
{
	char id[PUBLIC_ID_CHARS + 1];
	rand_base62(id, PUBLIC_ID_CHARS);
	return arena_str(arena, str_of(id));
}

/* An author without login, for a name that nobody has yet. */
static enum rc make_author(struct store_job *job, const struct prepared_name *author, int64_t *id, struct str *slug)
{
	struct arena *arena = job->prepared->arena;
	struct user user = {
		.public_id = new_public_id(arena),
		.role = STR(USER_ROLE_AUTHOR),
		.name = author->name,
		.created_ms = job->prepared->now_ms,
		.updated_ms = job->prepared->now_ms,
	};
	enum rc rc = RC_EXISTS;
	for (int n = 1; rc == RC_EXISTS && n <= PATH_TRIES_MAX; n++) {
		struct user taken;
		user.slug = n == 1 ? author->slug : arena_printf(arena, "%.*s-%d", STR_ARG(author->slug), n);
		rc = user_by_slug(job->db, user.slug, job->prepared->now_ms, arena, &taken, job->err);
		if (rc == RC_OK)
			rc = RC_EXISTS;
		else if (rc == RC_NOTFOUND)
			rc = user_insert(job->tx, &user, id, job->err);
	}
	*slug = user.slug;
	return rc;
}

/* With none given a post keeps its authors, and a new one is its writer's: the first one's slug may stand in
 * the address. */
static enum rc first_author(struct store_job *job, struct str *slug)
{
	struct arena *arena = job->prepared->arena;
	struct users authors = { NULL, 0 };
	struct user writer;
	enum rc rc = RC_OK;
	if (job->before.id)
		rc = user_list_of_post(job->db, job->before.id, arena, &authors, job->err);
	if (rc == RC_OK && authors.count) {
		*slug = authors.items[0].slug;
	} else if (rc == RC_OK && !job->before.id && job->actor.user_id) {
		rc = user_get(job->db, job->actor.user_id, job->prepared->now_ms, arena, &writer, job->err);
		*slug = rc == RC_OK ? writer.slug : *slug;
	}
	return rc;
}

/* A name that several people have means the first of them, as an import has it, unless one of them is an author of
 * the post. */
static enum rc ensure_author(struct store_job *job, const struct prepared_name *author, int64_t *id, struct str *slug)
{
	struct arena *arena = job->prepared->arena;
	struct user user;
	enum rc rc = author_find(job->db, job->before.id, author->name, arena, &user, job->err);
	if (rc == RC_CONFLICT)
		rc = user_by_name(job->db, author->name, job->prepared->now_ms, arena, &user, job->err);
	if (rc == RC_NOTFOUND)
		return make_author(job, author, id, slug);
	if (rc != RC_OK)
		return rc;
	*id = user.id;
	*slug = user.slug;
	return RC_OK;
}

static enum rc ensure_authors(struct store_job *job, int64_t *ids, struct str *first_slug)
{
	if (job->prepared->author_count == 0)
		return first_author(job, first_slug);
	for (size_t i = 0; i < job->prepared->author_count; i++) {
		struct str slug = STR_NONE;
		enum rc rc = ensure_author(job, &job->prepared->authors[i], &ids[i], &slug);
		if (rc != RC_OK)
			return rc;
		if (i == 0)
			*first_slug = slug;
	}
	return RC_OK;
}

/* The path for a slug: given, below the parent page, or by the permalink pattern. */
static enum rc path_for(struct store_job *job, struct str slug, struct str author_slug, struct str tag_slug,
			struct str *out)
{
	struct arena *arena = job->prepared->arena;
	struct post *post = job->post;
	if (str_given(job->prepared->path)) {
		*out = job->prepared->path;
		return RC_OK;
	}
	if (str_is(post->kind, POST_KIND_POST)) {
		struct permalink_values values = job->prepared->permalink;
		values.slug = slug;
		values.public_id = post->public_id;
		values.author_slug = author_slug;
		values.tag_slug = tag_slug;
		*out = permalink_path(job->site->permalink, &values, arena);
		return RC_OK;
	}
	struct str parent_path = STR("");
	if (post->parent_id != 0) {
		struct post_card parent;
		enum rc rc = post_card_get(job->db, post->parent_id, 0, arena, &parent, job->err);
		if (rc != RC_OK)
			return rc == RC_NOTFOUND ? err_set(job->err, RC_INVALID, "the parent page is not there") : rc;
		parent_path = str_given(parent.path) ? parent.path : STR("");
	}
	*out = ARENA_JOIN(arena, parent_path, STR("/"), slug);
	return RC_OK;
}

/* Where a post has been, links still lead to it: such an address is given away only to who asks for it. In
 * an import the addresses of all posts come before those they once had. */
static enum rc was_anothers(struct store_job *job, struct str path, bool *taken)
{
	struct redirect redirect;
	struct str target;
	struct err absent = ERR_INIT;
	if (job->prepared->slug_exact || strcmp(job->prepared->revision_kind, REVISION_IMPORT) == 0)
		return RC_OK;
	enum rc rc = redirect_get(job->db, path, job->prepared->arena, &redirect, &target, &absent);
	if (rc != RC_OK && rc != RC_NOTFOUND && job->err)
		*job->err = absent;
	*taken = rc == RC_OK && redirect.post_id != 0 && redirect.post_id != job->post->id &&
		 str_eq(redirect.from_path, path);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* Finds the slug and the path: as asked for when free, else with "-2", "-3" ... when that is allowed. */
static enum rc choose_path(struct store_job *job, struct str author_slug, struct str tag_slug, bool *changed)
{
	struct arena *arena = job->prepared->arena;
	struct post *post = job->post;
	struct str wanted = post->slug, wanted_path = STR_NONE;
	for (int n = 1; n <= PATH_TRIES_MAX; n++) {
		struct str slug = n == 1 ? wanted : arena_printf(arena, "%.*s-%d", STR_ARG(wanted), n), path;
		enum rc rc = path_for(job, slug, author_slug, tag_slug, &path);
		if (rc != RC_OK)
			return rc;
		/* A given path is taken as it is; only its own tail can make it unique. */
		if (n > 1 && str_given(job->prepared->path))
			path = arena_printf(arena, "%.*s-%d", STR_ARG(job->prepared->path), n);
		if (n == 1)
			wanted_path = path;
		bool taken = false;
		struct err ignored = ERR_INIT;
		if (address_check(path, job->prepared->slug_exact ? job->err : &ignored) != RC_OK) {
			if (job->prepared->slug_exact || n > 2)
				return err_set(job->err, RC_INVALID, "the address '%.*s' cannot be used: %s",
					       STR_ARG(path), job->prepared->slug_exact ? "it is reserved or malformed" : ignored.msg);
			continue;
		}
		rc = post_path_taken(job->db, path, post->id, &taken, job->err);
		if (rc == RC_OK && !taken)
			rc = was_anothers(job, path, &taken);
		if (rc != RC_OK)
			return rc;
		if (!taken) {
			post->slug = slug;
			post->path = path;
			*changed = n > 1;
			return RC_OK;
		}
		if (job->prepared->slug_exact)
			break;
	}
	return err_set(job->err, RC_EXISTS, "the address '%.*s' is taken by another post", STR_ARG(wanted_path));
}

/* Whether the page `id` stands below the post itself: then it cannot be its parent. */
static enum rc is_below_itself(struct store_job *job, int64_t id, bool *out)
{
	struct post_card card;
	enum rc rc = RC_OK;
	*out = false;
	for (int depth = 0; rc == RC_OK && id != 0 && !*out; depth++) {
		*out = id == job->post->id || depth == PARENTS_MAX;
		rc = post_card_get(job->db, id, 0, job->prepared->arena, &card, job->err);
		id = rc == RC_OK ? card.parent_id : 0;
	}
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc check_parent(struct store_job *job)
{
	bool below;
	enum rc rc = is_below_itself(job, job->post->parent_id, &below);
	if (rc == RC_OK && below)
		rc = err_set(job->err, RC_INVALID, "a page cannot stand below itself, nor below %d others", PARENTS_MAX);
	return rc;
}

/* A page at "/about/team" that was given no parent belongs to the page at "/about", if there is one:
 * the folders of an import say so, and so does whoever gives a page such an address. */
static enum rc adopt_parent(struct store_job *job)
{
	struct post *post = job->post, parent;
	ptrdiff_t slash = str_rfind_char(post->path, '/');
	if (!str_is(post->kind, POST_KIND_PAGE) || post->parent_id != 0 || slash <= 0)
		return RC_OK;
	bool below = false;
	enum rc rc = post_by_path(job->db, str_sub(post->path, 0, (size_t)slash),
				  job->prepared->arena, &parent, job->err);
	if (rc == RC_OK)
		rc = is_below_itself(job, parent.id, &below);
	if (rc == RC_OK && str_is(parent.kind, POST_KIND_PAGE) && !below)
		post->parent_id = parent.id;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* Old addresses lead to the post; its own new address is nobody's redirect any more. A draft that
 * nobody could link to leaves no trace. */
static enum rc write_redirects(struct store_job *job)
{
	struct post *post = job->post;
	struct redirect redirect = { .post_id = post->id, .status = 301, .created_ms = job->prepared->now_ms,
				     .to_path = STR_NONE };
	enum rc rc = redirect_delete(job->tx, post->path, job->err);
	bool moved = str_given(job->before.path) && !str_eq(job->before.path, post->path);
	if (rc == RC_OK && moved && job->before.published_ms != 0) {
		redirect.from_path = job->before.path;
		rc = redirect_put(job->tx, &redirect, job->err);
	}
	for (size_t i = 0; rc == RC_OK && i < job->prepared->alias_count; i++) {
		bool taken = false;
		redirect.from_path = job->prepared->aliases[i];
		if (str_eq(redirect.from_path, post->path))
			continue;
		rc = post_path_taken(db_tx_ro(job->tx), redirect.from_path, post->id, &taken, job->err);
		if (rc == RC_OK && !taken)
			rc = redirect_put(job->tx, &redirect, job->err);
	}
	return rc;
}

static enum rc write_revision(struct store_job *job)
{
	struct post *post = job->post;
	struct revision revision = {
		.post_id = post->id,
		.user_id = job->actor.user_id,
		.created_ms = job->prepared->now_ms,
		.kind = str_of(job->prepared->revision_kind),
		.name = STR(""),
		.title = post->title,
		.fields = job->prepared->revision_fields,
		.markdown = post->markdown,
	};
	int64_t id;
	return revision_add(job->tx, &revision, &id, job->err);
}

static enum rc write_post(struct store_job *job)
{
	struct post *post = job->post;
	if (job->before.id == 0) {
		enum rc rc = post_insert(job->tx, post, &post->id, job->err);
		post->version = 1;
		return rc;
	}
	/* What the writer did not mean to change. */
	post->public_id = job->before.public_id;
	if (post->created_ms == 0)
		post->created_ms = job->before.created_ms;
	if (!job->prepared->password_given)
		post->password_hash = job->before.password_hash;
	if (str_is(post->visibility, POST_VISIBILITY_PASSWORD) && str_empty(post->password_hash))
		return err_set(job->err, RC_INVALID, "a protected post needs a password");
	enum rc rc = post_update(job->tx, post, job->before.version, job->err);
	post->version = job->before.version + 1;
	return rc;
}

static enum rc write_around(struct store_job *job, const int64_t *tag_ids, const int64_t *author_ids,
			    struct search_bulk *bulk)
{
	struct post_prepared *p = job->prepared;
	struct post *post = job->post;
	enum rc rc = post_set_tags(job->tx, post->id, tag_ids, p->tag_count, job->err);
	if (rc == RC_OK && p->author_count > 0)
		rc = post_set_authors(job->tx, post->id, author_ids, p->author_count, job->err);
	else if (rc == RC_OK && job->before.id == 0 && job->actor.user_id != 0)
		rc = post_set_authors(job->tx, post->id, &job->actor.user_id, 1, job->err);
	if (rc == RC_OK)
		rc = media_set_refs(job->tx, post->id, p->media, p->media_count, job->err);
	if (rc == RC_OK)
		rc = write_redirects(job);
	if (rc == RC_OK)
		rc = write_revision(job);
	if (rc == RC_OK)
		rc = search_put(job->tx, post->id, post->title, p->plain, p->tag_names, bulk, job->err);
	return rc;
}

enum rc post_store(struct db_tx *tx, const struct site *site, struct actor actor, struct post_prepared *prepared,
		   struct search_bulk *bulk, struct post_saved *out, struct err *err)
{
	struct post post = prepared->post;
	struct store_job job = { .tx = tx, .db = db_tx_ro(tx), .site = site, .actor = actor, .prepared = prepared,
				 .post = &post, .err = err };
	int64_t tag_ids[POST_TAGS_MAX], author_ids[POST_AUTHORS_MAX];
	struct str tag_slug = STR(""), author_slug = STR("");
	bool changed = false;
	enum rc rc = load_before(&job);
	if (rc == RC_OK)
		rc = check_actor(&job);
	if (rc == RC_OK)
		rc = check_version(&job);
	if (rc == RC_OK && job.before.id == 0)
		post.public_id = new_public_id(prepared->arena);
	else if (rc == RC_OK)
		post.public_id = job.before.public_id;
	if (rc == RC_OK)
		rc = ensure_tags(&job, tag_ids, &tag_slug);
	if (rc == RC_OK)
		rc = ensure_authors(&job, author_ids, &author_slug);
	if (rc == RC_OK)
		rc = choose_path(&job, author_slug, tag_slug, &changed);
	if (rc == RC_OK)
		rc = check_parent(&job);
	if (rc == RC_OK)
		rc = adopt_parent(&job);
	if (rc == RC_OK)
		rc = write_post(&job);
	if (rc == RC_OK)
		rc = write_around(&job, tag_ids, author_ids, bulk);
	if (rc != RC_OK)
		return rc;
	*out = (struct post_saved){ .id = post.id, .version = post.version, .slug = post.slug, .path = post.path,
				    .slug_changed = changed };
	return RC_OK;
}

enum rc post_find_address(struct db_ro *db, const struct site *site, struct actor actor, const struct post_draft *draft,
			  int64_t now_ms, struct arena *arena, struct post_saved *out, struct err *err)
{
	struct post_prepared *prepared;
	struct str tag_slug = STR(""), author_slug = STR("");
	bool changed = false;
	enum rc rc = post_prepare_fields(site, draft, now_ms, arena, &prepared, err);
	if (rc != RC_OK)
		return rc;
	struct post *post = &prepared->post;
	struct store_job job = { .db = db, .site = site, .actor = actor, .prepared = prepared, .post = post, .err = err };
	if (post->id)
		rc = post_get(db, post->id, arena, &job.before, err);
	else
		post->public_id = new_public_id(arena);
	if (rc == RC_OK && prepared->tag_count)
		tag_slug = prepared->tags[0].slug;
	if (rc == RC_OK)
		rc = first_author(&job, &author_slug);
	if (rc == RC_OK)
		rc = choose_path(&job, author_slug, tag_slug, &changed);
	if (rc == RC_OK)
		*out = (struct post_saved){ .id = post->id, .slug = post->slug, .path = post->path, .slug_changed = changed };
	return rc;
}

bool post_may_move(enum role role, struct str status)
{
	return role >= ROLE_AUTHOR || (role == ROLE_CONTRIBUTOR && !str_is(status, POST_STATUS_PUBLISHED));
}

/* What is published is not a contributor's to take from readers. */
static enum rc check_move(struct db_ro *db, struct actor actor, const struct post *post, struct arena *arena, struct err *err)
{
	enum rc rc = actor.role >= ROLE_EDITOR ? RC_OK : check_own(db, actor, post->id, arena, err);
	if (rc == RC_OK && !post_may_move(actor.role, post->status))
		rc = err_set(err, RC_DENIED, "your role does not allow this");
	return rc;
}

/* Trash and back: the texts stay as they are; only who sees them changes. */
static enum rc set_status(struct db_tx *tx, struct actor actor, int64_t id, struct str from, struct str to,
			  int64_t trashed_ms, int64_t now_ms, struct err *err)
{
	struct arena arena;
	struct post post;
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = actor_hold(tx, actor, err);
	if (rc == RC_OK)
		rc = post_get(db_tx_ro(tx), id, &arena, &post, err);
	if (rc == RC_OK)
		rc = check_move(db_tx_ro(tx), actor, &post, &arena, err);
	bool wrong = rc == RC_OK && str_given(from) != str_is(post.status, POST_STATUS_TRASH);
	if (wrong)
		rc = err_set(err, RC_CONFLICT, "'%.*s' is %s the trash", STR_ARG(post.title),
			     str_given(from) ? "not in" : "already in");
	if (rc == RC_OK) {
		post.status = to;
		post.trashed_ms = trashed_ms;
		post.updated_ms = now_ms;
		rc = post_update(tx, &post, post.version, err);
	}
	if (rc == RC_OK)
		rc = search_remove(tx, id, NULL, err);
	arena_release(&arena);
	return rc;
}

enum rc post_trash(struct db_tx *tx, struct actor actor, int64_t id, int64_t now_ms, struct err *err)
{
	return set_status(tx, actor, id, STR_NONE, STR(POST_STATUS_TRASH), now_ms, now_ms, err);
}

/* It comes back as a draft: publishing again is a decision of its own. */
enum rc post_restore(struct db_tx *tx, struct actor actor, int64_t id, int64_t now_ms, struct err *err)
{
	return set_status(tx, actor, id, STR(POST_STATUS_TRASH), STR(POST_STATUS_DRAFT), 0, now_ms, err);
}
