/* mdlink.h: the addresses in a Markdown source: links, images, definitions, and raw HTML's src and
 * href. For rewriting them in place; everything else stays byte for byte. */
#ifndef PLATEN_TEXT_MDLINK_H
#define PLATEN_TEXT_MDLINK_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum mdlink_kind { MDLINK_LINK, MDLINK_IMAGE, MDLINK_DEFINITION, MDLINK_HTML_LINK, MDLINK_HTML_IMAGE };

#define MDLINK_TEXT_MAX_B ((size_t)24 << 20)

/* Gives the new address (valid until the next call or longer), or STR_NONE to keep it. `address` has
 * no backslash escapes and no &amp; any more; a template expression with blanks is part of it. `line`
 * counts from 1. The new one must be percent-encoded, or stand between < and >. */
typedef struct str mdlink_fn(void *ctx, enum mdlink_kind kind, struct str address, int line);

/* The result is `source` itself when nothing changed, else it lives in `arena`. Code is left alone.
 * Linear. RC_LIMIT: the text grew beyond MDLINK_TEXT_MAX_B. */
NODISCARD enum rc mdlink_rewrite(struct str source, mdlink_fn *rewrite, void *ctx, struct arena *arena,
				 struct str *out, struct err *err);

#endif
