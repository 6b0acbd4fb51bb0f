/* sanitize.h: foreign HTML through an allow-list, so that it can neither run script nor break out of
 * the place where it stands.
 *
 * The output is never a copy of the input: it is written anew from what the tokenizer understood,
 * with quoted attributes, escaped text and every element closed in order, so that a browser's parser
 * builds the tree that was checked here and has nothing to repair (repairs are what mutation XSS
 * lives on). Of other people's names only `class` and `id` stay; ids get the prefix "user-" so that
 * they cannot shadow what scripts and style sheets of the page look for.
 *
 * Markdown gives HTML in pieces with output of its own in between; so a struct sanitizer lives as
 * long as a document and knows, by scopes, where in the surrounding HTML the next piece stands. */
#ifndef PLATEN_TEXT_SANITIZE_H
#define PLATEN_TEXT_SANITIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/html.h"
#include "base/str.h"

#define SANITIZE_DEPTH_MAX 64              /* elements open at once; tags beyond are dropped */
#define SANITIZE_HTML_MAX_B ((size_t)32 << 20)

enum sanitize_address { SANITIZE_LINK, SANITIZE_IMAGE, SANITIZE_ADDRESS__MAX };

struct html_token;

struct sanitize_options {
	/* Hosts ("www.youtube-nocookie.com") whose https pages an iframe may show; none: no iframes. */
	const struct str *frame_hosts;
	size_t frame_host_count;
	/* Sees each allowed, decoded address before it is written (`after`: as a browser will see it)
	 * and may give another one; STR_NONE: unchanged. The answer is checked again. May be NULL. */
	struct str (*address)(void *ctx, enum sanitize_address kind, struct str address);
	/* Told each address that was written. May be NULL. */
	void (*written)(void *ctx, enum sanitize_address kind, struct str address);
	/* Asked about each <img> of which all but the ">" is written, from out->bytes[from] on: may add attributes that `tag`,
	 * as its author wrote it, does not have, and put something in front. The answer is put behind; "": nothing. What it
	 * writes is not checked. May be NULL. */
	const char *(*image)(void *ctx, const struct html_token *tag, size_t from);
	void *ctx;
};

enum sanitize_scope {
	SANITIZE_BLOCKS, /* blocks may stand here: the document, a quote, a list item */
	SANITIZE_LINE,   /* inside a paragraph, heading, cell, emphasis */
	SANITIZE_ANCHOR  /* a line inside a link */
};

struct element_rule;

struct sanitizer {
	const struct sanitize_options *options;
	struct buf *out;
	const struct element_rule *open[SANITIZE_DEPTH_MAX]; /* outermost first */
	size_t depth;
	struct buf scopes; /* of struct scope, see sanitize.c */
	struct buf scratch;
};

/* Both must outlive the sanitizer. `options` may be NULL. The first scope is one of blocks. */
void sanitize_init(struct sanitizer *s, const struct sanitize_options *options, struct buf *out);
void sanitize_release(struct sanitizer *s);

/* Writes one piece. Elements that it opens stay open for later pieces, until the scope is left. */
void sanitize_piece(struct sanitizer *s, struct str html);

/* The caller has just written the start tag of an element, or is about to write its end tag. */
void sanitize_enter(struct sanitizer *s, enum sanitize_scope kind);
void sanitize_leave(struct sanitizer *s);

/* The caller is about to write a block of its own: closes what a block may not stand in. */
void sanitize_block(struct sanitizer *s);

/* Closes all that is open in the current scope. */
void sanitize_close(struct sanitizer *s);

/* Appends the end tags of what is open in the scope `up` levels above the current one (0: in it). */
void sanitize_closers(const struct sanitizer *s, size_t up, struct buf *out);

/* Whether a piece began an element whose content is swallowed, so that the caller should write
 * nothing until the scope ends or a later piece closes it. */
bool sanitize_swallows(const struct sanitizer *s);

/* Whether a link is open, in which another one cannot stand. */
bool sanitize_in_link(const struct sanitizer *s);

/* One piece that is a whole: *out lives in `arena`. Idempotent. RC_LIMIT: too large a result. */
NODISCARD enum rc sanitize_html(struct str in, const struct sanitize_options *options,
				struct arena *arena, struct html *out, struct err *err);

/* Whether an address is relative or of a scheme that may stand in this place (links: http, https,
 * mailto, tel; images: http, https and data: of PNG, JPEG, GIF, WebP). Leading blanks and embedded
 * line breaks, which browsers skip, do not hide a scheme. */
bool sanitize_address_is_safe(enum sanitize_address kind, struct str address);

#endif
