/* gate.c: what every request passes on its way to a handler and back. */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/address.h"
#include "core/upgrade.h"
#include "http/conditional.h"
#include "web/admin.h"
#include "web/encode.h"
#include "web/fail.h"
#include "web/gate.h"
#include "web/handover.h"
#include "web/kept.h"
#include "web/lock.h"
#include "web/policy.h"
#include "web/routes.h"
#include "web/visit.h"

static void visit_begin(struct visit *v, struct app *app, unsigned worker, struct http_request *req,
			struct http_response *res)
{
	*v = (struct visit){
		.app = app, .worker = worker, .req = req, .res = res, .arena = req->arena,
		.path = req->path, .now_ms = clock_now_ms(), .basis = app_basis(app),
	};
	response_init(res, req->arena);
}

/* Opens the snapshot once a request. A database that cannot be read is 503 whatever its code. */
static enum rc enter(struct visit *v, struct err *err)
{
	if (v->edition)
		return RC_OK;
	enum rc rc = app_enter(v->app, v->worker, v->basis, &v->db, &v->edition, err);
	if (rc != RC_OK) {
		v->fail_status = 503;
		return rc;
	}
	v->site = v->edition->site;
	v->i18n = v->edition->i18n;
	v->shut = v->site->access != SITE_PUBLIC; /* until lock_site() lets the visitor in */
	return RC_OK;
}

static enum rc check_access(struct visit *v, bool *answered, struct err *err)
{
	*answered = false;
	if (v->route->flags & ROUTE_OPEN)
		return RC_OK;
	if (v->site->access == SITE_MAINTENANCE) {
		v->fail_phrase = "maintenance";
		return visit_fail(v, 503, RC_BUSY, err, "the site is in maintenance");
	}
	if (v->site->access != SITE_PRIVATE)
		return RC_OK;
	enum rc rc = lock_site(v, answered, err);
	v->shut = rc != RC_OK || *answered;
	return rc;
}

/* A form is taken from this site's own pages only. Browsers send Origin with every POST (Fetch,
 * 3.2); a request without one comes from no browser and carries nobody's cookies unknowingly. */
static enum rc check_origin(struct visit *v, struct err *err)
{
	struct str origin = request_header(v->req, "origin");
	if (!(v->route->flags & ROUTE_FORM) || !str_given(origin) || str_eq(origin, v->site->base.origin))
		return RC_OK;
	/* Mostly the site's own person, whose PLATEN_URL is not what browsers call the site. */
	if (app_says(v->app, "a form from another origin"))
		LOG(LOG_WARN, "a form from another origin", LOG_S("id", str_of(v->req->id)), LOG_S("origin", origin),
		    LOG_S("PLATEN_URL", v->site->base.origin));
	v->fail_phrase = "elsewhere";
	return visit_fail(v, 403, RC_DENIED, err, "the form comes from another site");
}

static enum rc method_not_allowed(struct visit *v, unsigned allowed, struct err *err)
{
	v->allowed = allowed;
	return visit_fail(v, 405, RC_UNSUPPORTED, err, "this address does not answer that method");
}

/* What methods a path has when the routes for any path are left out: those say nothing of it. */
static unsigned own_methods(struct visit *v, struct str path)
{
	static const enum http_method methods[] = { HTTP_GET, HTTP_POST, HTTP_PATCH, HTTP_DELETE };
	struct route_match match;
	unsigned own = 0;
	for (size_t i = 0; i < COUNT_OF(methods); i++)
		if (router_match(app_router(v->app), methods[i], path, &match) &&
		    !(route_at(match.index)->flags & (ROUTE_ANY_PATH | ROUTE_REFUSAL)))
			own |= 1u << methods[i];
	return own;
}

static enum rc dispatch(struct visit *v, enum http_method method, struct str path, struct err *err);

/* A method that no route has: 405 where GET finds something, else 404. */
static enum rc refuse_method(struct visit *v, struct str path, struct err *err)
{
	unsigned own = own_methods(v, path);
	if (!own) {
		enum rc rc = dispatch(v, HTTP_GET, path, err);
		if (rc != RC_OK)
			return rc;
		visit_reset(v);
		own = 1u << HTTP_GET;
	}
	return method_not_allowed(v, own, err);
}

/* Runs the handler of `path`. */
static enum rc dispatch(struct visit *v, enum http_method method, struct str path, struct err *err)
{
	bool answered = false;
	v->path = path;
	if (!router_match(app_router(v->app), method, path, &v->match))
		return method == HTTP_GET ? err_set(err, RC_NOTFOUND, "there is nothing at this address")
					  : refuse_method(v, path, err);
	v->route = route_at(v->match.index);
	enum rc rc = RC_OK;
	if (v->route->flags & ROUTE_DB)
		rc = enter(v, err);
	if (rc == RC_OK && v->site)
		rc = check_origin(v, err);
	if (rc == RC_OK && v->site)
		rc = check_access(v, &answered, err);
	if (rc == RC_OK && !answered && v->route->least != ROLE_NONE)
		rc = admin_enter(v, v->route->least, &answered, err);
	if (rc == RC_OK && !answered && !kept_enter(v))
		rc = v->route->handler(v, err);
	bool by_any = v->route->flags & ROUTE_ANY_PATH;
	unsigned own = rc == RC_NOTFOUND && method == HTTP_POST && by_any ? own_methods(v, path) : 0;
	return own ? method_not_allowed(v, own, err) : rc;
}

static bool has_upper(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return true;
	return false;
}

static struct str lower(struct arena *arena, struct str s)
{
	char *copy = arena_cstr(arena, s);
	for (size_t i = 0; i < s.n; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] - 'A' + 'a');
	return str_n(copy, s.n);
}

/* Without trailing slashes and a folder's index document, which other generators have. */
static struct str trimmed(struct str path)
{
	static const char *const indexes[] = { "/index.html", "/index.htm", "/index.php" };
	for (size_t i = 0; i < COUNT_OF(indexes); i++)
		if (str_ends(path, str_of(indexes[i])))
			path = str_sub(path, 0, path.n - strlen(indexes[i]) + 1);
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

/* The address was not the page's own: sends the visitor there instead. */
static enum rc redirect_to(struct visit *v, struct str path, struct err *err)
{
	struct str link = visit_link(v, path);
	if (str_given(v->req->query) && v->req->query.n)
		link = ARENA_JOIN(v->arena, link, STR("?"), v->req->query);
	visit_reset(v);
	return visit_redirect(v, 301, link, err);
}

static enum rc answer(struct visit *v, struct err *err)
{
	struct str path = trimmed(v->req->path);
	bool moved = path.n != v->req->path.n || !request_is_canonical(v->req);
	bool reads = v->req->method == HTTP_GET || v->req->method == HTTP_HEAD;
	v->own_address = reads && !moved;
	enum rc rc = dispatch(v, v->req->method, path, err);
	/* Not behind the sign-in: ids are what they are there, and the visit has connections of its own. */
	if (rc == RC_NOTFOUND && !v->admin && has_upper(path)) {
		struct err second = ERR_INIT;
		v->own_address = false;
		path = lower(v->arena, path);
		moved = dispatch(v, v->req->method, path, &second) == RC_OK;
		if (moved)
			rc = RC_OK;
		v->fail_status = 0; /* of the second try: the first one is what is told */
		v->fail_phrase = NULL;
	}
	if (rc == RC_OK && moved && reads && v->res->status == 200 && v->site)
		rc = redirect_to(v, path, err);
	return rc;
}

static void answer_options(struct visit *v)
{
	char allow[ROUTE_ALLOW_MAX_B];
	/* Any path may be a post's, with a form or without: GET says whether it is, not OPTIONS. */
	unsigned own = own_methods(v, v->req->path);
	v->res->status = 204;
	response_set(v->res, "Allow", route_allow(allow, own ? own : 1u << HTTP_GET | 1u << HTTP_POST));
}

/* Another coding of a page is another representation and has another tag (RFC 9110, 8.8.3.3). */
static void set_etag(struct visit *v, enum http_coding coding)
{
	static const char *const suffix[HTTP_CODING__MAX] = { [HTTP_GZIP] = "gz", [HTTP_BROTLI] = "br" };
	char etag[ETAG_MAX_B];
	struct str given = response_get(v->res, "ETag");
	if (!str_given(given) && v->res->file_fd < 0)
		response_set(v->res, "ETag", etag_write(etag, hash_128(v->res->body), suffix[coding]));
	else if (given.n > 1 && suffix[coding])
		response_set(v->res, "ETag",
			     arena_printf(v->arena, "%.*s-%s\"", (int)given.n - 1, given.p, suffix[coding]));
}

static void finish_body(struct visit *v)
{
	bool reads = v->req->method == HTTP_GET || v->req->method == HTTP_HEAD;
	enum http_coding coding = encode_choose(v);
	if (v->res->status == 200 && reads) {
		set_etag(v, coding);
		conditional_answer(v->req, v->res);
	}
	if (!v->res->head_only)
		encode_body(v, coding);
}

static void finish(struct visit *v)
{
	policy_headers(v);
	if (!kept_finish(v))
		finish_body(v);
	if (v->req->method == HTTP_HEAD || v->res->status == 204)
		v->res->head_only = true;
	handover(v);
	admin_leave(v);
	if (v->edition)
		app_leave(v->app, v->worker, v->edition);
	basis_drop(v->basis);
}

/* The program is newer than its databases, which are brought up to date meanwhile (core/upgrade.h): readers see what
 * they see while the site is worked on. */
static void look_for_upgrade(struct visit *v, const struct err *err)
{
	bool due = false;
	struct err ignored = ERR_INIT;
	if (err->rc != RC_UNSUPPORTED || upgrade_is_due(v->basis->conf, &due, &ignored) != RC_OK)
		return;
	/* Something else is not supported; 503 says that it was a database, whose upgrade has ended just now. */
	if (!due && v->fail_status != 503 && (v->edition || v->fail_status))
		return;
	if (due)
		app_note_outdated(v->app);
	v->fail_status = 503;
	v->fail_phrase = "maintenance";
	v->fail_retry_s = "5";
}

/* The theme's error page needs the site; without a database there is a plain one. */
static void answer_failure(struct visit *v, const struct err *err)
{
	struct err ignored = ERR_INIT;
	look_for_upgrade(v, err);
	int status = v->fail_status;
	if (!v->edition && status != 503 && enter(v, &ignored) != RC_OK)
		v->fail_status = status;
	fail_answer(v, err);
}

/* Readers look for pages; what the program itself answers nobody leads elsewhere. */
static void note_lost(struct visit *v)
{
	struct str path = trimmed(v->req->path);
	bool reads = v->req->method == HTTP_GET || v->req->method == HTTP_HEAD;
	if (v->res->status != 404 || !reads || v->admin || !v->site || !v->site->record_missing ||
	    (address_is_reserved(path) && !str_starts(path, STR("/tag/")) && !str_starts(path, STR("/author/"))))
		return;
	app_note_lost(v->app, path, request_header(v->req, "referer"), v->now_ms);
}

/* An address that says more of itself than its methods. */
static bool options_are_asked(struct visit *v)
{
	struct route_match match;
	return router_match(app_router(v->app), HTTP_OPTIONS, v->req->path, &match);
}

void gate_answer(struct app *app, unsigned worker, struct http_request *req, struct http_response *res)
{
	struct err err = ERR_INIT;
	struct visit v;
	visit_begin(&v, app, worker, req, res);
	if (req->method == HTTP_OPTIONS && !options_are_asked(&v))
		answer_options(&v);
	else if (answer(&v, &err) != RC_OK)
		answer_failure(&v, &err);
	note_lost(&v);
	finish(&v);
}

void gate_refuse(struct app *app, unsigned worker, struct http_request *req, int status,
		 const char *message, struct http_response *res)
{
	struct err err = ERR_INIT;
	struct visit v;
	visit_begin(&v, app, worker, req, res);
	if (visit_fail(&v, status, RC_INVALID, &err, message) != RC_OK)
		answer_failure(&v, &err);
	finish(&v);
}
