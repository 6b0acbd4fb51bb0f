/* edit.c: a post on its way between the store and the page where it is written. */
#include "base/base.h"

#include "base/date.h"
#include "core/author.h"
#include "core/desk.h"
#include "crypt/rand.h"
#include "http/form.h"
#include "store/post_list.h"
#include "web/edit.h"

#define TAGS_MAX_B ((size_t)64 << 10)

struct str edit_local_time(struct visit *v, int64_t at_ms)
{
	struct date d;
	if (!at_ms)
		return STR("");
	date_civil(admin_zone(v, NULL), at_ms, &d);
	return arena_printf(v->arena, "%04d-%02d-%02dT%02d:%02d", d.year, d.month, d.day, d.hour, d.minute);
}

static enum rc load_refs(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	struct post_card card;
	struct buf tags = BUF_INIT(TAGS_MAX_B);
	enum rc rc = post_card_get(db, e->post.id, POST_LIST_REFS, v->arena, &card, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < card.tag_count; i++) {
		buf_cstr(&tags, i ? ", " : "");
		buf_str(&tags, card.tags[i].name);
	}
	e->tags = arena_str(v->arena, buf_view(&tags));
	buf_release(&tags);
	for (size_t i = 0; rc == RC_OK && i < card.author_count && i < POST_AUTHORS_MAX; i++)
		rc = author_label(db, card.authors[i].id, card.authors[i].name, card.authors[i].slug, v->arena,
				  &e->authors[e->author_count++], err);
	return rc;
}

static enum rc load_around(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	struct post_card parent;
	struct revision last;
	enum rc rc = e->post.parent_id ? post_card_get(db, e->post.parent_id, 0, v->arena, &parent, err) : RC_NOTFOUND;
	e->parent = rc == RC_OK ? parent.public_id : STR("");
	if (rc == RC_OK || rc == RC_NOTFOUND)
		rc = revision_last_saved(db, e->post.id, v->arena, &last, err);
	e->base_id = rc == RC_OK ? last.id : 0;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

enum rc edit_load(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	enum rc rc = post_by_public_id(db, visit_arg(v, "id"), v->arena, &e->post, err);
	if (rc == RC_OK)
		rc = load_refs(v, db, e, err);
	if (rc == RC_OK)
		rc = load_around(v, db, e, err);
	if (rc != RC_OK)
		return rc;
	e->at = edit_local_time(v, e->post.published_ms);
	e->key = e->post.public_id;
	e->password = STR_NONE;
	/* Others' drafts are nobody's business who may not change them. */
	rc = desk_check(db, v->admin->who.actor, e->post.id, err);
	return rc == RC_DENIED ? visit_fail(v, 403, rc, err, "this is somebody else's post") : rc;
}

enum rc edit_begin(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	char key[PUBLIC_ID_CHARS + 1];
	bool page = str_is(request_param(v->req, "kind"), POST_KIND_PAGE);
	struct str given = v->req->method == HTTP_POST ? form_get(&v->admin->form, "key") : request_param(v->req, "key");
	e->post.kind = page ? STR(POST_KIND_PAGE) : STR(POST_KIND_POST);
	e->post.status = STR(POST_STATUS_DRAFT);
	e->post.visibility = STR(POST_VISIBILITY_PUBLIC);
	e->post.title = e->post.markdown = e->post.slug = STR("");
	for (size_t i = 0; i < edit_text_count; i++)
		*edit_text_of(&e->post, &edit_texts[i]) = STR("");
	e->post.custom = STR("{}");
	e->tags = e->at = e->parent = STR("");
	e->password = STR_NONE;
	rand_base62(key, PUBLIC_ID_CHARS);
	e->key = str_empty(given) || given.n > AUTOSAVE_KEY_MAX_B ? arena_str(v->arena, str_of(key)) : given;
	const struct user *user = &v->admin->who.user;
	e->author_count = 1;
	return author_label(db, user->id, user->name, user->slug, v->arena, &e->authors[0], err);
}

enum rc edit_open(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	if (str_given(visit_arg(v, "id")))
		return edit_load(v, db, e, err);
	return edit_begin(v, db, e, err);
}

/* Not every new version is a revision: into the trash and out of it is none. */
enum rc edit_newer(struct visit *v, struct db_ro *db, const struct edit *e, int64_t stored, struct str *out, struct err *err)
{
	struct revision last = { .id = 0 };
	const struct i18n *t = v->admin->i18n;
	bool same = e->post.id == 0 || e->post.version == stored;
	enum rc rc = same ? RC_NOTFOUND : revision_last_saved(db, e->post.id, v->arena, &last, err);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return rc;
	bool known = rc == RC_OK && last.id > e->base_id && str_given(last.author);
	const struct i18n_pair pairs[] = { { "name", last.author }, { "when", edit_when(v, last.created_ms) } };
	*out = same ? STR("") : known ? i18n_fill(t, "edit_newer", pairs, COUNT_OF(pairs), v->arena)
				      : i18n_text(t, "edit_newer_somehow");
	return RC_OK;
}

/* An address of its own keeps its folder when its last part gets another name. */
static struct str own_path(struct visit *v, const struct edit *e)
{
	ptrdiff_t slash = e->post.path_fixed ? str_rfind_char(e->post.path, '/') : -1;
	if (!e->post.path_fixed)
		return STR_NONE;
	return e->slug_typed && slash >= 0
		? ARENA_JOIN(v->arena, str_sub(e->post.path, 0, (size_t)slash + 1), e->post.slug) : e->post.path;
}

struct post_draft edit_draft(struct visit *v, const struct edit *e, struct str *tags)
{
	struct post_draft draft = {
		.post = e->post, .path = own_path(v, e), .slug_exact = e->slug_typed, .password = e->password, .tags = tags,
	};
	if (str_empty(draft.post.translation_group))
		draft.post.translation_group = STR_NONE;
	if (e->authors_typed) {
		draft.authors = e->authors;
		draft.author_count = e->author_count;
	}
	edit_split_tags(e->tags, tags, &draft.tag_count);
	return draft;
}

struct str edit_when(struct visit *v, int64_t at_ms)
{
	return admin_moment(v, at_ms);
}

struct str edit_path(struct visit *v, const struct edit *e, struct str tail)
{
	struct str id = e->post.id ? e->post.public_id : STR("new");
	return ARENA_JOIN(v->arena, STR("/admin/posts/"), id, tail);
}
