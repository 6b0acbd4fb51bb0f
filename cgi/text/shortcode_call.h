/* shortcode_call.h: one shortcode as it was written, and what becomes of it. Between shortcode.c,
 * which finds them, and shortcode_tags.c, which knows them. */
#ifndef PLATEN_TEXT_SHORTCODE_CALL_H
#define PLATEN_TEXT_SHORTCODE_CALL_H

#include "base/buf.h"
#include "text/shortcode.h"

#define SHORTCODE_ARGS_MAX 24

struct shortcode_arg {
	struct str name;      /* STR_NONE: positional */
	struct str value;     /* without quotes */
};

struct shortcode_call {
	struct str name;      /* "figure", "endhighlight", or a whole Liquid expression */
	struct str rest;      /* what stands behind the name, untouched */
	bool closing;         /* {{< /x >}} */
	bool expression;      /* Liquid's {{ ... }}: `rest` is the expression, `name` is empty */
	struct shortcode_arg arg[SHORTCODE_ARGS_MAX];
	size_t arg_count;
	int line;
};

/* Splits `rest` into arguments: key=value, key:value (Liquid) or positional, separated by blanks or
 * commas, with "x", 'x' or `x` quotes. Those beyond the limit are left out. */
void shortcode_args(struct shortcode_call *call);
/* The named argument, else the positional one `at` (-1: none), else STR_NONE. */
struct str shortcode_arg(const struct shortcode_call *call, const char *name, int at);

enum shortcode_verdict {
	SHORTCODE_UNKNOWN,    /* keep it and report it */
	SHORTCODE_DONE,       /* its Markdown was appended */
	SHORTCODE_CODE,       /* opens a code block: up to its closing tag, language in *lang */
	SHORTCODE_LITERAL,    /* opens text to be taken as it is, up to its closing tag */
	SHORTCODE_COMMENT,    /* opens a comment, up to its closing tag */
	SHORTCODE_QUOTE,      /* opens a block quotation; *lang is who is quoted */
};

enum shortcode_verdict shortcode_tag(const struct shortcode_options *options,
				     const struct shortcode_call *call, struct buf *out, struct str *lang);

#endif
