/* zone.c: IANA time zones: the local time at a moment and the moment of a local time. */
#include "base/base.h"
#include "base/file.h"
#include "base/path.h"
#include "base/zone.h"
#include "base/zone_data.h"

#include <pthread.h>
#include <stdatomic.h>

#define ZONE_DIR "/usr/share/zoneinfo"
#define DAY_S 86400

static struct zone_type utc_type = { .abbr = "UTC" };
static struct zone utc = { .name = "UTC", .types = &utc_type, .type_count = 1 };

const struct zone *zone_utc(void)
{
	return &utc;
}

const char *zone_name(const struct zone *zone)
{
	return zone->name;
}

static const struct zone_type *type_at(const struct zone *z, int64_t s)
{
	size_t low = 0, high = z->change_count; /* the number of changes at or before s */
	if (z->has_rule && (high == 0 || s >= z->changes[high - 1].s))
		return zone_rule_at(&z->rule, s);
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (z->changes[mid].s <= s)
			low = mid + 1;
		else
			high = mid;
	}
	return &z->types[low ? z->changes[low - 1].type : 0]; /* before all: type 0 (RFC 8536 section 3.2) */
}

void zone_at(const struct zone *zone, int64_t s, struct zone_moment *out)
{
	const struct zone_type *type = type_at(zone ? zone : &utc, s);
	*out = (struct zone_moment){ type->offset_s, type->dst, type->abbr };
}

/* The offsets a day before and a day after are all that can be meant: no zone changes twice within
 * two days. */
int64_t zone_local_to_s(const struct zone *zone, int64_t local_s)
{
	const struct zone *z = zone ? zone : &utc;
	int64_t first = local_s - type_at(z, local_s - DAY_S)->offset_s;
	int64_t second = local_s - type_at(z, local_s + DAY_S)->offset_s;
	bool first_is = first + type_at(z, first)->offset_s == local_s;
	bool second_is = second + type_at(z, second)->offset_s == local_s;
	if (first_is && second_is)
		return first < second ? first : second;
	return second_is ? second : first;
}

/* Letters, digits, "_+-" in segments that begin with a letter: nothing that leaves the folder. */
static bool name_is_valid(struct str name)
{
	bool start = true;
	if (name.n == 0 || name.n > ZONE_NAME_MAX_B)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool other = (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
		if (start ? !letter : !letter && !other && c != '/')
			return false;
		start = c == '/';
	}
	return !start;
}

static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static struct zone *_Atomic cache;

static const struct zone *find_cached(struct str name)
{
	for (const struct zone *z = atomic_load(&cache); z; z = z->next)
		if (str_is(name, z->name))
			return z;
	return NULL;
}

static enum rc load(struct str name, struct zone **out, struct err *err)
{
	struct arena arena;
	struct str bytes;
	arena_init(&arena, ZONE_FILE_MAX_B + (64 << 10));
	const char *path = path_join(&arena, ZONE_DIR, arena_cstr(&arena, name));
	enum rc rc = file_load(path, ZONE_FILE_MAX_B, &arena, &bytes, err);
	if (rc == RC_OK)
		rc = zone_parse(name, bytes, out, err);
	else if (rc == RC_NOTFOUND || rc == RC_INVALID)
		rc = err_set(err, RC_NOTFOUND, "there is no time zone '%.*s'", STR_ARG(name));
	arena_release(&arena);
	return rc;
}

enum rc zone_get(struct str name, const struct zone **out, struct err *err)
{
	if (str_is(name, "UTC")) {
		*out = &utc;
		return RC_OK;
	}
	if (!name_is_valid(name))
		return err_set(err, RC_INVALID, "'%.*s' is not the name of a time zone", STR_ARG(name));
	const struct zone *found = find_cached(name);
	enum rc rc = RC_OK;
	if (!found) {
		pthread_mutex_lock(&cache_lock);
		found = find_cached(name);
		struct zone *loaded = NULL;
		if (!found)
			rc = load(name, &loaded, err);
		if (loaded) {
			loaded->next = atomic_load(&cache);
			atomic_store(&cache, loaded);
			found = loaded;
		}
		pthread_mutex_unlock(&cache_lock);
	}
	if (rc == RC_OK)
		*out = found;
	return rc;
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

enum rc zone_list(struct arena *arena, struct str **out, size_t *count, struct err *err)
{
	struct str text, line, part = STR_NONE;
	if (file_load(ZONE_DIR "/zone.tab", ZONE_FILE_MAX_B, arena, &text, err) != RC_OK) {
		enum rc rc = file_load(ZONE_DIR "/zone1970.tab", ZONE_FILE_MAX_B, arena, &text, err);
		if (rc != RC_OK)
			return rc;
	}
	size_t n = 1, lines = 1;
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	struct str *names = ARENA_ARRAY(arena, lines + 1, struct str);
	names[0] = STR("UTC");
	while (str_line(&text, &line)) {
		if (str_starts(line, STR("#")))
			continue;
		int column = 0; /* country, coordinates, name, comment */
		while (column < 3 && str_split(&line, '\t', &part))
			column++;
		if (column == 3 && name_is_valid(part))
			names[n++] = part;
	}
	qsort(names + 1, n - 1, sizeof *names, by_text);
	*out = names;
	*count = n;
	return RC_OK;
}
