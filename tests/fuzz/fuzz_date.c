/* fuzz_date.c: any bytes as a date, and as the file of a time zone. */
#include "base/base.h"

#include "base/date.h"

/* What was read is written and read as the same moment. */
static void check_date(struct arena *arena, struct str text, const struct zone *zone)
{
	struct date_parsed first, again;
	struct err err = ERR_INIT;
	if (date_parse(text, zone, &first, &err) != RC_OK)
		return;
	if (first.ms < DATE_MIN_MS || first.ms > DATE_MAX_MS)
		abort();
	if (date_parse(date_rfc3339(arena, NULL, first.ms), NULL, &again, &err) != RC_OK)
		abort();
	if (again.ms / 1000 != (first.ms - ((first.ms % 1000) + 1000) % 1000) / 1000)
		abort();
}

static void check_zone(struct arena *arena, struct str file)
{
	static const int64_t moments[] = { INT64_MIN / 2000, -5000000000, -1, 0, 1714557600, 9999999999, INT64_MAX / 2000 };
	struct zone *zone;
	struct zone_moment moment;
	struct err err = ERR_INIT;
	if (zone_parse(STR("x"), file, &zone, &err) != RC_OK)
		return;
	for (size_t i = 0; i < COUNT_OF(moments); i++) {
		zone_at(zone, moments[i], &moment);
		zone_local_to_s(zone, moments[i]);
		date_rfc3339(arena, zone, moments[i] * 1000);
	}
	check_date(arena, STR("2024-03-31 02:30"), zone);
	zone_free(zone);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena;
	struct str text = str_n((const char *)bytes, n);
	int64_t ms;
	arena_init(&arena, ARENA_MAX_B);
	check_date(&arena, text, NULL);
	date_parse_http(text, &ms);
	check_zone(&arena, text);
	arena_release(&arena);
	return 0;
}
