/* whereto.c: where an address that somebody wrote leads. */
#include "base/base.h"

#include "base/enc.h"
#include "base/utf8.h"
#include "core/whereto.h"
#include "store/post.h"
#include "store/post_list.h"
#include "store/redirect.h"
#include "store/tag.h"
#include "store/user.h"

static bool continues(struct str s, struct str prefix)
{
	return str_starts(s, prefix) && (s.n == prefix.n || strchr("/?#", s.p[prefix.n]));
}

struct str whereto_path(const struct site *site, struct str written, struct arena *arena)
{
	struct buf decoded = BUF_INIT(ADDRESS_PATH_MAX_B);
	struct str rest = written, path = STR_NONE;
	if (continues(rest, site->base.origin))
		rest = str_from(rest, site->base.origin.n);
	else if (rest.n == 0 || rest.p[0] != '/' || str_starts(rest, STR("//")))
		return STR_NONE;
	if (site->base.mount.n && continues(rest, site->base.mount))
		rest = str_from(rest, site->base.mount.n);
	rest = str_until(str_until(rest, '#'), '?');
	while (rest.n > 1 && rest.p[rest.n - 1] == '/')
		rest.n--;
	if (enc_percent_decode(&decoded, rest, false) && decoded.rc == RC_OK && utf8_valid(buf_view(&decoded)))
		path = decoded.len ? arena_str(arena, buf_view(&decoded)) : STR("/");
	buf_release(&decoded);
	return path;
}

static bool readers_see(const struct post_card *card, int64_t now_ms)
{
	return str_is(card->status, POST_STATUS_PUBLISHED) && card->published_ms && card->published_ms <= now_ms &&
	       !str_is(card->visibility, POST_VISIBILITY_TEAM);
}

static enum rc look_for_post(struct db_ro *db, struct str path, int64_t now_ms, struct arena *arena, struct whereto *out,
			     struct err *err)
{
	struct str its_path;
	struct post_card card;
	int64_t id;
	enum rc rc = post_path_fold(db, path, arena, &its_path, &id, err);
	if (rc == RC_OK)
		rc = post_card_get(db, id, 0, arena, &card, err);
	if (rc == RC_OK) {
		out->kind = readers_see(&card, now_ms) ? WHERETO_PAGE : WHERETO_HIDDEN;
		out->post_id = id;
	}
	return rc;
}

/* "/tag/a", "/tag/a/page/2", "/author/b": the end of its first page; STR_NONE: not below `start`. */
static struct str slug_below(struct str path, struct str start)
{
	return str_starts(path, start) ? str_until(str_from(path, start.n), '/') : STR_NONE;
}

static enum rc look_at_program(struct db_ro *db, struct str path, int64_t now_ms, struct arena *arena,
			       struct whereto *out, struct err *err)
{
	struct tag tag;
	struct user user;
	struct str tag_slug = slug_below(path, STR("/tag/")), author_slug = slug_below(path, STR("/author/"));
	enum rc rc = RC_OK;
	int64_t count = 1;
	if (str_given(tag_slug)) {
		rc = tag_by_slug(db, tag_slug, now_ms, arena, &tag, err);
		count = rc == RC_OK ? tag.count : 0;
	} else if (str_given(author_slug)) {
		rc = user_by_slug(db, author_slug, now_ms, arena, &user, err);
		count = rc == RC_OK ? user.count : 0;
	}
	if (rc == RC_OK)
		out->kind = count ? WHERETO_PAGE : WHERETO_HIDDEN;
	return rc;
}

/* What is at the path itself: RC_NOTFOUND: no page, tag or author. */
static enum rc look(struct db_ro *db, const struct site *site, struct str path, int64_t now_ms, struct arena *arena,
		    struct whereto *out, struct err *err)
{
	out->kind = WHERETO_PAGE;
	if (path.n <= 1 || (!str_empty(site->front_page) && str_eq(path, site->posts_path)))
		return RC_OK;
	return address_is_reserved(path) ? look_at_program(db, path, now_ms, arena, out, err)
					 : look_for_post(db, path, now_ms, arena, out, err);
}

static enum rc follow(struct db_ro *db, const struct site *site, struct str path, int64_t now_ms, struct arena *arena,
		      struct whereto *out, struct err *err)
{
	struct redirect redirect;
	struct str target = STR_NONE;
	struct whereto next = { .kind = WHERETO_NOTHING };
	for (int hops = 0; hops < WHERETO_HOPS_MAX; hops++) {
		enum rc rc = redirect_get(db, path, arena, &redirect, &target, err);
		if (rc == RC_NOTFOUND) {
			out->kind = WHERETO_NOTHING;
			return RC_OK;
		}
		if (rc != RC_OK)
			return rc;
		out->kind = redirect.status == 410 ? WHERETO_GONE : str_given(target) ? WHERETO_MOVED : WHERETO_HIDDEN;
		out->target = target;
		path = str_given(target) ? whereto_path(site, target, arena) : STR_NONE;
		if (out->kind != WHERETO_MOVED || !str_given(path))
			return RC_OK;
		rc = look(db, site, path, now_ms, arena, &next, err);
		if (rc != RC_NOTFOUND) {
			out->kind = next.kind == WHERETO_PAGE ? WHERETO_MOVED : next.kind;
			return rc;
		}
	}
	out->kind = WHERETO_LOOP;
	return RC_OK;
}

enum rc whereto(struct db_ro *db, const struct site *site, struct str written, int64_t now_ms, struct arena *arena,
		struct whereto *out, struct err *err)
{
	struct whereto found = { .kind = WHERETO_ELSEWHERE, .path = STR_NONE, .target = STR_NONE };
	struct err none = ERR_INIT;
	struct arena scratch; /* a list of redirects asks thousands of times */
	enum rc rc = RC_OK;
	arena_init(&scratch, ARENA_MAX_B);
	if (str_starts(written, STR("#")))
		found.kind = WHERETO_PAGE;
	else
		found.path = whereto_path(site, written, arena);
	if (str_given(found.path)) {
		rc = look(db, site, found.path, now_ms, &scratch, &found, &none);
		if (rc == RC_NOTFOUND)
			rc = follow(db, site, found.path, now_ms, &scratch, &found, &none);
	}
	if (str_given(found.target))
		found.target = arena_str(arena, found.target);
	arena_release(&scratch);
	if (rc != RC_OK)
		return err_set(err, rc, "%s", none.msg);
	*out = found;
	return RC_OK;
}
