/* date.c: moments to and from calendar dates, and their written forms. */
#include "base/base.h"
#include "base/date.h"

#define DAY_MS INT64_C(86400000)

static const char weekdays[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
				    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int date_days_in_month(int year, int month)
{
	static const signed char days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (month < 1 || month > 12)
		return 0;
	return days[month - 1] + (month == 2 && is_leap(year));
}

bool date_is_valid(int year, int month, int day)
{
	return year >= 0 && year <= 9999 && day >= 1 && day <= date_days_in_month(year, month);
}

/* Days before the first of a month, counted in years that begin in March, so that the leap day is
 * the last: 153 days in every five months. */
static int64_t days_before(int64_t year, int month)
{
	int64_t march_year = month > 2 ? year : year - 1;
	int64_t since_march = (month + 9) % 12;
	return 365 * march_year + floor_div(march_year, 4) - floor_div(march_year, 100) +
	       floor_div(march_year, 400) + (153 * since_march + 2) / 5;
}

int64_t date_days(int year, int month, int day)
{
	int64_t from_zero = (int64_t)month - 1;
	int64_t carried = year + floor_div(from_zero, 12);
	int in_year = (int)(from_zero - floor_div(from_zero, 12) * 12) + 1;
	return days_before(carried, in_year) - days_before(1970, 1) + day - 1;
}

static void civil_from_days(int64_t days, struct date *out)
{
	/* A guess by the mean length of a year is at most one off. */
	int64_t year = 1970 + floor_div(days * 400, 146097);
	int64_t first = days_before(year, 1) - days_before(1970, 1);
	if (days < first)
		year--;
	else if (days >= first + 365 + is_leap(year))
		year++;
	first = days_before(year, 1) - days_before(1970, 1);
	int in_year = (int)(days - first), month = 1;
	out->yearday = in_year + 1;
	while (in_year >= date_days_in_month((int)year, month))
		in_year -= date_days_in_month((int)year, month++);
	out->year = (int)year;
	out->month = month;
	out->day = in_year + 1;
	out->weekday = (int)(days + 4 - floor_div(days + 4, 7) * 7); /* 1970-01-01 was a Thursday */
}

static int64_t clamp_ms(int64_t ms)
{
	return ms < DATE_MIN_MS ? DATE_MIN_MS : ms > DATE_MAX_MS ? DATE_MAX_MS : ms;
}

static void civil(int64_t local_ms, struct date *out)
{
	int64_t days = floor_div(local_ms, DAY_MS);
	int in_day = (int)(local_ms - days * DAY_MS);
	civil_from_days(days, out);
	out->hour = in_day / 3600000;
	out->minute = in_day / 60000 % 60;
	out->second = in_day / 1000 % 60;
	out->ms = in_day % 1000;
}

void date_civil(const struct zone *zone, int64_t ms, struct date *out)
{
	ms = clamp_ms(ms);
	/* UTC itself needs no zone: zone_rule.c comes through here. */
	struct zone_moment moment = { 0, false, "UTC" };
	if (zone)
		zone_at(zone, floor_div(ms, 1000), &moment);
	civil(clamp_ms(ms + (int64_t)moment.offset_s * 1000), out);
	out->offset_s = moment.offset_s;
	out->abbr = moment.abbr;
}

int64_t date_ms(const struct zone *zone, const struct date *date)
{
	int64_t local_s = date_days(date->year, date->month, 1) * 86400 + ((int64_t)date->day - 1) * 86400 +
			  (int64_t)date->hour * 3600 + (int64_t)date->minute * 60 + date->second;
	int64_t s = zone ? zone_local_to_s(zone, local_s) : local_s;
	return s * 1000 + date->ms;
}

int64_t date_day_ms(const struct zone *zone, int year, int month, int day)
{
	struct date date = { .year = year, .month = month, .day = day };
	return date_ms(zone, &date);
}

/* ISO 8601: the week belongs to the year of its Thursday. */
int date_iso_week(const struct date *date, int *iso_year)
{
	int thursday = date->yearday + 4 - (date->weekday == 0 ? 7 : date->weekday);
	int year = date->year;
	if (thursday < 1)
		thursday += 365 + is_leap(--year);
	else if (thursday > 365 + is_leap(year))
		thursday -= 365 + is_leap(year++);
	if (iso_year)
		*iso_year = year;
	return (thursday - 1) / 7 + 1;
}

/* The civil time with an offset of whole minutes, which is all that can be written: local mean times
 * of the 19th century had seconds. */
static int civil_to_minutes(const struct zone *zone, int64_t ms, struct date *out)
{
	struct zone_moment moment;
	ms = clamp_ms(ms);
	zone_at(zone, floor_div(ms, 1000), &moment);
	int minutes = moment.offset_s / 60;
	civil(clamp_ms(ms + (int64_t)minutes * 60000), out);
	return minutes;
}

/* `n` in `width` digits, of which years have four; dates are on every page, many times. */
static char *put_digits(char *to, int n, int width)
{
	for (int i = width; i > 0; i--, n /= 10)
		to[i - 1] = (char)('0' + n % 10);
	return to + width;
}

/* "2024-05-01" or "10:00:00". */
static char *put_three(char *to, int first, int first_width, char between, int second, int third)
{
	to = put_digits(to, first, first_width);
	*to++ = between;
	to = put_digits(to, second, 2);
	*to++ = between;
	return put_digits(to, third, 2);
}

void date_put_rfc3339(struct buf *out, const struct zone *zone, int64_t ms)
{
	struct date d;
	int minutes = civil_to_minutes(zone, ms, &d), size = minutes < 0 ? -minutes : minutes;
	char text[32], *at = put_three(text, d.year, 4, '-', d.month, d.day);
	*at++ = 'T';
	at = put_three(at, d.hour, 2, ':', d.minute, d.second);
	buf_put(out, text, (size_t)(at - text));
	if (!zone || zone == zone_utc())
		buf_char(out, 'Z');
	else
		buf_printf(out, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

void date_put_rfc822(struct buf *out, const struct zone *zone, int64_t ms)
{
	struct date d;
	int minutes = civil_to_minutes(zone, ms, &d), size = minutes < 0 ? -minutes : minutes;
	buf_printf(out, "%s, %02d %s %04d %02d:%02d:%02d %c%02d%02d", weekdays[d.weekday], d.day,
		   months[d.month - 1], d.year, d.hour, d.minute, d.second, minutes < 0 ? '-' : '+', size / 60,
		   size % 60);
}

void date_put_iso(struct buf *out, const struct zone *zone, int64_t ms)
{
	struct date d;
	date_civil(zone, ms, &d);
	char text[16], *end = put_three(text, d.year, 4, '-', d.month, d.day);
	buf_put(out, text, (size_t)(end - text));
}

void date_put_http(struct buf *out, int64_t ms)
{
	struct date d;
	date_civil(NULL, ms, &d);
	buf_printf(out, "%s, %02d %s %04d %02d:%02d:%02d GMT", weekdays[d.weekday], d.day, months[d.month - 1],
		   d.year, d.hour, d.minute, d.second);
}

static struct str keep(struct arena *arena, struct buf *b)
{
	struct str s = arena_str(arena, buf_view(b));
	buf_release(b);
	return s;
}

struct str date_rfc3339(struct arena *arena, const struct zone *zone, int64_t ms)
{
	struct buf b = BUF_INIT(64);
	date_put_rfc3339(&b, zone, ms);
	return keep(arena, &b);
}

struct str date_rfc822(struct arena *arena, const struct zone *zone, int64_t ms)
{
	struct buf b = BUF_INIT(64);
	date_put_rfc822(&b, zone, ms);
	return keep(arena, &b);
}

struct str date_iso(struct arena *arena, const struct zone *zone, int64_t ms)
{
	struct buf b = BUF_INIT(64);
	date_put_iso(&b, zone, ms);
	return keep(arena, &b);
}

struct str date_http(struct arena *arena, int64_t ms)
{
	struct buf b = BUF_INIT(64);
	date_put_http(&b, ms);
	return keep(arena, &b);
}
