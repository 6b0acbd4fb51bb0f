/* html_token.h: cuts HTML into texts and tags as a browser's tokenizer does.
 *
 * Follows the states of the HTML standard (13.2.5) for tags, attributes, comments and bogus
 * comments; what a browser would throw away (comments, doctypes, <? ?>, CDATA outside of foreign
 * content, a tag cut off by the end) is left out. Total work is linear in the input. */
#ifndef PLATEN_TEXT_HTML_TOKEN_H
#define PLATEN_TEXT_HTML_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define HTML_ATTRIBUTES_MAX 32 /* of one tag; further ones are left out */

enum html_token_kind { HTML_TOKEN_TEXT, HTML_TOKEN_START, HTML_TOKEN_END };

struct html_attribute {
	struct str name;  /* as written, any case */
	struct str value; /* as written: references are not decoded; "" when it has none */
};

struct html_token {
	enum html_token_kind kind;
	struct str text;  /* of a text */
	struct str name;  /* of a tag, as written, any case */
	bool self_closing;
	struct html_attribute attributes[HTML_ATTRIBUTES_MAX];
	size_t attribute_count;
};

struct html_reader {
	struct str in;
	size_t at;
};

/* The next token, which points into the input. False at the end. */
bool html_next(struct html_reader *r, struct html_token *token);

/* After the start tag of an element whose content is raw text (script, style, textarea ...): moves
 * behind its end tag; false when there is none, and then to the end of the input. */
bool html_skip_raw(struct html_reader *r, struct str name);

#endif
