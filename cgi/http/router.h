/* router.h: finds the handler of a method and a path in a compiled table of patterns.
 *
 * A pattern begins with '/' and consists of segments: literal ("feed.xml"), named (":slug", or with a
 * literal behind the name: ":slug.md"), and, last only, a rest ("*path": one or more segments, with
 * their slashes). Names are letters, digits and '_'. A named segment never matches an empty one, so
 * "/a/" and "/a" are different paths. More specific wins: literal, then named with the longest
 * suffix, then named, then rest; a path that fits a more specific pattern of another method falls
 * back to a less specific one that has the method. A router is immutable once built; matching is
 * thread-safe, takes no memory and costs at most O(patterns), usually O(segments). */
#ifndef PLATEN_HTTP_ROUTER_H
#define PLATEN_HTTP_ROUTER_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "http/request.h"

#define ROUTE_PARAMS_MAX 8
#define ROUTE_SEGMENTS_MAX 32 /* of a pattern */

struct router;

struct route_param {
	struct str name;  /* without ':' or '*'; lives as long as the router */
	struct str value; /* borrowed from the path */
};

struct route_match {
	int index;                  /* what router_add() was given; -1: nothing */
	struct route_param params[ROUTE_PARAMS_MAX];
	size_t param_count;
	unsigned allowed;           /* when not found: bits 1 << method of all patterns that fit the path */
};

struct router *router_new(void);
void router_free(struct router *router); /* NULL allowed */
/* `index` is the caller's, 0 or more. `pattern` is copied. RC_INVALID: malformed, a name twice, too
 * many; RC_EXISTS: method and pattern are there already (names do not count). */
NODISCARD enum rc router_add(struct router *router, enum http_method method, const char *pattern,
			     int index, struct err *err);

/* True: found, out->index says what. False with out->allowed == 0: no such path (404); else only
 * other methods have it (405, or the answer to OPTIONS). HEAD is served by GET. */
bool router_match(const struct router *router, enum http_method method, struct str path,
		  struct route_match *out);
struct str route_param(const struct route_match *match, const char *name); /* STR_NONE when absent */

/* Writes "GET, HEAD, POST, OPTIONS" for the bits of `allowed`; HEAD follows from GET, OPTIONS is
 * always there. NUL-terminated; gives the text. */
#define ROUTE_ALLOW_MAX_B 64
struct str route_allow(char out[ROUTE_ALLOW_MAX_B], unsigned allowed);

#endif
