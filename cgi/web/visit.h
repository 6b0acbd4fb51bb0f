/* visit.h: one request on its way through the gate and a page: what handlers get and give. */
#ifndef PLATEN_WEB_VISIT_H
#define PLATEN_WEB_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/html.h"
#include "core/i18n.h"
#include "core/site.h"
#include "http/request.h"
#include "http/response.h"
#include "http/router.h"
#include "tmpl/value.h"
#include "web/app.h"

struct admin;
struct route;
struct cached_page;
struct flight;

struct visit {
	struct app *app;
	unsigned worker;
	struct http_request *req;
	struct http_response *res;
	struct arena *arena;           /* the request's */
	const struct route *route;
	struct str path;               /* below the mount, canonical: what the route was matched with */
	struct route_match match;      /* what the pattern's names matched: visit_arg() */
	int64_t now_ms;
	struct basis *basis;           /* never NULL */
	/* With ROUTE_DB (else NULL): one snapshot of the database and the site of that snapshot. */
	struct db_ro *db;
	struct edition *edition;
	const struct site *site;
	const struct i18n *i18n;
	struct admin *admin;           /* behind the sign-in (admin.h); else NULL */
	/* Of kept.h: */
	bool own_address;              /* read at the address that the page itself has */
	bool entered;                  /* kept_enter() was asked */
	struct cached_page *cached;    /* held */
	struct flight *flight;
	/* What the page finds out on its way. */
	bool personal;                 /* the answer depends on this visitor's cookies: never shared */
	bool fleeting;                 /* the answer is right at this moment only: not kept in memory */
	bool shut;                     /* the site is closed to this visitor: menus lead nowhere, and tell */
	struct str blob;               /* the answer's file is the blob of this hash; STR_NONE: it has none */
	struct str object;             /* where the web server gets that blob: path and query; STR_NONE (handover.h) */
	struct picture_seen *portraits; /* of people that the page names (values_picture.c) */
	unsigned allowed;              /* methods of the address, for 405 */
	int fail_status;               /* with a failure: this status, not the code's usual one; 0: that */
	const char *fail_phrase;       /* "private": phrases private_title and _message; NULL: by status */
	const char *fail_retry_s;      /* for Retry-After of a 503; NULL: as for its phrase */
};

struct str visit_arg(const struct visit *v, const char *name);

/* Takes back what a response holds already: an error page or a redirect comes in its place. */
void visit_reset(struct visit *v);

/* For `return visit_fail(...)`: a failure with a status of its own. */
NODISCARD enum rc visit_fail(struct visit *v, int status, enum rc rc, struct err *err, const char *message);

/* The same for an answer that cannot be made of what the site has: nothing of that is the visitor's doing,
 * as a limit or something invalid is when a request is read. RC_INTERNAL. */
NODISCARD enum rc visit_cannot_make(struct err *err);

/* Bodies. The buffer's bytes go over to the response; the buffer is empty afterwards. */
NODISCARD enum rc visit_body(struct visit *v, int status, const char *type, struct buf *body,
			     struct err *err);
NODISCARD enum rc visit_text(struct visit *v, int status, struct str text, struct err *err);
/* A redirect to a path of the site (301, 302, 303, 308) with a short text for whoever cannot follow. */
NODISCARD enum rc visit_redirect(struct visit *v, int status, struct str link, struct err *err);

/* Links and absolute addresses of a path of this site, in the request's arena. */
struct str visit_link(const struct visit *v, struct str path);
struct str visit_absolute(const struct visit *v, struct str path);

/* A decimal page or year number of an address: no sign, no leading zero, 1 to `max`; false: not one. */
bool visit_number(struct str text, int max, int *out);

#endif
