/* whereto.h: where an address that somebody wrote leads: for menus, redirects, and what readers did not find. */
#ifndef PLATEN_CORE_WHERETO_H
#define PLATEN_CORE_WHERETO_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/site.h"
#include "db/db.h"

enum whereto_kind {
	WHERETO_PAGE,      /* readers see something there, or it is a place on the page itself ("#a") */
	WHERETO_MOVED,     /* a redirect leads on, in the end to `target` */
	WHERETO_GONE,      /* a redirect says that it is gone */
	WHERETO_HIDDEN,    /* a post or page that readers do not see (yet), or a tag without posts */
	WHERETO_NOTHING,
	WHERETO_LOOP,      /* redirects lead in a circle */
	WHERETO_ELSEWHERE, /* not of this site: nobody looks */
	WHERETO__MAX
};

struct whereto {
	enum whereto_kind kind;
	struct str path;      /* of the address below the site; STR_NONE: elsewhere */
	struct str target;    /* WHERETO_MOVED: where it ends, a path or an address */
	int64_t post_id;      /* of the post or page at the path; 0: none */
};

#define WHERETO_HOPS_MAX 10

/* The path of an address below the site, without query, fragment and trailing slash, decoded. STR_NONE: it is none
 * of this site's. Own addresses may be written whole, with origin and mount. */
struct str whereto_path(const struct site *site, struct str written, struct arena *arena);
/* Follows redirects to their end. Text lives in `arena`. */
NODISCARD enum rc whereto(struct db_ro *db, const struct site *site, struct str written, int64_t now_ms,
			  struct arena *arena, struct whereto *out, struct err *err);

#endif
