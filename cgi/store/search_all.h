/* search_all.h: the posts that have words, of the public search and of what it does not have, for the admin's list.
 * Private to store/. */
#ifndef PLATEN_STORE_SEARCH_ALL_H
#define PLATEN_STORE_SEARCH_ALL_H

#include "store/post_find.h"

/* What somebody typed (search.h has the syntax), for both indexes. */
struct search_all {
	struct str shown, hidden;
	bool empty;              /* there was no word in it: nothing is found */
};

/* The texts live in `arena`. */
NODISCARD enum rc search_all_parse(struct db_ro *db, struct str text, struct arena *arena, struct search_all *out,
				   struct err *err);

/* The ids of the newest posts, at most `max` of each index, as a JSON array: of the public ones those last
 * published, of the others those last begun. *more: there are others. O(max). */
NODISCARD enum rc search_all_ids(struct db_ro *db, const struct search_all *words, int64_t max, struct arena *arena,
				 struct str *ids, bool *more, struct err *err);

/* One after the other without end: first what is public, the last published first, then what is not, the last
 * begun first, which is how the indexes have them. In this order: the other index has no vocabulary, and all that
 * it has with a beginning of a word is gathered before the first is there. A mark's number is that of the search
 * index, or -INT64_MAX. */
struct search_all_walk {
	struct db_ro *db;
	const struct search_all *words;
	bool shown, hidden;      /* where to look */
	bool back;               /* towards the first */
	struct post_mark at;     /* it goes on behind this, or before it; id 0: from the start */
	bool ended;
};

/* The next, at most `max`. None: `ended`. */
NODISCARD enum rc search_all_next(struct search_all_walk *walk, int64_t max, struct arena *arena,
				  struct post_mark **out, size_t *count, struct err *err);

#endif
