/* address_plan.h: what another pattern of addresses would do to the posts that are there. */
#ifndef PLATEN_CORE_ADDRESS_PLAN_H
#define PLATEN_CORE_ADDRESS_PLAN_H

#include "core/site.h"
#include "db/db.h"

#define ADDRESS_PLAN_EXAMPLES 5

struct address_plan {
	int64_t posts;       /* whose addresses the pattern makes */
	int64_t moves;       /* of these get another one */
	int64_t redirects;   /* of these were published: their old ones lead to the new */
	int64_t stays;       /* would, but the new one is taken or none that a post may have */
	struct address_example { struct str from, to; } examples[ADDRESS_PLAN_EXAMPLES]; /* the newest posts */
	size_t example_count;
};

/* Texts live in `arena`. Reads each post's short facts once; O(posts). rebuild_all() does it. */
NODISCARD enum rc address_plan_make(struct db_ro *db, const struct site *site, struct str pattern, struct arena *arena,
				    struct address_plan *out, struct err *err);

#endif
