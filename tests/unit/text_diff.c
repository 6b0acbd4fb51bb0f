/* text_diff.c: tests of the comparison of texts. */
#include "unit.h"

#include "base/hash.h"
#include "text/diff.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)512 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void print_cell(struct buf *out, const struct diff_cell *cell)
{
	for (size_t i = 0; i < cell->count; i++) {
		buf_cstr(out, cell->spans[i].changed ? "[" : "");
		buf_str(out, cell->spans[i].text);
		buf_cstr(out, cell->spans[i].changed ? "]" : "");
	}
}

/* "before|after;" a row; rows that are the same begin with "=". */
static struct str shown(struct str before, struct str after)
{
	struct diff diff;
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT((size_t)1 << 20);
	assert_ok(diff_words(before, after, &arena, &diff, &err), &err);
	for (size_t i = 0; i < diff.count; i++) {
		const struct diff_row *row = &diff.rows[i];
		buf_cstr(&out, row->same ? "=" : "");
		print_cell(&out, &row->before);
		buf_char(&out, '|');
		print_cell(&out, &row->after);
		buf_char(&out, ';');
	}
	struct str text = arena_str(&arena, buf_view(&out));
	buf_release(&out);
	return text;
}

static void words_within_lines(void **state)
{
	(void)state;
	static const struct { const char *before, *after, *rows; } cases[] = {
		{ "", "", "" },
		{ "One\n", "One\n", "=One|One;" },
		{ "One", "One\n", "One|One[\n];" },
		{ "", "New\n", "|[New\n];" },
		{ "Gone", "", "[Gone]|;" },
		{ "the old press\n", "the new press\n", "the [old] press|the [new] press;" },
		{ "a\nb\nc\n", "a\nc\n", "=a|a;[b\n]|;=c|c;" },
		{ "a\nold\nc\n", "a\nnew\nc\n", "=a|a;[old]|[new];=c|c;" },
		{ "red, green\n", "blue, white\n", "[red, green]|[blue, white];" },
		{ "naïve café", "naïve thé", "naïve [café]|naïve [thé];" },
		{ "東京都", "東都", "東[京]都|東都;" },
		{ "x 1\ny 1\n", "x 2\ny 2\n", "x [1]|x [2];y [1]|y [2];" },
		{ "\xff\xfe b", "\xff\xfe c", "\xff\xfe [b]|\xff\xfe [c];" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_str(shown(str_of(cases[i].before), str_of(cases[i].after)), cases[i].rows);
}

/* The length of a longest common subsequence, the slow and certain way. */
static size_t common(const char *a, size_t n, const char *b, size_t m)
{
	size_t len[64][64] = { { 0 } };
	for (size_t i = 1; i <= n; i++)
		for (size_t j = 1; j <= m; j++)
			len[i][j] = a[i - 1] == b[j - 1] ? len[i - 1][j - 1] + 1
				: len[i - 1][j] > len[i][j - 1] ? len[i - 1][j] : len[i][j - 1];
	return len[n][m];
}

/* Lines of one letter each, so that what is common can be counted. */
static void no_script_is_longer_than_it_must_be(void **state)
{
	(void)state;
	for (uint64_t round = 0; round < 3000; round++) {
		char a[40], b[40], a_text[80], b_text[80];
		size_t n = hash_u64(round, 1) % 40, m = hash_u64(round, 2) % 40, letters = 1 + hash_u64(round, 3) % 6;
		for (size_t i = 0; i < n; i++)
			a_text[2 * i] = a[i] = (char)('a' + hash_u64(round * 64 + i, 4) % letters), a_text[2 * i + 1] = '\n';
		for (size_t i = 0; i < m; i++)
			b_text[2 * i] = b[i] = (char)('a' + hash_u64(round * 64 + i, 5) % letters), b_text[2 * i + 1] = '\n';
		struct diff_lines lines;
		struct err err = ERR_INIT;
		assert_ok(diff_lines(str_n(a_text, 2 * n), str_n(b_text, 2 * m), &arena, &lines, &err), &err);
		size_t left = 0;
		for (size_t i = 0, j = 0; i < n || j < m;) {
			if (i < n && lines.before_changed[i]) {
				i++;
			} else if (j < m && lines.after_changed[j]) {
				j++;
			} else {
				assert_true(i < n && j < m && a[i] == b[j]);
				i++, j++, left++;
			}
		}
		assert_int_equal(left, common(a, n, b, m));
	}
}

static struct str noise(size_t size_b, uint64_t seed, uint64_t kinds, char separator)
{
	char *text = mem_array(size_b + 1, 1);
	for (size_t i = 0; i < size_b; i++)
		text[i] = i % 6 == 5 ? separator : (char)('a' + hash_u64(i, seed) % kinds);
	struct str kept = arena_str(&arena, str_n(text, size_b));
	free(text);
	return kept;
}

/* The worst for the search: few different things in another order, so that nothing is ruled out. */
static void unlike_megabytes_end_in_time(void **state)
{
	(void)state;
	static const struct { uint64_t kinds; char separator; } cases[] = {
		{ 26, ' ' }, { 26, '\n' }, { 2, ' ' }, { 2, '\n' }, { 1, '\n' }, { 3, '.' },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct diff diff;
		struct err err = ERR_INIT;
		double begun_us = cpu_us();
		assert_ok(diff_words(noise(1 << 20, 1, cases[i].kinds, cases[i].separator),
				     noise(1 << 20, 2, cases[i].kinds, cases[i].separator), &arena, &diff, &err), &err);
		assert_worked_at_most(1500, begun_us, "case %zu", i);
		arena_release(&arena);
	}
}

static void a_text_too_long_is_refused(void **state)
{
	(void)state;
	struct diff diff = { NULL, 7, 0 };
	struct err err = ERR_INIT;
	static char large[DIFF_TEXT_MAX_B + 1];
	assert_int_equal(diff_words(str_n(large, sizeof large), STR("x"), &arena, &diff, &err), RC_LIMIT);
	assert_int_equal(diff.count, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_within_lines),
		cmocka_unit_test(no_script_is_longer_than_it_must_be),
		cmocka_unit_test(unlike_megabytes_end_in_time),
		cmocka_unit_test(a_text_too_long_is_refused),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
