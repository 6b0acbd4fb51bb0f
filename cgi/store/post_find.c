/* post_find.c: the list of posts in the admin: filters that combine, in an order, page by page. */
#include "base/base.h"
#include "store/post.h"
#include "store/post_find.h"
#include "store/post_meet.h"
#include "store/rows.h"
#include "store/search_all.h"

/* The same parameters in every statement that gives a page: ?1, ?2 the key and the id it begins behind, ?3 how
 * many, ?4 in_trash; then what is asked for; ?15 how many rows a walk looks at, or the ids that are few. */
#define HAS_ID(param, ids) "(" param " = 0 OR instr(" ids ", ',' || " param " || ','))"
#define MATCHES \
	"(?5 = '' OR k.kind = ?5) AND (?6 = '' OR k.status = ?6) AND (?7 = '' OR k.visibility = ?7) " \
	"AND (?8 = 0 OR k.featured = 1) AND (?9 IS NULL OR k.lang = ?9) AND k.dated_ms >= ?10 AND k.dated_ms < ?11 AND " \
	HAS_ID("?12", "k.tag_ids") " AND " HAS_ID("?13", "k.author_ids") " AND " HAS_ID("?14", "k.author_ids")
#define FACTS "id, dated_ms, kind, status, visibility, featured, lang, tag_ids, author_ids"
#define SHOWN(f) f ".public_id, " f ".title, " f ".kind, " f ".status, " f ".visibility, " f ".lang, " f ".featured, " \
	f ".published_ms, " f ".updated_ms, " f ".version, " f ".tag_ids, " f ".author_ids"
#define WALKED(index, key, behind, more, direction) \
	" FROM post INDEXED BY " index " WHERE in_trash = ?4 AND (" key ", id) " behind " (?1, ?2)" more \
	" ORDER BY " key " " direction ", id " direction
/* INDEXED BY (SQLite only): the order must come from the index, which the planner cannot know to matter more
 * than any filter. The rows come as the walk gives them: no sort, and it ends with the page. What is shown of
 * those that match is in one other index, post_facts. */
#define WALK(index, key, behind, more, direction) \
	"SELECT k.id, k.place, " SHOWN("f") " FROM (SELECT " key " AS place, " FACTS WALKED(index, key, behind, more, direction) \
	" LIMIT ?15) k CROSS JOIN post f INDEXED BY post_facts ON f.id = k.id WHERE " MATCHES " LIMIT ?3"
#define LAST(index, key, behind, more, direction) \
	"SELECT id, " key WALKED(index, key, behind, more, direction) " LIMIT 1 OFFSET ?15 - 1"
/* What is shown is read behind the sort, of the page alone. */
#define FEW(key, behind, direction) \
	"SELECT k.id, k.place, " SHOWN("f") " FROM (SELECT k.id, " key " AS place " \
	"FROM json_each(?15) j CROSS JOIN post k INDEXED BY post_facts ON k.id = j.value " \
	"WHERE k.in_trash = ?4 AND (" key ", k.id) " behind " (?1, ?2) AND " MATCHES \
	" ORDER BY " key " " direction ", k.id " direction " LIMIT ?3) k CROSS JOIN post f INDEXED BY post_facts ON f.id = k.id"
#define FEW_TITLE "substr(k.title, 1, 60) COLLATE NOCASE" /* title_key, which post_facts has not */

/* The rows of one value in the order of their changes, which is what its index has them in. */
#define OF_VALUE(id, from, behind, direction) \
	"FROM " from " AND (updated_ms, " id ") " behind " (?1, ?2) ORDER BY updated_ms " direction ", " id " " direction
#define VALUE(id, from, behind, direction) \
	"SELECT k.id, k.updated_ms, " SHOWN("k") " FROM (SELECT " id " AS id " OF_VALUE(id, from, behind, direction) " LIMIT ?15) o " \
	"CROSS JOIN post k INDEXED BY post_facts ON k.id = o.id WHERE k.in_trash = ?4 AND " MATCHES " LIMIT ?3"
#define VALUE_LAST(id, from, behind, direction) \
	"SELECT " id ", updated_ms " OF_VALUE(id, from, behind, direction) " LIMIT 1 OFFSET ?15 - 1"
/* Of ids that come in order, those that match, each with its place among them. */
#define AMONG_THEM \
	"SELECT k.id, j.key, " SHOWN("k") " FROM json_each(?15) j CROSS JOIN post k INDEXED BY post_facts ON k.id = j.value " \
	"WHERE k.in_trash = ?4 AND " MATCHES " LIMIT ?3"
#define BOTH_WAYS(macro, from) macro("id", from, "<", "DESC"), macro("id", from, ">", "ASC")
#define BOTH_WAYS_REF(macro, from) macro("post_id", from, "<", "DESC"), macro("post_id", from, ">", "ASC")
#define VALUE_KIND "post INDEXED BY post_kind WHERE kind = ?5"
#define VALUE_STATUS "post INDEXED BY post_state WHERE status = ?6 AND status <> 'published'"
#define VALUE_VISIBILITY "post INDEXED BY post_hidden WHERE visibility = ?7 AND visibility <> 'public'"
#define VALUE_FEATURED "post INDEXED BY post_starred WHERE featured = 1"
#define VALUE_LANG "post INDEXED BY post_lang WHERE lang = ?9 AND lang <> ''"
#define VALUE_TAG "post_tag INDEXED BY post_tag_changed WHERE tag_id = ?12"
#define VALUE_AUTHOR "post_author INDEXED BY post_author_changed WHERE user_id = ?13"
#define VALUE_VIEWER "post_author INDEXED BY post_author_changed WHERE user_id = ?14"
#define ALL_VALUES(macro) \
	BOTH_WAYS(macro, VALUE_STATUS), BOTH_WAYS(macro, VALUE_KIND), BOTH_WAYS(macro, VALUE_VISIBILITY), \
	BOTH_WAYS(macro, VALUE_FEATURED), BOTH_WAYS(macro, VALUE_LANG), BOTH_WAYS_REF(macro, VALUE_TAG), \
	BOTH_WAYS_REF(macro, VALUE_AUTHOR), BOTH_WAYS_REF(macro, VALUE_VIEWER)

/* What post_meet.h walks: downwards, upwards, and the same of one key. ?1 is the value. */
#define ENTRIES(id, from) \
	ENTRIES_WAY(id, from, "<", "DESC"), ENTRIES_WAY(id, from, ">", "ASC"), TIES(id, from, "<", "DESC"), TIES(id, from, ">", "ASC")
#define ENTRIES_WAY(id, from, behind, direction) \
	"SELECT " id ", updated_ms FROM " from " AND updated_ms " behind " ?2 ORDER BY updated_ms " direction ", " id " " direction
#define TIES(id, from, behind, direction) \
	"SELECT " id ", updated_ms FROM " from " AND updated_ms = ?2 AND " id " " behind " ?3 ORDER BY " id " " direction

#define BY_CHANGE(macro, behind, direction) macro("post_by_change", "updated_ms", behind, "", direction)
#define BY_TITLE(macro, behind, direction) macro("post_by_title", "title_key", behind, "", direction)
/* The months asked for are one range of this index: the mark bounds it at one end, this at the other. */
#define BY_DATE_DOWN(macro) macro("post_by_date", "dated_ms", "<", " AND dated_ms >= ?10", "DESC")
#define BY_DATE_UP(macro) macro("post_by_date", "dated_ms", ">", " AND dated_ms < ?11", "ASC")

#define COUNTED(from) "SELECT count(*) FROM (SELECT 1 FROM " from " LIMIT ?3)"
#define LISTED(id, from) "SELECT json_group_array(id) FROM (SELECT " id " AS id FROM " from " LIMIT ?3)"
#define OF_TAG "post_tag INDEXED BY post_tag_changed WHERE tag_id = ?1 AND ?2 = ?2"
#define OF_AUTHOR "post_author INDEXED BY post_author_changed WHERE user_id = ?1 AND ?2 = ?2"
#define OF_STATUS "post INDEXED BY post_status WHERE status = ?1 AND ?2 = ?2"
#define OF_FUTURE "post INDEXED BY post_due WHERE status = 'published' AND published_ms >= ?1 AND ?2 = ?2"
#define OF_KIND "post INDEXED BY post_kind WHERE kind = ?1 AND ?2 = ?2"
#define OF_VISIBILITY "post INDEXED BY post_hidden WHERE visibility = ?1 AND visibility <> 'public' AND ?2 = ?2"
#define OF_FEATURED "post INDEXED BY post_starred WHERE featured = 1 AND ?1 = ?1 AND ?2 = ?2"
#define OF_LANG "post INDEXED BY post_lang WHERE lang = ?1 AND lang <> '' AND ?2 = ?2"
#define OF_TIME "post INDEXED BY post_by_date WHERE in_trash = 0 AND dated_ms >= ?1 AND dated_ms < ?2"

enum { CHANGED, CHANGED_UP, TITLE, TITLE_DOWN, DATED, DATED_UP, WAY__MAX };
/* Those that come first have an index in the order of changes. */
enum { STATUS, KIND, VISIBILITY, FEATURED, LANG, TAG, AUTHOR, VIEWER, VALUE__MAX, FUTURE = VALUE__MAX, TIME, SET__MAX };
enum {
	WALK_SQL, LAST_SQL = WALK_SQL + WAY__MAX, FEW_SQL = LAST_SQL + WAY__MAX,
	VALUE_SQL = FEW_SQL + WAY__MAX, VALUE_LAST_SQL = VALUE_SQL + 2 * VALUE__MAX, COUNT_SQL = VALUE_LAST_SQL + 2 * VALUE__MAX,
	LIST_SQL = COUNT_SQL + SET__MAX, ENTRIES_SQL = LIST_SQL + SET__MAX, AMONG = ENTRIES_SQL + 4 * VALUE__MAX, SQL__MAX
};

static const char *const sql[SQL__MAX] = {
	[WALK_SQL + CHANGED] = BY_CHANGE(WALK, "<", "DESC"), [WALK_SQL + CHANGED_UP] = BY_CHANGE(WALK, ">", "ASC"),
	[WALK_SQL + TITLE] = BY_TITLE(WALK, ">", "ASC"), [WALK_SQL + TITLE_DOWN] = BY_TITLE(WALK, "<", "DESC"),
	[WALK_SQL + DATED] = BY_DATE_DOWN(WALK), [WALK_SQL + DATED_UP] = BY_DATE_UP(WALK),
	[LAST_SQL + CHANGED] = BY_CHANGE(LAST, "<", "DESC"), [LAST_SQL + CHANGED_UP] = BY_CHANGE(LAST, ">", "ASC"),
	[LAST_SQL + TITLE] = BY_TITLE(LAST, ">", "ASC"), [LAST_SQL + TITLE_DOWN] = BY_TITLE(LAST, "<", "DESC"),
	[LAST_SQL + DATED] = BY_DATE_DOWN(LAST), [LAST_SQL + DATED_UP] = BY_DATE_UP(LAST),
	[FEW_SQL + CHANGED] = FEW("k.updated_ms", "<", "DESC"), [FEW_SQL + CHANGED_UP] = FEW("k.updated_ms", ">", "ASC"),
	[FEW_SQL + TITLE] = FEW(FEW_TITLE, ">", "ASC"), [FEW_SQL + TITLE_DOWN] = FEW(FEW_TITLE, "<", "DESC"),
	[FEW_SQL + DATED] = FEW("k.dated_ms", "<", "DESC"), [FEW_SQL + DATED_UP] = FEW("k.dated_ms", ">", "ASC"),
	/* In the order of the sets above, each downwards and upwards. */
	[VALUE_SQL] = ALL_VALUES(VALUE), [VALUE_LAST_SQL] = ALL_VALUES(VALUE_LAST),
	[ENTRIES_SQL] = ENTRIES("id", "post INDEXED BY post_state WHERE status = ?1 AND status <> 'published'"),
		ENTRIES("id", "post INDEXED BY post_kind WHERE kind = ?1"),
		ENTRIES("id", "post INDEXED BY post_hidden WHERE visibility = ?1 AND visibility <> 'public'"),
		ENTRIES("id", "post INDEXED BY post_starred WHERE featured = 1 AND ?1 = ?1"),
		ENTRIES("id", "post INDEXED BY post_lang WHERE lang = ?1 AND lang <> ''"),
		ENTRIES("post_id", "post_tag INDEXED BY post_tag_changed WHERE tag_id = ?1"),
		ENTRIES("post_id", "post_author INDEXED BY post_author_changed WHERE user_id = ?1"),
		/* Beside the author: a literal of its own. */
		ENTRIES("post_id", "post_author INDEXED BY post_author_changed WHERE user_id = +?1"),
	[AMONG] = AMONG_THEM,
	[COUNT_SQL + TAG] = COUNTED(OF_TAG), [LIST_SQL + TAG] = LISTED("post_id", OF_TAG),
	[COUNT_SQL + AUTHOR] = COUNTED(OF_AUTHOR), [LIST_SQL + AUTHOR] = LISTED("post_id", OF_AUTHOR),
	[COUNT_SQL + VIEWER] = COUNTED(OF_AUTHOR), [LIST_SQL + VIEWER] = LISTED("post_id", OF_AUTHOR),
	[COUNT_SQL + STATUS] = COUNTED(OF_STATUS), [LIST_SQL + STATUS] = LISTED("id", OF_STATUS),
	[COUNT_SQL + FUTURE] = COUNTED(OF_FUTURE), [LIST_SQL + FUTURE] = LISTED("id", OF_FUTURE),
	[COUNT_SQL + KIND] = COUNTED(OF_KIND), [LIST_SQL + KIND] = LISTED("id", OF_KIND),
	[COUNT_SQL + VISIBILITY] = COUNTED(OF_VISIBILITY), [LIST_SQL + VISIBILITY] = LISTED("id", OF_VISIBILITY),
	[COUNT_SQL + FEATURED] = COUNTED(OF_FEATURED), [LIST_SQL + FEATURED] = LISTED("id", OF_FEATURED),
	[COUNT_SQL + LANG] = COUNTED(OF_LANG), [LIST_SQL + LANG] = LISTED("id", OF_LANG),
	[COUNT_SQL + TIME] = COUNTED(OF_TIME), [LIST_SQL + TIME] = LISTED("id", OF_TIME),
};

const struct statements post_find_statements = { "post_find.c", sql, SQL__MAX };

/* --- which filter decides --- */

struct set {
	bool asked;
	struct str text;
	int64_t a, b;
};

static bool given(struct str text)
{
	return !str_empty(text);
}

static bool is_by_date(const struct post_find *q)
{
	return q->order == POST_ORDER_NEWEST || q->order == POST_ORDER_OLDEST;
}

static void sets_of(const struct post_find *q, struct set sets[SET__MAX])
{
	/* Of an order by date a time is a range: the walk ends with it. */
	bool timed = q->from_ms && !is_by_date(q);
	sets[TAG] = (struct set){ q->tag_id != 0, STR_NONE, q->tag_id, 0 };
	sets[AUTHOR] = (struct set){ q->author_id != 0, STR_NONE, q->author_id, 0 };
	sets[VIEWER] = (struct set){ q->viewer_id != 0, STR_NONE, q->viewer_id, 0 };
	sets[STATUS] = (struct set){ given(q->status), q->status, 0, 0 };
	sets[FUTURE] = (struct set){ timed && str_is(q->status, POST_STATUS_PUBLISHED), STR_NONE, q->from_ms, 0 };
	sets[KIND] = (struct set){ given(q->kind), q->kind, 0, 0 };
	sets[VISIBILITY] = (struct set){ given(q->visibility) && !str_is(q->visibility, POST_VISIBILITY_PUBLIC),
					 q->visibility, 0, 0 };
	sets[FEATURED] = (struct set){ q->featured, STR_NONE, 0, 0 };
	sets[LANG] = (struct set){ given(q->lang), q->lang, 0, 0 };
	sets[TIME] = (struct set){ timed && !q->in_trash, STR_NONE, q->from_ms, q->until_ms ? q->until_ms : INT64_MAX };
}

static enum rc ask_set(struct db_ro *db, int statement, const struct set *set, int64_t max, struct db_stmt **st,
		       struct err *err)
{
	enum rc rc = db_query(db, sql[statement], st, err);
	if (rc != RC_OK)
		return rc;
	if (str_given(set->text))
		db_bind_str(*st, 1, set->text);
	else
		db_bind_i64(*st, 1, set->a);
	db_bind_i64(*st, 2, set->b);
	db_bind_i64(*st, 3, max);
	return RC_OK;
}

/* How a page is found: among the ids of few, along the index of the order or of a value, or where the indexes of
 * several values meet. */
struct plan {
	struct str ids;        /* STR_NONE: by a walk */
	int walk, last;        /* the statement, and the one that tells where it ended */
	int64_t walk_max;
	int values[VALUE__MAX];
	struct set value_sets[VALUE__MAX];
	int value_count;
};

static enum rc list_set(struct db_ro *db, int which, const struct set *set, int64_t max, struct arena *arena,
			struct str *ids, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = ask_set(db, LIST_SQL + which, set, max, &st, err);
	if (rc == RC_OK)
		rc = rows_first(st, "the list", err);
	if (rc != RC_OK)
		return rc;
	*ids = db_col_dup(st, 0, arena);
	rc = db_col_status(st, err);
	db_done(st);
	return rc;
}

/* Has the set an index in the order that is asked for? What most posts are is not walked by it. */
static bool is_ordered(const struct post_find *q, const struct set sets[SET__MAX], int i)
{
	return i < VALUE__MAX && q->order == POST_ORDER_CHANGED && !str_is(sets[i].text, POST_STATUS_PUBLISHED) &&
	       !str_is(sets[i].text, POST_KIND_POST);
}

/* Of those that have no such index; *best -1: all have more than a few. */
static enum rc rarest(struct db_ro *db, const struct post_find *q, const struct set sets[SET__MAX], int64_t *least,
		      int *best, struct err *err)
{
	enum rc rc = RC_OK;
	*least = POST_FIND_FEW + 1;
	*best = -1;
	for (int i = 0; rc == RC_OK && i < SET__MAX; i++) {
		struct db_stmt *st;
		int64_t n = *least;
		if (!sets[i].asked || is_ordered(q, sets, i))
			continue;
		rc = ask_set(db, COUNT_SQL + i, &sets[i], *least, &st, err);
		if (rc == RC_OK)
			rc = rows_i64(st, &n, err);
		if (rc == RC_OK && n < *least) {
			*least = n;
			*best = i;
		}
	}
	return rc;
}

static void add_value(struct plan *plan, int value, const struct set *set)
{
	plan->value_sets[plan->value_count] = *set;
	plan->values[plan->value_count++] = value;
}

static enum rc make_plan(struct db_ro *db, const struct post_find *q, int way, struct arena *arena, struct plan *plan,
			 struct err *err)
{
	struct set sets[SET__MAX];
	int64_t least;
	int best;
	sets_of(q, sets);
	*plan = (struct plan){ .ids = STR_NONE, .walk = WALK_SQL + way, .last = LAST_SQL + way, .walk_max = POST_FIND_WALK };
	for (int i = 0; i < VALUE__MAX; i++)
		if (sets[i].asked && is_ordered(q, sets, i))
			add_value(plan, i, &sets[i]);
	if (plan->value_count) {
		int at = 2 * plan->values[0] + (way == CHANGED_UP);
		plan->walk = VALUE_SQL + at;
		plan->last = VALUE_LAST_SQL + at;
		plan->walk_max = POST_FIND_VALUES;
	}
	enum rc rc = rarest(db, q, sets, &least, &best, err);
	if (rc == RC_OK && best >= 0)
		rc = list_set(db, best, &sets[best], least, arena, &plan->ids, err);
	return rc;
}

/* --- a page --- */

static int way_of(enum post_order order, bool back)
{
	switch (order) {
	case POST_ORDER_NEWEST:
		return back ? DATED_UP : DATED;
	case POST_ORDER_OLDEST:
		return back ? DATED : DATED_UP;
	case POST_ORDER_TITLE:
		return back ? TITLE_DOWN : TITLE;
	default:
		return back ? CHANGED_UP : CHANGED;
	}
}

static bool is_by_title(int way)
{
	return way == TITLE || way == TITLE_DOWN;
}

static int64_t until_of(const struct post_find *q)
{
	return q->until_ms ? q->until_ms : INT64_MAX;
}

/* The row that the page begins behind: the one given, or what is before all that are asked for. */
static void bind_mark(struct db_stmt *st, const struct post_find *q, int way)
{
	const struct post_mark *mark = q->before.id ? &q->before : &q->after;
	bool rises = way == CHANGED_UP || way == TITLE || way == DATED_UP;
	db_bind_i64(st, 2, mark->id ? mark->id : rises ? INT64_MIN : INT64_MAX);
	if (is_by_title(way) && !mark->id && !rises)
		db_bind_blob(st, 1, STR("\xff")); /* behind every text, as every blob is */
	else if (is_by_title(way))
		db_bind_str(st, 1, mark->id ? mark->text : STR(""));
	else if (mark->id)
		db_bind_i64(st, 1, mark->number);
	else if (way == DATED || way == DATED_UP)
		db_bind_i64(st, 1, way == DATED ? until_of(q) : q->from_ms ? q->from_ms - 1 : INT64_MIN);
	else
		db_bind_i64(st, 1, rises ? INT64_MIN : INT64_MAX);
}

static void bind_query(struct db_stmt *st, const struct post_find *q)
{
	db_bind_i64(st, 4, q->in_trash);
	rows_bind_text(st, 5, q->kind);
	rows_bind_text(st, 6, q->status);
	rows_bind_text(st, 7, q->visibility);
	db_bind_i64(st, 8, q->featured);
	db_bind_str(st, 9, q->lang);
	db_bind_i64(st, 10, q->from_ms ? q->from_ms : INT64_MIN);
	db_bind_i64(st, 11, until_of(q));
	db_bind_i64(st, 12, q->tag_id);
	db_bind_i64(st, 13, q->author_id);
	db_bind_i64(st, 14, q->viewer_id);
}

static void read_mark(struct db_stmt *st, struct arena *arena, void *item)
{
	struct post_mark *mark = item;
	(void)arena;
	mark->id = db_col_i64(st, 0);
	mark->number = db_col_i64(st, 1);
	mark->text = STR("");
}

static void read_title_mark(struct db_stmt *st, struct arena *arena, void *item)
{
	struct post_mark *mark = item;
	mark->id = db_col_i64(st, 0);
	mark->text = db_col_dup(st, 1, arena);
}

static void read_shown(struct db_stmt *st, struct arena *arena, struct post_row *row)
{
	int i = 2;
	row->public_id = db_col_dup(st, i++, arena);
	row->title = db_col_dup(st, i++, arena);
	row->kind = db_col_dup(st, i++, arena);
	row->status = db_col_dup(st, i++, arena);
	row->visibility = db_col_dup(st, i++, arena);
	row->lang = db_col_dup(st, i++, arena);
	row->featured = db_col_i64(st, i++) != 0;
	row->published_ms = db_col_i64(st, i++);
	row->updated_ms = db_col_i64(st, i++);
	row->version = db_col_i64(st, i++);
	row->tag_ids = db_col_dup(st, i++, arena);
	row->author_ids = db_col_dup(st, i++, arena);
}

static void read_row(struct db_stmt *st, struct arena *arena, void *item)
{
	struct post_row *row = item;
	read_mark(st, arena, &row->mark);
	read_shown(st, arena, row);
}

static void read_title_row(struct db_stmt *st, struct arena *arena, void *item)
{
	struct post_row *row = item;
	read_title_mark(st, arena, &row->mark);
	read_shown(st, arena, row);
}

/* A walk that looked at all it may, and the page is not full: where it ended. */
static enum rc read_end(struct db_ro *db, const struct post_find *q, int way, const struct plan *plan, struct arena *arena,
			struct post_mark *end, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct post_mark);
	enum rc rc = db_query(db, sql[plan->last], &st, err);
	if (rc != RC_OK)
		return rc;
	bind_query(st, q);
	bind_mark(st, q, way);
	db_bind_i64(st, 15, plan->walk_max);
	rc = rows_all(st, &rows, is_by_title(way) ? read_title_mark : read_mark, err);
	if (rc == RC_OK && rows.count)
		*end = *(struct post_mark *)rows.items;
	return rc;
}

static void reverse(struct post_row *rows, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct post_row other = rows[i];
		rows[i] = rows[count - 1 - i];
		rows[count - 1 - i] = other;
	}
}

static enum rc read_page(struct db_ro *db, const struct post_find *q, const struct plan *plan, struct arena *arena,
			 struct post_found *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct post_row);
	bool back = q->before.id != 0;
	int way = way_of(q->order, back);
	int64_t limit = rows_limit(q->limit, POST_FIND_MAX);
	bool few = str_given(plan->ids);
	enum rc rc = db_query(db, sql[few ? FEW_SQL + way : plan->walk], &st, err);
	if (rc != RC_OK)
		return rc;
	bind_query(st, q);
	bind_mark(st, q, way);
	db_bind_i64(st, 3, limit + 1);
	if (few)
		db_bind_str(st, 15, plan->ids);
	else
		db_bind_i64(st, 15, plan->walk_max);
	rc = rows_all(st, &rows, is_by_title(way) ? read_title_row : read_row, err);
	if (rc != RC_OK)
		return rc;
	out->rows = (struct post_row *)rows.items;
	out->more = (int64_t)rows.count > limit;
	out->count = out->more ? (size_t)limit : rows.count;
	if (!out->more && !few)
		rc = read_end(db, q, way, plan, arena, &out->further, err);
	if (back)
		reverse(out->rows, out->count);
	return rc;
}

/* --- a page of what comes from elsewhere in order --- */

struct source {
	struct search_all_walk *words; /* NULL: of `meet` */
	struct post_meet *meet;
};

static struct post_mark reached(const struct source *from)
{
	return from->words ? from->words->at : from->meet->at;
}

static bool is_over(const struct source *from)
{
	return from->words ? from->words->ended : from->meet->ended;
}

static enum rc next_marks(const struct source *from, int64_t max, struct arena *arena, struct post_mark **out,
			  size_t *count, struct err *err)
{
	struct rows rows = ROWS_INIT(arena, struct post_mark);
	struct post_mark mark;
	bool found = true;
	enum rc rc = RC_OK;
	if (from->words)
		return search_all_next(from->words, max, arena, out, count, err);
	while (rc == RC_OK && found && (int64_t)rows.count < max) {
		void *item;
		rc = post_meet_next(from->meet, &mark, &found, err);
		if (rc == RC_OK && found)
			rc = rows_add(&rows, &item, err);
		if (rc == RC_OK && found)
			*(struct post_mark *)item = mark;
	}
	*out = (struct post_mark *)rows.items;
	*count = rows.count;
	return rc;
}

/* Those of the marks that match, at most `max`, behind what is in `rows`. */
static enum rc add_matching(struct db_ro *db, const struct post_find *q, const struct post_mark *marks, size_t count,
			    int64_t max, struct rows *rows, struct err *err)
{
	struct db_stmt *st;
	struct buf ids = BUF_INIT((size_t)1 << 20);
	size_t first = rows->count;
	for (size_t i = 0; i < count; i++)
		buf_printf(&ids, "%c%lld", i ? ',' : '[', (long long)marks[i].id);
	buf_char(&ids, ']');
	enum rc rc = buf_status(&ids, "the list of posts", err);
	if (rc == RC_OK)
		rc = db_query(db, sql[AMONG], &st, err);
	if (rc == RC_OK) {
		bind_query(st, q);
		db_bind_i64(st, 3, max);
		db_bind_str(st, 15, buf_view(&ids));
		rc = rows_all(st, rows, read_row, err);
	}
	struct post_row *added = (struct post_row *)rows->items;
	for (size_t i = first; rc == RC_OK && i < rows->count; i++)
		added[i].mark = marks[added[i].mark.number];
	buf_release(&ids);
	return rc;
}

static enum rc read_from(struct db_ro *db, const struct post_find *q, const struct source *from, struct arena *arena,
			 struct post_found *out, struct err *err)
{
	struct rows rows = ROWS_INIT(arena, struct post_row);
	int64_t limit = rows_limit(q->limit, POST_FIND_MAX), looked = 0;
	size_t count = 1;
	enum rc rc = RC_OK;
	while (rc == RC_OK && count && (int64_t)rows.count <= limit && looked < POST_FIND_VALUES) {
		struct post_mark *marks = NULL;
		int64_t need = limit + 1 - (int64_t)rows.count;
		/* More than are missing where many do not match. */
		rc = next_marks(from, need + looked, arena, &marks, &count, err);
		if (rc == RC_OK && count)
			rc = add_matching(db, q, marks, count, need, &rows, err);
		looked += (int64_t)count;
	}
	if (rc != RC_OK)
		return rc;
	out->rows = (struct post_row *)rows.items;
	out->more = (int64_t)rows.count > limit;
	out->count = out->more ? (size_t)limit : rows.count;
	if (!out->more && !is_over(from))
		out->further = reached(from);
	if (q->before.id)
		reverse(out->rows, out->count);
	return RC_OK;
}

static enum rc read_meeting(struct db_ro *db, const struct post_find *q, const struct plan *plan, struct arena *arena,
			    struct post_found *out, struct err *err)
{
	struct post_meet meet = { .db = db, .count = (size_t)plan->value_count, .rises = q->before.id != 0,
				  .at = q->before.id ? q->before : q->after, .looks = POST_FIND_WALK };
	for (int i = 0; i < plan->value_count; i++) {
		int at = ENTRIES_SQL + 4 * plan->values[i] + meet.rises;
		meet.of[i] = (struct post_meet_index){ sql[at], sql[at + 2], plan->value_sets[i].text, plan->value_sets[i].a };
	}
	enum rc rc = read_from(db, q, &(struct source){ .meet = &meet }, arena, out, err);
	post_meet_done(&meet);
	return rc;
}

static enum rc read_found(struct db_ro *db, const struct post_find *q, const struct search_all *words, struct arena *arena,
			  struct post_found *out, struct err *err)
{
	bool is_shown = !given(q->status) || str_is(q->status, POST_STATUS_PUBLISHED);
	struct search_all_walk walk = {
		.db = db, .words = words, .hidden = true, .back = q->before.id != 0, .at = q->before.id ? q->before : q->after,
		.shown = is_shown && !q->in_trash && (!given(q->visibility) || str_is(q->visibility, POST_VISIBILITY_PUBLIC)),
	};
	return read_from(db, q, &(struct source){ .words = &walk }, arena, out, err);
}

static enum rc find_words(struct db_ro *db, const struct post_find *q, struct arena *arena, struct post_found *out,
			  struct err *err)
{
	struct search_all words;
	struct plan plan = { .ids = STR_NONE };
	enum rc rc = search_all_parse(db, q->words, arena, &words, err);
	if (rc == RC_OK && q->order == POST_ORDER_FOUND)
		return read_found(db, q, &words, arena, out, err);
	if (rc == RC_OK)
		rc = search_all_ids(db, &words, POST_FIND_WORDS, arena, &plan.ids, &out->cut, err);
	return rc == RC_OK ? read_page(db, q, &plan, arena, out, err) : rc;
}

static enum rc find(struct db_ro *db, const struct post_find *query, struct arena *arena, struct post_found *out,
		    struct err *err)
{
	struct post_find q = *query;
	struct plan plan;
	if (given(q.words))
		return find_words(db, &q, arena, out, err);
	if (q.order == POST_ORDER_FOUND)
		q.order = POST_ORDER_CHANGED;
	enum rc rc = make_plan(db, &q, way_of(q.order, q.before.id != 0), arena, &plan, err);
	if (rc != RC_OK)
		return rc;
	if (str_given(plan.ids) || plan.value_count < 2)
		return read_page(db, &q, &plan, arena, out, err);
	return read_meeting(db, &q, &plan, arena, out, err);
}

enum rc post_find(struct db_ro *db, const struct post_find *query, struct arena *arena, struct post_found *out,
		  struct err *err)
{
	struct post_found found = { .rows = NULL };
	enum rc rc = find(db, query, arena, &found, err);
	if (rc == RC_OK)
		*out = found;
	return rc;
}
