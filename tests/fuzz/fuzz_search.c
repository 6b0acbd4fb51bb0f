/* fuzz_search.c: any bytes as a query, as a text, and as a query against a real index: whatever was
 * typed, FTS5 gets an expression that it understands. The first line is the query, the rest the text. */
#include "base/base.h"

#include "base/utf8.h"
#include "db/migrate.h"
#include "store/post.h"
#include "store/schema.h"
#include "store/search.h"
#include "store/search_query.h"
#include "store/search_snippet.h"
#include "store/search_words.h"

#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct db_rw *db;

static void check(bool ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "%s\n", what);
		abort();
	}
}

static void set_up(void)
{
	char path[] = "/tmp/platen-fuzz-XXXXXX";
	struct err err = ERR_INIT;
	struct db_tx *tx;
	int64_t id;
	struct post post = { .public_id = STR("a"), .kind = STR("post"), .status = STR("published"),
			     .visibility = STR("public"), .published_ms = 1 };
	int fd = mkstemp(path);
	check(fd >= 0, "mkstemp");
	close(fd);
	check(db_migrate(path, &schema_site, PACKAGE_VERSION, 1, NULL, &err) == RC_OK, err.msg);
	check(db_rw_open(path, NULL, &db, &err) == RC_OK, err.msg);
	check(db_begin(db, &tx, &err) == RC_OK, err.msg);
	check(post_insert(tx, &post, &id, &err) == RC_OK, err.msg);
	check(search_put(tx, id, STR("A title"), STR("some text 世界杯"), STR("tag"), NULL, &err) == RC_OK, err.msg);
	check(db_commit(tx, &err) == RC_OK, err.msg);
	unlink(path);
}

static void check_words(struct str text)
{
	struct search_words words = search_words_of(text);
	struct search_word word;
	size_t last = 0;
	while (search_words_next(&words, &word)) {
		check(word.n > 0 && word.n <= SEARCH_WORD_MAX_B, "a word's length");
		check(utf8_valid(str_n(word.text, word.n)), "a word is not UTF-8");
		check(word.from >= last && word.from < word.to && word.to <= text.n, "a word's place");
		last = word.from + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n((const char *)data, size), query;
	struct arena arena;
	struct search_terms terms;
	struct search_result result;
	struct err err = ERR_INIT;

	if (!db)
		set_up();
	if (!str_split(&text, '\n', &query))
		return 0;
	arena_init(&arena, ARENA_MAX_B);
	check_words(query);
	check_words(text);
	check(search_terms_parse(query, &arena, &terms, &err) == RC_OK, err.msg);
	check(utf8_valid(search_snippet(text, &terms, 200, &arena)), "a snippet is not UTF-8");
	struct search_query q = { .text = query, .now_ms = 2, .limit = 10 };
	check(search_posts(db_rw_ro(db), &q, &arena, &result, &err) == RC_OK, err.msg);
	arena_release(&arena);
	return 0;
}
