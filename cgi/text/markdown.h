/* markdown.h: Markdown to HTML by cmark-gfm, with Platen's additions.
 *
 * One parse gives the HTML and what the rest of the program wants to know of a post: headings,
 * links, images, plain text for search, the first paragraph, the number of words. */
#ifndef PLATEN_TEXT_MARKDOWN_H
#define PLATEN_TEXT_MARKDOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/html.h"
#include "base/str.h"

#define MARKDOWN_SOURCE_MAX_B ((size_t)8 << 20)
#define MARKDOWN_HTML_MAX_B ((size_t)32 << 20)

enum markdown_raw_html {
	MARKDOWN_RAW_OFF,      /* dropped, a comment stands in its place */
	MARKDOWN_RAW_FILTERED, /* through the allow-list of sanitize.h */
	MARKDOWN_RAW_ON,       /* as written: owners only */
	MARKDOWN_RAW__MAX
};

struct markdown_image {      /* what the resolver fills for one image */
	struct str src;      /* replaces the address; STR_NONE: unchanged */
	int width_px, height_px; /* 0: unknown */
};

struct markdown_options {
	enum markdown_raw_html raw_html;
	bool smart;          /* typographic quotes, dashes, ellipses */
	bool extras;         /* heading anchors, highlighting, lazy images ...; false: the library's output */
	/* Resolves an image or link address of the source (relative page-bundle names, /media/ ...).
	 * May be NULL. `arena` for its results. */
	void (*image)(void *ctx, struct arena *arena, struct str address, struct markdown_image *out);
	struct str (*link)(void *ctx, struct arena *arena, struct str address); /* STR_NONE: unchanged */
	void *ctx;
	struct str footnote_prefix; /* makes ids unique where several posts stand on one page; may be STR_NONE */
	struct str footnote_back_label; /* accessible name of the way back, localised; STR_NONE: "Back to reference" */
};

struct markdown_heading {
	int level;           /* 1 to 6 */
	struct str id;       /* the anchor, unique in the document */
	struct str text;     /* plain */
};

struct markdown_result {
	struct html html;
	struct html before_more;   /* the part above <!--more-->; HTML_NONE: there is none */
	struct str plain;          /* text for search and excerpts, blocks separated by newlines */
	struct str first_paragraph;/* plain */
	struct markdown_heading *headings;
	size_t heading_count;
	struct str *links;         /* addresses as in the output, each once */
	size_t link_count;
	struct str *images;
	size_t image_count;
	struct str first_image;    /* STR_NONE: none */
	int word_count;            /* CJK characters count as half a word each */
	bool has_code;             /* a highlighted block is there */
};

/* Everything in *out lives in `arena`. RC_LIMIT: source or result over its limit; RC_INVALID: not
 * UTF-8. Time is linear in the source for any input (hostile nesting is cut by the library's own
 * limits); thread-safe after markdown_init(). */
NODISCARD enum rc markdown_render(struct str source, const struct markdown_options *options,
				  struct arena *arena, struct markdown_result *out, struct err *err);

/* Registers the extensions; once, before threads start. */
void markdown_init(void);

/* "gfm" or "plain": which library this build uses. */
const char *markdown_flavour(void);

#endif
