/* diff_ids.h: the shortest edit script between two sequences of numbers. Internal to text/. */
#ifndef PLATEN_TEXT_DIFF_IDS_H
#define PLATEN_TEXT_DIFF_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diff_side {
	uint32_t *ids;      /* equal numbers are equal things; below `id_count` of diff_ids() */
	bool *changed;      /* set where there is no partner */
	size_t count;       /* at most 2^29 */
};

/* Marks what is not common to both, with at most *budget steps, which are taken off it. `changed` must be
 * false everywhere before. Beyond the budget everything between two known partners is marked. */
void diff_ids(struct diff_side *before, struct diff_side *after, uint32_t id_count, int64_t *budget);

#endif
