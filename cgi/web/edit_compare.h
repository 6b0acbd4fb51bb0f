/* edit_compare.h: what two versions of a post have beside title and text, and where they differ. */
#ifndef PLATEN_WEB_EDIT_COMPARE_H
#define PLATEN_WEB_EDIT_COMPARE_H

#include "web/edit.h"

/* A field as two versions have it, in words. */
struct edit_change {
	struct str name, before, after;
};

struct edit_changes {
	struct edit_change *items;
	size_t count;
};

/* The post as it was in `revision`, with its fields; what the revision does not name is as in `now`. Texts live in the
 * visit's arena. RC_INVALID: the fields are no JSON. */
NODISCARD enum rc edit_of_revision(struct visit *v, struct db_ro *db, const struct revision *revision,
				   const struct edit *now, struct edit *out, struct err *err);
/* The post before its first version. */
struct edit edit_of_nothing(const struct edit *now);
/* The fields that are not the same, as the form calls them and in its order; title and text aside. */
void edit_compare(struct visit *v, const struct edit *before, const struct edit *after, struct edit_changes *out);

#endif
