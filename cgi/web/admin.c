/* admin.c: a visit behind the sign-in. */
#include "base/base.h"

#include <unistd.h>

#include "base/date.h"
#include "base/enc.h"
#include "base/zone.h"
#include "core/first_run.h"
#include "core/media_direct.h"
#include "core/place.h"
#include "core/signin_audit.h"
#include "crypt/rand.h"
#include "http/cookie.h"
#include "http/form.h"
#include "web/admin.h"
#include "web/routes.h"
#include "web/upload.h"

#define COOKIE_SESSION_HTTPS "__Host-platen"
#define COOKIE_SESSION_HTTP "platen_session"
#define COOKIE_DEVICE "platen_device"
#define COOKIE_ONCE "platen_once"
#define ONCE_S 60
#define STYLE_NONCE_CHARS 22 /* 131 bits */
#define DEVICE_TTL_S (DEVICE_TTL_MS / 1000)

/* Nothing inline, nothing from elsewhere; posts show images of anybody. Styles: admin_allow_styles(). */
#define ADMIN_POLICY "default-src 'none'; script-src 'self'; style-src 'self'%s%.*s%s; font-src 'self'; " \
	"img-src 'self' data: https:; media-src 'self' https:; connect-src 'self'%s%.*s; frame-src 'self'; form-action 'self'; " \
	"base-uri 'none'; frame-ancestors 'none'"

static bool is_https(const struct visit *v)
{
	return str_starts(v->site->base.origin, STR("https://"));
}

static const char *session_cookie(const struct visit *v)
{
	return is_https(v) ? COOKIE_SESSION_HTTPS : COOKIE_SESSION_HTTP;
}

enum rc admin_begin(struct visit *v, struct err *err)
{
	v->personal = true;
	v->admin = ARENA_NEW(v->arena, struct admin);
	v->admin->form_token = STR("");
	v->admin->style_nonce = STR_NONE;
	v->admin->file_fd = -1;
	v->admin->file_name = STR("");
	enum rc rc = app_backstage(v->app, v->basis, &v->admin->backstage, err);
	if (rc == RC_OK)
		rc = app_traffic(v->app, v->worker, v->basis, &v->admin->traffic, err);
	if (rc == RC_UNSUPPORTED) /* it is of an older program: an upgrade goes on */
		v->fail_status = 503;
	if (rc == RC_OK)
		v->admin->i18n = i18n_for(v->admin->backstage->phrases, v->site->lang);
	return rc;
}

void admin_leave(struct visit *v)
{
	if (!v->admin)
		return;
	if (v->admin->file_fd >= 0)
		close(v->admin->file_fd);
	db_rw_close(v->admin->db);
	backstage_drop(v->admin->backstage);
	v->admin = NULL;
}

enum rc admin_db(struct visit *v, struct db_rw **out, struct err *err)
{
	enum rc rc = v->admin->db ? RC_OK : place_open_rw(v->basis->conf, &v->admin->db, err);
	*out = v->admin->db;
	return rc;
}

/* Another password, "sign out everywhere" and other rights all move the epoch. */
static enum rc still_here(struct visit *v, struct db_tx *tx, struct err *err)
{
	const struct signed_in *who = &v->admin->who;
	struct user now;
	if (who->user.id == 0)
		return RC_OK;
	enum rc rc = user_get(db_tx_ro(tx), who->user.id, v->now_ms, v->arena, &now, err);
	if (rc == RC_NOTFOUND || (rc == RC_OK && (now.disabled_ms || now.epoch != who->user.epoch ||
						  !str_eq(now.role, who->user.role))))
		rc = err_set(err, RC_DENIED, "the session is over");
	return rc;
}

enum rc admin_tx(struct visit *v, struct db_tx **out, struct err *err)
{
	struct db_rw *db;
	struct db_tx *tx;
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = still_here(v, tx, err);
	if (rc != RC_OK)
		return db_end(tx, rc, err);
	*out = tx;
	return RC_OK;
}

static enum rc find_person(struct visit *v, struct db_ro *db, struct str token, struct err *err)
{
	struct admin *a = v->admin;
	struct err why = ERR_INIT;
	enum rc rc = signin_find(db, a->traffic, token, v->req->remote_addr, v->now_ms, v->arena, &a->who, &why);
	if (rc != RC_OK) {
		a->who.user.id = 0;
		return err_set(err, rc, "%s", why.msg);
	}
	if (!str_empty(a->who.user.lang))
		a->i18n = i18n_for(a->backstage->phrases, a->who.user.lang);
	return signin_form_token(v->site, &a->who, v->now_ms, v->arena, &a->form_token, err);
}

/* Nobody is signed in, and it was a page that was asked for: it is come back to. Before there is an owner
 * nobody can sign in. */
static enum rc send_to_door(struct visit *v, struct err *err)
{
	bool first = false;
	enum rc rc = first_run_is_open(v->db, &first, err);
	if (rc != RC_OK || first)
		return rc == RC_OK ? admin_redirect(v, STR("/admin/first"), NULL, err) : rc;
	struct str query = v->req->query;
	struct str next = str_given(query) && query.n ? ARENA_JOIN(v->arena, v->path, STR("?"), query) : v->path;
	struct str to = ARENA_JOIN(v->arena, STR("/admin/signin?next="), enc_percent_dup(v->arena, next, ENC_STRICT));
	return visit_redirect(v, 303, admin_link(v, to), err);
}

/* A form without a session: what was written in it is kept on the page that asks for the password, and is
 * done when it comes again with that. The gate has looked at Origin: it was written on this site. */
static enum rc take_late_form(struct visit *v, bool *answered, struct err *err)
{
	struct admin *a = v->admin;
	struct admin_door door = { .action = v->path, .next = STR_NONE, .email = STR(""), .kept = &a->form };
	if (str_given(form_get(&a->form, "signin_password")) || str_given(form_get(&a->form, "signin_challenge")))
		return admin_sign_in(v, &a->form, &door, answered, err);
	*answered = true;
	return admin_ask(v, 401, &door, err);
}

/* Every form has a token of the session that it was made for. */
static enum rc check_form(struct visit *v, struct err *err)
{
	struct admin *a = v->admin;
	if (signin_form_is_ours(v->site, &a->who, form_get(&a->form, "form_token"), v->now_ms, v->arena))
		return RC_OK;
	return visit_fail(v, 403, RC_DENIED, err, "the form is not of this session");
}

/* The same of a script's request, which has no form. What only reads has no token either. */
static enum rc check_script(struct visit *v, struct err *err)
{
	struct str token = request_header(v->req, "form-token");
	if (v->req->method == HTTP_GET || v->req->method == HTTP_HEAD || v->req->method == HTTP_OPTIONS ||
	    signin_form_is_ours(v->site, &v->admin->who, token, v->now_ms, v->arena))
		return RC_OK;
	return visit_fail(v, 403, RC_DENIED, err, "the request is not of this session");
}

/* After it is known who sends it: nobody else's bytes come to the disk. After the password was asked for the
 * same form comes again without the file, which the page asks for. */
static enum rc take_upload(struct visit *v, struct err *err)
{
	bool again = request_has_type(v->req, "application/x-www-form-urlencoded");
	enum rc rc = again ? form_read(v->req, ADMIN_FORM_MAX_B, &v->admin->form, err) : upload_read(v, err);
	return rc == RC_OK ? check_form(v, err) : rc;
}

enum rc admin_enter(struct visit *v, enum role least, bool *answered, struct err *err)
{
	struct err why = ERR_INIT;
	bool script = v->route->flags & ROUTE_SCRIPT, uploads = v->route->flags & ROUTE_UPLOAD;
	bool posts = v->req->method == HTTP_POST && !script;
	*answered = false;
	enum rc rc = admin_begin(v, err);
	if (rc != RC_OK)
		return rc;
	enum rc found = find_person(v, v->db, cookie_get(v->req, session_cookie(v)), &why);
	if (posts && !uploads)
		rc = form_read_text(v->req, found == RC_OK ? ADMIN_FORM_BODY_MAX_B : ADMIN_FORM_MAX_B, ADMIN_FORM_MAX_B,
				    &v->admin->form, err);
	if (rc != RC_OK)
		return rc;
	rc = found;
	if (rc == RC_DENIED && script)
		return visit_fail(v, 401, RC_DENIED, err, "nobody is signed in");
	if (rc == RC_DENIED && (!posts || uploads)) {
		*answered = true;
		return send_to_door(v, err);
	}
	if (rc == RC_DENIED)
		rc = take_late_form(v, answered, err);
	else if (rc != RC_OK)
		*err = why;
	else if (posts && !uploads)
		rc = check_form(v, err);
	else if (script)
		rc = check_script(v, err);
	if (rc == RC_OK && !*answered && v->admin->who.actor.role < least)
		rc = visit_fail(v, 403, RC_DENIED, err, "your role does not allow this");
	if (rc == RC_OK && !*answered && posts && uploads)
		rc = take_upload(v, err);
	if (rc == RC_OK && !*answered && v->route->flags & ROUTE_PROVEN)
		rc = admin_prove(v, answered, err);
	return rc;
}

struct str admin_asked(const struct visit *v, const char *name, size_t max_b)
{
	struct str value = request_param(v->req, name);
	return str_given(value) && value.n <= max_b ? value : STR("");
}

struct str admin_field(const struct visit *v, const char *name)
{
	return str_or_empty(form_get(&v->admin->form, name));
}

struct audit admin_entry(struct visit *v, const char *action, struct str object)
{
	return (struct audit){
		.at_ms = v->now_ms, .user_id = v->admin->who.user.id, .who = v->admin->who.user.name,
		.action = str_of(action), .object = object, .remote_addr = v->req->remote_addr,
	};
}

enum rc admin_note(struct visit *v, struct db_tx *tx, const char *action, struct str object, struct err *err)
{
	struct audit entry = admin_entry(v, action, object);
	return audit_add(tx, &entry, err);
}

enum rc admin_note_alone(struct visit *v, const char *action, struct str object, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = admin_tx(v, &tx, err);
	return rc == RC_OK ? db_end(tx, admin_note(v, tx, action, object, err), err) : rc;
}

static enum rc set_cookie(struct visit *v, const struct cookie *cookie, struct err *err)
{
	struct buf text = BUF_INIT(COOKIE_MAX_B);
	enum rc rc = cookie_write(cookie, &text, err);
	if (rc == RC_OK)
		rc = response_header(v->res, "Set-Cookie", buf_view(&text), err);
	buf_release(&text);
	return rc;
}

enum rc admin_cookies(struct visit *v, const struct signin_tokens *tokens, struct err *err)
{
	struct cookie session = {
		.name = session_cookie(v), .value = tokens ? tokens->session : STR(""), .path = STR("/"),
		.max_age_s = tokens ? SESSION_MAX_MS / 1000 : 0, .site = COOKIE_LAX, .http_only = true,
		.secure = is_https(v),
	};
	enum rc rc = set_cookie(v, &session, err);
	if (rc != RC_OK || !tokens)
		return rc;
	struct cookie device = {
		.name = COOKIE_DEVICE, .value = tokens->device, .path = visit_link(v, STR("/admin")),
		.max_age_s = DEVICE_TTL_S, .site = COOKIE_STRICT, .http_only = true, .secure = is_https(v),
	};
	return set_cookie(v, &device, err);
}

enum rc admin_once(struct visit *v, struct str path, struct str text, struct err *err)
{
	struct cookie once = {
		.name = COOKIE_ONCE, .value = text, .path = visit_link(v, path), .max_age_s = str_empty(text) ? 0 : ONCE_S,
		.site = COOKIE_STRICT, .http_only = true, .secure = is_https(v),
	};
	return set_cookie(v, &once, err);
}

enum rc admin_once_take(struct visit *v, struct str path, struct str *text, struct err *err)
{
	*text = cookie_get(v->req, COOKIE_ONCE);
	return str_given(*text) ? admin_once(v, path, STR(""), err) : RC_OK;
}

static enum rc refused(struct visit *v, enum rc why, struct admin_door *door, int64_t wait_ms, struct err *err)
{
	door->wait_s = (wait_ms + 999) / 1000;
	switch (why) {
	case RC_DENIED:
		door->failed = str_given(door->challenge) ? "signin_wrong_code" : "signin_wrong";
		return admin_ask(v, 403, door, err);
	case RC_TIMEOUT:
		door->challenge = STR_NONE;
		door->failed = "signin_over";
		return admin_ask(v, 403, door, err);
	case RC_LIMIT:
		door->failed = "signin_wait";
		response_set(v->res, "Retry-After", arena_printf(v->arena, "%lld", (long long)door->wait_s));
		return admin_ask(v, 429, door, err);
	case RC_BUSY:
		door->failed = "signin_busy";
		response_set(v->res, "Retry-After", STR("2"));
		return admin_ask(v, 503, door, err);
	default:
		return why;
	}
}

static struct signin signin_of(struct visit *v, struct str email, struct str password)
{
	return (struct signin){
		.email = str_or_empty(email), .password = str_or_empty(password),
		.device = cookie_get(v->req, COOKIE_DEVICE), .remote_addr = v->req->remote_addr,
		.user_agent = request_header(v->req, "user-agent"), .now_ms = v->now_ms,
	};
}

enum rc admin_prove(struct visit *v, bool *answered, struct err *err)
{
	struct admin *a = v->admin;
	struct err why = ERR_INIT;
	int64_t wait_ms = 0;
	struct str password = form_get(&a->form, "signin_password");
	struct admin_door door = { .action = v->path, .next = STR_NONE, .email = a->who.user.email, .kept = &a->form,
				   .proves = true };
	*answered = false;
	if (signin_is_fresh(&a->who, v->now_ms))
		return RC_OK;
	*answered = true;
	if (!str_given(password))
		return admin_ask(v, 401, &door, err);
	enum rc rc = signin_prove(a->traffic, &a->who, password, v->now_ms, v->arena, &wait_ms, &why);
	*answered = rc != RC_OK;
	if (rc == RC_OK)
		return RC_OK;
	struct db_rw *db;
	if (rc == RC_DENIED && admin_db(v, &db, err) == RC_OK)
		signin_audit_failed(db, a->who.user.id, v->req->remote_addr, v->now_ms, v->arena);
	*err = why;
	return refused(v, rc, &door, wait_ms, err);
}

enum rc admin_renew(struct visit *v, const struct user *user, struct err *err)
{
	struct signin_tokens tokens;
	struct db_rw *db; /* the visit's snapshot is older than the change */
	struct signin signin = signin_of(v, STR_NONE, STR_NONE);
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = signin_renew(v->site, v->admin->traffic, user, &signin, v->arena, &tokens, err);
	if (rc == RC_OK)
		rc = admin_cookies(v, &tokens, err);
	return rc == RC_OK ? find_person(v, db_rw_ro(db), tokens.session, err) : rc;
}

enum rc admin_sign_in(struct visit *v, const struct http_pairs *form, struct admin_door *door, bool *answered,
		      struct err *err)
{
	struct signin_tokens tokens;
	struct db_rw *db;
	struct err why = ERR_INIT;
	int64_t wait_ms = 0;
	struct signin signin = signin_of(v, form_get(form, "signin_email"), form_get(form, "signin_password"));
	door->email = signin.email;
	*answered = false;
	enum rc rc = admin_db(v, &db, err);
	if (rc != RC_OK)
		return rc;
	door->challenge = form_get(form, "signin_challenge");
	if (str_given(door->challenge))
		rc = signin_code(v->site, db, v->admin->traffic, door->challenge,
				 str_or_empty(form_get(form, "signin_code")),
				 &signin, v->arena, &tokens, &wait_ms, &why);
	else
		rc = signin_password(v->site, db, v->admin->traffic, &signin, v->arena, &tokens, &wait_ms, &why);
	if (rc == RC_DENIED)
		signin_audit_failed(db, tokens.user_id, signin.remote_addr, v->now_ms, v->arena);
	if (rc != RC_OK) {
		*answered = true;
		*err = why;
		return refused(v, rc, door, wait_ms, err);
	}
	if (str_given(tokens.challenge)) {
		*answered = true;
		door->challenge = tokens.challenge;
		return admin_ask(v, 200, door, err);
	}
	rc = admin_cookies(v, &tokens, err);
	if (rc == RC_OK)
		rc = find_person(v, db_rw_ro(db), tokens.session, err);
	if (rc == RC_OK)
		signin_audit(db, &v->admin->who.user, AUDIT_SIGNIN, signin.remote_addr, v->now_ms);
	return rc;
}

static void person_values(struct visit *v, struct value *root)
{
	static const char *const flags[ROLE__MAX] = {
		[ROLE_CONTRIBUTOR] = "may_write", [ROLE_AUTHOR] = "may_publish", [ROLE_EDITOR] = "may_edit",
		[ROLE_OWNER] = "may_own",
	};
	const struct signed_in *who = &v->admin->who;
	if (!who->user.id) {
		value_share(v->arena, root, "person", NULL);
		return;
	}
	struct value *person = value_object(v->arena, root, "person");
	value_text(v->arena, person, "name", who->user.name);
	value_text(v->arena, person, "email", str_given(who->user.email) ? who->user.email : STR(""));
	for (int role = ROLE_CONTRIBUTOR; role < ROLE__MAX; role++)
		value_bool(v->arena, person, flags[role], (int)who->actor.role >= role);
}

/* What the page before this one has done: only a phrase of ours, whatever stands in the address. */
static void done_value(struct visit *v, struct value *root)
{
	static const char *const known[] = { "saved", "published", "scheduled", "unpublished", "restored",
		"signed_out", "second_off", "welcome", "first", "named", "brought_back",
		"submitted", "copied", "translated", "approved", "sent_back", "revoked",
		"added", "deleted", "merged", "retried", "uploaded", "media_trashed", "media_deleted", "media_edited", "media_replaced",
		"key_made", "job_now", "task_ran", "task_more" };
	struct str done = request_param(v->req, "done");
	value_share(v->arena, root, "done", NULL);
	for (size_t i = 0; str_given(done) && i < COUNT_OF(known); i++)
		if (str_is(done, known[i]))
			value_text(v->arena, root, "done",
				   i18n_text(v->admin->i18n, arena_printf(v->arena, "done_%s", known[i]).p));
}

void admin_allow_styles(struct visit *v, struct value *root)
{
	char nonce[STYLE_NONCE_CHARS + 1];
	rand_base62(nonce, STYLE_NONCE_CHARS);
	v->admin->style_nonce = arena_str(v->arena, str_of(nonce));
	value_text(v->arena, root, "style_nonce", v->admin->style_nonce);
}

enum rc admin_render(struct visit *v, const char *template_name, const char *section, struct str title,
		     struct value *root, int status, struct err *err)
{
	struct admin *a = v->admin;
	struct str lang = i18n_lang(a->i18n);
	struct buf body = BUF_INIT(THEME_OUTPUT_MAX_B);
	value_text(v->arena, root, "lang", lang);
	value_text(v->arena, root, "dir", str_of(lang_dir(lang)));
	value_text(v->arena, root, "title", title);
	value_text(v->arena, root, "form_token", a->form_token);
	value_share(v->arena, root, "t", i18n_values(a->i18n));
	value_share(v->arena, root, "asset", a->backstage->skin->asset_values);
	struct value *site = value_object(v->arena, root, "site");
	value_text(v->arena, site, "title", v->site->title);
	value_text(v->arena, site, "url", visit_link(v, STR("/")));
	struct value *link = value_object(v->arena, root, "link");
	value_text(v->arena, link, "home", visit_link(v, STR("/admin")));
	value_text(v->arena, link, "posts", visit_link(v, STR("/admin/posts")));
	value_text(v->arena, link, "new_post", visit_link(v, STR("/admin/posts/new")));
	value_text(v->arena, link, "palette", visit_link(v, STR("/admin/palette")));
	value_text(v->arena, link, "media", visit_link(v, STR("/admin/media")));
	value_text(v->arena, link, "choose", visit_link(v, STR("/admin/media/choose")));
	value_text(v->arena, link, "uploads", visit_link(v, STR("/admin/media/uploads")));
	value_text(v->arena, link, "signin", visit_link(v, STR("/admin/signin")));
	value_text(v->arena, link, "people", visit_link(v, STR("/admin/people")));
	value_text(v->arena, link, "audit", visit_link(v, STR("/admin/audit")));
	value_text(v->arena, link, "profile", visit_link(v, STR("/admin/profile")));
	value_text(v->arena, link, "second", visit_link(v, STR("/admin/second")));
	value_text(v->arena, link, "sessions", visit_link(v, STR("/admin/sessions")));
	value_text(v->arena, link, "signout", visit_link(v, STR("/admin/signout")));
	struct value *in = value_object(v->arena, root, "in");
	value_bool(v->arena, in, section, true);
	admin_menu(v, section, root);
	person_values(v, root);
	done_value(v, root);
	enum rc rc = theme_render(a->backstage->skin->theme, template_name, root, &body, err);
	if (rc == RC_OK)
		rc = visit_body(v, status, "text/html; charset=utf-8", &body, err);
	bool styles = str_given(a->style_nonce);
	struct str direct = media_direct_origin(v->basis->conf, v->arena); /* uploads may go there */
	response_set(v->res, "Content-Security-Policy",
		     arena_printf(v->arena, ADMIN_POLICY, styles ? " 'nonce-" : "",
				  STR_ARG(styles ? a->style_nonce : STR("")), styles ? "'" : "",
				  str_given(direct) ? " " : "", STR_ARG(str_or_empty(direct))));
	response_set(v->res, "Referrer-Policy", STR("same-origin"));
	buf_release(&body);
	return rc;
}

/* Readers see the same dates: names of months are among the site's phrases. */
struct str admin_date(struct visit *v, int64_t at_ms)
{
	const struct i18n *dates = i18n_for(v->basis->phrases, i18n_lang(v->admin->i18n));
	return i18n_date(dates, at_ms, v->site->timezone, I18N_DATE_LONG, v->arena);
}

const struct zone *admin_zone(struct visit *v, struct str *name)
{
	const struct zone *zone = v->edition->zone;
	struct str own = v->admin->who.user.timezone;
	bool has_own = !str_empty(own) && zone_get(own, &zone, NULL) == RC_OK;
	if (name)
		*name = has_own ? own : v->site->timezone;
	return zone;
}

struct str admin_moment(struct visit *v, int64_t at_ms)
{
	struct date d;
	struct str name;
	const struct i18n *dates = i18n_for(v->basis->phrases, i18n_lang(v->admin->i18n));
	date_civil(admin_zone(v, &name), at_ms, &d);
	return arena_printf(v->arena, "%.*s, %02d:%02d", STR_ARG(i18n_date(dates, at_ms, name, I18N_DATE_LONG, v->arena)),
			    d.hour, d.minute);
}

struct str admin_link(const struct visit *v, struct str path)
{
	ptrdiff_t at = str_find_char(path, '?');
	if (at < 0)
		return visit_link(v, path);
	return ARENA_JOIN(v->arena, visit_link(v, str_sub(path, 0, (size_t)at)), str_from(path, (size_t)at));
}

enum rc admin_redirect(struct visit *v, struct str path, const char *done, struct err *err)
{
	if (done)
		path = ARENA_JOIN(v->arena, path, str_find_char(path, '?') < 0 ? STR("?done=") : STR("&done="), str_of(done));
	return visit_redirect(v, 303, admin_link(v, path), err);
}
