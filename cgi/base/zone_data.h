/* zone_data.h: what zone.c and zone_parse.c share: a parsed zone. */
#ifndef PLATEN_BASE_ZONE_DATA_H
#define PLATEN_BASE_ZONE_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define ZONE_ABBR_MAX_B 16

struct zone_type {
	int offset_s;
	bool dst;
	char abbr[ZONE_ABBR_MAX_B];
};

/* When a rule changes the clocks: a day of the year and a local time. */
struct zone_rule_day {
	enum { ZONE_DAY_JULIAN, ZONE_DAY_ZERO, ZONE_DAY_MONTH } form; /* Jn; n; Mm.w.d */
	int month, week, day;
	int time_s; /* -167 to 167 hours */
};

/* A POSIX TZ rule, in force after the last change that the file lists. */
struct zone_rule {
	struct zone_type std, dst;
	bool has_dst;
	struct zone_rule_day start, end;
};

struct zone_change {
	int64_t s;    /* from here on ... */
	uint8_t type; /* ... this one */
};

struct zone {
	char name[72];
	struct zone_change *changes; /* ascending */
	size_t change_count;
	struct zone_type *types;
	size_t type_count;           /* at least 1 */
	struct zone_rule rule;
	bool has_rule;
	struct zone *next;           /* in the cache */
};

/* Parses "CET-1CEST,M3.5.0,M10.5.0/3". False: malformed; `out` may then hold anything. */
bool zone_rule_parse(struct str text, struct zone_rule *out);
const struct zone_type *zone_rule_at(const struct zone_rule *rule, int64_t s);

#endif
