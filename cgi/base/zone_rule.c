/* zone_rule.c: POSIX TZ rules (IEEE Std 1003.1 section 8.3, with the wider hours of RFC 8536). */
#include "base/base.h"
#include "base/date.h"
#include "base/zone_data.h"

#define DAY_S 86400

static bool take_char(struct str *rest, char c)
{
	if (rest->n == 0 || rest->p[0] != c)
		return false;
	*rest = str_from(*rest, 1);
	return true;
}

static bool take_number(struct str *rest, int max, int *out)
{
	int value = 0;
	size_t n = 0;
	while (n < rest->n && n < 4 && rest->p[n] >= '0' && rest->p[n] <= '9')
		value = value * 10 + (rest->p[n++] - '0');
	*rest = str_from(*rest, n);
	*out = value;
	return n > 0 && value <= max;
}

/* Three letters or more, or anything of letters, digits and signs in angle brackets. */
static bool take_name(struct str *rest, char out[ZONE_ABBR_MAX_B])
{
	bool quoted = take_char(rest, '<');
	size_t n = 0;
	while (n < rest->n) {
		char c = rest->p[n];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && !(quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-')))
			break;
		n++;
	}
	if (n < 3 || n >= ZONE_ABBR_MAX_B)
		return false;
	memcpy(out, rest->p, n);
	out[n] = '\0';
	*rest = str_from(*rest, n);
	return !quoted || take_char(rest, '>');
}

/* [+-]h[:m[:s]] */
static bool take_time(struct str *rest, int max_hours, int *out)
{
	int hours, minutes = 0, seconds = 0;
	bool negative = take_char(rest, '-');
	if (!negative)
		take_char(rest, '+');
	if (!take_number(rest, max_hours, &hours))
		return false;
	if (take_char(rest, ':')) {
		if (!take_number(rest, 59, &minutes))
			return false;
		if (take_char(rest, ':') && !take_number(rest, 59, &seconds))
			return false;
	}
	int value = hours * 3600 + minutes * 60 + seconds;
	*out = negative ? -value : value;
	return true;
}

static bool take_day(struct str *rest, struct zone_rule_day *out)
{
	*out = (struct zone_rule_day){ .time_s = 2 * 3600 };
	if (take_char(rest, 'M')) {
		out->form = ZONE_DAY_MONTH;
		if (!take_number(rest, 12, &out->month) || out->month < 1 || !take_char(rest, '.') ||
		    !take_number(rest, 5, &out->week) || out->week < 1 || !take_char(rest, '.') ||
		    !take_number(rest, 6, &out->day))
			return false;
	} else if (take_char(rest, 'J')) {
		out->form = ZONE_DAY_JULIAN;
		if (!take_number(rest, 365, &out->day) || out->day < 1)
			return false;
	} else {
		out->form = ZONE_DAY_ZERO;
		if (!take_number(rest, 365, &out->day))
			return false;
	}
	return !take_char(rest, '/') || take_time(rest, 167, &out->time_s);
}

bool zone_rule_parse(struct str text, struct zone_rule *out)
{
	int west_s;
	*out = (struct zone_rule){ .has_dst = false };
	if (!take_name(&text, out->std.abbr) || !take_time(&text, 24, &west_s))
		return false;
	out->std.offset_s = -west_s;
	if (text.n == 0)
		return true;
	out->has_dst = true;
	out->dst.dst = true;
	out->dst.offset_s = out->std.offset_s + 3600;
	if (!take_name(&text, out->dst.abbr))
		return false;
	if (text.n > 0 && text.p[0] != ',') {
		if (!take_time(&text, 24, &west_s))
			return false;
		out->dst.offset_s = -west_s;
	}
	return take_char(&text, ',') && take_day(&text, &out->start) && take_char(&text, ',') &&
	       take_day(&text, &out->end) && text.n == 0;
}

/* Seconds since 1970 of the change in `year`, by the clock that shows `offset_s`. */
static int64_t change_s(const struct zone_rule_day *day, int year, int offset_s)
{
	int64_t days = date_days(year, 1, 1);
	if (day->form == ZONE_DAY_MONTH) {
		int64_t first = date_days(year, day->month, 1);
		int weekday = (int)(((first + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
		int at = (day->day - weekday + 7) % 7 + (day->week - 1) * 7;
		if (at >= date_days_in_month(year, day->month))
			at -= 7;
		days = first + at;
	} else if (day->form == ZONE_DAY_ZERO) {
		days += day->day;
	} else {
		/* February 29 is never counted: from March on a leap year is one day further. */
		days += day->day - 1 + (day->day >= 60 && date_days_in_month(year, 2) == 29);
	}
	return days * DAY_S + day->time_s - offset_s;
}

const struct zone_type *zone_rule_at(const struct zone_rule *rule, int64_t s)
{
	struct date local;
	if (!rule->has_dst)
		return &rule->std;
	/* The year by standard time; outside the years that dates are written in, any year will do. */
	date_civil(NULL, s > DATE_MIN_MS / 1000 && s < DATE_MAX_MS / 1000 ? (s + rule->std.offset_s) * 1000 : 0, &local);
	int64_t start = change_s(&rule->start, local.year, rule->std.offset_s);
	int64_t end = change_s(&rule->end, local.year, rule->dst.offset_s);
	bool dst = start < end ? s >= start && s < end : s >= start || s < end;
	return dst ? &rule->dst : &rule->std;
}
