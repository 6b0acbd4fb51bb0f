/* base_zone.c: tests of time zones: known moments, gaps and overlaps, damaged files, and a
 * comparison with the C library over every zone. */
#include "unit.h"

#include "base/date.h"
#include "base/file.h"
#include "base/zone.h"

#include <pthread.h>

static const struct zone *zone_of(const char *name)
{
	const struct zone *zone = NULL;
	struct err err = ERR_INIT;
	if (zone_get(str_of(name), &zone, &err) != RC_OK)
		fail_msg("%s: %s", name, err.msg);
	return zone;
}

static int64_t s_of(int year, int month, int day, int hour, int minute)
{
	struct date d = { .year = year, .month = month, .day = day, .hour = hour, .minute = minute };
	return date_ms(NULL, &d) / 1000;
}

static void known_offsets(void **state)
{
	(void)state;
	static const struct {
		const char *zone;
		int year, month, day, hour, minute; /* UTC */
		int offset_min;
		bool dst;
		const char *abbr;
	} rows[] = {
		{ "UTC", 2024, 7, 1, 0, 0, 0, false, "UTC" },
		{ "Europe/Berlin", 2024, 3, 31, 0, 59, 60, false, "CET" },
		{ "Europe/Berlin", 2024, 3, 31, 1, 0, 120, true, "CEST" },
		{ "Europe/Berlin", 2024, 10, 27, 0, 59, 120, true, "CEST" },
		{ "Europe/Berlin", 2024, 10, 27, 1, 0, 60, false, "CET" },
		{ "Europe/Berlin", 2500, 7, 1, 0, 0, 120, true, "CEST" },
		{ "Europe/Berlin", 9999, 1, 1, 0, 0, 60, false, "CET" },
		{ "America/New_York", 2200, 3, 9, 6, 59, -300, false, "EST" },
		{ "America/New_York", 2200, 3, 9, 7, 0, -240, true, "EDT" },
		{ "America/St_Johns", 2024, 1, 1, 0, 0, -210, false, "NST" },
		{ "America/St_Johns", 2024, 7, 1, 0, 0, -150, true, "NDT" },
		{ "Asia/Kathmandu", 2024, 7, 1, 0, 0, 345, false, "+0545" },
		{ "Asia/Kathmandu", 1985, 12, 31, 0, 0, 330, false, "+0530" },
		{ "Australia/Sydney", 2024, 1, 1, 0, 0, 660, true, "AEDT" },
		{ "Australia/Sydney", 2024, 7, 1, 0, 0, 600, false, "AEST" },
		{ "Australia/Sydney", 2150, 1, 1, 0, 0, 660, true, "AEDT" },
		{ "Australia/Sydney", 2150, 12, 31, 23, 59, 660, true, "AEDT" },
		{ "Australia/Lord_Howe", 2150, 1, 1, 0, 0, 660, true, "+11" },
		{ "Australia/Lord_Howe", 2150, 7, 1, 0, 0, 630, false, "+1030" },
		{ "Pacific/Chatham", 2150, 1, 1, 0, 0, 825, true, "+1345" },
		{ "Pacific/Apia", 2011, 12, 30, 9, 59, -600, true, "-10" },
		{ "Pacific/Apia", 2011, 12, 30, 10, 0, 840, true, "+14" },
		{ "Etc/GMT+5", 2024, 1, 1, 0, 0, -300, false, "-05" },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct zone_moment m;
		zone_at(zone_of(rows[i].zone),
			s_of(rows[i].year, rows[i].month, rows[i].day, rows[i].hour, rows[i].minute), &m);
		if (m.offset_s != rows[i].offset_min * 60 || m.dst != rows[i].dst || strcmp(m.abbr, rows[i].abbr) != 0)
			fail_msg("row %zu, %s: %d s, %s", i, rows[i].zone, m.offset_s, m.abbr);
	}
}

/* What a local reading means, given and expected as UTC readings. */
static void gaps_move_forward_and_overlaps_take_the_first(void **state)
{
	(void)state;
	static const struct {
		const char *zone;
		int local[5], utc[5];
	} rows[] = {
		{ "Europe/Berlin", { 2024, 3, 31, 1, 59 }, { 2024, 3, 31, 0, 59 } },
		{ "Europe/Berlin", { 2024, 3, 31, 2, 30 }, { 2024, 3, 31, 1, 30 } }, /* gap: 03:30 CEST */
		{ "Europe/Berlin", { 2024, 3, 31, 3, 0 }, { 2024, 3, 31, 1, 0 } },
		{ "Europe/Berlin", { 2024, 10, 27, 1, 59 }, { 2024, 10, 26, 23, 59 } },
		{ "Europe/Berlin", { 2024, 10, 27, 2, 30 }, { 2024, 10, 27, 0, 30 } }, /* overlap: CEST */
		{ "Europe/Berlin", { 2024, 10, 27, 3, 0 }, { 2024, 10, 27, 2, 0 } },
		{ "Europe/Berlin", { 2300, 3, 25, 2, 30 }, { 2300, 3, 25, 1, 30 } }, /* by the rule */
		{ "America/St_Johns", { 2024, 3, 10, 2, 15 }, { 2024, 3, 10, 5, 45 } },
		{ "America/St_Johns", { 2024, 11, 3, 1, 30 }, { 2024, 11, 3, 4, 0 } },
		{ "Australia/Sydney", { 2024, 10, 6, 2, 30 }, { 2024, 10, 5, 16, 30 } },
		{ "Australia/Sydney", { 2024, 4, 7, 2, 30 }, { 2024, 4, 6, 15, 30 } },
		{ "Australia/Lord_Howe", { 2024, 10, 6, 2, 15 }, { 2024, 10, 5, 15, 45 } }, /* half an hour */
		{ "Asia/Kathmandu", { 2024, 5, 1, 5, 45 }, { 2024, 5, 1, 0, 0 } },
		{ "Pacific/Apia", { 2011, 12, 30, 12, 0 }, { 2011, 12, 30, 22, 0 } }, /* a day that was not */
		{ "America/Sao_Paulo", { 2018, 11, 4, 0, 0 }, { 2018, 11, 4, 3, 0 } }, /* no midnight */
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const int *l = rows[i].local, *u = rows[i].utc;
		int64_t got = zone_local_to_s(zone_of(rows[i].zone), s_of(l[0], l[1], l[2], l[3], l[4]));
		if (got != s_of(u[0], u[1], u[2], u[3], u[4]))
			fail_msg("row %zu, %s: %lld s off", i, rows[i].zone, (long long)(got - s_of(u[0], u[1], u[2], u[3], u[4])));
	}
}

static void every_zone_agrees_with_the_c_library(void **state)
{
	(void)state;
	struct arena arena;
	struct err err = ERR_INIT;
	struct str *names;
	size_t count;
	arena_init(&arena, ARENA_MAX_B);
	if (zone_list(&arena, &names, &count, &err) != RC_OK) {
		arena_release(&arena);
		/* cmocka's skip() counts as a failure in TAP. */
		print_message("# skipped: no table of zones on this machine\n");
		return;
	}
	assert_true(count > 300);
	assert_str(names[0], "UTC");
	for (size_t i = 0; i < count; i++) {
		const struct zone *zone = zone_of(names[i].p ? arena_cstr(&arena, names[i]) : "");
		setenv("TZ", zone_name(zone), 1);
		tzset();
		for (int64_t s = -1500000000; s < INT64_C(9000000000); s += 7654321) {
			struct zone_moment m;
			struct tm tm;
			time_t t = (time_t)s;
			zone_at(zone, s, &m);
			assert_non_null(localtime_r(&t, &tm));
			if (tm.tm_gmtoff != m.offset_s || (tm.tm_isdst > 0) != m.dst)
				fail_msg("%s at %lld: %d instead of %ld", zone_name(zone), (long long)s, m.offset_s, tm.tm_gmtoff);
			int64_t back = zone_local_to_s(zone, s + m.offset_s);
			if (back != s) { /* the second pass through an overlap */
				struct zone_moment other;
				zone_at(zone, back, &other);
				if (back > s || back + other.offset_s != s + m.offset_s)
					fail_msg("%s at %lld does not come back", zone_name(zone), (long long)s);
			}
		}
	}
	unsetenv("TZ");
	tzset();
	arena_release(&arena);
}

static void names_cannot_leave_the_folder(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "/etc/passwd", "../../../etc/passwd", "Europe/../Europe/Berlin", "Europe//Berlin", "Europe/Berlin/",
		"Europe/.Berlin", "zone.tab", "Europe Berlin", "-1", "a/+1", "Europe/Berlin\n",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	const struct zone *zone = NULL;
	struct err err = ERR_INIT;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (zone_get(str_of(bad[i]), &zone, &err) != RC_INVALID)
			fail_msg("'%s' was taken", bad[i]);
	assert_int_equal(zone_get(str_n("Europe/Berlin\0x", 15), &zone, &err), RC_INVALID);
	assert_int_equal(zone_get(STR("Europe/Nowhere"), &zone, &err), RC_NOTFOUND);
	assert_int_equal(zone_get(STR("Europe"), &zone, &err), RC_NOTFOUND);
	assert_null(zone);
	assert_ptr_equal(zone_of("Europe/Berlin"), zone_of("Europe/Berlin"));
}

/* Every cut and every changed byte of a real file is taken or refused, never a crash. */
static void damaged_files_are_refused(void **state)
{
	(void)state;
	struct arena arena;
	struct err err = ERR_INIT;
	struct str file;
	struct zone *zone = NULL;
	arena_init(&arena, ARENA_MAX_B);
	assert_ok(file_load("/usr/share/zoneinfo/Australia/Lord_Howe", ZONE_FILE_MAX_B, &arena, &file, &err), &err);
	for (size_t n = 0; n < file.n; n++)
		if (zone_parse(STR("x"), str_sub(file, 0, n), &zone, &err) == RC_OK)
			fail_msg("%zu of %zu bytes were taken", n, file.n);
	assert_null(zone);
	char *bytes = arena_cstr(&arena, file);
	for (size_t i = 0; i < file.n; i++) {
		struct zone_moment m;
		bytes[i] ^= 0x41;
		if (zone_parse(STR("x"), str_n(bytes, file.n), &zone, &err) == RC_OK) {
			zone_at(zone, 1714557600, &m);
			zone_at(zone, INT64_MAX / 4, &m);
			zone_at(zone, INT64_MIN / 4, &m);
			zone_free(zone);
		}
		bytes[i] ^= 0x41;
	}
	arena_release(&arena);
}

static void *get_many(void *arg)
{
	static const char *const names[] = { "Asia/Tokyo", "Europe/Paris", "Africa/Cairo", "America/Lima" };
	struct err err = ERR_INIT;
	const struct zone *zone;
	(void)arg;
	for (int i = 0; i < 400; i++)
		if (zone_get(str_of(names[i % 4]), &zone, &err) != RC_OK)
			return (void *)1;
	return NULL;
}

static void threads_share_the_cache(void **state)
{
	(void)state;
	pthread_t threads[4];
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, get_many, NULL), 0);
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		void *result;
		pthread_join(threads[i], &result);
		assert_null(result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_offsets),
		cmocka_unit_test(gaps_move_forward_and_overlaps_take_the_first),
		cmocka_unit_test(every_zone_agrees_with_the_c_library),
		cmocka_unit_test(names_cannot_leave_the_folder),
		cmocka_unit_test(damaged_files_are_refused),
		cmocka_unit_test(threads_share_the_cache),
	};
	return cmocka_run_group_tests_name("base zone", tests, NULL, NULL);
}
