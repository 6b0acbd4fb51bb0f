/* report.h: what a writer may want to know of a post before it is published. It informs and keeps nobody from
 * anything. */
#ifndef PLATEN_CORE_REPORT_H
#define PLATEN_CORE_REPORT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "core/site.h"
#include "db/db.h"
#include "store/post.h"

enum report_kind {
	REPORT_NO_ALT,          /* a picture says nothing to those who do not see it */
	REPORT_NO_FILE,         /* a file of the site that is not there */
	REPORT_LARGE,           /* a very large picture, of which no smaller files are made */
	REPORT_HEADING,         /* a heading skips a level */
	REPORT_DEAD_LINK,       /* leads nowhere on this site */
	REPORT_DRAFT_LINK,      /* leads to what readers do not see, or not yet */
	REPORT_EMPTY_LINK,      /* no text, or no address */
	REPORT_NO_DESCRIPTION,  /* search engines and lists get the beginning of the text */
	REPORT__MAX
};

#define REPORT_ITEMS_MAX 100
#define REPORT_LINKS_MAX 500            /* looked up; further ones are not */
#define REPORT_LARGE_B (INT64_C(2) << 20)
#define REPORT_LARGE_PX 5000

struct report_item {
	enum report_kind kind;
	int line;               /* of the Markdown, from 1; 0: of the post's settings */
	struct str detail;      /* an address, a heading's text; "" */
};

struct report {
	struct report_item *items;
	size_t count;
	size_t serious;         /* without those that only suggest: a missing description */
};

const char *report_name(enum report_kind kind); /* "no_alt" */

/* Looks through the post as it stands in `post`, stored or not. Lives in `arena`. Codes as markdown_render(). */
NODISCARD enum rc report_make(struct db_ro *db, const struct site *site, const struct post *post, int64_t now_ms,
			      struct arena *arena, struct report *out, struct err *err);

#endif
