/* date_parse.c: reads the dates that people, mail programs and site generators write. */
#include "base/base.h"
#include "base/date.h"

#define TEXT_MAX_B 100

struct reading {
	struct str rest;
	struct date date;
	bool has_date, has_time, has_seconds, has_zone;
	int offset_s;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char peek(const struct reading *r)
{
	return r->rest.n ? r->rest.p[0] : '\0';
}

static bool take_char(struct reading *r, char c)
{
	if (r->rest.n == 0 || r->rest.p[0] != c)
		return false;
	r->rest = str_from(r->rest, 1);
	return true;
}

static void skip_spaces(struct reading *r)
{
	while (take_char(r, ' ') || take_char(r, '\t'))
		;
}

/* `min` to `max` digits. */
static bool take_number(struct reading *r, size_t min, size_t max, int *out)
{
	size_t n = 0;
	int value = 0;
	while (n < max && n < r->rest.n && is_digit(r->rest.p[n]))
		value = value * 10 + (r->rest.p[n++] - '0');
	if (n < min)
		return false;
	r->rest = str_from(r->rest, n);
	*out = value;
	return true;
}

static size_t digits_ahead(const struct reading *r)
{
	size_t n = 0;
	while (n < r->rest.n && is_digit(r->rest.p[n]))
		n++;
	return n;
}

static struct str take_word(struct reading *r)
{
	size_t n = 0;
	while (n < r->rest.n && is_alpha(r->rest.p[n]))
		n++;
	struct str word = str_sub(r->rest, 0, n);
	r->rest = str_from(r->rest, n);
	return word;
}

/* The index of a name in `names` by its first three letters or in full; -1: none of them. */
static int index_of(struct str word, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (word.n >= 3 && str_istarts(str_of(names[i]), word))
			return i;
	return -1;
}

static int month_of(struct str word)
{
	static const char *const names[] = { "january", "february", "march", "april", "may", "june", "july",
					     "august", "september", "october", "november", "december" };
	if (str_ieq(word, STR("sept")))
		return 9;
	return index_of(word, names, 12) + 1;
}

static bool is_weekday(struct str word)
{
	static const char *const names[] = { "sunday", "monday", "tuesday", "wednesday", "thursday", "friday",
					     "saturday" };
	return index_of(word, names, 7) >= 0;
}

/* RFC 5322 section 4.3. */
static bool zone_word(struct str word, int *offset_s)
{
	static const struct {
		const char *name;
		int hours;
	} zones[] = {
		{ "Z", 0 }, { "UTC", 0 }, { "GMT", 0 }, { "UT", 0 }, { "EST", -5 }, { "EDT", -4 }, { "CST", -6 },
		{ "CDT", -5 }, { "MST", -7 }, { "MDT", -6 }, { "PST", -8 }, { "PDT", -7 },
	};
	for (size_t i = 0; i < COUNT_OF(zones); i++) {
		if (str_ieq(word, str_of(zones[i].name))) {
			*offset_s = zones[i].hours * 3600;
			return true;
		}
	}
	return false;
}

/* +02:00, +0200, +02 */
static bool take_offset(struct reading *r)
{
	int hours, minutes = 0;
	bool negative = take_char(r, '-');
	if (!negative && !take_char(r, '+'))
		return false;
	if (!take_number(r, 2, 2, &hours))
		return false;
	if ((take_char(r, ':') || is_digit(peek(r))) && !take_number(r, 2, 2, &minutes))
		return false;
	if (hours > 23 || minutes > 59)
		return false;
	r->offset_s = (hours * 60 + minutes) * (negative ? -60 : 60);
	r->has_zone = true;
	return true;
}

/* A zone behind a time, if there is one; an abbreviation or comment behind an offset says nothing. */
static bool take_zone(struct reading *r)
{
	skip_spaces(r);
	if (peek(r) == '+' || peek(r) == '-') {
		if (!take_offset(r))
			return false;
		skip_spaces(r);
		if (take_char(r, '(')) {
			ptrdiff_t end = str_find_char(r->rest, ')');
			r->rest = str_from(r->rest, end < 0 ? r->rest.n : (size_t)end + 1);
			return end >= 0;
		}
		take_word(r);
		return true;
	}
	if (!is_alpha(peek(r)))
		return true;
	struct str word = take_word(r);
	r->has_zone = zone_word(word, &r->offset_s);
	return r->has_zone;
}

/* Milliseconds of ".123456" or ",5"; what is finer is cut off. */
static bool take_fraction(struct reading *r)
{
	int scale = 100;
	if (!take_char(r, '.') && !take_char(r, ','))
		return true;
	if (!is_digit(peek(r)))
		return false;
	for (; is_digit(peek(r)); scale /= 10) {
		r->date.ms += (peek(r) - '0') * scale;
		r->rest = str_from(r->rest, 1);
	}
	return true;
}

static bool take_half_day(struct reading *r)
{
	struct reading ahead = *r;
	skip_spaces(&ahead);
	struct str word = take_word(&ahead);
	bool pm = str_ieq(word, STR("pm"));
	if (!pm && !str_ieq(word, STR("am")))
		return true;
	if (r->date.hour < 1 || r->date.hour > 12)
		return false;
	*r = ahead;
	r->date.hour = r->date.hour % 12 + (pm ? 12 : 0);
	return true;
}

/* 10:00, 10:00:00, 10:00:00.5; also 100000 behind a date without dashes. */
static bool take_time(struct reading *r, bool compact)
{
	struct date *d = &r->date;
	if (!take_number(r, compact ? 2 : 1, 2, &d->hour))
		return false;
	if (!compact && !take_char(r, ':'))
		return false;
	if (!take_number(r, 2, 2, &d->minute))
		return false;
	if (compact ? is_digit(peek(r)) : take_char(r, ':')) {
		if (!take_number(r, 2, 2, &d->second) || !take_fraction(r))
			return false;
		r->has_seconds = true;
	}
	if (!take_half_day(r))
		return false;
	r->has_time = true;
	return d->hour <= 23 && d->minute <= 59 && d->second <= 60;
}

/* 2024-05-01, 2024/5/1, 20240501; then a time may follow. */
static bool read_year_first(struct reading *r)
{
	struct date *d = &r->date;
	bool compact = digits_ahead(r) == 8;
	if (!take_number(r, 4, 4, &d->year))
		return false;
	char sep = peek(r);
	if (!compact && sep != '-' && sep != '/' && sep != '.')
		return false;
	if ((!compact && !take_char(r, sep)) || !take_number(r, compact ? 2 : 1, 2, &d->month))
		return false;
	if ((!compact && !take_char(r, sep)) || !take_number(r, compact ? 2 : 1, 2, &d->day))
		return false;
	r->has_date = true;
	bool spaced = peek(r) == ' ';
	skip_spaces(r);
	if (!take_char(r, 'T') && !take_char(r, 't') && !spaced)
		return true;
	if (r->rest.n == 0)
		return spaced;
	if (spaced && !is_digit(peek(r)))
		return take_zone(r); /* "2024-05-01 +02:00" */
	return take_time(r, digits_ahead(r) >= 4) && take_zone(r);
}

static bool take_year(struct reading *r)
{
	size_t n = digits_ahead(r);
	if (n != 4 && n != 2)
		return false;
	take_number(r, n, n, &r->date.year);
	if (n == 2) /* RFC 5322 section 4.3 */
		r->date.year += r->date.year < 50 ? 2000 : 1900;
	return true;
}

static void skip_separators(struct reading *r)
{
	while (take_char(r, ' ') || take_char(r, '\t') || take_char(r, ',') || take_char(r, '-') ||
	       take_char(r, '.'))
		;
}

/* "01 May 2024 10:00:00 +0200", "01-May-24 ...": the rest behind the weekday. */
static bool read_day_first(struct reading *r)
{
	if (!take_number(r, 1, 2, &r->date.day))
		return false;
	skip_separators(r);
	r->date.month = month_of(take_word(r));
	skip_separators(r);
	if (r->date.month == 0 || !take_year(r))
		return false;
	r->has_date = true;
	skip_separators(r);
	return r->rest.n == 0 || (take_time(r, false) && take_zone(r));
}

/* "May 1, 2024 10:00", and as C's asctime and date(1) write it: "May  1 10:00:00 UTC 2024". */
static bool read_month_first(struct reading *r, struct str month)
{
	r->date.month = month_of(month);
	skip_separators(r);
	if (r->date.month == 0 || !take_number(r, 1, 2, &r->date.day))
		return false;
	skip_separators(r);
	if (digits_ahead(r) == 4) {
		r->has_date = take_year(r);
		skip_separators(r);
		return r->rest.n == 0 || (take_time(r, false) && take_zone(r));
	}
	if (!take_time(r, false) || !take_zone(r))
		return false;
	skip_spaces(r);
	r->has_date = digits_ahead(r) == 4 && take_year(r);
	return r->has_date;
}

static bool read_words(struct reading *r)
{
	if (is_digit(peek(r)))
		return read_day_first(r);
	struct str word = take_word(r);
	if (is_weekday(word)) {
		skip_separators(r);
		if (is_digit(peek(r)))
			return read_day_first(r);
		word = take_word(r);
	}
	return read_month_first(r, word);
}

static enum rc finish(struct reading *r, struct str text, const struct zone *zone, struct date_parsed *out,
		      struct err *err)
{
	struct date *d = &r->date;
	if (!date_is_valid(d->year, d->month, d->day))
		return err_set(err, RC_INVALID, "'%.*s': there is no day %04d-%02d-%02d", STR_ARG(text), d->year,
			       d->month, d->day);
	if (d->second == 60)
		d->second = 59; /* Unix time has no leap seconds */
	int64_t ms = date_ms(r->has_zone ? NULL : zone, d) - (int64_t)r->offset_s * 1000;
	if (ms < DATE_MIN_MS || ms > DATE_MAX_MS)
		return err_set(err, RC_INVALID, "'%.*s' lies outside the years 0 to 9999", STR_ARG(text));
	*out = (struct date_parsed){
		.ms = ms,
		.has_zone = r->has_zone,
		.precision = r->has_seconds ? DATE_PRECISION_SECOND :
			     r->has_time ? DATE_PRECISION_MINUTE : DATE_PRECISION_DAY,
	};
	return RC_OK;
}

enum rc date_parse(struct str text, const struct zone *zone, struct date_parsed *out, struct err *err)
{
	struct reading r = { .rest = str_trim(text) };
	bool good = text.n <= TEXT_MAX_B;
	if (good && digits_ahead(&r) >= 4)
		good = read_year_first(&r);
	else if (good)
		good = read_words(&r);
	if (!good || !r.has_date || r.rest.n > 0)
		return err_set(err, RC_INVALID, "'%.*s' is not a date", (int)(text.n < TEXT_MAX_B ? text.n : TEXT_MAX_B),
			       text.p ? text.p : "");
	return finish(&r, text, zone, out, err);
}

bool date_parse_http(struct str text, int64_t *out_ms)
{
	struct date_parsed parsed;
	if (text.n == 0 || !is_alpha(text.p[0]))
		return false;
	if (date_parse(text, NULL, &parsed, NULL) != RC_OK || parsed.precision != DATE_PRECISION_SECOND)
		return false;
	*out_ms = parsed.ms;
	return true;
}
