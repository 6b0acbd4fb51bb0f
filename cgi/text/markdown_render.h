/* markdown_render.h: what the files share that write a Markdown document as HTML. Internal to text/. */
#ifndef PLATEN_TEXT_MARKDOWN_RENDER_H
#define PLATEN_TEXT_MARKDOWN_RENDER_H

#include <stdbool.h>

#include "base/buf.h"
#include "text/cmark_library.h"
#include "text/markdown.h"
#include "text/markdown_facts.h"
#include "text/sanitize.h"

struct md_render {
	const struct markdown_options *options;
	struct markdown_facts *facts;
	struct buf *out, *before_more;
	bool has_more;
	struct sanitizer sanitizer;
	struct sanitize_options sanitize_options;
	cmark_iter *iter;
	bool task_due, task_checked;   /* the next paragraph begins with a checkbox */
	cmark_node *link;              /* whose tag is open; NULL: none */
	bool in_figure;
	bool figure_done;              /* with all that is in it */
	bool seen_image;
	struct markdown_image raw_image; /* what the last address of an <img> in raw HTML leads to */
	int pictures;                  /* without words, in galleries */
	int tables, row, column;       /* counts; row and column of the table we are in */
	struct str heading_id;
	int heading_level;             /* of the heading we are in, as it is written */
	int outline[6], outline_depth; /* levels in the source of the headings we are below */
	size_t footnotes;              /* definitions so far */
	size_t *references;            /* written references of each footnote, from number 1 on */
	size_t reference_count;        /* size of that array */
};

/* markdown_html.c */

/* The text of a node, "" when it has none. */
struct str md_literal(cmark_node *node);
/* A block of ours begins: raw HTML that cannot hold one ends here. */
void md_block(struct md_render *r);
void md_attribute(struct md_render *r, const char *name, struct str value);
/* Where in the source this block begins, for who shows both. */
void md_line(struct md_render *r, cmark_node *node);
bool md_is_external(struct str address);
/* What an address of the source becomes, checked: "" when it may not stand there. */
struct str md_link(struct md_render *r, struct str address);
struct markdown_image md_image(struct md_render *r, struct str address);
/* The image that `node` is, or that is alone inside a link; NULL: neither. */
cmark_node *md_image_of(cmark_node *node);

/* markdown_figure.c */

/* <figure>; `class` may be NULL. Its end the caller writes. */
void md_open_figure(struct md_render *r, cmark_node *paragraph, const char *class);
void md_figcaption(struct md_render *r, struct str text); /* "": none */
/* These write a figure but for its end tag. False: the paragraph is none, and nothing was written. */
bool md_gallery(struct md_render *r, cmark_node *paragraph);
/* A paragraph that is a link to a film or to sound and nothing else. */
bool md_linked_player(struct md_render *r, cmark_node *paragraph);

#endif
