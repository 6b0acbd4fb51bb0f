/* html_text.c: the text of a piece of HTML, for search, feeds and excerpts. */
#include "base/base.h"

#include "base/utf8.h"
#include "text/html_entity.h"
#include "text/html_text.h"
#include "text/html_token.h"
#include "text/sanitize_rules.h"

/* Breaks lines though the sanitizer has no rule for it, or has it as part of a line. */
#define MORE_BREAKS "br article header footer main nav address form fieldset center body html head option"

enum gap { GAP_NONE, GAP_SPACE, GAP_LINE };

static void put_char(struct buf *out, enum gap *gap, uint32_t code)
{
	if (code <= ' ') {
		if (*gap == GAP_NONE)
			*gap = GAP_SPACE;
		return;
	}
	if (*gap != GAP_NONE && out->len > 0 && out->bytes[out->len - 1] != '\n')
		buf_char(out, *gap == GAP_LINE ? '\n' : ' ');
	*gap = GAP_NONE;
	utf8_put(out, code);
}

static void put_text(struct buf *out, enum gap *gap, struct str text)
{
	while (text.n > 0 && out->rc == RC_OK) {
		uint32_t code;
		size_t at = 0;
		if (text.p[0] == '&' && html_entity(text, &at, &code))
			text = str_from(text, at);
		else
			utf8_next(&text, &code);
		put_char(out, gap, code);
	}
}

void html_text(struct buf *out, struct str html)
{
	struct html_reader reader = { html, 0 };
	struct html_token token;
	enum gap gap = GAP_LINE;
	while (html_next(&reader, &token)) {
		if (token.kind == HTML_TOKEN_TEXT) {
			put_text(out, &gap, token.text);
			continue;
		}
		const struct element_rule *rule = element_rule_find(token.name);
		if ((rule && rule->flags & RULE_BLOCK) || rule_has_word(MORE_BREAKS, token.name))
			gap = GAP_LINE;
		if (rule && rule->flags & RULE_RAW && token.kind == HTML_TOKEN_START)
			html_skip_raw(&reader, token.name);
	}
}
