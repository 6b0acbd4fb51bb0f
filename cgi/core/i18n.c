/* i18n.c: the phrases a visitor reads, loaded once, shared by every thread. */
#include "base/base.h"

#include "base/date.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/zone.h"
#include "core/i18n.h"

#define PHRASES_FILE_MAX_B (256u << 10)
#define LANGS_MAX 64

struct i18n {
	struct str lang;
	struct json *phrases;   /* the file's object */
	struct value *values;   /* its plain texts, for templates */
	const struct i18n *base; /* English, for what is missing here; NULL in English */
};

struct i18n_set {
	struct arena arena;
	struct i18n langs[LANGS_MAX];
	size_t count;
	const struct i18n *english;
	uint64_t stamp;             /* of all files' bytes */
};

static enum rc load_one(struct i18n_set *set, const char *dir, struct str file, struct err *err)
{
	struct buf bytes = BUF_INIT(PHRASES_FILE_MAX_B);
	struct str path = arena_printf(&set->arena, "%s/%.*s", dir, STR_ARG(file));
	enum rc rc = file_read(path.p, PHRASES_FILE_MAX_B, &bytes, err);
	if (rc == RC_OK && set->count == LANGS_MAX)
		rc = err_set(err, RC_LIMIT, "more than %d languages in '%s'", LANGS_MAX, dir);
	struct json *json = NULL;
	if (rc == RC_OK) {
		set->stamp = hash_mix(set->stamp, hash_str(file, 1));
		set->stamp = hash_mix(set->stamp, hash_str(buf_view(&bytes), 1));
	}
	if (rc == RC_OK)
		rc = json_parse(buf_view(&bytes), PHRASES_FILE_MAX_B, &json, err);
	if (rc == RC_OK && json_kind(json) != JSON_KIND_OBJECT)
		rc = err_set(err, RC_INVALID, "not a JSON object");
	if (rc == RC_OK) {
		struct i18n *i18n = &set->langs[set->count++];
		i18n->lang = arena_str(&set->arena, str_sub(file, 0, file.n - 5));
		i18n->phrases = json;
	} else {
		json_free(json);
		err_prefix(err, "phrases '%s'", path.p);
	}
	buf_release(&bytes);
	return rc;
}

static void build_values(struct i18n_set *set, struct i18n *i18n)
{
	const struct i18n *layers[] = { i18n->base, i18n };
	i18n->values = value_root(&set->arena);
	for (size_t layer = 0; layer < COUNT_OF(layers); layer++) {
		if (!layers[layer])
			continue;
		struct json_iter it = { 0 };
		while (json_next(layers[layer]->phrases, &it))
			if (json_kind(it.value) == JSON_KIND_TEXT)
				value_text(&set->arena, i18n->values, arena_cstr(&set->arena, it.key),
					   json_text(it.value, STR("")));
	}
}

enum rc i18n_load(const char *dir, struct i18n_set **out, struct err *err)
{
	struct i18n_set *set = mem_new(sizeof *set);
	arena_init(&set->arena, ARENA_MAX_B);
	struct file_entries files = { 0 };
	enum rc rc = file_list(dir, &set->arena, &files, err);
	for (size_t i = 0; rc == RC_OK && i < files.count; i++)
		if (str_ends(str_of(files.items[i].name), STR(".json")))
			rc = load_one(set, dir, str_of(files.items[i].name), err);
	for (size_t i = 0; i < set->count; i++)
		if (str_is(set->langs[i].lang, "en"))
			set->english = &set->langs[i];
	if (rc == RC_OK && !set->english)
		rc = err_set(err, RC_NOTFOUND, "there is no en.json in '%s'", dir);
	if (rc != RC_OK) {
		i18n_free(set);
		return rc;
	}
	for (size_t i = 0; i < set->count; i++) {
		struct i18n *i18n = &set->langs[i];
		i18n->base = i18n == set->english ? NULL : set->english;
		build_values(set, i18n);
	}
	*out = set;
	return RC_OK;
}

void i18n_free(struct i18n_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->count; i++)
		json_free(set->langs[i].phrases);
	arena_release(&set->arena);
	free(set);
}

uint64_t i18n_stamp(const struct i18n_set *set)
{
	return set->stamp;
}

static const struct i18n *exact(const struct i18n_set *set, struct str lang)
{
	for (size_t i = 0; i < set->count; i++)
		if (str_ieq(set->langs[i].lang, lang))
			return &set->langs[i];
	return NULL;
}

const struct i18n *i18n_for(const struct i18n_set *set, struct str lang)
{
	/* RFC 4647 section 3.4, lookup: the last subtag falls away until something fits. */
	while (lang.n > 0) {
		const struct i18n *found = exact(set, lang);
		if (found)
			return found;
		ptrdiff_t dash = str_rfind_char(lang, '-');
		lang = str_sub(lang, 0, dash < 0 ? 0 : (size_t)dash);
	}
	return set->english;
}

struct str i18n_lang(const struct i18n *i18n)
{
	return i18n->lang;
}

static const struct json *phrase(const struct i18n *i18n, const char *key)
{
	const struct json *item = json_get(i18n->phrases, key);
	if (!item && i18n->base)
		item = json_get(i18n->base->phrases, key);
	return item;
}

struct str i18n_text(const struct i18n *i18n, const char *key)
{
	const struct json *item = phrase(i18n, key);
	return json_kind(item) == JSON_KIND_TEXT ? json_text(item, STR("")) : str_of(key);
}

static void fill(struct buf *out, struct str text, const struct i18n_pair *pairs, size_t count)
{
	ptrdiff_t open;
	while ((open = str_find_char(text, '{')) >= 0) {
		buf_str(out, str_sub(text, 0, (size_t)open));
		text = str_from(text, (size_t)open);
		ptrdiff_t close = str_find_char(text, '}');
		struct str name = close < 0 ? STR_NONE : str_sub(text, 1, (size_t)close);
		size_t i = 0;
		while (i < count && !str_is(name, pairs[i].name))
			i++;
		if (close < 0 || i == count) {
			buf_char(out, '{');
			text = str_from(text, 1);
			continue;
		}
		buf_str(out, pairs[i].text);
		text = str_from(text, (size_t)close + 1);
	}
	buf_str(out, text);
}

static struct str filled(struct str text, const struct i18n_pair *pairs, size_t count, struct arena *arena)
{
	struct buf out = BUF_INIT(64 << 10);
	fill(&out, text, pairs, count);
	struct str s = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return s;
}

struct str i18n_fill(const struct i18n *i18n, const char *key, const struct i18n_pair *pairs, size_t count,
		     struct arena *arena)
{
	return filled(i18n_text(i18n, key), pairs, count, arena);
}

/* Digits in groups of three, as the language's "group" phrase separates them. */
struct str i18n_number(const struct i18n *i18n, int64_t n, struct arena *arena)
{
	struct str digits = arena_printf(arena, "%lld", (long long)n);
	const struct json *separator = phrase(i18n, "number_group");
	if (digits.n <= 3 || n < 0 || json_kind(separator) != JSON_KIND_TEXT)
		return digits;
	struct buf out = BUF_INIT(128);
	for (size_t i = 0; i < digits.n; i++) {
		if (i > 0 && (digits.n - i) % 3 == 0)
			buf_str(&out, json_text(separator, STR("")));
		buf_char(&out, digits.p[i]);
	}
	struct str s = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return s;
}

struct str i18n_count(const struct i18n *i18n, const char *key, int64_t n, struct arena *arena)
{
	const struct json *item = phrase(i18n, key);
	struct str text = str_of(key);
	if (json_kind(item) == JSON_KIND_OBJECT) {
		const struct json *form = json_get(item, n == 1 ? "one" : "other");
		if (n == 0 && json_get(item, "zero"))
			form = json_get(item, "zero");
		text = form ? json_text(form, STR("")) : text;
	} else if (json_kind(item) == JSON_KIND_TEXT) {
		text = json_text(item, STR(""));
	}
	const struct i18n_pair pair = { "n", i18n_number(i18n, n, arena) };
	return filled(text, &pair, 1, arena);
}

#define DIGITS_B 12

/* A number from 0 in at least `width` digits; a page has dozens, and printf was a tenth of its cost. */
static struct str decimal(char to[static DIGITS_B], int number, int width)
{
	size_t at = DIGITS_B;
	for (unsigned n = (unsigned)number; n || width > 0; n /= 10, width--)
		to[--at] = (char)('0' + n % 10);
	return str_n(to + at, DIGITS_B - at);
}

/* "month_3", "weekday_7": the phrase, or an empty text outside the catalogue. */
static struct str numbered(const struct i18n *i18n, const char *name, int number)
{
	char key[32], digits[DIGITS_B];
	size_t n = strlen(name);
	struct str text = decimal(digits, number, 1);
	memcpy(key, name, n);
	key[n++] = '_';
	memcpy(key + n, text.p, text.n);
	key[n + text.n] = '\0';
	return json_text(phrase(i18n, key), STR(""));
}

struct str i18n_month(const struct i18n *i18n, int month)
{
	return numbered(i18n, "month", month);
}

struct str i18n_date(const struct i18n *i18n, int64_t at_ms, struct str zone_id, enum i18n_date style,
		     struct arena *arena)
{
	static const char *const patterns[] = {
		[I18N_DATE_LONG] = "date_long",
		[I18N_DATE_SHORT] = "date_short",
		[I18N_DATE_DAY_MONTH] = "date_day_month",
		[I18N_DATE_MONTH_YEAR] = "date_month_year",
	};
	const struct zone *zone = NULL;
	struct date civil;
	if (zone_get(zone_id, &zone, NULL) != RC_OK)
		zone = zone_utc();
	char d[DIGITS_B], dd[DIGITS_B], mm[DIGITS_B], y[DIGITS_B];
	date_civil(zone, at_ms, &civil);
	const struct i18n_pair pairs[] = {
		{ "d", decimal(d, civil.day, 1) },
		{ "dd", decimal(dd, civil.day, 2) },
		{ "mm", decimal(mm, civil.month, 2) },
		{ "mon", numbered(i18n, "mon", civil.month) },
		{ "month", i18n_month(i18n, civil.month) },
		{ "weekday", numbered(i18n, "weekday", civil.weekday == 0 ? 7 : civil.weekday) },
		{ "y", decimal(y, civil.year, 1) },
	};
	return i18n_fill(i18n, patterns[style], pairs, COUNT_OF(pairs), arena);
}

const struct value *i18n_values(const struct i18n *i18n)
{
	return i18n->values;
}
