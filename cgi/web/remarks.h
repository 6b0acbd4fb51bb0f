/* remarks.h: how much there is to look at in posts that are published without being opened (core/report.h). */
#ifndef PLATEN_WEB_REMARKS_H
#define PLATEN_WEB_REMARKS_H

#include "web/visit.h"

struct db_ro;
struct post;

/* What a page looks through at most: the time of its reader is not for the texts of a whole site. */
struct remarks {
	size_t posts_left;
	size_t text_left_b;
};
#define REMARKS_INIT { 200, (size_t)2 << 20 }

/* What was found of one post. */
struct remarks_found {
	bool looked;          /* false: there was no time left for it */
	size_t count, serious;
};
NODISCARD enum rc remarks_find(struct visit *v, struct db_ro *db, const struct post *post, struct remarks *left,
			       struct remarks_found *out, struct err *err);

/* "3 remarks", and the editing page with what they are. */
struct str remarks_count(struct visit *v, size_t count);
struct str remarks_url(struct visit *v, struct str public_id);

/* parent.remarks: those of the posts, by id, that readers see or will, and in which something serious was found;
 * NULL when there are none. `total`: how many were published, of which these are the first. */
NODISCARD enum rc remarks_values(struct visit *v, struct db_ro *db, struct value *parent, const int64_t *post_ids,
				 size_t count, size_t total, struct err *err);

#endif
