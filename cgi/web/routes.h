/* routes.h: THE table of addresses: which handler answers what, and under which conditions. */
#ifndef PLATEN_WEB_ROUTES_H
#define PLATEN_WEB_ROUTES_H

#include "base/err.h"
#include "core/actor.h"
#include "http/router.h"
#include "web/visit.h"

enum route_flags {
	ROUTE_DB = 1,        /* needs the database: a snapshot is open, site and theme are there */
	ROUTE_OPEN = 2,      /* answers on a private site and during maintenance too */
	ROUTE_FORM = 4,      /* reads a form: requests of another origin are refused */
	ROUTE_ANY_PATH = 8,  /* takes what no other route has: not counted where 405 is told from 404 */
	ROUTE_QUERY = 16,    /* with a query the address has other pages: those are not kept */
	ROUTE_KEEP = 32,     /* a file that is kept in memory like a page */
	ROUTE_PROVEN = 128,  /* behind the sign-in: the password was given a short time ago, or is asked for */
	ROUTE_UPLOAD = 256,  /* behind the sign-in: its form has a file (upload.h); GET shows the same page */
	ROUTE_LARGE = 512,   /* with ROUTE_UPLOAD: up to PLATEN_IMPORT_MAX bytes, in place of PLATEN_BODY_MAX */
	ROUTE_FILES = 2048,  /* with ROUTE_UPLOAD: several files (upload.h) */
	ROUTE_SCRIPT = 1024,  /* behind the sign-in: a script's request, whose body is no form: the form's token comes in
	                      * the header Form-Token; 401 without a session */
	ROUTE_REFUSAL = 64,  /* the address does not have this method: says 405 in words of its own */
};

/* What a browser or a CDN may keep. */
enum route_cache {
	CACHE_NONE,          /* no-store */
	CACHE_PAGE,          /* kept by anybody, asked again each time (ETag) */
	CACHE_FILE,          /* immutable: its address names its content */
	CACHE__MAX
};

struct route {
	enum http_method method;
	const char *pattern; /* as router.h says */
	enum rc (*handler)(struct visit *v, struct err *err);
	unsigned flags;
	enum route_cache cache;
	enum role least;     /* who may come here; ROLE_NONE: everybody. POST: only with a form of the session */
};

/* The route with that index of a match. */
const struct route *route_at(int index);

/* Compiles the table. The caller owns *out: router_free(). */
NODISCARD enum rc routes_build(struct router **out, struct err *err);

#endif
