/* plain.h: a plain renderer over the steps of a program: what ctemplate's output is compared with.
 *
 * Knows nothing of contexts: every text is escaped as between elements, an html value goes in as it
 * is. It shares the parser with the product and neither its lookup nor its escaping. */
#ifndef PLATEN_TESTS_PLAIN_H
#define PLATEN_TESTS_PLAIN_H

#include "base/base.h"
#include "tmpl/program.h"
#include "tmpl/shim.h"

/* Templates in memory, without the checks of lint.c: the language alone. */
struct bare {
	struct arena arena;
	struct problems problems;
	struct program program;
	struct shim *shim;
};

struct bare_template {
	const char *name;
	struct str text;
};

/* False: see bare->problems, or `err`. bare_release() in either case. */
bool bare_make(struct bare *bare, const struct bare_template *templates, size_t count, struct err *err);
void bare_release(struct bare *bare);
/* The template of that name by ctemplate, and by the plain renderer. */
enum rc bare_render(struct bare *bare, const char *name, const struct value *root, struct buf *out,
		    struct err *err);
void plain_render(const struct program *program, const char *name, const struct value *root,
		  struct buf *out);

#endif
