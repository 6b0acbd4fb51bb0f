/* markdown_survey.h: the headings, links and pictures of a Markdown document, with the lines that they stand in. */
#ifndef PLATEN_TEXT_MARKDOWN_SURVEY_H
#define PLATEN_TEXT_MARKDOWN_SURVEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define SURVEY_ITEMS_MAX 10000

enum survey_kind { SURVEY_HEADING, SURVEY_LINK, SURVEY_IMAGE };

struct survey_item {
	enum survey_kind kind;
	int line;             /* from 1 */
	int level;            /* of a heading, as written */
	struct str text;      /* what is read: of a heading, a link, or in place of a picture; "": nothing */
	struct str address;   /* as written */
	bool raw;             /* of raw HTML: text tells only whether a picture has an `alt` at all */
};

struct survey {
	struct survey_item *items; /* in the document's order; what is beyond SURVEY_ITEMS_MAX is left out */
	size_t count;
};

/* By the tree that markdown_render() makes its HTML of. Lives in `arena`. Codes as markdown_render(). */
NODISCARD enum rc markdown_survey(struct str source, struct arena *arena, struct survey *out, struct err *err);

#endif
