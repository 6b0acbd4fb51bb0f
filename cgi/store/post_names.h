/* post_names.h: the names of the tags and authors of a page of rows: one statement for all of them. */
#ifndef PLATEN_STORE_POST_NAMES_H
#define PLATEN_STORE_POST_NAMES_H

#include "store/post_find.h"

struct post_names; /* in the arena that it was read into */

NODISCARD enum rc post_names_tags(struct db_ro *db, const struct post_row *rows, size_t count, struct arena *arena,
				  struct post_names **out, struct err *err);
NODISCARD enum rc post_names_authors(struct db_ro *db, const struct post_row *rows, size_t count, struct arena *arena,
				     struct post_names **out, struct err *err);

/* Goes through the names of `ids`, which are a row's, in its order, one a call; false: there is no other. */
bool post_names_next(const struct post_names *names, struct str *ids, struct str *name);

#endif
