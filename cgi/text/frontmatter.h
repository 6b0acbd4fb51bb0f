/* frontmatter.h: splits a file into its front matter and its body, and reads the former.
 *
 * Known are YAML between "---" lines (the second may be "..."), TOML between "+++" lines, a JSON
 * object at the top (Hugo), JSON closed by ";;;" (Hexo), Hexo's YAML without an opening line, and
 * Pelican's "Title: x" lines up to an empty one. A byte order mark is skipped, CRLF is taken as LF. */
#ifndef PLATEN_TEXT_FRONTMATTER_H
#define PLATEN_TEXT_FRONTMATTER_H

#include "text/data.h"

enum frontmatter_format { FRONTMATTER_NONE, FRONTMATTER_YAML, FRONTMATTER_TOML, FRONTMATTER_JSON,
			  FRONTMATTER__MAX };

struct frontmatter {
	enum frontmatter_format format;
	struct data *fields;   /* a DATA_MAP, empty when there is nothing; never NULL */
	struct str body;       /* what follows; without CR when the file had CRLF */
	int body_line;         /* line of the file at which the body begins, from 1 */
};

/* `file` is the whole file, UTF-8; the result borrows from it and from `arena`. RC_INVALID, RC_EXISTS,
 * RC_LIMIT, RC_UNSUPPORTED with `*at`: what is written between the delimiters cannot be read, or
 * the closing one is missing. */
NODISCARD enum rc frontmatter_read(struct str file, struct arena *arena, struct frontmatter *out,
				   struct data_at *at, struct err *err);

#endif
