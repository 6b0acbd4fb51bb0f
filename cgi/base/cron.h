/* cron.h: when something happens again and again: cron expressions, by the clocks of a time zone.
 *
 * Five fields, minute, hour, day of the month, month and day of the week, as crontab(5) has them: a star,
 * numbers, ranges (1-5), steps of a star or a range (10-30/5; 5/15 is from 5 to the end), lists of these,
 * months and days by three letters, 0 and 7 for Sunday. When day of the month and day of the week are both
 * restricted (neither begins with a star), one of them suffices. Or @yearly, @annually, @monthly, @weekly,
 * @daily, @midnight, @hourly, or "@every 90s" (s, m or h, up to a day), which counts from 1970 on and not by
 * clocks.
 *
 * Where clocks are set forward, a time that they skip is moved by as much as they skip; where they are set
 * back, a time that they show twice counts once. An expression of every hour goes on by the hours that
 * pass. */
#ifndef PLATEN_BASE_CRON_H
#define PLATEN_BASE_CRON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"

#define CRON_TEXT_MAX_B 200

/* Bits: minute 0 to 59, hour 0 to 23, day 1 to 31, month 1 to 12, weekday 0 (Sunday) to 6. */
struct cron {
	uint64_t minutes, hours, days, months, weekdays;
	bool one_suffices;   /* of days and weekdays */
	int64_t every_s;     /* 0: by the fields */
};

/* RC_INVALID with the field and what is wrong with it; also for a date that never comes (30 February).
 * RC_LIMIT: longer than CRON_TEXT_MAX_B. */
NODISCARD enum rc cron_parse(struct str text, struct cron *out, struct err *err);

/* The first moment after `after_ms` (Unix milliseconds; before 1970 counts as 1970), -1 when there is none
 * before the year 9999. Looks at 41 years of days at most, some 0.2 ms. `zone` NULL: UTC. */
int64_t cron_next(const struct cron *cron, const struct zone *zone, int64_t after_ms);

#endif
