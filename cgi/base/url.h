/* url.h: absolute and relative addresses (RFC 3986), without looking anything up. */
#ifndef PLATEN_BASE_URL_H
#define PLATEN_BASE_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define URL_MAX_B 8192

/* Pieces of an address, borrowed from it, still encoded. STR_NONE: the piece is not there ("?" with
 * nothing behind it is an empty query, which is there). */
struct url {
	struct str scheme;   /* "https", as written */
	struct str userinfo; /* "user:secret" */
	struct str host;     /* "[::1]" with its brackets; STR_NONE: no authority ("mailto:x") */
	int port;            /* 0: none given */
	struct str path;     /* may be empty, never STR_NONE */
	struct str query, fragment;
};

/* Splits an absolute address or a reference. RC_INVALID: white space or control characters, a bad
 * port, a bad host, a bad percent escape; RC_LIMIT: longer than URL_MAX_B. Bytes above 0x7F are let
 * through (IRIs). */
NODISCARD enum rc url_split(struct str text, struct url *out, struct err *err);
/* Like url_split, and the address must be http or https with a host. */
NODISCARD enum rc url_parse_web(struct str text, struct url *out, struct err *err);

/* Has a scheme ("https:", "mailto:"), or begins with "//". Nothing else is checked. */
bool url_is_absolute(struct str text);
/* The scheme in front of ':', by RFC 3986; STR_NONE when there is none. Leading white space and
 * control characters, which browsers skip, are skipped; tabs and newlines inside make it invalid. */
struct str url_scheme(struct str text);
/* Whether an address from a stranger may be linked: relative, or with one of the schemes of the
 * NULL-terminated list (NULL: http https mailto tel xmpp irc ircs). Judged as a browser would. */
bool url_is_safe(struct str text, const char *const *schemes);

/* Resolves `reference` against the absolute `base` (section 5.2, strict). The result lives in
 * `arena`. */
NODISCARD enum rc url_join(struct arena *arena, struct str base, struct str reference,
			   struct str *out, struct err *err);
/* Section 5.2.4 on an encoded path. */
struct str url_remove_dots(struct arena *arena, struct str path);

#endif
