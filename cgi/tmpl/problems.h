/* problems.h: collects what is wrong with the templates of a theme while it loads. */
#ifndef PLATEN_TMPL_PROBLEMS_H
#define PLATEN_TMPL_PROBLEMS_H

#include "base/arena.h"
#include "base/err.h"
#include "tmpl/theme.h"

struct problems {
	struct arena *arena;  /* where the texts go */
	struct theme_problem items[THEME_PROBLEMS_MAX];
	size_t count;
	bool fatal;           /* at least one, also when it no longer fitted into items */
};

/* The same problem of the same place is kept once: a partial is looked at wherever it is put in. A
 * fatal one takes the place of a warning when the list is full. Texts are copied. */
void problems_add(struct problems *p, bool fatal, const char *file, int line, const char *fmt, ...)
	PRINTF_LIKE(5, 6);

/* RC_OK without a fatal problem; otherwise RC_INVALID and the first one as "FILE:LINE: MESSAGE". */
NODISCARD enum rc problems_status(const struct problems *p, struct err *err);

#endif
