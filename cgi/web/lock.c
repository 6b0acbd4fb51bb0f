/* lock.c: the password forms of a private site and of protected posts. */
#include "base/base.h"

#include "core/access.h"
#include "http/cookie.h"
#include "http/form.h"
#include "web/lock.h"
#include "web/page.h"
#include "web/values.h"

#define LOCK_FORM_MAX_B 4096
#define BUSY_S 2 /* after which to try again where too many try at once */

struct lock {
	struct str scope;          /* "site", or the post's public id */
	struct str hash;           /* of the password */
	struct str path;           /* where the form is and where it leads back to */
	const struct post *post;   /* NULL: the site's own lock */
};

static const char *cookie_name(struct visit *v, const struct lock *lock)
{
	return arena_printf(v->arena, "platen_open_%.*s", STR_ARG(lock->scope)).p;
}

static bool is_open(struct visit *v, const struct lock *lock)
{
	struct str token = cookie_get(v->req, cookie_name(v, lock));
	v->personal = true;
	return str_given(token) && !str_empty(lock->hash) &&
	       access_is_unlocked(v->site, lock->scope, lock->hash, token, v->now_ms);
}

/* `failed`: why the password did not do; STR_NONE: none was given yet. */
static enum rc show_form(struct visit *v, const struct lock *lock, int status, struct str failed, struct err *err)
{
	struct page page;
	struct str name = lock->post ? lock->post->title : v->site->title;
	page_begin(v, &page, "password");
	page.head.kind = HEAD_BARE;
	page.head.noindex = true;
	page.head.title = page_title(v, name);
	if (lock->post) {
		struct value *post = value_object(v->arena, page.root, "post");
		value_text(v->arena, post, "title", lock->post->title);
		value_text(v->arena, post, "url", visit_link(v, lock->path));
	} else {
		value_absent(v->arena, page.root, "post");
	}
	struct value *form = value_object(v->arena, page.root, "form");
	value_text(v->arena, form, "action", visit_link(v, lock->path));
	value_text(v->arena, form, "token", STR(""));
	value_text_or_null(v->arena, form, "failed", failed);
	return page_render(v, &page, status, err);
}

/* For the whole site also when it opens one post: the Markdown of "/a" is at "/a.md", which is not below it. */
static enum rc set_cookie(struct visit *v, const struct lock *lock, struct str token, struct err *err)
{
	struct buf text = BUF_INIT(COOKIE_MAX_B);
	struct str root = str_empty(v->site->base.mount) ? STR("/") : v->site->base.mount;
	struct cookie cookie = {
		.name = cookie_name(v, lock), .value = token, .path = root,
		.max_age_s = ACCESS_TOKEN_TTL_MS / 1000, .site = COOKIE_LAX, .http_only = true,
		.secure = str_starts(v->site->base.origin, STR("https://")),
	};
	enum rc rc = cookie_write(&cookie, &text, err);
	if (rc == RC_OK)
		rc = response_header(v->res, "Set-Cookie", buf_view(&text), err);
	buf_release(&text);
	return rc;
}

static enum rc show_wrong(struct visit *v, const struct lock *lock, struct err *err)
{
	return show_form(v, lock, 403, i18n_text(v->i18n, "password_failed"), err);
}

/* Not judged: too many are tried, from this address or everywhere. */
static enum rc show_later(struct visit *v, const struct lock *lock, int64_t wait_ms, struct err *err)
{
	int64_t wait_s = wait_ms ? (wait_ms + 999) / 1000 : BUSY_S;
	response_set(v->res, "Retry-After", arena_printf(v->arena, "%lld", (long long)wait_s));
	return wait_ms ? show_form(v, lock, 429, i18n_count(v->i18n, "password_wait", wait_s, v->arena), err)
		       : show_form(v, lock, 503, i18n_text(v->i18n, "password_busy"), err);
}

/* What the form posted. A right password leads back to the page, so that a reload posts nothing. */
static enum rc take_form(struct visit *v, const struct lock *lock, struct err *err)
{
	struct http_pairs fields;
	struct str token;
	struct db_rw *traffic;
	int64_t wait_ms = 0;
	enum rc rc = form_read(v->req, LOCK_FORM_MAX_B, &fields, err);
	if (rc != RC_OK)
		return rc;
	struct err why = ERR_INIT;
	struct access_try try = { lock->scope, lock->hash, form_get(&fields, "password"), v->req->remote_addr, v->now_ms };
	if (str_empty(try.password) || try.password.n > ACCESS_PASSWORD_MAX_B || str_empty(lock->hash))
		return show_wrong(v, lock, err);
	rc = app_traffic(v->app, v->worker, v->basis, &traffic, err);
	if (rc != RC_OK)
		return rc;
	rc = access_unlock(v->site, traffic, &try, v->arena, &token, &wait_ms, &why);
	if (rc == RC_DENIED)
		return show_wrong(v, lock, err);
	if (rc == RC_LIMIT || rc == RC_BUSY)
		return show_later(v, lock, wait_ms, err);
	if (rc != RC_OK) {
		*err = why;
		return rc;
	}
	rc = set_cookie(v, lock, token, err);
	return rc == RC_OK ? visit_redirect(v, 303, visit_link(v, lock->path), err) : rc;
}

static enum rc pass(struct visit *v, const struct lock *lock, int locked_status, bool *answered,
		    struct err *err)
{
	*answered = true;
	if (v->req->method == HTTP_POST)
		return take_form(v, lock, err);
	*answered = !is_open(v, lock);
	return *answered ? show_form(v, lock, locked_status, STR_NONE, err) : RC_OK;
}

enum rc lock_site(struct visit *v, bool *answered, struct err *err)
{
	struct lock lock = { STR("site"), v->site->access_password, v->path, NULL };
	/* A POST of somebody who is in already is for the page: a post's own form. */
	if (is_open(v, &lock)) {
		*answered = false;
		return RC_OK;
	}
	return pass(v, &lock, 403, answered, err);
}

static struct lock lock_of(const struct post *post)
{
	return (struct lock){ post->public_id, post->password_hash, post->path, post };
}

enum rc lock_post(struct visit *v, const struct post *post, bool *answered, struct err *err)
{
	struct lock lock = lock_of(post);
	return pass(v, &lock, 200, answered, err);
}

bool lock_post_is_open(struct visit *v, const struct post *post)
{
	struct lock lock = lock_of(post);
	return is_open(v, &lock);
}
