/* highlight_scan.h: what the scanners of the highlighter share: the pen, the state, the steps.
 *
 * A scanner walks over the code once and says of each next piece what it is (hl_mark). It cannot
 * leave out or repeat a byte, since a mark reaches from the position of the pen to a later one:
 * that the result without its tags is the input holds by construction. Nothing allocates but the
 * output. */
#ifndef PLATEN_TEXT_HIGHLIGHT_SCAN_H
#define PLATEN_TEXT_HIGHLIGHT_SCAN_H

#include "base/buf.h"
#include "base/str.h"
#include "text/highlight_table.h"

#define HL_WORD_MAX_B 32 /* longer words are in no list */
#define HL_DEPTH_MAX 8   /* code in strings in code ..., languages in languages */

struct hl_pen {
	struct buf *out;
	const char *text;
	size_t pos;       /* up to here all is marked */
	size_t done;      /* up to here all is written */
	size_t run_end;   /* [done, run_end) is of `run`, [run_end, pos) blanks */
	enum hl run;
	int depth;
};

/* Says that what stands between the pen and `to` is of `class`, and moves the pen there. Neighbours
 * of one class become one span, also across blanks. No span holds a newline: themes that number or
 * mark lines cut the result at its newlines. */
void hl_mark(struct hl_pen *pen, size_t to, enum hl class);
void hl_pen_finish(struct hl_pen *pen);

enum { /* bits of hl_scan.kinds */
	HL_IS_WORD = 1, HL_IS_DIGIT = 2, HL_IS_BLANK = 4, HL_IS_RULE = 8, HL_IS_OPERATOR = 16,
	HL_IS_STARTER = 32
};

struct hl_scan {
	struct hl_pen *pen;
	const struct hl_language *language;
	const char *text;     /* the pen's */
	size_t end;           /* of what this scanner may look at */
	bool fresh;           /* nothing but blanks on this line yet */
	bool first;           /* a statement begins here */
	bool operand;         /* a value stands before: an operator may follow */
	bool assigned;        /* a key was the first word: a command may follow (A=1 make) */
	enum hl next_word;    /* what `fn` or `class` said of the word to come */
	struct str heredoc;   /* the text that ends it, begins at the next newline; n == 0: none */
	bool heredoc_plain;   /* without variables */
	size_t unclosed_to[HL_RULES_MAX]; /* hl_note_unclosed(), of each rule */
	unsigned char kinds[256];
};

void hl_scan_init(struct hl_scan *s, struct hl_pen *pen, const struct hl_language *language, size_t end);

/* Marks everything up to s->end as code of s->language. */
void hl_scan_code(struct hl_scan *s);
/* The same up to the bracket that closes the one the pen stands behind, or, with `one_line`, the
 * newline; both are left unmarked. */
void hl_scan_until(struct hl_scan *s, char close, bool one_line);
/* One token; the pen is before s->end. */
void hl_step(struct hl_scan *s);
/* Tries the rules of the language; false: none fits here. */
bool hl_try_rule(struct hl_scan *s);
/* Takes digits and what belongs to them; where the number ends. */
size_t hl_number_end(const struct hl_scan *s, size_t from);
/* [pos, end) in `language` with its own scanner. NULL, or nested too deep: plain. */
void hl_embed(struct hl_pen *pen, const struct hl_language *language, size_t end);

/* From the pen, whose text is [pos, from) for the opening, to `close` or `end`. */
struct hl_region {
	struct str open, close; /* close.n == 0: at `end` only */
	const char *code;       /* as in hl_rule; NULL: none */
	enum hl class;
	unsigned flags;         /* of hl_rule */
	size_t end;
};
/* Remembers that nothing before `to` closes the rule: to look again and again took quadratic time. */
void hl_note_unclosed(struct hl_scan *s, const struct hl_rule *rule, size_t to);
bool hl_is_unclosed(const struct hl_scan *s, const struct hl_rule *rule, size_t at);
void hl_region(struct hl_scan *s, const struct hl_region *region, size_t from);
/* Where the variable that the $ at `from` begins ends; `from` + 1: it begins none. */
size_t hl_variable_end(const struct hl_scan *s, size_t from, size_t end);
/* Marks the lines of the heredoc that waits; the pen stands behind a newline. */
void hl_heredoc_body(struct hl_scan *s);

/* Marks up to `to` an unquoted value: a number, a constant, or else a string. */
void hl_mark_value(struct hl_pen *pen, size_t to);

/* --- positions; each is bounded by `end` and returns it when nothing is found --- */

size_t hl_line_end(const struct hl_scan *s, size_t from); /* of the newline */
size_t hl_blanks_end(const struct hl_scan *s, size_t from);
size_t hl_word_end(const struct hl_scan *s, size_t from);
/* The whole rest is read when it is not there: only call it where the rest is then taken. */
size_t hl_find(const struct hl_scan *s, size_t from, struct str what);
/* The same in any case of ASCII letters; `what` is in lower case. */
size_t hl_ifind(const struct hl_scan *s, size_t from, struct str what);
size_t hl_char_end(const struct hl_scan *s, size_t from); /* one UTF-8 character, or one byte */
bool hl_at(const struct hl_scan *s, size_t at, const char *what);

bool hl_is_letter(char c);
bool hl_is_upper(char c);
bool hl_is_digit(char c);
bool hl_is_hex(char c);
bool hl_is_blank(char c); /* space, tab, \r, \f, \v */
char hl_lower(char c);
char hl_closing(char c); /* the counterpart of a bracket, else the byte itself */

/* Is the word in the sorted list? By halving: O(log of the list). */
bool hl_list_has(const char *list, const char *word, size_t n);

/* Scanners of whole languages, for hl_language.scan. */
void hl_scan_markup(struct hl_scan *s);
void hl_scan_css(struct hl_scan *s);
void hl_scan_shell(struct hl_scan *s);
void hl_scan_php(struct hl_scan *s);
void hl_scan_yaml(struct hl_scan *s);
void hl_scan_ini(struct hl_scan *s);
void hl_scan_diff(struct hl_scan *s);
void hl_scan_console(struct hl_scan *s);
void hl_scan_markdown(struct hl_scan *s);
void hl_scan_makefile(struct hl_scan *s);
void hl_scan_http(struct hl_scan *s);

#endif
