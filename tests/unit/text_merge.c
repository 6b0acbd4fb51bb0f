/* text_merge.c: tests of putting two changed versions of a text together. */
#include "unit.h"

#include "base/clock.h"
#include "base/hash.h"
#include "text/merge.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)1 << 30);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct merge merged(struct str base, struct str mine, struct str theirs)
{
	struct merge merge;
	struct err err = ERR_INIT;
	assert_ok(merge_texts(base, mine, theirs, &arena, &merge, &err), &err);
	return merge;
}

/* Conflicts as "<mine|theirs>". */
static struct str shown(const struct merge *merge)
{
	struct buf out = BUF_INIT((size_t)1 << 20);
	for (size_t i = 0; i < merge->count; i++) {
		const struct merge_part *part = &merge->parts[i];
		if (!part->conflict) {
			buf_str(&out, part->text);
			continue;
		}
		buf_char(&out, '<');
		buf_str(&out, part->mine);
		buf_char(&out, '|');
		buf_str(&out, part->theirs);
		buf_char(&out, '>');
	}
	struct str text = arena_str(&arena, buf_view(&out));
	buf_release(&out);
	return text;
}

static void what_comes_of_it(void **state)
{
	(void)state;
	static const struct { const char *what, *base, *mine, *theirs, *result; } cases[] = {
		{ "nothing", "", "", "", "" },
		{ "different paragraphs", "One.\n\nTwo.\n\nThree.\n", "First.\n\nTwo.\n\nThree.\n", "One.\n\nTwo.\n\nThird.\n",
		  "First.\n\nTwo.\n\nThird.\n" },
		{ "neighbouring paragraphs", "One.\n\nTwo.\n", "First.\n\nTwo.\n", "One.\n\nSecond.\n", "First.\n\nSecond.\n" },
		{ "different words of a line", "the old press was loud and slow\n", "the new press was loud and slow\n",
		  "the old press was loud and quick\n", "the new press was loud and quick\n" },
		{ "the same word", "the old press\n", "the new press\n", "the wooden press\n", "the <new|wooden> press\n" },
		{ "the same word alike", "the old press\n", "the new press\n", "the new press\n", "the new press\n" },
		{ "words beside each other", "a quick fox\n", "a slow fox\n", "a quick dog\n", "a <slow fox|quick dog>\n" },
		{ "one deletes what the other changes", "One.\n\nTwo.\n\nThree.\n", "One.\n\nThree.\n",
		  "One.\n\nTwo and a half.\n\nThree.\n", "One.\n\n<|Two and a half.\n\n>Three.\n" },
		{ "both delete", "One.\nTwo.\nThree.\n", "One.\nThree.\n", "One.\nThree.\n", "One.\nThree.\n" },
		{ "one deletes, the other changes elsewhere", "One.\n\nTwo.\n\nThree.\n", "One.\n\nThree.\n",
		  "1.\n\nTwo.\n\nThree.\n", "1.\n\nThree.\n" },
		{ "both begin", "", "Mine\n", "Theirs\n", "<Mine\n|Theirs\n>" },
		{ "both add at the end", "a\n", "a\nmine\n", "a\ntheirs\n", "a\n<mine\n|theirs\n>" },
		{ "one adds at the end, one changes it", "x", "y", "x\n\nz", "y\n\nz" },
		{ "moved by one, changed by the other", "Top\n\nMiddle\n\nEnd\n", "Middle\n\nEnd\n\nTop\n", "Very top\n\nMiddle\n\nEnd\n",
		  "<|Very top\n\n>Middle\n\nEnd\n\nTop\n" },
		{ "Unicode", "Der alte Bär schläft heute\n", "Der alte Bär träumt heute\n", "Der junge Bär schläft heute\n",
		  "Der junge Bär träumt heute\n" },
		{ "no blanks between words", "東京都\n", "東京市\n", "西京都\n", "西京市\n" },
		{ "CRLF of one side", "a\r\nb\r\nc\r\n", "a\nb\nC\n", "A\r\nb\r\nc\r\n", "A\nb\nC\n" },
		{ "no line end", "a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC" },
		{ "no text, changes alike", "a", "", "", "" },
		{ "bytes that are no text", "\xff\xfe x y z\n", "\xff\xfd x y z\n", "\xff\xfe x y w\n", "\xff\xfd x y w\n" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct merge merge = merged(str_of(cases[i].base), str_of(cases[i].mine), str_of(cases[i].theirs));
		struct str result = shown(&merge);
		if (!str_is(result, cases[i].result))
			print_error("%s\n", cases[i].what);
		assert_str(result, cases[i].result);
	}
}

static void many_conflicts_of_a_line_are_one(void **state)
{
	(void)state;
	struct merge merge = merged(STR("one two three four five six\n"), STR("ONE two three four five SIX\n"),
				    STR("Eins two three four five Sechs\n"));
	assert_int_equal(merge.conflicts, 1);
	assert_str(shown(&merge), "<ONE two three four five SIX\n|Eins two three four five Sechs\n>");
}

static void conflicts_are_decided_one_by_one(void **state)
{
	(void)state;
	static const enum merge_pick picks[] = { MERGE_THEIRS, MERGE_BOTH };
	struct err err = ERR_INIT;
	struct str text;
	struct merge merge = merged(STR("a\n\nb\n\nc\n"), STR("a1\n\nb1\n\nc1\n"), STR("a2\n\nb2\n\nc2\n"));
	assert_int_equal(merge.conflicts, 3);
	assert_ok(merge_join(&merge, picks, COUNT_OF(picks), &arena, &text, &err), &err);
	assert_str(text, "a2\n\nb1 b2\n\nc1 c2\n");
	assert_ok(merge_join(&merge, NULL, 0, &arena, &text, &err), &err);
	assert_str(text, "a1 a2\n\nb1 b2\n\nc1 c2\n");
}

static struct str random_text(uint64_t *seed, size_t lines, size_t kinds)
{
	struct buf out = BUF_INIT((size_t)16 << 20);
	for (size_t i = 0; i < lines; i++) {
		for (int k = 0; k < 3; k++) {
			*seed = hash_u64(*seed, 7);
			buf_printf(&out, "w%u ", (unsigned)(*seed % kinds));
		}
		buf_char(&out, '\n');
	}
	struct str text = arena_str(&arena, buf_view(&out));
	buf_release(&out);
	return text;
}

/* One side as the base gives the other side, two alike give it too, and all mine is mine where theirs said
 * nothing else. */
static void the_rules_hold_for_any_text(void **state)
{
	(void)state;
	uint64_t seed = 42;
	for (int i = 0; i < 300; i++) {
		struct str base = random_text(&seed, 8, 5), mine = random_text(&seed, 8, 5);
		struct merge one = merged(base, mine, base), other = merged(base, base, mine), alike = merged(base, mine, mine);
		assert_true(str_eq(shown(&one), mine) && str_eq(shown(&other), mine) && str_eq(shown(&alike), mine));
	}
}

static void huge_texts_end_in_time(void **state)
{
	(void)state;
	uint64_t seed = 1;
	int64_t begin_us = clock_monotonic_us();
	struct str base = random_text(&seed, 200000, 1000), mine = random_text(&seed, 200000, 1000),
		   theirs = random_text(&seed, 200000, 1000);
	struct merge merge = merged(base, mine, theirs);
	assert_true(merge.conflicts > 0);
	char *line = arena_alloc(&arena, 3000001);
	for (int i = 0; i < 3000000; i += 2)
		memcpy(line + i, i % 3 ? "a " : "b ", 2);
	struct str one = str_n(line, 3000000);
	merge = merged(one, ARENA_JOIN(&arena, STR("x "), one), ARENA_JOIN(&arena, one, STR(" y")));
	assert_true(merge.count > 0);
	assert_true(clock_monotonic_us() - begin_us < 20000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_of_it),
		cmocka_unit_test(many_conflicts_of_a_line_are_one),
		cmocka_unit_test(conflicts_are_decided_one_by_one),
		cmocka_unit_test(the_rules_hold_for_any_text),
		cmocka_unit_test(huge_texts_end_in_time),
	};
	return cmocka_run_group_tests_name("text merge", tests, setup, teardown);
}
