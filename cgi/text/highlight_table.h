/* highlight_table.h: how a language is described to the highlighter.
 *
 * To add a language: write a `const struct hl_language` into the highlight_langs_*.c of its family,
 * name it in hl_languages[] of highlight_langs.c, and give it a snippet in
 * tests/unit/text_highlight_samples.h. Ten lines are enough:
 *
 *	const struct hl_language hl_gleam = {
 *		.names = "gleam",
 *		.keywords = "as assert case const fn if import let opaque panic pub todo type use",
 *		.types = "Bool Float Int List Nil Result String",
 *		.builtins = "Error False None Ok Some True",
 *		.rules = { HL_LINE_COMMENT("//"), HL_QUOTED("\"", HL_ESCAPES) },
 *		.function_after = "fn",
 *		.operators = HL_OPERATORS,
 *		.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES,
 *	};
 *
 * Word lists are single words parted by one space, sorted bytewise (a test checks it), since they
 * are searched by halving. A language that is more than words, quotes and comments brings its own
 * `scan` (highlight_scan.h). */
#ifndef PLATEN_TEXT_HIGHLIGHT_TABLE_H
#define PLATEN_TEXT_HIGHLIGHT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* What a piece of code is; the letter is the class of its span. */
enum hl {
	HL_PLAIN = 0, /* no span */
	HL_KEYWORD = 'k',
	HL_TYPE = 't',
	HL_STRING = 's',
	HL_NUMBER = 'n',
	HL_COMMENT = 'c',
	HL_FUNCTION = 'f',
	HL_BUILTIN = 'b', /* and constants */
	HL_OPERATOR = 'o',
	HL_DIRECTIVE = 'p', /* preprocessor, macro, prompt, delimiter of a template */
	HL_VARIABLE = 'v',
	HL_ATTRIBUTE = 'a', /* of an element or a declaration; the key of a pair */
	HL_TAG = 'g',
	HL_ESCAPE = 'e', /* inside a string */
	HL_DELETED = 'd',
	HL_INSERTED = 'i',
	HL_HEADING = 'h'
};

struct hl_scan;
struct hl_rule;

/* Looks at what begins with rule->open, which is there already; true: it was one of its kind and has
 * been taken; false: nothing has been taken. Those that there are stand at the end of this file. */
typedef bool hl_form(struct hl_scan *s, const struct hl_rule *rule);

enum { /* flags of a rule */
	HL_MULTILINE = 1 << 0,   /* may hold newlines; else it ends before the first one */
	HL_NESTED = 1 << 1,      /* opens again inside */
	HL_ESCAPES = 1 << 2,     /* a backslash and what it escapes are HL_ESCAPE */
	HL_SKIPS = 1 << 3,       /* a backslash keeps the next byte from closing, and is not coloured */
	HL_DOUBLED = 1 << 4,     /* the closing text twice does not close */
	HL_DOLLAR = 1 << 5,      /* $name and ${name} inside are variables */
	HL_LINE_START = 1 << 6,  /* only as the first thing of a line */
	HL_AFTER_BLANK = 1 << 7, /* only at the start of a line, after a blank or one of ;|&(){} */
	HL_APART = 1 << 8,       /* not directly behind a word, a closing bracket, a quote or itself */
	HL_OPERAND = 1 << 9,     /* only where a value may begin, not where an operator may */
	HL_DOTTED = 1 << 10,     /* HL_SIGIL: the name goes on behind a dot */
	HL_TWICE = 1 << 11,      /* hl_form_percent: two parts, as in s/a/b/ */
	HL_CLOSED = 1 << 12      /* only when `close` stands on the same line */
};

/* Whatever begins with `open`. The first rule that fits is taken, so longer ones go first. Zeroed
 * members are: up to the end of the line, no flags, no code inside, no special form. */
struct hl_rule {
	const char *open;
	const char *close; /* NULL: ends before the newline */
	const char *code;  /* "${": code of the same language may stand inside, in this bracket */
	hl_form *form;     /* NULL: from `open` to `close` */
	enum hl class;
	unsigned flags;
};

#define HL_LINE_COMMENT(o) { .open = (o), .class = HL_COMMENT }
#define HL_HASH_COMMENT { .open = "#", .class = HL_COMMENT, .flags = HL_AFTER_BLANK }
#define HL_BLOCK_COMMENT(o, c) { .open = (o), .close = (c), .class = HL_COMMENT, .flags = HL_MULTILINE }
#define HL_NESTED_COMMENT(o, c) \
	{ .open = (o), .close = (c), .class = HL_COMMENT, .flags = HL_MULTILINE | HL_NESTED }
#define HL_C_COMMENTS HL_LINE_COMMENT("//"), HL_BLOCK_COMMENT("/*", "*/")
#define HL_QUOTED(q, f) { .open = (q), .close = (q), .class = HL_STRING, .flags = (f) }
#define HL_QUOTED_CODE(q, begin, f) HL_BETWEEN_CODE(q, q, begin, f)
#define HL_BETWEEN(o, c, k, f) { .open = (o), .close = (c), .class = (k), .flags = (f) }
#define HL_BETWEEN_CODE(o, c, begin, f) \
	{ .open = (o), .close = (c), .code = (begin), .class = HL_STRING, .flags = (f) }
#define HL_SPECIAL(o, form_, k, f) { .open = (o), .form = (form_), .class = (k), .flags = (f) }
/* `o` and the word behind it: @Override, :symbol, $name. */
#define HL_SIGIL(o, k, f) { .open = (o), .form = hl_form_sigil, .class = (k), .flags = (f) }
/* `o`, one word, `c`. */
#define HL_ENCLOSED(o, c, k) { .open = (o), .close = (c), .form = hl_form_enclosed, .class = (k) }
/* 'c' of one character or escape; anything else is left to later rules. */
#define HL_CHARACTER { .open = "'", .form = hl_form_character, .class = HL_STRING }

enum { /* flags of a language */
	HL_FOLD = 1 << 0,          /* words in any case; the lists are in lower case */
	HL_CALLS = 1 << 1,         /* a word with ( behind it is a function */
	HL_MEMBERS = 1 << 2,       /* a word behind a dot is no keyword */
	HL_CAPITAL_TYPES = 1 << 3, /* Words Like These are types */
	HL_CAPITAL_CALLS = 1 << 4, /* and yet functions with ( behind them, but after `new` */
	HL_CONSTANTS = 1 << 5,     /* WORDS_LIKE_THESE are constants */
	HL_MACROS = 1 << 6,        /* word! is a macro */
	HL_T_TYPES = 1 << 7,       /* words_like_these_t are types */
	HL_VARIABLES = 1 << 8,     /* Words Like These are variables */
	HL_SIGNED = 1 << 9,        /* a minus belongs to the number behind it */
	HL_DATES = 1 << 10,        /* digits go on behind - and : (2024-01-31T10:00:00) */
	HL_TICKS = 1 << 11,        /* 1'000'000 is one number */
	HL_LOOSE = 1 << 12,        /* words may begin with digits: 3rd-file.txt */
	HL_CONTINUES = 1 << 13,    /* no statement begins behind a backslash and newline */
	HL_KEY_CLOSE = 1 << 14,    /* key_mark stands directly behind the key */
	HL_KEY_BLANK = 1 << 15,    /* and has a blank or the end of the line behind it */
	HL_KEY_FIRST = 1 << 16,    /* keys only at the start of a statement */
	HL_KEY_LINE = 1 << 17,     /* keys only as the first word of a line */
	HL_KEY_QUOTED = 1 << 18,   /* quoted strings can be keys */
	HL_TAILS = 1 << 19         /* words may end with one ? or ! */
};

#define HL_RULES_MAX 20
#define HL_OPERATORS "+-*/%=<>!&|^~?"

struct hl_language {
	const char *names;          /* in lower case, parted by spaces; the usual one first */
	const char *keywords, *types, *builtins; /* sorted lists; NULL: none */
	const char *first_words;    /* sorted: keywords that begin a statement and stand before its word */
	const char *function_after; /* sorted: keywords behind which the name of a function stands */
	const char *type_after;     /* the same for a type */
	const char *prefixes;       /* sorted, in lower case: words that belong to the quote behind them */
	struct hl_rule rules[HL_RULES_MAX]; /* ends with a rule without `open` */
	const char *operators;      /* bytes */
	const char *word_bytes;     /* what words have besides letters, digits, _ and bytes over 0x7F */
	const char *starters;       /* bytes after which a statement begins; "\n" for lines */
	enum hl first_class;        /* of the first word of a statement that is in no list */
	const char *key_mark;       /* a word with this behind it (after blanks) is a key */
	enum hl key_class;
	unsigned flags;
	const struct hl_language *parent; /* whose word lists hold too */
	void (*scan)(struct hl_scan *s);  /* NULL: hl_scan_code() */
};

/* Every language, each once; ends with NULL. */
extern const struct hl_language *const hl_languages[];

/* By any of its names, in any case; NULL: not known. */
const struct hl_language *hl_language_named(const char *name, size_t n);

hl_form hl_form_sigil;      /* HL_SIGIL */
hl_form hl_form_character;  /* HL_CHARACTER */
hl_form hl_form_dollar;     /* $name ${name} $1 $? $@, as shells have them */
hl_form hl_form_directive;  /* #word, # word; #include <name> */
hl_form hl_form_literal;    /* `open` alone */
hl_form hl_form_enclosed;   /* HL_ENCLOSED */
hl_form hl_form_section;    /* [name] or [[name]] alone on its line */
hl_form hl_form_brackets;   /* #[attribute], with brackets inside; `open` ends with [ */
hl_form hl_form_hashes;     /* r##"raw"##; `open` is what stands before the hashes */
hl_form hl_form_levels;     /* [==[ long bracket ]==]; `open` ends with the first [ */
hl_form hl_form_raw_cpp;    /* R"name(raw)name" */
hl_form hl_form_heredoc;    /* <<END, <<-END, <<~END, <<<END: the following lines, up to one with END */
hl_form hl_form_regex;      /* /pattern/flags, on one line, with [/] inside */
hl_form hl_form_percent;    /* %w[a b], q(a), ~r/a/: `open`, letters, any delimiter */
hl_form hl_form_jsx;        /* <Element prop={code}>text {code}</Element> */
hl_form hl_form_template;   /* {{ code }}, {% code %}: the code of template languages, up to `close` */
hl_form hl_form_php;        /* the same with PHP */

#endif
