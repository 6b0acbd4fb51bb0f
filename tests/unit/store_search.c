/* store_search.c: tests of the search: words, queries, ranking, snippets, corrections. */
#include "store_fixture.h"

#include "store/search_query.h"
#include "store/search_snippet.h"
#include "store/search_words.h"

static const char *words_of(struct fixture *f, struct str source)
{
	struct buf text = BUF_INIT(1 << 20);
	search_words_text(&text, source);
	const char *out = arena_cstr(&f->arena, buf_view(&text));
	buf_release(&text);
	return out;
}

static void words_are_folded_and_paired(void **state)
{
	struct fixture *f = *state;
	static const struct { const char *source, *words; } cases[] = {
		{ "", "" },
		{ "Hello, World!", "hello world" },
		{ "don't stop-me now_2", "don t stop me now 2" },
		{ "Größe ÄRGER naïve Łódź Ångström", "grosse arger naive lodz angstrom" },
		{ "cafe\xCC\x81", "cafe" },                              /* a combining accent */
		{ "so\xC2\xAD" "ft", "soft" },                              /* a soft hyphen */
		{ "Æther œuvre þorn", "aether oeuvre thorn" },
		{ "ΑΘΉΝΑ Ποιός", "αθηνα ποιοσ" },
		{ "МОСКВА ёлка", "москва елка" },
		{ "世界杯", "世界 界杯" },
		{ "第1章", "第 1 章" },
		{ "東京タワーへ", "東京 京タ タワ ワー ーへ" },
		{ "한국어 책", "한국 국어 책" },
		{ "Linux内核", "linux 内核" },
		{ "ภาษา", "ภา าษ ษา" },
		{ "Ｆｕｌｌ１２", "full12" },
		{ "a\xFF" "b \xC0\xAF c\xED\xA0\x80" "d", "a b c d" },    /* not UTF-8 */
		{ "x😀y “quoted” … – €", "x y quoted" },
		{ "שלום مرحبا", "שלום مرحبا" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(words_of(f, str_of(cases[i].source)), cases[i].words);
}

static void words_point_at_their_source(void **state)
{
	(void)state;
	struct str source = STR("Die Größe: 世界杯");
	struct search_words words = search_words_of(source);
	struct search_word w;
	static const char *const slices[] = { "Die", "Größe", "世界", "界杯" };
	for (size_t i = 0; i < COUNT_OF(slices); i++) {
		assert_true(search_words_next(&words, &w));
		assert_str(str_sub(source, w.from, w.to), slices[i]);
	}
	assert_false(search_words_next(&words, &w));
}

static void a_long_word_is_cut_between_characters(void **state)
{
	struct fixture *f = *state;
	char source[400];
	memset(source, 'x', sizeof source);
	assert_int_equal(strlen(words_of(f, str_n(source, sizeof source))), SEARCH_WORD_MAX_B);
	for (size_t i = 0; i + 1 < sizeof source; i += 2)
		memcpy(source + i, "\xD0\xB6", 2);
	assert_int_equal(strlen(words_of(f, str_n(source + 2, sizeof source - 2))), SEARCH_WORD_MAX_B);
	source[1] = 'z'; /* the first is broken: the cut falls elsewhere */
	const char *words = words_of(f, str_n(source, sizeof source));
	assert_true(utf8_valid(str_of(words)));
}

static const char *match_of(struct fixture *f, const char *text)
{
	struct search_terms terms;
	int64_t exact;
	assert_ok(search_terms_parse(str_of(text), &f->arena, &terms, &f->err), &f->err);
	return terms.required ? search_terms_match(&terms, NULL, 0, &f->arena, &exact).p : "";
}

static void queries_become_quoted_words_only(void **state)
{
	struct fixture *f = *state;
	static const struct { const char *text, *match; } cases[] = {
		{ "", "" },
		{ "  \t\n", "" },
		{ "-only -not", "" },
		{ "one", "((\"one\"))" },
		{ "one two", "(\"one\" AND (\"two\"))" },
		{ "\"one two\" three", "(\"one two\" AND (\"three\"))" },
		{ "one -two", "(\"one\") NOT \"two\"" },
		{ "\"open quote", "(\"open quote\")" },
		{ "AND OR NOT NEAR(a, b)", "(\"and\" AND \"or\" AND \"not\" AND \"near a\" AND \"b\")" },
		{ "title:x* ^y + {a b}: c", "(\"title x\" AND \"y\" AND \"a\" AND \"b\" AND \"c\")" },
		{ "\"\"\" ' ; DROP TABLE post --", "(\"drop table post\")" },
		{ "a\"b\"c", "(\"a\" AND \"b\" AND \"c\")" },
		{ "世", "((\"世\"))" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(match_of(f, cases[i].text), cases[i].match);
}

static int64_t add(struct fixture *f, const char *key, const char *title, const char *body, const char *tags,
		   int64_t published_ms)
{
	struct post post = fixture_post(f, key);
	int64_t id;
	struct db_tx *tx = fixture_begin(f);
	post.title = str_of(title);
	post.published_ms = published_ms;
	assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
	assert_ok(search_put(tx, id, post.title, str_of(body), str_of(tags), NULL, &f->err), &f->err);
	fixture_commit(f, tx);
	return id;
}

static struct search_result search(struct fixture *f, const char *text)
{
	struct search_result result;
	struct search_query q = { .text = str_of(text), .now_ms = NOW, .limit = 10 };
	assert_ok(search_posts(f->ro, &q, &f->arena, &result, &f->err), &f->err);
	return result;
}

/* The slugs found, in order. */
static const char *found(struct fixture *f, const char *text)
{
	struct search_result result = search(f, text);
	struct str all = STR("");
	for (size_t i = 0; i < result.count; i++)
		all = ARENA_JOIN(&f->arena, all, STR(" "), result.hits[i].card.slug);
	return arena_cstr(&f->arena, str_trim(all));
}

static void hits_are_ranked_and_found_whatever_the_accents(void **state)
{
	struct fixture *f = *state;
	add(f, "body", "Something else", "a long walk about many things and one garden", "", NOW - DAY);
	add(f, "title", "The Garden", "flowers and trees", "", NOW - 300 * (int64_t)DAY);
	add(f, "often", "Plants", "garden garden garden and again the garden", "", NOW - DAY);
	add(f, "tag", "Notes", "nothing here", "Garden", NOW - DAY);
	add(f, "hotel", "Hôtel à Genève", "Über die Größe der Zimmer", "", NOW - DAY);
	assert_string_equal(found(f, "garden"), "title tag often body");
	assert_string_equal(found(f, "GARDEN flowers"), "title");
	assert_string_equal(found(f, "hotel geneve"), "hotel");
	assert_string_equal(found(f, "GRÖSSE"), "hotel");
	assert_string_equal(found(f, "garden -walk -notes -plants"), "title");
	assert_string_equal(found(f, "\"one garden\""), "body");
	assert_string_equal(found(f, "\"garden one\""), "");
	assert_string_equal(found(f, "gard"), "title tag often body"); /* the last word as a beginning */
	assert_string_equal(found(f, "gard flowers"), "");
}

static void chinese_japanese_and_korean_are_found_by_two_characters(void **state)
{
	struct fixture *f = *state;
	add(f, "zh", "关于世界杯的文章", "昨天晚上的足球比赛很精彩", "", NOW);
	add(f, "ja", "東京タワー", "東京タワーへ行きました", "", NOW);
	add(f, "ko", "한국어 책", "한국어를 배우는 책입니다", "", NOW);
	assert_string_equal(found(f, "世界"), "zh");
	assert_string_equal(found(f, "世界杯"), "zh");
	assert_string_equal(found(f, "世杯"), "");
	assert_string_equal(found(f, "足球比赛"), "zh");
	assert_string_equal(found(f, "足"), "zh");
	assert_string_equal(found(f, "タワー"), "ja");
	assert_string_equal(found(f, "한국어"), "ko");
	struct search_result result = search(f, "足球比赛");
	assert_str(result.hits[0].snippet, "昨天晚上的\x02足球比赛\x03很精彩");
}

static void what_is_not_public_is_never_found(void **state)
{
	struct fixture *f = *state;
	static const char *const hidden[][2] = {
		{ "draft", "public" }, { "trash", "public" }, { "published", "unlisted" },
		{ "published", "password" }, { "published", "team" },
	};
	struct db_tx *tx;
	for (size_t i = 0; i < COUNT_OF(hidden); i++) {
		char key[16];
		snprintf(key, sizeof key, "p%zu", i);
		int64_t id = add(f, arena_printf(&f->arena, "%s", key).p, "secret", "secret words", "", NOW);
		struct post post;
		tx = fixture_begin(f);
		assert_ok(post_get(db_tx_ro(tx), id, &f->arena, &post, &f->err), &f->err);
		post.status = str_of(hidden[i][0]);
		post.visibility = str_of(hidden[i][1]);
		assert_ok(post_update(tx, &post, 1, &f->err), &f->err);
		fixture_commit(f, tx);
		assert_string_equal(found(f, "secret"), ""); /* even before the index is told */
		tx = fixture_begin(f);
		assert_ok(search_put(tx, id, post.title, STR("secret words"), STR(""), NULL, &f->err), &f->err);
		fixture_commit(f, tx);
		assert_int_equal(fixture_number(f, "SELECT count(*) FROM post_text"), 0);
		assert_int_equal(fixture_number(f, "SELECT count(*) FROM vocab"), 0);
	}
	add(f, "later", "secret", "tomorrow", "", NOW + 1);
	assert_string_equal(found(f, "secret"), "");
}

static void a_changed_text_is_found_by_its_new_words_only(void **state)
{
	struct fixture *f = *state;
	int64_t id = add(f, "p", "Title", "old words here", "", NOW);
	struct db_tx *tx = fixture_begin(f);
	assert_ok(search_put(tx, id, STR("Title"), STR("new words there"), STR("x"), NULL, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_string_equal(found(f, "new"), "p");
	assert_int_equal(search(f, "old").total, 0);
	assert_int_equal(fixture_number(f, "SELECT n FROM vocab WHERE word = 'words'"), 1);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM vocab WHERE word IN ('old', 'here')"), 0);
	tx = fixture_begin(f);
	assert_ok(search_clear(tx, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(search(f, "new").total, 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM vocab"), 0);
}

static void a_bulk_gives_the_same_vocabulary(void **state)
{
	struct fixture *f = *state;
	int64_t ids[3];
	for (int i = 0; i < 3; i++) {
		char key[8];
		snprintf(key, sizeof key, "p%d", i);
		ids[i] = add(f, arena_printf(&f->arena, "%s", key).p, "Same title", "several words", "tag", NOW);
	}
	assert_int_equal(fixture_number(f, "SELECT n FROM vocab WHERE word = 'several'"), 3);
	struct search_bulk *bulk = search_bulk_begin();
	struct db_tx *tx = fixture_begin(f);
	assert_ok(search_put(tx, ids[0], STR("Same title"), STR("several other words"), STR("tag"), bulk, &f->err), &f->err);
	assert_ok(search_put(tx, ids[1], STR("Same title"), STR("words words"), STR("tag"), bulk, &f->err), &f->err);
	assert_ok(search_remove(tx, ids[2], bulk, &f->err), &f->err);
	assert_ok(search_bulk_end(bulk, tx, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(fixture_number(f, "SELECT n FROM vocab WHERE word = 'several'"), 1);
	assert_int_equal(fixture_number(f, "SELECT n FROM vocab WHERE word = 'other'"), 1);
	assert_int_equal(fixture_number(f, "SELECT n FROM vocab WHERE word = 'words'"), 2);
	assert_int_equal(search_bulk_end(search_bulk_begin(), NULL, NULL), RC_OK);
}

static void a_typo_finds_the_nearest_word_and_says_so(void **state)
{
	struct fixture *f = *state;
	add(f, "p", "Gardening", "everything about tomatoes and cucumbers", "", NOW);
	add(f, "q", "Cooking", "recipes with onions", "", NOW);
	static const struct { const char *typed, *corrected; } cases[] = {
		{ "tomatos", "tomatoes" }, { "tomaotes", "tomatoes" }, { "xucumbers", "cucumbers" },
		{ "gardenign", "gardening" }, { "cucumebr", "cucumbers" }, { "onoins", "onions" },
		{ "recpies onions", "recipes onions" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct search_result result = search(f, cases[i].typed);
		assert_int_equal(result.count, 1);
		assert_str(result.corrected, cases[i].corrected);
	}
	assert_false(str_given(search(f, "tomatoes").corrected));
	assert_int_equal(search(f, "zzzzzz").count, 0);
	assert_int_equal(search(f, "tomatoes onions").count, 0); /* known words, no post has both */
}

static void more_matches_than_the_window_still_find_an_old_title(void **state)
{
	struct fixture *f = *state;
	int64_t id;
	struct search_bulk *bulk = search_bulk_begin();
	struct db_tx *tx = fixture_begin(f);
	for (int i = 0; i < SEARCH_WINDOW + 200; i++) {
		char key[16];
		snprintf(key, sizeof key, "p%d", i);
		struct post post = fixture_post(f, arena_printf(&f->arena, "%s", key).p);
		post.title = i == 0 ? STR("Common knowledge") : STR("Other");
		post.published_ms = i == 0 ? NOW - DAY : NOW;
		assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
		assert_ok(search_put(tx, id, post.title, STR("a common word"), STR(""), bulk, &f->err), &f->err);
	}
	assert_ok(search_bulk_end(bulk, tx, &f->err), &f->err);
	fixture_commit(f, tx);
	struct search_result result = search(f, "common");
	assert_true(result.more);
	assert_int_equal(result.total, SEARCH_WINDOW + 1);
	assert_str(result.hits[0].card.slug, "p0");
	assert_str(result.hits[0].title, "\x02" "Common\x03 knowledge");
}

static const char *snippet(struct fixture *f, const char *text, const char *query, size_t max_chars)
{
	struct search_terms terms;
	assert_ok(search_terms_parse(str_of(query), &f->arena, &terms, &f->err), &f->err);
	return search_snippet(str_of(text), &terms, max_chars, &f->arena).p;
}

static void snippets_show_the_hits_and_nothing_harmful(void **state)
{
	struct fixture *f = *state;
	assert_string_equal(snippet(f, "Die Größe zählt", "grosse", 100), "Die \x02Größe\x03 zählt");
	assert_string_equal(snippet(f, "no hit here", "absent", 100), "no hit here");
	assert_string_equal(snippet(f, "a\x02\x03 b\n\n c \x7F\xFF d", "b", 100), "a \x02" "b\x03 c d");
	char text[3000];
	for (size_t i = 0; i < sizeof text; i += 10)
		memcpy(text + i, "some word ", i + 10 <= sizeof text ? 10 : sizeof text - i);
	memcpy(text + 2000, "target be ", 10);
	text[sizeof text - 1] = '\0';
	const char *cut = snippet(f, text, "target", 200);
	assert_true(strncmp(cut, "…", 3) == 0);
	assert_true(strcmp(cut + strlen(cut) - 3, "…") == 0);
	assert_non_null(strstr(cut, "\x02target\x03"));
	assert_true(strlen(cut) < 260);
}

static void hostile_queries_are_harmless(void **state)
{
	struct fixture *f = *state;
	add(f, "p", "Title", "text", "", NOW);
	char long_query[5000];
	memset(long_query, 'a', sizeof long_query);
	for (size_t i = 0; i < sizeof long_query; i += 2)
		long_query[i] = ' ';
	static const char *const queries[] = {
		"\"", "\"\"\"\"", "-", "--", "-\"", "* * *", "NOT", "a AND", "(", ")))", "title:", "NEAR/2", "^", "\xFF\xFE",
		"\x01\x02\x03", "'; DROP TABLE post; --", "%s%n", "{title body}: x",
	};
	for (size_t i = 0; i < COUNT_OF(queries); i++)
		(void)search(f, queries[i]);
	struct search_query q = { .text = str_n(long_query, sizeof long_query), .now_ms = NOW, .limit = INT64_MAX,
				  .offset = INT64_MAX };
	struct search_result result;
	assert_ok(search_posts(f->ro, &q, &f->arena, &result, &f->err), &f->err);
	q.text = str_n("a\0b", 3);
	assert_ok(search_posts(f->ro, &q, &f->arena, &result, &f->err), &f->err);
	assert_true(search(f, "-title").empty_query);
	assert_string_equal(found(f, "title"), "p");
}

/* One edit in a word of 5 letters or more finds its post: of 200, 9 in 10 at least. */
static void most_seeded_typos_find_their_post(void **state)
{
	struct fixture *f = *state;
	static const char *const parts[] = { "ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu", "dra", "fle" };
	char words[200][24];
	uint32_t seed = 7;
	int good = 0;
	for (int i = 0; i < 200; i++) {
		words[i][0] = '\0';
		size_t n = 0;
		for (int j = 0; j < 3 + i % 2; j++) {
			seed = seed * 1664525u + 1013904223u;
			const char *part = parts[(seed >> 16) % COUNT_OF(parts)];
			memcpy(words[i] + n, part, strlen(part) + 1);
			n += strlen(part);
		}
		snprintf(words[i] + n, sizeof words[i] - n, "x%c%c", 'a' + i % 26, 'a' + i / 26);
		char key[16];
		snprintf(key, sizeof key, "p%d", i);
		add(f, arena_printf(&f->arena, "%s", key).p, "A title", arena_printf(&f->arena, "%s", words[i]).p, "", NOW);
	}
	for (int i = 0; i < 200; i++) {
		char typo[32];
		size_t n = strlen(words[i]), at;
		seed = seed * 1664525u + 1013904223u;
		at = 1 + (seed >> 16) % (n - 2);
		memcpy(typo, words[i], n + 1);
		if (i % 4 == 0)
			typo[at] = 'q';                                   /* another letter */
		else if (i % 4 == 1)
			memmove(typo + at, typo + at + 1, n - at);        /* one is missing */
		else if (i % 4 == 2)
			memmove(typo + at + 1, typo + at, n - at + 1);    /* one is doubled */
		else {
			char c = typo[at];                                /* two are swapped */
			typo[at] = typo[at - 1];
			typo[at - 1] = c;
		}
		struct search_result result = search(f, arena_printf(&f->arena, "%s", typo).p);
		char key[16];
		snprintf(key, sizeof key, "p%d", i);
		for (size_t j = 0; j < result.count; j++)
			if (str_is(result.hits[j].card.slug, key)) {
				good++;
				break;
			}
		if (i % 40 == 0)
			arena_reset(&f->arena);
	}
	print_message("%d of 200 typos found their post\n", good);
	assert_true(good >= 180);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(words_are_folded_and_paired),
		cmocka_unit_test(words_point_at_their_source),
		store_test(a_long_word_is_cut_between_characters),
		store_test(queries_become_quoted_words_only),
		store_test(hits_are_ranked_and_found_whatever_the_accents),
		store_test(chinese_japanese_and_korean_are_found_by_two_characters),
		store_test(what_is_not_public_is_never_found),
		store_test(a_changed_text_is_found_by_its_new_words_only),
		store_test(a_bulk_gives_the_same_vocabulary),
		store_test(a_typo_finds_the_nearest_word_and_says_so),
		store_test(more_matches_than_the_window_still_find_an_old_title),
		store_test(snippets_show_the_hits_and_nothing_harmful),
		store_test(hostile_queries_are_harmless),
		store_test(most_seeded_typos_find_their_post),
	};
	return cmocka_run_group_tests_name("store search", tests, NULL, NULL);
}
