/* sanitize_rules.h: the allow-list of sanitize.c as tables. */
#ifndef PLATEN_TEXT_SANITIZE_RULES_H
#define PLATEN_TEXT_SANITIZE_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum {
	RULE_BLOCK = 1,        /* stands where blocks stand; else it is part of a line */
	RULE_LINE = 2,         /* its content is part of a line: no block inside */
	RULE_TRANSPARENT = 4,  /* its content is what its parent's may be */
	RULE_VOID = 8,         /* has no content and no end tag */
	RULE_ROWS = 16,        /* holds parts of a table only, no text */
	RULE_CELL = 32,        /* an end tag inside does not reach out of it */
	RULE_RAW = 64,         /* its content is not markup: swallowed up to the end tag */
	RULE_GONE = 128,       /* dropped with its content up to the matching end tag */
	RULE_SINGLE = 256,     /* never inside itself */
	RULE_FRAME = 512,      /* only with an address on the list of frame hosts */
	RULE_SOURCE = 1024     /* nothing without a src that is allowed */
};

struct element_rule {
	const char *name;
	uint16_t flags;
	const char *parents; /* stands inside one of these only, space-separated; NULL: anywhere */
	const char *as;      /* written under this name; "": the tag is dropped, NULL: its own name */
	const char *missing; /* attributes that it always has: `alt=""` if no alt was there */
};

enum attribute_kind {
	ATTRIBUTE_TEXT, ATTRIBUTE_LINK, ATTRIBUTE_IMAGE, ATTRIBUTE_MEDIA, ATTRIBUTE_FRAME,
	ATTRIBUTE_NUMBER,   /* up to five digits */
	ATTRIBUTE_INTEGER,  /* the same with a sign */
	ATTRIBUTE_FLAG,     /* written without a value */
	ATTRIBUTE_CLASS, ATTRIBUTE_ID,
	ATTRIBUTE_TOKEN,    /* ASCII letters, digits and - : . + */
	ATTRIBUTE_WORD      /* one of `words` */
};

struct attribute_rule {
	const char *name;
	enum attribute_kind kind;
	const char *elements; /* space-separated; NULL: every one */
	const char *words;    /* of ATTRIBUTE_WORD, space-separated */
};

/* Both find by a name in any case; NULL: not on the list, the tag or attribute is dropped. */
const struct element_rule *element_rule_find(struct str name);
const struct attribute_rule *attribute_rule_find(const struct element_rule *element, struct str name);

/* Whether `word` (any case) is one of the space-separated `words`. */
bool rule_has_word(const char *words, struct str word);

#endif
