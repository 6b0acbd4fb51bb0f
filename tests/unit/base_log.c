/* base_log.c: tests of the clock, the log lines and the hashes. */
#include "unit.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>

static char line[8192];

/* What log calls wrote to standard error meanwhile, in `line`. */
static int saved_fd, pipe_fds[2];

static void capture(void)
{
	assert_int_equal(pipe(pipe_fds), 0);
	saved_fd = dup(STDERR_FILENO);
	dup2(pipe_fds[1], STDERR_FILENO);
}

static void captured(void)
{
	dup2(saved_fd, STDERR_FILENO);
	close(saved_fd);
	close(pipe_fds[1]);
	ssize_t n = read(pipe_fds[0], line, sizeof line - 1);
	line[n > 0 ? n : 0] = '\0';
	close(pipe_fds[0]);
}

static void text_lines_quote_what_is_not_a_bare_word(void **state)
{
	(void)state;
	clock_set_ms(INT64_C(1714557600123));
	capture();
	LOG(LOG_WARN, "cannot render page", LOG_S("path", STR("/a-b")), LOG_S("why", STR("two words\n\"x\"")),
	    LOG_I("bytes", -5), LOG_S("none", STR_NONE));
	captured();
	assert_string_equal(line, "2024-05-01T10:00:00.123Z warn cannot render page path=/a-b "
				  "why=\"two words\\n\\\"x\\\"\" bytes=-5 none=\"\"\n");
}

static void json_lines_are_one_object_each(void **state)
{
	(void)state;
	log_setup(LOG_INFO, LOG_JSON);
	clock_set_ms(0);
	capture();
	LOG(LOG_DEBUG, "not shown", LOG_I("x", 1));
	LOG(LOG_ERROR, "request", LOG_S("a", STR("x\ny\xFF")), LOG_I("n", 7), LOG_S("none", STR_NONE));
	captured();
	assert_string_equal(line, "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"error\",\"event\":\"request\","
				  "\"a\":\"x\\ny\xEF\xBF\xBD\",\"n\":7,\"none\":null}\n");
	log_setup(LOG_INFO, LOG_TEXT);
	clock_set_ms(-1);
}

/* A line in the file at `path`, which holds no other. */
static void assert_file(const char *path, const char *event)
{
	char text[512] = "", want[64];
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	size_t n = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	snprintf(want, sizeof want, " info %s\n", event);
	assert_true(n > strlen(want));
	assert_string_equal(text + n - strlen(want), want);
	assert_ptr_equal(strchr(text, '\n'), text + n - 1);
}

static void lines_go_to_a_file_also_when_it_was_moved(void **state)
{
	char folder[] = "/tmp/platen-test-XXXXXX", path[64], moved[64];
	struct timespec second = { 1, 100 * 1000 * 1000 };
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/log", folder);
	snprintf(moved, sizeof moved, "%s/log.1", folder);
	log_to_file(path);
	log_write(LOG_INFO, "first", NULL, 0);
	assert_file(path, "first");
	assert_int_equal(rename(path, moved), 0);
	nanosleep(&second, NULL); /* it is looked at once a second */
	log_write(LOG_INFO, "second", NULL, 0);
	assert_file(moved, "first");
	assert_file(path, "second");
	log_to_file(NULL);
	capture();
	log_write(LOG_INFO, "third", NULL, 0);
	captured();
	assert_non_null(strstr(line, "third"));
	capture();
	log_to_file("/nowhere/at/all/log");
	log_write(LOG_INFO, "fourth", NULL, 0);
	captured();
	assert_non_null(strstr(line, "/nowhere/at/all/log"));
	assert_non_null(strstr(line, "fourth"));
	log_to_file(NULL);
	unlink(path);
	unlink(moved);
	rmdir(folder);
}

static void long_values_are_cut_and_say_so(void **state)
{
	(void)state;
	char text[LOG_VALUE_MAX_B + 100];
	memset(text, 'a', sizeof text);
	capture();
	LOG(LOG_INFO, "x", LOG_S("v", str_n(text, sizeof text)));
	captured();
	size_t n = strlen(line);
	assert_true(n < LOG_VALUE_MAX_B + 60);
	assert_string_equal(line + n - 5, "\xE2\x80\xA6\"\n");
}

static void the_clock_stands_still_only_when_told(void **state)
{
	(void)state;
	clock_set_ms(42);
	assert_int_equal(clock_now_ms(), 42);
	clock_set_ms(-1);
	assert_true(clock_now_ms() > INT64_C(1700000000000));
	int64_t first = clock_monotonic_us();
	assert_true(clock_monotonic_us() >= first && first > 0);
}

static void hashes_spread_and_depend_on_every_byte(void **state)
{
	(void)state;
	unsigned char bytes[40] = { 0 };
	uint64_t seen[41 * 8];
	size_t count = 0;
	for (size_t n = 0; n <= sizeof bytes; n++)
		seen[count++] = hash_bytes(bytes, n, 1);
	for (size_t bit = 0; bit < 280; bit++) {
		bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
		seen[count++] = hash_bytes(bytes, sizeof bytes, 1);
		bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			assert_true(seen[i] != seen[j]);
	assert_true(hash_str(STR("a"), 1) != hash_str(STR("a"), 2));
	assert_true(hash_mix(1, 2) != hash_mix(2, 1));
	assert_true(hash_u64(1, 0) != hash_u64(2, 0));
	assert_true(hash_seed() == hash_seed());
	struct hash128 h = hash_128(STR("x"));
	assert_true(h.high != h.low);
}

/* 16 buckets by any four bits of the hash of small numbers hold about as many each. */
static void hashes_of_similar_keys_fill_all_buckets(void **state)
{
	(void)state;
	for (int shift = 0; shift < 64; shift += 4) {
		int buckets[16] = { 0 };
		for (int i = 0; i < 16000; i++) {
			char key[16];
			int n = snprintf(key, sizeof key, "key%d", i);
			buckets[hash_bytes(key, (size_t)n, 7) >> shift & 15]++;
		}
		for (int i = 0; i < 16; i++)
			assert_in_range(buckets[i], 800, 1200);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_lines_quote_what_is_not_a_bare_word),
		cmocka_unit_test(json_lines_are_one_object_each),
		cmocka_unit_test(lines_go_to_a_file_also_when_it_was_moved),
		cmocka_unit_test(long_values_are_cut_and_say_so),
		cmocka_unit_test(the_clock_stands_still_only_when_told),
		cmocka_unit_test(hashes_spread_and_depend_on_every_byte),
		cmocka_unit_test(hashes_of_similar_keys_fill_all_buckets),
	};
	return cmocka_run_group_tests_name("base log", tests, NULL, NULL);
}
