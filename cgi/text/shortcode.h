/* shortcode.h: turns the shortcodes and template tags of other generators into plain Markdown.
 *
 * Known syntaxes: Hugo's {{< x >}} and {{% x %}}, Zola's {{ x(...) }} and {% x(...) %}, Liquid's
 * {{ x }} and {% x %} (Jekyll, Eleventy), Hexo's tags. What has a Markdown form is written in it
 * (figures, code blocks, embedded videos as links, references to other posts); all the rest stays
 * in the text as it is and is reported with its line. Linear in the source. */
#ifndef PLATEN_TEXT_SHORTCODE_H
#define PLATEN_TEXT_SHORTCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum shortcode_dialect {
	SHORTCODE_ANY,     /* unknown generator: all syntaxes, but nothing inside code */
	SHORTCODE_HUGO,    /* also inside code, as Hugo itself does */
	SHORTCODE_ZOLA,    /* also inside code */
	SHORTCODE_LIQUID,  /* also inside code */
	SHORTCODE_HEXO,    /* not inside code */
	SHORTCODE_DIALECT__MAX
};

enum shortcode_target {
	SHORTCODE_POST,    /* a post by name ("2019-01-02-hello", "hello.md", "blog/hello") */
	SHORTCODE_FILE,    /* a file of the tree by path ("_posts/x.md", "docs/y.md") */
};

struct shortcode_options {
	enum shortcode_dialect dialect;
	int first_line;    /* line of the file at which the text begins */
	/* The address of another post or file; STR_NONE: unknown. May be NULL. */
	struct str (*target)(void *ctx, enum shortcode_target kind, struct str name);
	/* The value of "site.baseurl", "page.title" ...; STR_NONE: unknown. May be NULL. */
	struct str (*variable)(void *ctx, struct str name);
	/* Called for everything that was left as it is (`converted` false) or that lost something. */
	void (*report)(void *ctx, int line, const char *message);
	void *ctx;
};

struct shortcode_shift { int out_line, source_line; };

struct shortcode_result {
	struct str text;
	struct shortcode_shift *shifts; /* where lines of the text and of the file drift apart */
	size_t shift_count;
};

/* The result lives in `arena` (or is `body` itself when there was nothing to do). RC_LIMIT: it grew
 * beyond SHORTCODE_TEXT_MAX_B. */
#define SHORTCODE_TEXT_MAX_B ((size_t)16 << 20)
NODISCARD enum rc shortcode_convert(struct str body, const struct shortcode_options *options,
				    struct arena *arena, struct shortcode_result *out, struct err *err);

/* The line of the file that line `out_line` (from 1) of the converted text came from. */
int shortcode_source_line(const struct shortcode_result *result, int first_line, int out_line);

#endif
