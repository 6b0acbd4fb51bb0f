/* page_edit.c: the page where a post is written: a plain form that loses nothing. */
#include "base/base.h"

#include "base/date.h"
#include "core/post_save.h"
#include "http/form.h"
#include "store/post_list.h"
#include "web/admin.h"
#include "web/pages.h"

/* A post as the page shows it: from the store, or as it was typed. */
struct edit {
	struct post post;             /* id 0: a new one */
	struct str tags;              /* "Ink, Paper" */
	struct str at;                /* "2026-11-21T10:00" in the site's zone, as typed; "": none */
	bool slug_typed;
	/* What is said above the form. */
	struct str problem;           /* STR_NONE: none */
	const struct post *theirs;    /* saved by somebody else meanwhile; NULL: nothing */
};

static struct str local_time(struct visit *v, int64_t at_ms)
{
	struct date d;
	if (!at_ms)
		return STR("");
	date_civil(v->edition->zone, at_ms, &d);
	return arena_printf(v->arena, "%04d-%02d-%02dT%02d:%02d", d.year, d.month, d.day, d.hour, d.minute);
}

/* --- from the store --- */

static bool is_author(const struct visit *v, const struct post_card *card)
{
	for (size_t i = 0; i < card->author_count; i++)
		if (card->authors[i].id == v->admin->who.user.id)
			return true;
	return false;
}

static enum rc load(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	struct post_card card;
	enum rc rc = post_by_public_id(db, visit_arg(v, "id"), v->arena, &e->post, err);
	if (rc == RC_OK)
		rc = post_card_get(db, e->post.id, POST_LIST_REFS, v->arena, &card, err);
	if (rc != RC_OK)
		return rc;
	struct buf tags = BUF_INIT((size_t)64 << 10);
	for (size_t i = 0; i < card.tag_count; i++) {
		buf_cstr(&tags, i ? ", " : "");
		buf_str(&tags, card.tags[i].name);
	}
	e->tags = arena_str(v->arena, buf_view(&tags));
	buf_release(&tags);
	e->at = local_time(v, e->post.published_ms);
	/* Others' drafts are nobody's business who may not change them. */
	bool may_edit = v->admin->who.actor.role >= ROLE_EDITOR || is_author(v, &card);
	return may_edit ? RC_OK : visit_fail(v, 403, RC_DENIED, err, "this is somebody else's post");
}

static void begin_new(struct visit *v, struct edit *e)
{
	bool page = str_is(request_param(v->req, "kind"), POST_KIND_PAGE);
	e->post.kind = page ? STR(POST_KIND_PAGE) : STR(POST_KIND_POST);
	e->post.status = STR(POST_STATUS_DRAFT);
	e->post.visibility = STR(POST_VISIBILITY_PUBLIC);
	e->post.title = e->post.markdown = e->post.slug = e->post.excerpt = STR("");
	e->tags = e->at = STR("");
}

/* --- the page --- */

static void choice(struct visit *v, struct value *root, const char *list_key, const char *prefix,
		   const char *const *names, size_t count, struct str now)
{
	struct value *list = value_list(v->arena, root, list_key);
	for (size_t i = 0; i < count; i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "value", str_of(names[i]));
		value_text(v->arena, item, "label",
			   i18n_text(v->admin->i18n, arena_printf(v->arena, "%s_%s", prefix, names[i]).p));
		value_bool(v->arena, item, "selected", str_is(now, names[i]));
	}
}

static void state_values(struct visit *v, struct value *root, const struct post *post)
{
	bool published = str_is(post->status, POST_STATUS_PUBLISHED), later = post->published_ms > v->now_ms;
	const char *state = published ? later ? "scheduled" : "published"
				      : arena_cstr(v->arena, post->status);
	enum role role = v->admin->who.actor.role;
	value_text(v->arena, root, "state",
		   i18n_text(v->admin->i18n, arena_printf(v->arena, "state_%s", state).p));
	value_text(v->arena, root, "state_class", str_of(state));
	value_bool(v->arena, root, "is_published", published);
	value_bool(v->arena, root, "is_trash", str_is(post->status, POST_STATUS_TRASH));
	value_bool(v->arena, root, "is_new", post->id == 0);
	value_bool(v->arena, root, "may_trash", post->id != 0 && role >= ROLE_EDITOR);
	bool seen = published && !later && str_given(post->path);
	value_text(v->arena, root, "view_url", seen ? visit_link(v, post->path) : STR(""));
}

static enum rc show(struct visit *v, const struct edit *e, int status, struct err *err)
{
	static const char *const who_sees[] = { POST_VISIBILITY_PUBLIC, POST_VISIBILITY_UNLISTED, POST_VISIBILITY_TEAM };
	struct value *root = value_root(v->arena);
	struct value *post = value_object(v->arena, root, "post");
	const struct i18n *t = v->admin->i18n;
	struct str path = e->post.id ? ARENA_JOIN(v->arena, STR("/admin/posts/"), e->post.public_id)
				     : STR("/admin/posts/new");
	value_text(v->arena, root, "action", visit_link(v, path));
	value_text(v->arena, post, "title", e->post.title);
	value_text(v->arena, post, "markdown", e->post.markdown);
	value_text(v->arena, post, "slug", e->post.slug);
	value_text(v->arena, post, "excerpt", e->post.excerpt);
	value_text(v->arena, post, "tags", e->tags);
	value_text(v->arena, post, "at", e->at);
	value_text(v->arena, post, "kind", e->post.kind);
	value_int(v->arena, post, "version", e->post.version);
	value_bool(v->arena, post, "featured", e->post.featured);
	value_bool(v->arena, post, "is_page", str_is(e->post.kind, POST_KIND_PAGE));
	value_bool(v->arena, post, "keeps_password", str_is(e->post.visibility, POST_VISIBILITY_PASSWORD));
	choice(v, root, "visibilities", "visibility", who_sees, COUNT_OF(who_sees), e->post.visibility);
	state_values(v, root, &e->post);
	value_text(v->arena, root, "zone", v->site->timezone);
	value_text(v->arena, root, "problem", str_given(e->problem) ? e->problem : STR(""));
	value_share(v->arena, root, "theirs", NULL);
	if (e->theirs) {
		struct value *theirs = value_object(v->arena, root, "theirs");
		value_text(v->arena, theirs, "title", e->theirs->title);
		value_text(v->arena, theirs, "markdown", e->theirs->markdown);
	}
	struct str title = str_empty(str_trim(e->post.title)) ? i18n_text(t, e->post.id ? "untitled" : "new_post") : e->post.title;
	return admin_render(v, "edit", "posts", title, root, status, err);
}

enum rc page_edit_new(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	begin_new(v, &e);
	return show(v, &e, 200, err);
}

enum rc page_edit(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	enum rc rc = load(v, v->db, &e, err);
	return rc == RC_OK ? show(v, &e, 200, err) : rc;
}

/* --- what was typed --- */

static void take_text(const struct http_pairs *form, const char *name, struct str *to)
{
	struct str text = form_get(form, name);
	if (str_given(text))
		*to = text;
}

/* Browsers send lines of a form with CRLF (HTML, form submission); posts have LF. */
static struct str with_lf(struct visit *v, struct str text)
{
	char *copy = arena_cstr(v->arena, text);
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\r' || i + 1 == text.n || text.p[i + 1] != '\n')
			copy[n++] = text.p[i];
	return str_n(copy, n);
}

static void take_form(struct visit *v, struct edit *e)
{
	const struct http_pairs *form = &v->admin->form;
	struct str version = form_get(form, "version");
	take_text(form, "title", &e->post.title);
	take_text(form, "markdown", &e->post.markdown);
	take_text(form, "excerpt", &e->post.excerpt);
	take_text(form, "visibility", &e->post.visibility);
	take_text(form, "tags", &e->tags);
	take_text(form, "at", &e->at);
	struct str slug = str_trim(form_get(form, "slug"));
	e->slug_typed = str_given(form_get(form, "slug")) && !str_empty(slug) && !str_eq(slug, e->post.slug);
	if (e->slug_typed)
		e->post.slug = slug;
	if (e->post.id == 0 && str_is(form_get(form, "kind"), POST_KIND_PAGE))
		e->post.kind = STR(POST_KIND_PAGE);
	e->post.featured = str_given(form_get(form, "featured"));
	e->post.title = with_lf(v, e->post.title);
	e->post.markdown = with_lf(v, e->post.markdown);
	e->post.excerpt = with_lf(v, e->post.excerpt);
	if (e->post.id && (!str_given(version) || !str_to_i64(version, &e->post.version)))
		e->post.version = -1; /* of no page of ours: a conflict */
}

/* The state that the pressed button asks for; what the address will say is done. */
static enum rc take_button(struct visit *v, struct edit *e, const char **done, struct err *err)
{
	struct str button = form_get(&v->admin->form, "button");
	struct date_parsed at = { .ms = 0 };
	*done = "saved";
	if (!str_empty(str_trim(e->at)) && date_parse(e->at, v->edition->zone, &at, err) != RC_OK)
		return err->rc;
	/* A minute's worth of seconds is not on the page; it stays when the minute does. */
	if (!str_empty(str_trim(e->at)) && !str_eq(e->at, local_time(v, e->post.published_ms)))
		e->post.published_ms = at.ms;
	if (str_is(button, "unpublish")) {
		e->post.status = STR(POST_STATUS_DRAFT);
		*done = "unpublished";
	} else if (str_is(button, "publish")) {
		e->post.status = STR(POST_STATUS_PUBLISHED);
		if (str_empty(str_trim(e->at)))
			e->post.published_ms = v->now_ms;
		*done = e->post.published_ms > v->now_ms ? "scheduled" : "published";
	}
	return RC_OK;
}

static void split_tags(struct str text, struct str *out, size_t *count)
{
	struct str rest = text, name;
	for (*count = 0; *count < POST_TAGS_MAX && str_split(&rest, ',', &name);)
		if (!str_empty(str_trim(name)))
			out[(*count)++] = str_trim(name);
}

static enum rc store(struct visit *v, struct db_rw *db, struct edit *e, struct post_saved *saved, struct err *err)
{
	struct str tags[POST_TAGS_MAX];
	struct post_prepared *prepared = NULL;
	struct db_tx *tx;
	const struct actor actor = v->admin->who.actor;
	struct post_draft draft = {
		.post = e->post, .path = e->post.path_fixed ? e->post.path : STR_NONE, .slug_exact = e->slug_typed,
		.password = STR_NONE, .tags = tags,
	};
	struct site site = *v->site;
	site.phrases = v->basis->phrases;
	split_tags(e->tags, tags, &draft.tag_count);
	enum rc rc = post_prepare(&site, db_rw_ro(db), actor, &draft, v->now_ms, v->arena, &prepared, err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = post_store(tx, &site, actor, prepared, NULL, saved, err);
	if (rc == RC_OK)
		return db_commit(tx, err);
	db_rollback(tx);
	return rc;
}

/* Nothing typed is lost: the form comes back with it. After a conflict the other text stands below, and
 * saving once more takes this one. */
static enum rc give_back(struct visit *v, struct db_ro *db, struct edit *e, enum rc why, struct err *err)
{
	struct edit theirs = { .problem = STR_NONE };
	int status = why == RC_DENIED ? 403 : why == RC_CONFLICT || why == RC_EXISTS ? 409 : 422;
	if (why != RC_INVALID && why != RC_LIMIT && why != RC_DENIED && why != RC_CONFLICT && why != RC_EXISTS)
		return why;
	e->problem = arena_str(v->arena, str_of(err->msg));
	if (why == RC_CONFLICT) {
		struct err second = ERR_INIT;
		if (load(v, db, &theirs, &second) != RC_OK)
			return why;
		v->fail_status = 0;
		e->problem = i18n_text(v->admin->i18n, "conflict");
		e->post.version = theirs.post.version;
		e->theirs = &theirs.post;
	}
	return show(v, e, status, err);
}

static enum rc throw_away(struct visit *v, struct db_rw *db, const struct edit *e, bool back, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = back ? post_restore(tx, v->admin->who.actor, e->post.id, v->now_ms, err)
		  : post_trash(tx, v->admin->who.actor, e->post.id, v->now_ms, err);
	if (rc == RC_OK)
		return db_commit(tx, err);
	db_rollback(tx);
	return rc;
}

static enum rc move(struct visit *v, struct db_rw *db, struct edit *e, bool back, struct err *err)
{
	enum rc rc = throw_away(v, db, e, back, err);
	if (rc == RC_DENIED || rc == RC_CONFLICT)
		return visit_fail(v, rc == RC_DENIED ? 403 : 409, rc, err, "this post cannot be moved there");
	if (rc != RC_OK)
		return rc;
	return back ? admin_redirect(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), e->post.public_id), "restored", err)
		    : admin_redirect(v, STR("/admin/posts"), "trashed", err);
}

enum rc page_edit_form(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct post_saved saved;
	struct post now;
	struct db_rw *db;
	const char *done = NULL;
	struct str button = form_get(&v->admin->form, "button");
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK && str_given(visit_arg(v, "id")))
		rc = load(v, db_rw_ro(db), &e, err);
	else if (rc == RC_OK)
		begin_new(v, &e);
	if (rc != RC_OK)
		return rc;
	if (e.post.id && (str_is(button, "trash") || str_is(button, "restore")))
		return move(v, db, &e, str_is(button, "restore"), err);
	take_form(v, &e);
	rc = take_button(v, &e, &done, err);
	if (rc == RC_OK)
		rc = store(v, db, &e, &saved, err);
	if (rc != RC_OK)
		return give_back(v, db_rw_ro(db), &e, rc, err);
	rc = post_get(db_rw_ro(db), saved.id, v->arena, &now, err);
	return rc == RC_OK ? admin_redirect(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), now.public_id), done, err) : rc;
}
