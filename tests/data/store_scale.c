/* store_scale.c: what the site's queries cost on a small and on a large site.db of tests/seed.
 * Usage: store_scale SMALL.db LARGE.db
 * Prints microseconds of CPU time, the least of many runs, alternating, and the ratio. The words are
 * taken from each site's own vocabulary. */
#include "base/base.h"
#include "db/db.h"
#include "store/archive.h"
#include "store/post.h"
#include "store/post_list.h"
#include "store/search.h"
#include "store/site.h"
#include "store/tag.h"

#define NOW 1700000000000
#define RUNS 40

struct site {
	const char *path;
	struct db_ro *db;
	struct arena arena, words;
	struct err err;
	int64_t found;
	/* What is looked for. */
	struct str frequent[3], middling, rare, tag_slug, post_path;
};

static struct str text_of(struct site *s, const char *sql, int64_t skip)
{
	struct db_stmt *st;
	bool row = false;
	struct str out = STR("");
	if (db_query(s->db, sql, &st, &s->err) != RC_OK)
		return out;
	db_bind_i64(st, 1, skip);
	if (db_step(st, &row, &s->err) == RC_OK && row) {
		out = db_col_dup(st, 0, &s->words);
		db_done(st);
	}
	return out;
}

static void choose_words(struct site *s)
{
	static const char by_frequency[] = "SELECT word FROM vocab WHERE length(word) > 3 "
		"ORDER BY n DESC, word LIMIT 1 OFFSET ?1";
	for (int i = 0; i < 3; i++)
		s->frequent[i] = text_of(s, by_frequency, i);
	s->middling = text_of(s, by_frequency, 1000);
	s->rare = text_of(s, "SELECT word FROM vocab WHERE length(word) > 5 ORDER BY n, word LIMIT 1 OFFSET ?1", 0);
	s->tag_slug = text_of(s, "SELECT slug FROM tag ORDER BY listed_count DESC LIMIT 1 OFFSET ?1", 0);
	s->post_path = text_of(s, "SELECT path FROM post WHERE listed = 1 AND id >= ?1 + (SELECT max(id) / 2 FROM post) "
			       "LIMIT 1", 0);
}

static enum rc home(struct site *s)
{
	struct post_query q = { POST_SCOPE_ALL, 0, NOW, 10, 0, POST_LIST_REFS };
	struct post_cards cards;
	int64_t seq;
	enum rc rc = site_public_seq(s->db, &seq, &s->err);
	if (rc == RC_OK)
		rc = post_list(s->db, &q, &s->arena, &cards, &s->err);
	if (rc == RC_OK)
		rc = post_count(s->db, &q, &s->found, &s->err);
	return rc;
}

static enum rc tag_page(struct site *s)
{
	struct post_query q = { POST_SCOPE_TAG, 0, NOW, 10, 0, POST_LIST_REFS };
	struct post_cards cards;
	struct tag tag = { .count = 0 };
	enum rc rc = tag_by_slug(s->db, s->tag_slug, NOW, &s->arena, &tag, &s->err);
	q.scope_id = tag.id;
	if (rc == RC_OK)
		rc = post_list(s->db, &q, &s->arena, &cards, &s->err);
	s->found = tag.count;
	return rc;
}

static enum rc feed(struct site *s)
{
	struct post_query q = { POST_SCOPE_ALL, 0, NOW, 20, 0, POST_LIST_REFS | POST_LIST_HTML };
	struct post_cards cards = { NULL, 0 };
	enum rc rc = post_list(s->db, &q, &s->arena, &cards, &s->err);
	s->found = (int64_t)cards.count;
	return rc;
}

static enum rc post_itself(struct site *s)
{
	struct post post;
	struct post_card card;
	enum rc rc = post_by_path(s->db, s->post_path, &s->arena, &post, &s->err);
	if (rc == RC_OK)
		rc = post_card_get(s->db, post.id, POST_LIST_REFS, &s->arena, &card, &s->err);
	s->found = 1;
	return rc;
}

static enum rc post_page(struct site *s)
{
	struct post post;
	struct post_card card;
	struct post_around around;
	struct post_cards related;
	enum rc rc = post_by_path(s->db, s->post_path, &s->arena, &post, &s->err);
	if (rc == RC_OK)
		rc = post_card_get(s->db, post.id, POST_LIST_REFS, &s->arena, &card, &s->err);
	if (rc == RC_OK)
		rc = post_list_around(s->db, post.id, post.published_ms, NOW, &s->arena, &around, &s->err);
	if (rc == RC_OK)
		rc = post_list_related(s->db, post.id, NOW, 3, 0, &s->arena, &related, &s->err);
	s->found = 1;
	return rc;
}

static enum rc deep_page(struct site *s)
{
	struct post_query q = { POST_SCOPE_ALL, 0, NOW, 10, 900, POST_LIST_REFS };
	struct post_cards cards = { NULL, 0 };
	enum rc rc = post_list(s->db, &q, &s->arena, &cards, &s->err);
	s->found = (int64_t)cards.count;
	return rc;
}

static enum rc deepest_page(struct site *s)
{
	struct post_query q = { POST_SCOPE_ALL, 0, NOW, 10, 0, POST_LIST_REFS };
	struct post_cards cards = { NULL, 0 };
	enum rc rc = post_count(s->db, &q, &q.offset, &s->err);
	q.offset -= 10;
	if (rc == RC_OK)
		rc = post_list(s->db, &q, &s->arena, &cards, &s->err);
	s->found = (int64_t)cards.count;
	return rc;
}

static enum rc archive(struct site *s)
{
	struct archive months = { NULL, 0 };
	enum rc rc = archive_list(s->db, NOW, &s->arena, &months, &s->err);
	s->found = (int64_t)months.count;
	return rc;
}

static enum rc find(struct site *s, struct str text)
{
	struct search_query q = { .text = text, .now_ms = NOW, .limit = 10, .flags = POST_LIST_REFS };
	struct search_result result = { .total = 0 };
	enum rc rc = search_posts(s->db, &q, &s->arena, &result, &s->err);
	s->found = result.total;
	return rc;
}

static enum rc find_frequent(struct site *s)
{
	return find(s, s->frequent[0]);
}

static enum rc find_two(struct site *s)
{
	return find(s, ARENA_JOIN(&s->arena, s->frequent[0], STR(" "), s->frequent[1]));
}

static enum rc find_three(struct site *s)
{
	return find(s, ARENA_JOIN(&s->arena, s->frequent[0], STR(" "), s->frequent[1], STR(" "), s->frequent[2]));
}

static enum rc find_phrase(struct site *s)
{
	return find(s, ARENA_JOIN(&s->arena, STR("\""), s->frequent[0], STR(" "), s->frequent[1], STR("\"")));
}

static enum rc find_excluding(struct site *s)
{
	return find(s, ARENA_JOIN(&s->arena, s->frequent[0], STR(" -"), s->frequent[1]));
}

static enum rc find_middling(struct site *s)
{
	return find(s, s->middling);
}

static enum rc find_rare(struct site *s)
{
	return find(s, s->rare);
}

static enum rc find_beginning(struct site *s)
{
	return find(s, str_sub(s->middling, 0, 3));
}

static enum rc find_two_letters(struct site *s)
{
	return find(s, str_sub(s->frequent[0], 0, 2));
}

static enum rc find_none(struct site *s)
{
	return find(s, STR("qqqqqqqq"));
}

static enum rc find_typo(struct site *s)
{
	return find(s, ARENA_JOIN(&s->arena, str_sub(s->frequent[0], 0, 2), STR("q"), str_from(s->frequent[0], 3)));
}

static enum rc find_typo_of_rare(struct site *s)
{
	return find(s, ARENA_JOIN(&s->arena, str_sub(s->rare, 0, 3), STR("q"), str_from(s->rare, 3)));
}

static enum rc find_half(struct site *s)
{
	return find(s, ARENA_JOIN(&s->arena, s->frequent[0], STR(" qqqqqqqq")));
}

static const struct {
	const char *name;
	enum rc (*run)(struct site *s);
} rows[] = {
	{ "home: 10 cards with tags and authors, count", home },
	{ "tag page: 10 cards", tag_page },
	{ "feed: 20 posts with HTML", feed },
	{ "post with its tags and authors", post_itself },
	{ "post page: post, refs, neighbours, related", post_page },
	{ "page 91 of home", deep_page },
	{ "last page of home", deepest_page },
	{ "archive by month", archive },
	{ "search: the most frequent word", find_frequent },
	{ "search: two frequent words", find_two },
	{ "search: three frequent words", find_three },
	{ "search: a phrase of frequent words", find_phrase },
	{ "search: a frequent word without another", find_excluding },
	{ "search: a word of middling frequency", find_middling },
	{ "search: the rarest word", find_rare },
	{ "search: three letters", find_beginning },
	{ "search: two letters", find_two_letters },
	{ "search: a word in no post", find_none },
	{ "search: a typo of a frequent word", find_typo },
	{ "search: a typo of the rarest word", find_typo_of_rare },
	{ "search: a frequent word and one in no post", find_half },
};

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void measure(struct site *s, enum rc (*run)(struct site *s), double *least)
{
	double start = cpu_us();
	if (run(s) != RC_OK)
		fprintf(stderr, "%s: %s\n", s->path, s->err.msg);
	double took = cpu_us() - start;
	if (took < *least)
		*least = took;
	arena_reset(&s->arena);
}

/* What plain CGI pays for each request: open, the first query (which reads the schema), close. */
static double open_us(const char *path)
{
	double least = 1e9;
	for (int i = 0; i < RUNS; i++) {
		struct db_ro *db;
		struct err err = ERR_INIT;
		int64_t seq;
		double start = cpu_us();
		if (db_ro_open(path, NULL, &db, &err) != RC_OK || site_public_seq(db, &seq, &err) != RC_OK)
			return -1;
		db_ro_close(db);
		double took = cpu_us() - start;
		least = took < least ? took : least;
	}
	return least;
}

int main(int argc, char **argv)
{
	struct site sites[2];
	if (argc != 3) {
		fprintf(stderr, "usage: store_scale SMALL.db LARGE.db\n");
		return 2;
	}
	for (int i = 0; i < 2; i++) {
		struct db_options opt = { .cache_kib = 8192 };
		sites[i] = (struct site){ .path = argv[i + 1], .err = ERR_INIT };
		arena_init(&sites[i].arena, ARENA_MAX_B);
		arena_init(&sites[i].words, ARENA_MAX_B);
		if (db_ro_open(sites[i].path, &opt, &sites[i].db, &sites[i].err) != RC_OK) {
			fprintf(stderr, "%s\n", sites[i].err.msg);
			return 1;
		}
		choose_words(&sites[i]);
	}
	printf("%-46s %10s %10s %6s %8s\n", "CPU microseconds, least of 40", "small", "large", "ratio", "found");
	for (size_t r = 0; r < COUNT_OF(rows); r++) {
		double least[2] = { 1e9, 1e9 };
		for (int run = 0; run < RUNS; run++)
			for (int i = 0; i < 2; i++)
				measure(&sites[i], rows[r].run, &least[i]);
		printf("%-46s %10.1f %10.1f %6.2f %8lld\n", rows[r].name, least[0], least[1], least[1] / least[0],
		       (long long)sites[1].found);
	}
	double small = open_us(argv[1]), large = open_us(argv[2]);
	printf("%-46s %10.1f %10.1f %6.2f\n", "open, first query, close", small, large, large / small);
	for (int i = 0; i < 2; i++) {
		db_ro_close(sites[i].db);
		arena_release(&sites[i].arena);
		arena_release(&sites[i].words);
	}
	return 0;
}
