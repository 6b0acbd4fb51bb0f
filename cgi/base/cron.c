/* cron.c: when something happens again and again: cron expressions, by the clocks of a time zone. */
#include "base/base.h"

#include "base/cron.h"
#include "base/date.h"

#define MINUTE_MS 60000
#define MINUTE_S 60
#define DAY_MINUTES 1440
#define EVERY_MAX_S 86400
/* 29 February on a certain day of the week comes every 28 years, over 2100 in 40. */
#define DAYS_MAX (41 * 366)
#define LAST_MS (DATE_MAX_MS - INT64_C(42) * 366 * 86400000)

static const char *const month_names[] = {
	"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", NULL,
};
static const char *const weekday_names[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL };

static const struct field {
	const char *what;
	int min, max;
	const char *const *names; /* of `min` and those after it */
} fields[] = {
	{ "minute", 0, 59, NULL },
	{ "hour", 0, 23, NULL },
	{ "day of the month", 1, 31, NULL },
	{ "month", 1, 12, month_names },
	{ "day of the week", 0, 7, weekday_names },
};

static const struct {
	const char *name, *fields;
} nicknames[] = {
	{ "@yearly", "0 0 1 1 *" }, { "@annually", "0 0 1 1 *" }, { "@monthly", "0 0 1 * *" }, { "@weekly", "0 0 * * 0" },
	{ "@daily", "0 0 * * *" }, { "@midnight", "0 0 * * *" }, { "@hourly", "0 * * * *" },
};

/* --- reading --- */

static bool read_number(struct str text, int min, int max, int *out)
{
	int64_t number;
	if (text.n == 0 || text.n > 5 || !str_to_i64(text, &number) || text.p[0] == '-' || number < min || number > max)
		return false;
	*out = (int)number;
	return true;
}

static bool read_value(const struct field *field, struct str text, int *out)
{
	for (int i = 0; field->names && field->names[i]; i++)
		if (str_ieq(text, str_of(field->names[i]))) {
			*out = field->min + i;
			return true;
		}
	return read_number(text, field->min, field->max, out);
}

/* One of a list: "*", "A", "A-B", each with "/STEP". */
static bool read_range(const struct field *field, struct str text, uint64_t *bits)
{
	int first = field->min, last = field->max, step = 1;
	ptrdiff_t slash = str_find_char(text, '/');
	struct str range = slash < 0 ? text : str_sub(text, 0, (size_t)slash);
	ptrdiff_t dash = str_find_char(range, '-');
	if (slash >= 0 && !read_number(str_from(text, (size_t)slash + 1), 1, field->max, &step))
		return false;
	if (str_is(range, "*")) {
		;
	} else if (dash >= 0) {
		if (!read_value(field, str_sub(range, 0, (size_t)dash), &first) ||
		    !read_value(field, str_from(range, (size_t)dash + 1), &last) || first > last)
			return false;
	} else {
		if (!read_value(field, range, &first))
			return false;
		last = slash >= 0 ? field->max : first;
	}
	for (int i = first; i <= last; i += step)
		*bits |= UINT64_C(1) << i;
	return true;
}

static enum rc read_field(const struct field *field, struct str text, uint64_t *out, struct err *err)
{
	uint64_t bits = 0;
	struct str rest = text, part;
	bool good = text.n > 0 && text.p[text.n - 1] != ',';
	while (good && str_split(&rest, ',', &part))
		good = read_range(field, part, &bits);
	if (!good)
		return err_set(err, RC_INVALID, "'%.*s' is no %s: it goes from %d to %d", STR_ARG(text), field->what, field->min,
			       field->max);
	*out = bits;
	return RC_OK;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool take_word(struct str *rest, struct str *word)
{
	size_t start = 0, end;
	while (start < rest->n && is_blank(rest->p[start]))
		start++;
	for (end = start; end < rest->n && !is_blank(rest->p[end]); end++)
		;
	*word = str_sub(*rest, start, end);
	*rest = str_from(*rest, end);
	return word->n > 0;
}

/* Whether a day of one of the months is in `days`. */
static bool has_a_date(const struct cron *c)
{
	for (int month = 1; month <= 12; month++)
		for (int day = 1; day <= date_days_in_month(2000, month); day++)
			if (c->months >> month & 1 && c->days >> day & 1)
				return true;
	return false;
}

static enum rc read_fields(struct str text, struct cron *out, struct err *err)
{
	struct cron c = { .every_s = 0 };
	uint64_t *const bits[] = { &c.minutes, &c.hours, &c.days, &c.months, &c.weekdays };
	struct str rest = text, words[COUNT_OF(fields)], more;
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (!take_word(&rest, &words[i]))
			return err_set(err, RC_INVALID, "'%.*s' has not five fields: minute, hour, day, month, day of the week",
				       STR_ARG(text));
	if (take_word(&rest, &more))
		return err_set(err, RC_INVALID, "'%.*s' has more than five fields", STR_ARG(text));
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		enum rc rc = read_field(&fields[i], words[i], bits[i], err);
		if (rc != RC_OK)
			return rc;
	}
	if (c.weekdays >> 7 & 1)
		c.weekdays = (c.weekdays | 1) & 0x7F;
	c.one_suffices = words[2].p[0] != '*' && words[4].p[0] != '*';
	if (!c.one_suffices && !has_a_date(&c))
		return err_set(err, RC_INVALID, "'%.*s' never comes", STR_ARG(text));
	*out = c;
	return RC_OK;
}

static enum rc read_every(struct str text, struct cron *out, struct err *err)
{
	int number;
	int64_t unit_s = 0;
	text = str_trim(text);
	switch (text.n ? text.p[text.n - 1] : 0) {
	case 's': unit_s = 1; break;
	case 'm': unit_s = 60; break;
	case 'h': unit_s = 3600; break;
	}
	if (!unit_s || !read_number(str_sub(text, 0, text.n - 1), 1, EVERY_MAX_S, &number) || number * unit_s > EVERY_MAX_S)
		return err_set(err, RC_INVALID, "'@every %.*s': a number with s, m or h is wanted, up to a day", STR_ARG(text));
	*out = (struct cron){ .every_s = number * unit_s };
	return RC_OK;
}

enum rc cron_parse(struct str text, struct cron *out, struct err *err)
{
	if (text.n > CRON_TEXT_MAX_B)
		return err_set(err, RC_LIMIT, "a cron expression is longer than %d bytes", CRON_TEXT_MAX_B);
	text = str_trim(text);
	if (str_istarts(text, STR("@every ")))
		return read_every(str_from(text, 7), out, err);
	for (size_t i = 0; i < COUNT_OF(nicknames); i++)
		if (str_ieq(text, str_of(nicknames[i].name)))
			return read_fields(str_of(nicknames[i].fields), out, err);
	return read_fields(text, out, err);
}

/* --- the next time --- */

static bool has_day(const struct cron *c, const struct date *date)
{
	bool day = c->days >> date->day & 1, weekday = c->weekdays >> date->weekday & 1;
	return c->months >> date->month & 1 && (c->one_suffices ? day || weekday : day && weekday);
}

static bool is_of_every_hour(const struct cron *c)
{
	return c->hours == 0xFFFFFF;
}

/* Real minutes from `from_s` to the end of the local day, so that an hour that is there twice has all of
 * its minutes twice. */
static int64_t find_by_minutes(const struct cron *c, const struct zone *zone, int64_t from_s, int64_t end_s)
{
	for (int64_t s = from_s + (MINUTE_S - from_s % MINUTE_S) % MINUTE_S; s < end_s; s += MINUTE_S) {
		struct date date;
		date_civil(zone, s * 1000, &date);
		if (c->minutes >> date.minute & 1)
			return s;
	}
	return -1;
}

/* The clock's readings of a day: where clocks are set, their order is not that of the moments. */
static int64_t find_by_readings(const struct cron *c, const struct zone *zone, int64_t local_day_s, int64_t from_s)
{
	int64_t found = -1;
	for (int i = 0; i < DAY_MINUTES; i++) {
		if (!(c->hours >> (i / 60) & 1) || !(c->minutes >> (i % 60) & 1))
			continue;
		int64_t s = zone_local_to_s(zone, local_day_s + i * MINUTE_S);
		if (s >= from_s && (found < 0 || s < found))
			found = s;
	}
	return found;
}

static int64_t find_on_day(const struct cron *c, const struct zone *zone, int64_t local_day_s, int64_t from_s)
{
	if (!is_of_every_hour(c))
		return find_by_readings(c, zone, local_day_s, from_s);
	int64_t begin_s = zone_local_to_s(zone, local_day_s), end_s = zone_local_to_s(zone, local_day_s + 86400);
	return find_by_minutes(c, zone, from_s > begin_s ? from_s : begin_s, end_s);
}

int64_t cron_next(const struct cron *cron, const struct zone *zone, int64_t after_ms)
{
	struct date local;
	if (after_ms < 0)
		after_ms = -1;
	if (after_ms > LAST_MS)
		return -1;
	if (cron->every_s)
		return after_ms < 0 ? 0 : (after_ms / 1000 / cron->every_s + 1) * cron->every_s * 1000;
	int64_t from_s = after_ms < 0 ? 0 : after_ms / 1000 + 1;
	date_civil(zone, from_s * 1000, &local);
	/* A reading of the day before may be moved into this one. */
	int64_t day = date_days(local.year, local.month, local.day) - 1;
	for (int i = 0; i < DAYS_MAX; i++, day++) {
		date_civil(NULL, day * 86400000, &local);
		int64_t found_s = has_day(cron, &local) ? find_on_day(cron, zone, day * 86400, from_s) : -1;
		if (found_s >= 0)
			return found_s * 1000;
	}
	return -1;
}
