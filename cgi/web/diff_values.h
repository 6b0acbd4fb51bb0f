/* diff_values.h: two versions side by side on a page, what differs word by word (templates/admin/parts/diff.mustache). */
#ifndef PLATEN_WEB_DIFF_VALUES_H
#define PLATEN_WEB_DIFF_VALUES_H

#include "web/visit.h"

struct edit;
struct i18n;

struct diff_side {
	struct str label;             /* above its column */
	struct str title, markdown;   /* outlive the values */
	const struct edit *fields;    /* what stands beside them; NULL on either side: is not compared */
};

/* The table of both: `title_rows`, `rows`, `field_changes`, `before_label`, `after_label` and `has_changes` of `parent`; rows far from
 * every change are only counted, in the words of `i18n`. RC_LIMIT: as diff_words(); `has_changes` of `parent` is not set then. */
NODISCARD enum rc diff_values(struct visit *v, const struct i18n *i18n, struct value *parent, const struct diff_side *before,
			      const struct diff_side *after, struct err *err);

#endif
