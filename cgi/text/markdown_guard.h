/* markdown_guard.h: refuses Markdown on which the library would take far too long.
 *
 * cmark-gfm 0.29.0.gfm.6 takes quadratic time for some inputs (CVE-2023-22483, -22486, -24824,
 * -26485, -37463 among them) and multiplies some others into enormous output. One pass over the
 * source estimates, from measurements of that library, what a parse would cost at worst. */
#ifndef PLATEN_TEXT_MARKDOWN_GUARD_H
#define PLATEN_TEXT_MARKDOWN_GUARD_H

#include "base/err.h"
#include "base/str.h"

#define MARKDOWN_DEPTH_MAX 100       /* quote and list markers on one line */
#define MARKDOWN_TABLE_CELLS_MAX 300000
#define MARKDOWN_PARSE_MAX_MS 1500   /* estimated */

/* RC_OK, or RC_LIMIT with the line and the reason. No honest text comes near the limits. `smart`:
 * quotation marks will be made typographic. */
NODISCARD enum rc markdown_guard(struct str source, bool smart, struct err *err);

#endif
