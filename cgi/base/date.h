/* date.h: moments (Unix milliseconds UTC) to and from calendar dates and their written forms.
 *
 * The calendar is the proleptic Gregorian one; years from 0 to 9999 are written and read back.
 * Thread-safe. A `zone` that is NULL means UTC. */
#ifndef PLATEN_BASE_DATE_H
#define PLATEN_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"

#define DATE_MIN_MS INT64_C(-62167219200000)  /* 0000-01-01 */
#define DATE_MAX_MS INT64_C(253402300799999)  /* 9999-12-31T23:59:59.999Z */

struct date {
	int year, month, day;           /* month and day from 1 */
	int hour, minute, second, ms;
	int weekday;                    /* 0 Sunday to 6 Saturday */
	int yearday;                    /* from 1 */
	int offset_s;                   /* of the zone at that moment */
	const char *abbr;               /* of the zone at that moment */
};

/* What the clocks of `zone` show at `ms`, clamped to DATE_MIN_MS..DATE_MAX_MS. */
void date_civil(const struct zone *zone, int64_t ms, struct date *out);
/* The moment of year, month, day, hour, minute, second and ms in `zone` (gaps and overlaps: see
 * zone_local_to_s). Fields out of range carry over: month 13 is January of the next year. */
int64_t date_ms(const struct zone *zone, const struct date *date);
/* The same of a calendar date's first moment. */
int64_t date_day_ms(const struct zone *zone, int year, int month, int day);
bool date_is_valid(int year, int month, int day);
int date_days_in_month(int year, int month);
int64_t date_days(int year, int month, int day); /* days since 1970-01-01; month and day from 1 */
int date_iso_week(const struct date *date, int *iso_year);

enum date_precision { DATE_PRECISION_DAY, DATE_PRECISION_MINUTE, DATE_PRECISION_SECOND, DATE_PRECISION__MAX };
struct date_parsed {
	int64_t ms;
	bool has_zone;               /* an offset or Z was written; else `zone` was taken */
	enum date_precision precision;
};

/* Reads what front matter holds: "2024-05-01", "2024-5-1", "2024-05-01 10:00", "2024-05-01T10:00:00Z",
 * fractions of a second, "+02:00", "+0200", "+02", " -0700", " UTC", "2024/05/01", and the dates of
 * RFC 5322 ("Wed, 01 May 2024 10:00:00 +0200"). White space around is allowed. A leap second counts
 * as the second before it. RC_INVALID with what is wrong. */
NODISCARD enum rc date_parse(struct str text, const struct zone *zone, struct date_parsed *out,
			     struct err *err);
/* The three forms of RFC 9110 section 5.6.7 (If-Modified-Since); false: not a date. */
bool date_parse_http(struct str text, int64_t *out_ms);

/* Written forms. The first four take any buffer and append. */
void date_put_rfc3339(struct buf *out, const struct zone *zone, int64_t ms); /* 2024-05-01T10:00:00+02:00 */
void date_put_rfc822(struct buf *out, const struct zone *zone, int64_t ms);  /* Wed, 01 May 2024 10:00:00 +0200 */
void date_put_iso(struct buf *out, const struct zone *zone, int64_t ms);     /* 2024-05-01 */
void date_put_http(struct buf *out, int64_t ms);                             /* Wed, 01 May 2024 08:00:00 GMT */
/* The same in an arena. */
struct str date_rfc3339(struct arena *arena, const struct zone *zone, int64_t ms);
struct str date_rfc822(struct arena *arena, const struct zone *zone, int64_t ms);
struct str date_iso(struct arena *arena, const struct zone *zone, int64_t ms);
struct str date_http(struct arena *arena, int64_t ms);

#endif
