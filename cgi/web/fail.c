/* fail.c: turns a failure into an answer. */
#include "base/base.h"

#include "base/enc.h"
#include "base/log.h"
#include "http/negotiate.h"
#include "text/bare_page.h"
#include "web/access_log.h"
#include "web/admin.h"
#include "web/fail.h"
#include "web/page.h"
#include "web/values.h"

int fail_status(enum rc rc)
{
	static const int status[RC__MAX] = {
		[RC_OK] = 200, [RC_NOTFOUND] = 404, [RC_EXISTS] = 409, [RC_INVALID] = 400,
		[RC_LIMIT] = 413, [RC_CONFLICT] = 409, [RC_DENIED] = 403, [RC_BUSY] = 503,
		[RC_TIMEOUT] = 408, [RC_IO] = 500, [RC_NOSPACE] = 503, [RC_READONLY] = 503,
		[RC_CORRUPT] = 503, [RC_UNSUPPORTED] = 415, [RC_INTERNAL] = 500,
	};
	return status[rc];
}

/* The connection is worth nothing any more: the next request opens the database anew. */
static bool breaks_database(enum rc rc)
{
	return rc == RC_CORRUPT || rc == RC_IO || rc == RC_READONLY;
}

static void log_failure(struct visit *v, const struct err *err, int status)
{
	if ((status < 500 || status == 501) && err->rc != RC_INTERNAL)
		return; /* the visitor's own doing: the access log has it */
	if (app_says(v->app, err->msg))
		LOG(LOG_ERROR, "cannot answer", LOG_S("id", str_of(v->req->id)), LOG_I("status", status),
		    LOG_S("path", access_log_path(v->req)), LOG_S("code", str_of(rc_name(err->rc))),
		    LOG_S("message", str_of(err->msg)));
}

struct wording {
	struct str title, message;
};

/* The phrases for a status; one that has none of its own takes those of its class. */
static struct wording wording(const struct visit *v, const struct i18n *i18n, int status)
{
	struct wording w;
	struct str title, message;
	if (v->fail_phrase) {
		title = arena_printf(v->arena, "%s_title", v->fail_phrase);
		message = arena_printf(v->arena, "%s_message", v->fail_phrase);
		w = (struct wording){ i18n_text(i18n, title.p), i18n_text(i18n, message.p) };
		if (status == 503 && v->site && v->site->access == SITE_MAINTENANCE &&
		    !str_empty(v->site->maintenance_message))
			w.message = v->site->maintenance_message;
		return w;
	}
	static const int known[] = { 400, 401, 403, 404, 405, 410, 413, 414, 431, 500, 501, 503 };
	int phrase = status < 500 ? 400 : 500;
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (known[i] == status)
			phrase = status;
	title = arena_printf(v->arena, "error_%d_title", phrase);
	message = arena_printf(v->arena, "error_%d_message", phrase);
	return (struct wording){ i18n_text(i18n, title.p), i18n_text(i18n, message.p) };
}

/* RFC 9457; `type` is left out, which means about:blank: the status says it all. */
static enum rc answer_json(struct visit *v, int status, const struct wording *w, struct err *err)
{
	struct buf body = BUF_INIT((size_t)64 << 10);
	buf_printf(&body, "{\"status\":%d,\"title\":\"", status);
	enc_json(&body, w->title);
	BUF_LIT(&body, "\",\"detail\":\"");
	enc_json(&body, w->message);
	buf_printf(&body, "\",\"request_id\":\"%s\"}\n", v->req->id);
	enum rc rc = visit_body(v, status, "application/problem+json", &body, err);
	buf_release(&body);
	return rc;
}

static enum rc answer_themed(struct visit *v, int status, const struct wording *w, struct err *err)
{
	struct page page;
	bool searches = v->site->access == SITE_PUBLIC && (status == 404 || status == 410);
	page_begin(v, &page, "error");
	page.head.kind = HEAD_BARE;
	page.head.noindex = true;
	page.head.title = page_title(v, w->title);
	struct value *error = value_object(v->arena, page.root, "error");
	value_int(v->arena, error, "status", status);
	value_text(v->arena, error, "title", w->title);
	value_text(v->arena, error, "message", w->message);
	value_text(v->arena, error, "request_id", str_of(v->req->id));
	value_text_or_null(v->arena, error, "search_url",
			   searches ? visit_link(v, STR("/search")) : STR_NONE);
	return page_render(v, &page, status, err);
}

/* Without theme and database: still a whole, readable page in the site's language, if it is known. */
static void answer_bare(struct visit *v, int status, const struct wording *w, const struct i18n *i18n)
{
	struct err err = ERR_INIT;
	struct buf body = BUF_INIT((size_t)64 << 10);
	struct bare_page page = {
		.lang = i18n_lang(i18n), .dir = str_of(lang_dir(i18n_lang(i18n))),
		.title = w->title, .message = w->message,
		.note = ARENA_JOIN(v->arena, i18n_text(i18n, "request_id"), STR(": "), str_of(v->req->id)),
	};
	bare_page_write(&page, &body);
	if (visit_body(v, status, "text/html; charset=utf-8", &body, &err) != RC_OK)
		v->res->status = status;
	buf_release(&body);
}

/* Whoever is signed in stays in the admin, and is told what they are there. */
static enum rc answer_admin(struct visit *v, int status, const struct wording *w, struct err *err)
{
	const struct i18n *t = v->admin->i18n, *words = i18n_for(v->basis->phrases, i18n_lang(t));
	struct value *root = value_root(v->arena), *error = value_object(v->arena, root, "error");
	const char *role = arena_printf(v->arena, "role_%s", role_name(v->admin->who.actor.role)).p;
	value_text(v->arena, error, "title", w->title);
	value_text(v->arena, error, "message", w->message);
	value_text_or_null(v->arena, error, "role", status == 403 ? i18n_text(t, role) : STR_NONE);
	value_text(v->arena, error, "request", i18n_text(words, "request_id"));
	value_text(v->arena, error, "request_id", str_of(v->req->id));
	return admin_render(v, "error", "none", w->title, root, status, err);
}

static bool is_inside(const struct visit *v)
{
	return v->edition && v->admin && v->admin->i18n && v->admin->who.user.id;
}

static void answer_html(struct visit *v, int status, const struct wording *w, const struct i18n *i18n)
{
	struct err err = ERR_INIT;
	if (is_inside(v)) {
		if (answer_admin(v, status, w, &err) == RC_OK)
			return;
		err = (struct err)ERR_INIT;
		visit_reset(v);
	}
	if (v->edition && answer_themed(v, status, w, &err) == RC_OK)
		return;
	if (err.rc != RC_OK && app_says(v->app, err.msg))
		log_err(LOG_ERROR, "cannot render the error page", &err);
	visit_reset(v);
	answer_bare(v, status, w, i18n);
}

static void status_headers(struct visit *v, int status)
{
	char allow[ROUTE_ALLOW_MAX_B];
	if (status == 405)
		response_set(v->res, "Allow", route_allow(allow, v->allowed));
	if (status == 503)
		response_set(v->res, "Retry-After", v->fail_retry_s ? str_of(v->fail_retry_s) :
			     v->fail_phrase ? STR("600") : STR("5"));
}

/* Programs call there: a failure is told as JSON whatever the request accepts, whichever part of the program finds
 * it. */
static bool is_for_programs(const struct visit *v)
{
	return str_starts(v->req->path, STR("/cronhooks/"));
}

void fail_answer(struct visit *v, const struct err *err)
{
	struct err second = ERR_INIT;
	int status = v->fail_status ? v->fail_status : fail_status(err->rc);
	struct edition *last = v->edition ? NULL : app_last_edition(v->app);
	const struct i18n *i18n = is_inside(v) ? i18n_for(v->basis->phrases, i18n_lang(v->admin->i18n))
				: v->i18n ? v->i18n
				: last ? last->i18n
				       : i18n_for(v->basis->phrases, STR("en"));
	struct wording w = wording(v, i18n, status);
	log_failure(v, err, status);
	visit_reset(v);
	bool json = is_for_programs(v) || negotiate_wants_json(request_header(v->req, "accept"));
	if (!json || answer_json(v, status, &w, &second) != RC_OK)
		answer_html(v, status, &w, i18n);
	status_headers(v, status);
	if (breaks_database(err->rc)) {
		if (v->edition)
			app_leave(v->app, v->worker, v->edition);
		v->edition = NULL;
		v->db = NULL;
		v->site = NULL; /* the edition's */
		v->i18n = NULL;
		app_forget_db(v->app, v->worker);
	}
	edition_drop(last);
}

void fail_start(struct http_response *res, const struct err *err)
{
	log_err(LOG_ERROR, "cannot start", err);
	res->status = 500;
	response_set(res, "Content-Type", STR("text/plain; charset=utf-8"));
	response_set(res, "Cache-Control", STR("no-store"));
	res->body = STR("500 Internal Server Error\n\n"
			"The program could not start; the web server's error log says why.\n");
}
