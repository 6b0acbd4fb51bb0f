/* store_find.c: the list of posts in the admin against a plain model of the rows: every filter with every
 * other, each order, forwards and backwards, page by page. */
#include "store_fixture.h"

#include "store/post_find.h"
#include "store/post_names.h"
#include "store/post_tally.h"
#include "store/search_draft.h"
#include "store/search_retag.h"

#define ROWS 12000 /* more than a walk looks at */
#define RARE_TAG 3 /* of no row */
#define DEEP_TAG 1 /* of the oldest alone: a walk ends before it comes to one */

struct row {
	int64_t id, updated_ms, dated_ms, author, other, tag;
	const char *kind, *status, *visibility, *lang, *title;
	bool featured;
};

static struct row rows[ROWS];
static int64_t users[4], tags[4];
static uint64_t seed = 88172645463325252ULL;

static int dice(int sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int)(seed % (uint64_t)sides);
}

static void make_names(struct fixture *f, struct db_tx *tx)
{
	for (int i = 0; i < 4; i++) {
		struct str name = arena_printf(&f->arena, "user-%d", i);
		struct user user = { .public_id = name, .role = STR("author"), .name = name, .slug = name,
				     .created_ms = NOW, .updated_ms = NOW };
		assert_ok(user_insert(tx, &user, &users[i], &f->err), &f->err);
	}
	for (int i = 0; i < 4; i++) {
		struct str name = arena_printf(&f->arena, "tag-%d", i);
		assert_ok(tag_ensure(tx, name, name, NOW, &tags[i], &f->err), &f->err);
	}
}

static void make_row(struct fixture *f, struct db_tx *tx, int n)
{
	static const char *const statuses[] = { "published", "published", "published", "draft", "review", "trash" };
	static const char *const visibilities[] = { "public", "public", "public", "unlisted", "team" };
	static const char *const langs[] = { "", "", "de", "ar" };
	static const char *const titles[] = { "", "apple", "Apple", "Zebra", "日本", "مرحبا" };
	struct row *r = &rows[n];
	struct post post = fixture_post(f, arena_printf(&f->arena, "p%d", n).p);
	*r = (struct row){
		.kind = dice(50) ? "post" : "page", .status = statuses[dice(n % 3 ? 3 : 6)],
		.visibility = visibilities[dice(n % 20 ? 3 : 5)], .lang = langs[dice(n % 10 ? 2 : 4)],
		.title = titles[dice(6)], .featured = dice(100) == 0,
		/* Equal times are usual after an import. */
		.updated_ms = NOW - dice(ROWS / 8) * (int64_t)DAY, .author = users[dice(n % 50 ? 2 : 4)],
		.tag = n < 30 ? tags[DEEP_TAG] : dice(3) ? 0 : tags[2 * dice(2)],
	};
	if (n < 30)
		r->updated_ms = NOW - 20000 * (int64_t)DAY;
	r->dated_ms = NOW + (10 - dice(ROWS / 8)) * (int64_t)DAY;
	post.kind = str_of(r->kind);
	post.status = str_of(r->status);
	post.visibility = str_of(r->visibility);
	post.lang = str_of(r->lang);
	post.title = str_of(r->title);
	post.featured = r->featured;
	post.updated_ms = r->updated_ms;
	post.published_ms = strcmp(r->status, "published") == 0 ? r->dated_ms : 0;
	post.created_ms = r->dated_ms;
	assert_ok(post_insert(tx, &post, &r->id, &f->err), &f->err);
	assert_ok(post_set_authors(tx, r->id, &r->author, 1, &f->err), &f->err);
	if (r->tag)
		assert_ok(post_set_tags(tx, r->id, &r->tag, 1, &f->err), &f->err);
}

static void fill(struct fixture *f)
{
	struct db_tx *tx = fixture_begin(f);
	make_names(f, tx);
	for (int i = 0; i < ROWS; i++)
		make_row(f, tx, i);
	fixture_commit(f, tx);
}

static bool any_or(struct str wanted, const char *value)
{
	return str_empty(wanted) || str_is(wanted, value);
}

static bool fits(const struct row *r, const struct post_find *q)
{
	return (strcmp(r->status, "trash") == 0) == q->in_trash && any_or(q->kind, r->kind) &&
	       any_or(q->status, r->status) && any_or(q->visibility, r->visibility) &&
	       (!str_given(q->lang) || str_is(q->lang, r->lang)) && (!q->featured || r->featured) &&
	       r->dated_ms >= q->from_ms && (!q->until_ms || r->dated_ms < q->until_ms) &&
	       (!q->tag_id || q->tag_id == r->tag) && (!q->author_id || q->author_id == r->author) &&
	       (!q->viewer_id || q->viewer_id == r->author);
}

static enum post_order sorted_by;

static int compare(const void *left, const void *right)
{
	const struct row *a = *(const struct row *const *)left, *b = *(const struct row *const *)right;
	int64_t by = 0;
	switch (sorted_by) {
	case POST_ORDER_TITLE:
		by = strcasecmp(a->title, b->title);
		break;
	case POST_ORDER_OLDEST:
		by = (a->dated_ms > b->dated_ms) - (a->dated_ms < b->dated_ms);
		break;
	case POST_ORDER_NEWEST:
		by = (b->dated_ms > a->dated_ms) - (b->dated_ms < a->dated_ms);
		break;
	default:
		by = (b->updated_ms > a->updated_ms) - (b->updated_ms < a->updated_ms);
	}
	if (by)
		return by < 0 ? -1 : 1;
	bool rises = sorted_by == POST_ORDER_TITLE || sorted_by == POST_ORDER_OLDEST;
	return rises ? (a->id > b->id) - (a->id < b->id) : (b->id > a->id) - (b->id < a->id);
}

static size_t model(const struct post_find *q, const struct row **out)
{
	size_t n = 0;
	for (int i = 0; i < ROWS; i++)
		if (fits(&rows[i], q))
			out[n++] = &rows[i];
	sorted_by = q->order;
	qsort(out, n, sizeof *out, compare);
	return n;
}

static void describe(const struct post_find *q)
{
	print_error("order %d, trash %d, kind '%.*s', status '%.*s', visibility '%.*s', lang '%.*s', featured %d, "
		    "time %lld..%lld, tag %lld, author %lld, viewer %lld\n", q->order, q->in_trash, STR_ARG(q->kind),
		    STR_ARG(q->status), STR_ARG(q->visibility), STR_ARG(q->lang), q->featured, (long long)q->from_ms,
		    (long long)q->until_ms, (long long)q->tag_id, (long long)q->author_id, (long long)q->viewer_id);
}

/* All pages one after the other give the model's rows, none twice and none left out. */
static void check_forwards(struct fixture *f, struct post_find q)
{
	static const struct row *expected[ROWS];
	size_t n = model(&q, expected), at = 0;
	struct post_found found = { .more = true };
	for (int pages = 0; found.more || found.further.id; pages++) {
		struct arena arena;
		arena_init(&arena, ARENA_MAX_B);
		assert_true(pages < ROWS);
		assert_ok(post_find(f->ro, &q, &arena, &found, &f->err), &f->err);
		assert_true(found.count <= (size_t)q.limit);
		for (size_t i = 0; i < found.count; i++, at++) {
			if (at >= n || found.rows[i].mark.id != expected[at]->id)
				describe(&q);
			assert_true(at < n);
			assert_int_equal(found.rows[i].mark.id, expected[at]->id);
		}
		q.after = found.more ? found.rows[found.count - 1].mark : found.further;
		q.after.text = q.after.id && q.order == POST_ORDER_TITLE ? arena_str(&f->arena, q.after.text) : STR("");
		arena_release(&arena);
	}
	if (at != n)
		describe(&q);
	assert_int_equal(at, n);
}

static struct post_find random_query(void)
{
	static const char *const kinds[] = { "post", "page" }, *const statuses[] = { "published", "draft", "review" },
		*const visibilities[] = { "public", "unlisted", "team" }, *const langs[] = { "", "de", "ar", "fr" };
	struct post_find q = { .order = (enum post_order)dice(POST_ORDER__MAX), .limit = 1 + dice(200) };
	if (dice(6) == 0)
		q.in_trash = true;
	if (dice(3) == 0)
		q.kind = str_of(kinds[dice(2)]);
	if (dice(3) == 0 && !q.in_trash)
		q.status = str_of(statuses[dice(3)]);
	if (dice(4) == 0)
		q.visibility = str_of(visibilities[dice(3)]);
	if (dice(4) == 0)
		q.lang = str_of(langs[dice(4)]);
	q.featured = dice(6) == 0;
	if (dice(3) == 0) {
		q.from_ms = NOW - dice(ROWS / 8) * (int64_t)DAY;
		q.until_ms = q.from_ms + (1 + dice(60)) * (int64_t)DAY;
	}
	q.tag_id = dice(4) ? 0 : tags[dice(3)];
	q.author_id = dice(4) ? 0 : users[dice(4)];
	q.viewer_id = dice(6) ? 0 : users[dice(4)];
	return q;
}

static void pages_give_what_a_plain_model_does(void **state)
{
	struct fixture *f = *state;
	fill(f);
	for (enum post_order order = 0; order < POST_ORDER__MAX; order++)
		check_forwards(f, (struct post_find){ .order = order, .limit = 50 });
	for (int i = 0; i < 300; i++)
		check_forwards(f, random_query());
}

static void the_page_before_is_the_page_that_was_left(void **state)
{
	struct fixture *f = *state;
	fill(f);
	for (int i = 0; i < 60; i++) {
		struct post_find q = random_query();
		struct post_found first, second, back;
		q.limit = 20;
		assert_ok(post_find(f->ro, &q, &f->arena, &first, &f->err), &f->err);
		if (!first.more)
			continue;
		q.after = first.rows[first.count - 1].mark;
		assert_ok(post_find(f->ro, &q, &f->arena, &second, &f->err), &f->err);
		if (!second.count)
			continue;
		q.after = (struct post_mark){ 0 };
		q.before = second.rows[0].mark;
		assert_ok(post_find(f->ro, &q, &f->arena, &back, &f->err), &f->err);
		assert_int_equal(back.count, first.count);
		for (size_t k = 0; k < first.count; k++)
			assert_int_equal(back.rows[k].mark.id, first.rows[k].mark.id);
		assert_false(back.more);
	}
}

/* Rows that match lie behind more than a walk looks at: the walk ends, says where, and they are found from
 * there. A common value that most of the walk lacks must not be looked for through all of the site. */
static void a_walk_ends_and_says_where(void **state)
{
	struct fixture *f = *state;
	struct post_found found;
	fill(f);
	struct db_tx *tx = fixture_begin(f);
	/* More than a few, all of them the oldest. */
	for (int i = 0; i < 1500; i++) {
		struct post post = fixture_post(f, arena_printf(&f->arena, "old-%d", i).p);
		int64_t id;
		post.published_ms = post.created_ms = NOW - 30000 * (int64_t)DAY - i;
		assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
		assert_ok(post_set_tags(tx, id, &tags[RARE_TAG], 1, &f->err), &f->err);
	}
	fixture_commit(f, tx);
	struct post_find q = { .limit = 50, .tag_id = tags[RARE_TAG], .order = POST_ORDER_NEWEST };
	assert_ok(post_find(f->ro, &q, &f->arena, &found, &f->err), &f->err);
	assert_int_equal(found.count, 0);
	assert_false(found.more);
	assert_true(found.further.id != 0);
	q.after = found.further;
	assert_ok(post_find(f->ro, &q, &f->arena, &found, &f->err), &f->err);
	assert_int_equal(found.count, 50);
	assert_true(found.more);
	/* In the usual order a tag has an index of its own. */
	q.order = POST_ORDER_CHANGED;
	q.after = (struct post_mark){ 0 };
	assert_ok(post_find(f->ro, &q, &f->arena, &found, &f->err), &f->err);
	assert_int_equal(found.count, 50);
}

static void check_tally(struct fixture *f, int64_t viewer_id)
{
	struct post_tally kept, counted = { .all = 0 };
	for (int i = 0; i < ROWS; i++) {
		const struct row *r = &rows[i];
		if (viewer_id && r->author != viewer_id)
			continue;
		bool published = strcmp(r->status, "published") == 0, trash = strcmp(r->status, "trash") == 0;
		counted.all += !trash;
		counted.trash += trash;
		counted.drafts += strcmp(r->status, "draft") == 0;
		counted.review += strcmp(r->status, "review") == 0;
		counted.scheduled += published && r->dated_ms > NOW;
		counted.published += published && r->dated_ms <= NOW;
	}
	assert_ok(post_tally(f->ro, viewer_id, NOW, &kept, &f->err), &f->err);
	assert_true(counted.all > 0 && counted.drafts > 0 && counted.scheduled > 0 && counted.trash > 0);
	assert_memory_equal(&kept, &counted, sizeof kept);
}

static void counts_are_exact(void **state)
{
	struct fixture *f = *state;
	fill(f);
	check_tally(f, 0);
	check_tally(f, users[0]);
	check_tally(f, users[1]);
}

/* More than a page and fewer than many: looked at one by one, for no index in the usual order has them. */
static void a_few_hundred_published_posts_are_all_found(void **state)
{
	struct fixture *f = *state;
	struct post_find q = { .limit = 50, .status = STR("published"), .until_ms = NOW + 1, .lang = STR_NONE };
	struct post_found found;
	struct db_tx *tx = fixture_begin(f);
	for (int i = 0; i < 120; i++) {
		struct post post = fixture_post(f, arena_printf(&f->arena, "p%d", i).p);
		int64_t id;
		post.published_ms = NOW - i;
		assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
	}
	fixture_commit(f, tx);
	assert_ok(post_find(f->ro, &q, &f->arena, &found, &f->err), &f->err);
	assert_int_equal(found.count, 50);
	assert_true(found.more);
}

static void rows_have_what_is_shown(void **state)
{
	struct fixture *f = *state;
	struct post_find q = { .limit = 50, .lang = STR_NONE };
	struct post_found found;
	struct post_names *named_tags, *named_authors;
	struct post post = fixture_post(f, "shown");
	struct str name;
	int64_t id;
	struct db_tx *tx = fixture_begin(f);
	make_names(f, tx);
	post.featured = true;
	post.lang = STR("de");
	assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
	assert_ok(post_set_tags(tx, id, (const int64_t[]){ tags[2], tags[0] }, 2, &f->err), &f->err);
	assert_ok(post_set_authors(tx, id, (const int64_t[]){ users[3], users[1] }, 2, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_ok(post_find(f->ro, &q, &f->arena, &found, &f->err), &f->err);
	assert_int_equal(found.count, 1);
	const struct post_row *row = &found.rows[0];
	assert_int_equal(row->mark.id, id);
	assert_true(row->featured);
	assert_str(row->title, arena_printf(&f->arena, "%.*s", STR_ARG(post.title)).p);
	assert_str(row->lang, "de");
	assert_str(row->status, "published");
	assert_int_equal(row->version, 1);
	assert_int_equal(row->published_ms, post.published_ms);
	assert_ok(post_names_tags(f->ro, found.rows, found.count, &f->arena, &named_tags, &f->err), &f->err);
	assert_ok(post_names_authors(f->ro, found.rows, found.count, &f->arena, &named_authors, &f->err), &f->err);
	struct str ids = row->tag_ids;
	assert_true(post_names_next(named_tags, &ids, &name));
	assert_str(name, "tag-2");
	assert_true(post_names_next(named_tags, &ids, &name));
	assert_str(name, "tag-0");
	assert_false(post_names_next(named_tags, &ids, &name));
	ids = row->author_ids;
	assert_true(post_names_next(named_authors, &ids, &name));
	assert_str(name, "user-3");
}

static int64_t put(struct fixture *f, const char *key, const char *status, const char *title, const char *markdown)
{
	struct post post = fixture_post(f, key);
	int64_t id;
	post.status = str_of(status);
	post.title = str_of(title);
	post.markdown = str_of(markdown);
	if (strcmp(status, "published") != 0)
		post.published_ms = 0;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
	assert_ok(search_put(tx, id, post.title, post.markdown, STR(""), NULL, &f->err), &f->err);
	fixture_commit(f, tx);
	return id;
}

static void check_words(struct fixture *f, const char *words, bool in_trash, int64_t a, int64_t b)
{
	struct post_found found;
	struct post_find q = { .words = str_of(words), .order = POST_ORDER_TITLE, .limit = 10, .in_trash = in_trash };
	assert_ok(post_find(f->ro, &q, &f->arena, &found, &f->err), &f->err);
	if (found.count != (size_t)((a != 0) + (b != 0)))
		print_error("words: %s\n", words);
	assert_int_equal(found.count, (a != 0) + (b != 0));
	if (a)
		assert_int_equal(found.rows[0].mark.id, a);
	if (b)
		assert_int_equal(found.rows[1].mark.id, b);
}

static void words_are_found_in_what_is_public_and_what_is_not(void **state)
{
	struct fixture *f = *state;
	int64_t shown = put(f, "a", "published", "A glacier", "Slow *ice* and \"quotes\".");
	int64_t draft = put(f, "b", "draft", "Brown bears", "They like ice, and Ärger. 世界杯");
	int64_t trash = put(f, "c", "trash", "Thrown away", "No more ice");
	check_words(f, "ice", false, shown, draft);
	check_words(f, "ICE", true, trash, 0);
	check_words(f, "gla", false, shown, 0);
	check_words(f, "bea", false, draft, 0);
	check_words(f, "arger bears", false, draft, 0);
	check_words(f, "\"like ice\"", false, draft, 0);
	check_words(f, "世界", false, draft, 0);
	check_words(f, "ice -bears", false, shown, 0);
	check_words(f, "nowhere", false, 0, 0);
	check_words(f, "\"; ) AND NEAR(*", false, 0, 0);
	check_words(f, "...", false, 0, 0);
	/* What is published is no draft any more. */
	struct post post;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(post_get(db_tx_ro(tx), draft, &f->arena, &post, &f->err), &f->err);
	post.status = STR("published");
	post.published_ms = NOW;
	assert_ok(post_update(tx, &post, post.version, &f->err), &f->err);
	assert_ok(search_put(tx, draft, post.title, STR("now seals"), STR(""), NULL, &f->err), &f->err);
	fixture_commit(f, tx);
	check_words(f, "bears seals", false, draft, 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM draft_fts"), 1);
	tx = fixture_begin(f);
	assert_ok(post_delete(tx, trash, &f->err), &f->err);
	fixture_commit(f, tx);
	check_words(f, "thrown", true, 0, 0);
}

#define FOUND_ROWS 130

/* Every third is not public. */
static void fill_found(struct fixture *f, int64_t ids[FOUND_ROWS])
{
	for (int i = 0; i < FOUND_ROWS; i++) {
		struct post post = fixture_post(f, arena_printf(&f->arena, "w%d", i).p);
		bool hidden = i % 3 == 0;
		post.status = str_of(hidden ? "draft" : "published");
		post.published_ms = hidden ? 0 : NOW + i * 1000;
		post.markdown = STR("a walrus");
		struct db_tx *tx = fixture_begin(f);
		assert_ok(post_insert(tx, &post, &ids[i], &f->err), &f->err);
		assert_ok(search_put(tx, ids[i], post.title, STR("a walrus"), STR(""), NULL, &f->err), &f->err);
		fixture_commit(f, tx);
	}
}

static size_t found_order(const int64_t ids[FOUND_ROWS], int64_t out[FOUND_ROWS])
{
	size_t n = 0;
	for (int hidden = 0; hidden < 2; hidden++)
		for (int i = FOUND_ROWS - 1; i >= 0; i--)
			if ((i % 3 == 0) == hidden)
				out[n++] = ids[i];
	return n;
}

static void words_are_paged_through_to_the_last(void **state)
{
	struct fixture *f = *state;
	static int64_t ids[FOUND_ROWS], expected[FOUND_ROWS];
	struct post_find q = { .order = POST_ORDER_FOUND, .words = STR("walrus"), .limit = 17, .lang = STR_NONE };
	struct post_found found = { .more = true };
	size_t at = 0;
	fill_found(f, ids);
	assert_int_equal(found_order(ids, expected), FOUND_ROWS);
	for (int pages = 0; found.more || found.further.id; pages++) {
		assert_true(pages < FOUND_ROWS);
		assert_ok(post_find(f->ro, &q, &f->arena, &found, &f->err), &f->err);
		for (size_t i = 0; i < found.count; i++)
			assert_int_equal(found.rows[i].mark.id, expected[at++]);
		assert_false(found.cut);
		q.after = found.count ? found.rows[found.count - 1].mark : found.further;
	}
	assert_int_equal(at, FOUND_ROWS);
	/* And back. */
	q.after = (struct post_mark){ 0 };
	q.before = found.rows[0].mark;
	for (at -= found.count; at > 0; q.before = found.rows[0].mark) {
		assert_ok(post_find(f->ro, &q, &f->arena, &found, &f->err), &f->err);
		assert_true(found.count > 0 && found.count <= at);
		at -= found.count;
		for (size_t i = 0; i < found.count; i++)
			assert_int_equal(found.rows[i].mark.id, expected[at + i]);
	}
	assert_false(found.more);
	q.before = (struct post_mark){ 0 };
	q.status = STR("draft");
	assert_ok(post_find(f->ro, &q, &f->arena, &found, &f->err), &f->err);
	assert_int_equal(found.count, 17);
	assert_int_equal(found.rows[0].mark.id, expected[FOUND_ROWS - (FOUND_ROWS + 2) / 3]);
}

/* Filters that share nothing: the walk ends, says where, and comes to the end from there. */
static void filters_that_never_meet_come_to_an_end(void **state)
{
	struct fixture *f = *state;
	struct post_found found = { .further = { .id = 0 } };
	int64_t id;
	struct db_tx *tx = fixture_begin(f);
	make_names(f, tx);
	for (int i = 0; i < 24000; i++) {
		struct post post = fixture_post(f, arena_printf(&f->arena, "n%d", i).p);
		post.updated_ms = NOW + i;
		assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
		if (i % 2)
			assert_ok(post_set_tags(tx, id, &tags[0], 1, &f->err), &f->err);
		else
			assert_ok(post_set_authors(tx, id, &users[0], 1, &f->err), &f->err);
	}
	fixture_commit(f, tx);
	struct post_find q = { .tag_id = tags[0], .author_id = users[0], .limit = 50, .lang = STR_NONE };
	int pages = 0;
	do {
		assert_ok(post_find(f->ro, &q, &f->arena, &found, &f->err), &f->err);
		assert_int_equal(found.count, 0);
		q.after = found.further;
		pages++;
	} while (found.further.id);
	assert_true(pages > 1 && pages < 10);
}

/* The walk ends on the way at an entry that nobody has looked at yet. */
static void check_met(struct fixture *f, struct post_find q, int64_t limit, const int64_t *ids, int count)
{
	struct post_found found = { .more = true };
	int left = count;
	q.limit = limit;
	while (found.more || found.further.id) {
		struct arena arena;
		arena_init(&arena, ARENA_MAX_B);
		assert_ok(post_find(f->ro, &q, &arena, &found, &f->err), &f->err);
		for (size_t i = 0; i < found.count; i++) {
			assert_true(left > 0);
			assert_int_equal(found.rows[i].mark.id, ids[--left]);
		}
		q.after = found.more ? found.rows[found.count - 1].mark : found.further;
		q.after.text = STR("");
		arena_release(&arena);
	}
	assert_int_equal(left, 0);
}

/* One filter has all of the posts, the other some, each of the two in turn. */
static void filters_of_which_one_is_rare_leave_nothing_out(void **state)
{
	struct fixture *f = *state;
	static int64_t tagged[24000], written[24000];
	int64_t id;
	int tag_count = 0, author_count = 0;
	struct db_tx *tx = fixture_begin(f);
	make_names(f, tx);
	for (int i = 0; i < 24000; i++) {
		struct post post = fixture_post(f, arena_printf(&f->arena, "n%d", i).p);
		bool has_tag = dice(20) == 0, has_author = dice(20) == 0;
		post.updated_ms = NOW + i / 3;
		assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
		assert_ok(post_set_tags(tx, id, tags, has_tag ? 2 : 1, &f->err), &f->err);
		assert_ok(post_set_authors(tx, id, users, has_author ? 2 : 1, &f->err), &f->err);
		if (has_tag)
			tagged[tag_count++] = id;
		if (has_author)
			written[author_count++] = id;
	}
	fixture_commit(f, tx);
	struct post_find by_tag = { .tag_id = tags[1], .author_id = users[0], .lang = STR_NONE };
	struct post_find by_author = { .tag_id = tags[0], .author_id = users[1], .lang = STR_NONE };
	check_met(f, by_tag, 1000, tagged, tag_count);
	check_met(f, by_tag, 50, tagged, tag_count);
	check_met(f, by_author, 1000, written, author_count);
	check_met(f, by_author, 50, written, author_count);
}

static void what_was_stored_without_the_index_is_caught_up(void **state)
{
	struct fixture *f = *state;
	struct post post = fixture_post(f, "x");
	int64_t id;
	bool more = true;
	post.status = STR("draft");
	post.title = STR("Forgotten");
	struct db_tx *tx = fixture_begin(f);
	assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
	fixture_commit(f, tx);
	check_words(f, "forgotten", false, 0, 0);
	tx = fixture_begin(f);
	assert_ok(search_catch_up(tx, 10, &more, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_false(more);
	check_words(f, "forgotten", false, id, 0);
}

static void a_tag_that_is_renamed_is_found_in_drafts_by_its_new_name(void **state)
{
	struct fixture *f = *state;
	struct tag tag;
	bool more;
	int64_t id = put(f, "x", "draft", "Untold", "text"), tag_id;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(tag_ensure(tx, STR("t"), STR("Glaciers"), NOW, &tag_id, &f->err), &f->err);
	assert_ok(post_set_tags(tx, id, &tag_id, 1, &f->err), &f->err);
	assert_ok(search_put(tx, id, STR("Untold"), STR("text"), STR("Glaciers"), NULL, &f->err), &f->err);
	assert_ok(tag_get(db_tx_ro(tx), tag_id, NOW, &f->arena, &tag, &f->err), &f->err);
	tag.name = STR("Volcanoes");
	assert_ok(tag_update(tx, &tag, &f->err), &f->err);
	assert_ok(search_retag_add(tx, tag_id, &f->err), &f->err);
	assert_ok(search_retag(tx, 10, &more, &f->err), &f->err);
	fixture_commit(f, tx);
	check_words(f, "volcanoes", false, id, 0);
	check_words(f, "glaciers", false, 0, 0);
}

static void languages_are_those_that_posts_have(void **state)
{
	struct fixture *f = *state;
	struct str langs[2];
	size_t count;
	fill(f);
	assert_ok(post_langs(f->ro, 2, &f->arena, langs, &count, &f->err), &f->err);
	assert_int_equal(count, 2);
	assert_str(langs[0], "ar");
	assert_str(langs[1], "de");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(pages_give_what_a_plain_model_does),
		store_test(the_page_before_is_the_page_that_was_left),
		store_test(a_walk_ends_and_says_where),
		store_test(counts_are_exact),
		store_test(a_few_hundred_published_posts_are_all_found),
		store_test(rows_have_what_is_shown),
		store_test(words_are_found_in_what_is_public_and_what_is_not),
		store_test(words_are_paged_through_to_the_last),
		store_test(filters_that_never_meet_come_to_an_end),
		store_test(filters_of_which_one_is_rare_leave_nothing_out),
		store_test(what_was_stored_without_the_index_is_caught_up),
		store_test(a_tag_that_is_renamed_is_found_in_drafts_by_its_new_name),
		store_test(languages_are_those_that_posts_have),
	};
	return cmocka_run_group_tests_name("store find", tests, NULL, NULL);
}
