/* markdown_facts.h: what a document says about itself, collected while it is rendered. */
#ifndef PLATEN_TEXT_MARKDOWN_FACTS_H
#define PLATEN_TEXT_MARKDOWN_FACTS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "text/cmark_library.h"
#include "text/markdown.h"
#include "text/name_table.h"

struct markdown_facts {
	struct arena *arena;
	struct buf plain;
	struct buf headings;       /* of struct markdown_heading */
	struct buf links, images;  /* of struct str */
	struct name_table ids, link_names, image_names;
	size_t paragraph_from;     /* in plain, of the paragraph that is open */
	size_t first_paragraph_at, first_paragraph_b; /* in plain */
	size_t more_at;            /* in plain, with has_more */
	bool has_code, has_paragraph, has_more;
};

void facts_init(struct markdown_facts *f, struct arena *arena);
void facts_release(struct markdown_facts *f);

void facts_text(struct markdown_facts *f, struct str text);
void facts_html(struct markdown_facts *f, struct str html);  /* its text */
void facts_break(struct markdown_facts *f);                  /* a block ends */
/* A paragraph of the outermost level: the first with text is the first paragraph. */
void facts_paragraph(struct markdown_facts *f, bool begins);

/* <!--more--> stands here. */
void facts_more(struct markdown_facts *f);

/* Notes a heading and gives its id, unique in the document, made of its text. */
struct str facts_heading(struct markdown_facts *f, int level, struct str text);
void facts_link(struct markdown_facts *f, struct str address);
void facts_image(struct markdown_facts *f, struct str address);

/* Moves everything into `out` and its arena. RC_LIMIT: it does not fit. */
NODISCARD enum rc facts_finish(struct markdown_facts *f, struct markdown_result *out, struct err *err);

/* Appends the text inside a node: its texts, code and, with `alternatives`, those of its images. */
void node_text(cmark_node *node, bool alternatives, struct buf *out);

#endif
