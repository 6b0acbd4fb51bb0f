/* theme.h: one loaded generation of a folder of Mustache templates.
 *
 * A generation is immutable and may be rendered from any number of threads. Loading parses, lints
 * and compiles every *.mustache of the folder; a folder that does not load leaves the caller's old
 * generation as it was. */
#ifndef PLATEN_TMPL_THEME_H
#define PLATEN_TMPL_THEME_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "tmpl/value.h"

struct theme;

struct theme_problem {
	const char *file;   /* relative to the folder */
	int line;           /* from 1; 0: the whole file */
	bool fatal;         /* false: a warning */
	const char *message;
};

struct theme_report {
	struct theme_problem *items;
	size_t count;       /* at most THEME_PROBLEMS_MAX */
};

#define THEME_PROBLEMS_MAX 64
#define THEME_TEMPLATE_MAX_B (1u << 20)
#define THEME_OUTPUT_MAX_B ((size_t)32 << 20)

/* Loads DIR/NAME.mustache for every template below `dir`; names are relative paths without the
 * suffix ("post", "parts/card"). `fallback_dir` (may be NULL) is asked for a name that `dir` lacks.
 * RC_INVALID: at least one fatal problem; err has the first ("post.mustache:12: ..."), `report`
 * (may be NULL; lives in `arena`) all of them. The caller owns *out: theme_free(). */
NODISCARD enum rc theme_load(const char *dir, const char *fallback_dir, struct arena *arena,
			     struct theme **out, struct theme_report *report, struct err *err);
void theme_free(struct theme *theme); /* NULL allowed */

bool theme_has(const struct theme *theme, const char *name);
/* The next template whose name begins with `prefix`, in order of names: start with *at = 0; NULL at the end. */
const char *theme_next(const struct theme *theme, struct str prefix, size_t *at);

/* Appends the rendered template to `out`. RC_NOTFOUND: no such template; RC_LIMIT: the output or the
 * include depth passed its limit. Thread-safe. O(output). */
NODISCARD enum rc theme_render(const struct theme *theme, const char *name, const struct value *root,
			       struct buf *out, struct err *err);

#endif
