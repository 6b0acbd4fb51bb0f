/* admin.h: a visit behind the sign-in: who it is, what came with the form, and pages of the admin. */
#ifndef PLATEN_WEB_ADMIN_H
#define PLATEN_WEB_ADMIN_H

#include "base/err.h"
#include "core/signin.h"
#include "http/multipart.h"
#include "store/audit.h"
#include "tmpl/value.h"
#include "web/backstage.h"
#include "web/visit.h"

#define ADMIN_FORM_MAX_B ((size_t)8 << 20)
/* Of who is signed in, not yet decoded: after a conflict the form has the text twice, in any script. */
#define ADMIN_FORM_BODY_MAX_B (3 * ADMIN_FORM_MAX_B)

/* Of one visit; lives in its arena. */
struct admin {
	struct backstage *backstage;
	const struct i18n *i18n;        /* of the person's language, before anybody signed in the site's */
	struct db_rw *traffic;          /* the worker's */
	struct db_rw *db;               /* of admin_db(); NULL until then */
	struct signed_in who;           /* user.id 0: nobody yet */
	struct str form_token;          /* for the forms on the page */
	struct str style_nonce;         /* of admin_allow_styles(); STR_NONE: no inline style */
	struct http_pairs form;         /* of a POST, decoded; empty otherwise */
	int file_fd;                    /* of a form with a file (upload.h); -1: none */
	struct str file_name;
	struct multipart_file *files;   /* all of them, of file_fd */
	size_t file_count;
};

/* For an address that only the signed in get to: finds out who it is, and with POST reads the form and
 * makes sure that it is one of ours. *answered: nobody is signed in, and the sign-in page or the way to it
 * was given. RC_DENIED: a role below `least`, or a form that is not ours. */
NODISCARD enum rc admin_enter(struct visit *v, enum role least, bool *answered, struct err *err);
/* For the sign-in page itself: nobody need be signed in. */
NODISCARD enum rc admin_begin(struct visit *v, struct err *err);
void admin_leave(struct visit *v);

/* The parameter of the address; "" when there is none, or it is longer than that. */
struct str admin_asked(const struct visit *v, const char *name, size_t max_b);
/* The first field of that name that came with the form; "" when none did. */
struct str admin_field(const struct visit *v, const char *name);

/* A connection for changes, closed by admin_leave(): a millisecond for those who write, where one for each
 * worker would hold two megabytes all the time. */
NODISCARD enum rc admin_db(struct visit *v, struct db_rw **out, struct err *err);
/* A transaction on it. RC_DENIED: whoever is signed in was signed out, demoted, disabled or deleted since the
 * request began. */
NODISCARD enum rc admin_tx(struct visit *v, struct db_tx **out, struct err *err);

/* What the sign-in page asks with: where it leads to, what was typed already, why it did not do. */
struct admin_door {
	struct str action;              /* path that the form is sent to */
	struct str next;                /* path to go to afterwards; STR_NONE: nowhere, the form says it all */
	struct str email;
	const char *failed;             /* a key of the phrases; NULL: nothing was tried */
	bool proves;                    /* somebody is signed in: only the password is asked for */
	struct str challenge;           /* STR_NONE, or: the code of the second step is asked for */
	int64_t wait_s;                 /* for "signin_wait" */
	const struct http_pairs *kept;  /* of a form that came without a session: comes again with the password */
};
/* Answers with that page; to a script that asks for JSON, with `challenge` and `problem`, "" for none (401 for 200). */
NODISCARD enum rc admin_ask(struct visit *v, int status, const struct admin_door *door, struct err *err);
/* Signs in with the fields signin_email and signin_password of `form`, and sets the cookies. *answered: it
 * did not do, and the page that asks again was given. */
NODISCARD enum rc admin_sign_in(struct visit *v, const struct http_pairs *form, struct admin_door *door,
				bool *answered, struct err *err);
/* For a route with ROUTE_PROVEN: asks for the password in place unless it was given a short time ago. What
 * came with the form comes again with it. */
NODISCARD enum rc admin_prove(struct visit *v, bool *answered, struct err *err);
/* Ends all sessions of the person who is signed in and begins another one here, for whose
 * forms form_token is from now on: `user` as stored now. */
NODISCARD enum rc admin_renew(struct visit *v, const struct user *user, struct err *err);
/* Keeps `text` (without blanks and signs) for the next page of that path of the admin, which shows it once: a minute,
 * in a cookie of that path alone. */
NODISCARD enum rc admin_once(struct visit *v, struct str path, struct str text, struct err *err);
/* That text, which is over with this answer; STR_NONE: none. The cookie is the browser's: judge it. */
NODISCARD enum rc admin_once_take(struct visit *v, struct str path, struct str *text, struct err *err);
/* Notes in the audit log what the person who is signed in does: `action` is a word that the phrases have as
 * "audit_ACTION". In the transaction that does it. */
NODISCARD enum rc admin_note(struct visit *v, struct db_tx *tx, const char *action, struct str object,
			     struct err *err);
/* The same entry for whoever writes it himself. */
struct audit admin_entry(struct visit *v, const char *action, struct str object);
/* The same in a transaction of its own, before what no transaction holds. */
NODISCARD enum rc admin_note_alone(struct visit *v, const char *action, struct str object, struct err *err);
/* Sets both cookies; `tokens` NULL removes the session's. */
NODISCARD enum rc admin_cookies(struct visit *v, const struct signin_tokens *tokens, struct err *err);

/* Before admin_render(): lets scripts of the page add style sheets under a nonce, root's style_nonce. */
void admin_allow_styles(struct visit *v, struct value *root);
/* Answers with a template of the admin. `root` gets what every page has (layout.mustache asks for it);
 * `section` is the entry of the menu: "posts" (admin_menu.c). `title` stands in the window's. */
NODISCARD enum rc admin_render(struct visit *v, const char *template_name, const char *section, struct str title,
			       struct value *root, int status, struct err *err);
/* The entries of the menu that the person may go to, as `menu` of `root`: list of `label` `url` `current`. */
void admin_menu(struct visit *v, const char *section, struct value *root);
/* Asks once more before something that cannot be taken back: the form comes again with `fields` and
 * admin_is_confirmed(). Texts of fields are not copied. */
struct admin_question {
	const char *section;            /* as admin_render() */
	struct str title, text, yes;    /* `yes` stands on the button */
	struct str action, back;        /* paths of the admin */
	const struct i18n_pair *fields; /* name and text */
	size_t count;
};
NODISCARD enum rc admin_confirm(struct visit *v, const struct admin_question *q, struct err *err);
bool admin_is_confirmed(const struct visit *v);

/* "21 November 2026" in the person's language and the site's time zone. */
struct str admin_date(struct visit *v, int64_t at_ms);
/* The person's own time zone, or the site's; `name` may be NULL. */
const struct zone *admin_zone(struct visit *v, struct str *name);
/* "21 November 2026, 09:30" in the person's own time zone, if there is one. */
struct str admin_moment(struct visit *v, int64_t at_ms);
/* The link of a path of the admin with or without a query, which is encoded already. */
struct str admin_link(const struct visit *v, struct str path);
/* 303 to a path of the admin, which says `done` (a key of the phrases, NULL: nothing) when it is shown. */
NODISCARD enum rc admin_redirect(struct visit *v, struct str path, const char *done, struct err *err);

#endif
