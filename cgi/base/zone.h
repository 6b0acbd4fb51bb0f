/* zone.h: IANA time zones, read from the system's TZif files (RFC 8536), without setenv or TZ.
 *
 * Zones are read once and kept until the process ends; all functions are thread-safe. */
#ifndef PLATEN_BASE_ZONE_H
#define PLATEN_BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct zone;

#define ZONE_NAME_MAX_B 64
#define ZONE_FILE_MAX_B ((size_t)256 << 10)

/* "Europe/Berlin", "UTC". RC_INVALID: not a zone's name (letters, digits, "_+-/", no dot segments);
 * RC_NOTFOUND: no such zone on this machine; RC_CORRUPT: its file is damaged. */
NODISCARD enum rc zone_get(struct str name, const struct zone **out, struct err *err);
const struct zone *zone_utc(void);       /* always there, without any file */
const char *zone_name(const struct zone *zone);

struct zone_moment {
	int offset_s;         /* east of Greenwich is positive */
	bool dst;
	const char *abbr;     /* "CEST", "+0545"; lives as long as the zone */
};
/* The local time in force at `s` (Unix seconds), far past and future included. O(log changes). */
void zone_at(const struct zone *zone, int64_t s, struct zone_moment *out);

/* The moment of a local clock reading (seconds since 1970 as if the clock showed UTC). In a gap,
 * where the clock skips it, the reading is taken with the offset before the change, so that it moves
 * forward by the gap; in an overlap the earlier of the two moments is meant. */
int64_t zone_local_to_s(const struct zone *zone, int64_t local_s);

/* Names of all zones for a list to choose from, sorted, UTC first, in `arena`; from zone.tab or
 * zone1970.tab. RC_NOTFOUND: this machine has no such table. */
NODISCARD enum rc zone_list(struct arena *arena, struct str **out, size_t *count, struct err *err);

/* Parses TZif bytes; what zone_get() does with a file. The caller owns *out: zone_free(). */
NODISCARD enum rc zone_parse(struct str name, struct str bytes, struct zone **out, struct err *err);
void zone_free(struct zone *zone); /* of zone_parse() only; NULL allowed */

#endif
