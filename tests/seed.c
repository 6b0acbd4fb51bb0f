/* seed.c: fills an empty site with generated posts for measurements: seed COUNT, or writes the same as
 * a folder of Markdown: seed --markdown DIR COUNT. Environment: PLATEN_DATA and the rest.
 *
 * Every run gives the same posts. About 200 words each from a vocabulary of 60 000 whose frequencies
 * fall as Zipf's law says, so that some words are in every post and many in one. A few words are in as
 * many posts of any site. */
#include "base/base.h"

#include <math.h>

#include "base/file.h"
#include "base/path.h"
#include "conf/conf.h"
#include "core/place.h"
#include "store/post.h"
#include "store/search.h"
#include "store/tag.h"
#include "store/user.h"

#define WORDS 60000
#define WORDS_A_POST 200
#define TAGS 60
#define AUTHORS 7
#define BATCH 2000
#define FIRST_MS INT64_C(1262304000000) /* 2010-01-01 */
#define SPAN_MS INT64_C(473385600000)   /* to 2024-12-31 */

static uint64_t seed_state = 88172645463325252ULL;

static uint64_t next_random(void)
{
	seed_state ^= seed_state << 13;
	seed_state ^= seed_state >> 7;
	return seed_state ^= seed_state << 17;
}

static double next_unit(void)
{
	return (double)(next_random() >> 11) / 9007199254740992.0;
}

/* Rank 0 is the commonest; the inverse of the continuous Zipf distribution with exponent 1. */
static int zipf_rank(void)
{
	return (int)(exp(next_unit() * log(WORDS)) - 1.0);
}

static void word(int rank, struct buf *out)
{
	static const char *const syllables[] = { "ka", "lo", "mi", "ten", "ra", "su", "ve", "nor", "pi", "da", "gel", "fu",
						 "bar", "zo", "qui", "hem" };
	uint32_t n = (uint32_t)rank * 2654435761u;
	int count = rank < 100 ? 2 : rank < 5000 ? 3 : 4;
	for (int i = 0; i < count; i++, n >>= 4)
		buf_cstr(out, syllables[n & 15]);
	/* The rank in letters keeps words apart. */
	for (uint32_t r = (uint32_t)rank; r > 0; r /= 20)
		buf_char(out, "bcdfghjklmnpqrstvwxz"[r % 20]);
}

static const struct { int at, posts; const char *word; } equal[] = {
	{ 40, 500, "fivehundred" }, { 50, 10, "tenfold" }, { 60, 100, "hundredfold" }, { 70, 1000, "thousandfold" },
};

static const char *equal_word(int at, int number, int count)
{
	for (size_t i = 0; i < COUNT_OF(equal); i++)
		if (equal[i].at == at && number % (count > equal[i].posts ? count / equal[i].posts : 1) == 0)
			return equal[i].word;
	return NULL;
}

struct text {
	struct buf markdown, html, plain, title;
};

static void make_text(struct text *t, int number, int count)
{
	buf_clear(&t->markdown);
	buf_clear(&t->html);
	buf_clear(&t->plain);
	buf_clear(&t->title);
	buf_printf(&t->title, "Post %d ", number);
	word(zipf_rank(), &t->title);
	for (int i = 0; i < WORDS_A_POST; i++) {
		struct buf *outs[] = { &t->markdown, &t->html, &t->plain };
		struct buf one = BUF_INIT(256);
		const char *fixed = equal_word(i, number, count);
		/* "every" stands in each post, "halfway" in every second, a word of its own in each. */
		if (fixed)
			buf_cstr(&one, fixed);
		else if (i == 10)
			buf_cstr(&one, "every");
		else if (i == 20)
			buf_cstr(&one, number % 2 ? "halfway" : "other");
		else if (i == 30)
			buf_printf(&one, "unique%dword", number);
		else
			word(zipf_rank(), &one);
		if (i % 50 == 0) {
			if (i > 0)
				BUF_LIT(&t->html, "</p>\n");
			BUF_LIT(&t->html, "<p>");
			BUF_LIT(&t->markdown, "\n\n");
			BUF_LIT(&t->plain, "\n");
		}
		for (size_t k = 0; k < COUNT_OF(outs); k++) {
			buf_str(outs[k], buf_view(&one));
			buf_char(outs[k], ' ');
		}
		buf_release(&one);
	}
	BUF_LIT(&t->html, "</p>\n");
}

struct seeder {
	struct db_rw *db;
	struct db_tx *tx;
	struct search_bulk *bulk;
	struct arena arena;
	struct text text;
	int64_t tags[TAGS], authors[AUTHORS];
	struct err err;
};

static enum rc make_names(struct seeder *s)
{
	enum rc rc = RC_OK;
	for (int i = 0; rc == RC_OK && i < TAGS; i++)
		rc = tag_ensure(s->tx, arena_printf(&s->arena, "tag-%d", i), arena_printf(&s->arena, "Tag %d", i), FIRST_MS,
				&s->tags[i], &s->err);
	for (int i = 0; rc == RC_OK && i < AUTHORS; i++) {
		struct user user = { .public_id = arena_printf(&s->arena, "author%d", i), .role = STR(USER_ROLE_AUTHOR),
				     .name = arena_printf(&s->arena, "Author %d", i),
				     .slug = arena_printf(&s->arena, "author-%d", i), .created_ms = FIRST_MS,
				     .updated_ms = FIRST_MS };
		rc = user_insert(s->tx, &user, &s->authors[i], &s->err);
	}
	return rc;
}

static int64_t published(int number, int count)
{
	return FIRST_MS + SPAN_MS / count * number;
}

static enum rc add_post(struct seeder *s, int number, int count)
{
	int64_t ms = published(number, count), id;
	struct tm tm;
	time_t seconds = ms / 1000;
	gmtime_r(&seconds, &tm);
	make_text(&s->text, number, count);
	struct str plain = buf_view(&s->text.plain);
	struct post post = {
		.public_id = arena_printf(&s->arena, "p%d", number), .kind = STR(POST_KIND_POST),
		.status = STR(POST_STATUS_PUBLISHED), .visibility = STR(POST_VISIBILITY_PUBLIC),
		.slug = arena_printf(&s->arena, "post-%d", number), .path = arena_printf(&s->arena, "/post-%d", number),
		.title = buf_view(&s->text.title), .markdown = buf_view(&s->text.markdown),
		.html = buf_view(&s->text.html), .excerpt_auto = str_sub(plain, 0, 240), .custom = STR("{}"),
		.toc = STR("[]"), .published_ms = ms, .created_ms = ms, .updated_ms = ms, .edited_ms = ms,
		.local_ym = (tm.tm_year + 1900) * 100 + tm.tm_mon + 1, .word_count = WORDS_A_POST,
	};
	enum rc rc = post_insert(s->tx, &post, &id, &s->err);
	/* The first tags are on many posts, the last on few. */
	int64_t tags[3];
	for (size_t i = 0; i < COUNT_OF(tags); i++)
		tags[i] = s->tags[(int)(next_unit() * next_unit() * TAGS)];
	if (rc == RC_OK)
		rc = post_set_tags(s->tx, id, tags, COUNT_OF(tags), &s->err);
	if (rc == RC_OK)
		rc = post_set_authors(s->tx, id, &s->authors[number % AUTHORS], 1, &s->err);
	if (rc == RC_OK)
		rc = search_put(s->tx, id, post.title, plain, STR(""), s->bulk, &s->err);
	return rc;
}

static enum rc begin(struct seeder *s)
{
	s->bulk = search_bulk_begin();
	return db_begin(s->db, &s->tx, &s->err);
}

static enum rc end(struct seeder *s)
{
	enum rc rc = search_bulk_end(s->bulk, s->tx, &s->err);
	if (rc == RC_OK)
		rc = db_commit(s->tx, &s->err);
	else
		db_rollback(s->tx);
	return rc;
}

/* What the measurements look for, by what it is. */
static enum rc write_words(const char *dir, struct arena *arena, struct err *err)
{
	struct buf json = BUF_INIT(4096), common = BUF_INIT(256), rare = BUF_INIT(256);
	word(3, &common);
	word(30000, &rare);
	struct str c = buf_view(&common), r = buf_view(&rare);
	buf_printf(&json, "{\"in every post\": \"every\", \"in half of them\": \"halfway\", \"common\": \"%.*s\", "
		   "\"rare\": \"%.*s\", \"in one\": \"unique500word\", \"in 10\": \"tenfold\", \"in 100\": \"hundredfold\", "
		   "\"in 500\": \"fivehundred\", \"in 1 000\": \"thousandfold\", \"a typing error\": \"uniqe500word\", "
		   "\"in none\": \"xylophonist\", \"three words\": \"every halfway %.*s\", \"one letter\": \"k\", "
		   "\"a phrase in none\": \"\\\"every every\\\"\"}\n", STR_ARG(c), STR_ARG(r), STR_ARG(c));
	enum rc rc = file_write(path_join(arena, dir, "seed.json"), buf_view(&json), 0600, err);
	buf_release(&json);
	buf_release(&common);
	buf_release(&rare);
	return rc;
}

static enum rc seed_site(struct seeder *s, const struct conf *conf, int count)
{
	enum rc rc = place_open_rw(conf, &s->db, &s->err);
	if (rc == RC_OK)
		rc = begin(s);
	if (rc == RC_OK)
		rc = make_names(s);
	for (int i = 0; rc == RC_OK && i < count; i++) {
		if (i > 0 && i % BATCH == 0) {
			rc = end(s);
			arena_reset(&s->arena);
			if (rc == RC_OK)
				rc = begin(s);
		}
		if (rc == RC_OK)
			rc = add_post(s, i, count);
	}
	if (rc == RC_OK)
		rc = end(s);
	if (rc == RC_OK)
		rc = write_words(conf->data_dir, &s->arena, &s->err);
	db_rw_close(s->db);
	return rc;
}

static enum rc write_markdown(struct seeder *s, const char *dir, int count)
{
	enum rc rc = file_mkdirs(dir, 0755, &s->err);
	for (int i = 0; rc == RC_OK && i < count; i++) {
		struct buf file = BUF_INIT(1u << 20);
		int64_t seconds = published(i, count) / 1000;
		struct tm tm;
		gmtime_r(&(time_t){ seconds }, &tm);
		make_text(&s->text, i, count);
		buf_printf(&file, "---\ntitle: \"%s\"\ndate: %04d-%02d-%02dT%02d:%02d:%02dZ\ntags: [tag-%d, tag-%d]\n---\n%s\n",
			   s->text.title.bytes, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
			   tm.tm_sec, i % TAGS, i % 7, s->text.markdown.bytes);
		arena_reset(&s->arena);
		rc = file_write(path_join(&s->arena, dir, arena_printf(&s->arena, "post-%d.md", i).p), buf_view(&file), 0644,
				&s->err);
		buf_release(&file);
	}
	return rc;
}

int main(int argc, char **argv)
{
	struct seeder *s = mem_new(sizeof *s);
	struct conf conf = { 0 };
	int64_t count = 0;
	bool markdown = argc == 4 && strcmp(argv[1], "--markdown") == 0;
	if ((argc != 2 && !markdown) || !str_to_i64(str_of(argv[argc - 1]), &count) || count < 1 || count > 1000000) {
		fputs("usage: seed COUNT | seed --markdown DIR COUNT\n", stderr);
		return 2;
	}
	arena_init(&s->arena, (size_t)1 << 30);
	struct buf *bufs[] = { &s->text.markdown, &s->text.html, &s->text.plain, &s->text.title };
	for (size_t i = 0; i < COUNT_OF(bufs); i++)
		buf_init(bufs[i], 1u << 20);
	enum rc rc = markdown ? RC_OK : conf_load(NULL, &conf, &s->err);
	if (rc == RC_OK)
		rc = markdown ? write_markdown(s, argv[2], (int)count) : seed_site(s, &conf, (int)count);
	if (rc != RC_OK)
		fprintf(stderr, "seed: %s\n", s->err.msg);
	for (size_t i = 0; i < COUNT_OF(bufs); i++)
		buf_release(bufs[i]);
	arena_release(&s->arena);
	conf_release(&conf);
	free(s);
	return rc == RC_OK ? 0 : 1;
}
