/* text_highlight_check.h: what holds of every highlighted text, for the tests and the fuzz target. */
#ifndef PLATEN_TESTS_TEXT_HIGHLIGHT_CHECK_H
#define PLATEN_TESTS_TEXT_HIGHLIGHT_CHECK_H

#include "base/base.h"

#include "base/utf8.h"

#define SPAN_OPEN "<span class=\"?\">"
#define SPAN_CLASSES "ktsncfbopvagedih"

/* The bytes that the reference or plain byte at *at stands for; *at goes behind it. */
static inline bool take_byte(struct str html, size_t *at, char *out)
{
	static const struct { const char *reference; char byte; } references[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
	};
	for (size_t i = 0; html.p[*at] == '&' && i < COUNT_OF(references); i++)
		if (str_starts(str_from(html, *at), str_of(references[i].reference))) {
			*out = references[i].byte;
			*at += strlen(references[i].reference);
			return true;
		}
	*out = html.p[(*at)++];
	return *out != '&' && *out != '<' && *out != '>' && *out != '"';
}

/* NULL, or what is wrong: an unknown tag, a span in a span, an empty one or one over a newline, a bare
 * & < > or ", text that is not `code`, a span that cuts a character of valid UTF-8. */
static inline const char *highlight_fault(struct str code, struct str html)
{
	bool in_span = false, valid = utf8_valid(code);
	size_t at = 0, from = 0, to = 0; /* code[from, to): since the last tag */
	while (at < html.n) {
		struct str rest = str_from(html, at);
		bool tag = html.p[at] == '<', opens = tag && str_starts(rest, STR("<span class=\""));
		bool closes = tag && str_starts(rest, STR("</span>"));
		char byte;
		if (opens || closes) {
			if (opens == in_span || (closes && from == to))
				return "spans are not one behind the other";
			if (opens && (rest.n < sizeof SPAN_OPEN || !strchr(SPAN_CLASSES, rest.p[13]) || memcmp(rest.p + 14, "\">", 2)))
				return "an unknown class";
			if (valid && !utf8_valid(str_sub(code, from, to)))
				return "a character is cut";
			in_span = opens;
			from = to;
			at += opens ? sizeof SPAN_OPEN - 1 : sizeof "</span>" - 1;
			continue;
		}
		if (!take_byte(html, &at, &byte))
			return "a bare & < > or \"";
		if (to >= code.n || code.p[to++] != byte)
			return "the text is not the code";
		if (byte == '\n' && in_span)
			return "a span holds a newline";
	}
	return in_span ? "a span is open" : to != code.n ? "the text ends early" : NULL;
}

#endif
