/* post_names.c: the names of the tags and authors of a page of rows: one statement for all of them. */
#include "base/base.h"
#include "store/post_names.h"
#include "store/rows.h"

#define LIST_MAX_B ((size_t)1 << 20)

enum { TAGS, AUTHORS, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[TAGS] = "SELECT t.id, t.name FROM json_each(?1) j CROSS JOIN tag t ON t.id = j.value",
	[AUTHORS] = "SELECT u.id, u.name FROM json_each(?1) j CROSS JOIN user u ON u.id = j.value",
};

const struct statements post_names_statements = { "post_names.c", sql, SQL__MAX };

struct named {
	int64_t id; /* 0: the place is free */
	struct str name;
};

/* Open addressing; a power of two of places, of which at most half are taken. */
struct post_names {
	struct named *places;
	size_t size;
};

static struct named *place_of(const struct post_names *names, int64_t id)
{
	size_t at = (size_t)((uint64_t)id * 0x9E3779B97F4A7C15u >> 32) & (names->size - 1);
	while (names->places[at].id && names->places[at].id != id)
		at = (at + 1) & (names->size - 1);
	return &names->places[at];
}

/* ",7,12,": the next number. */
static bool next_id(struct str *ids, int64_t *id)
{
	struct str text;
	while (str_split(ids, ',', &text))
		if (str_to_i64(text, id) && *id > 0)
			return true;
	return false;
}

static struct str ids_of(const struct post_row *row, int which)
{
	return which == TAGS ? row->tag_ids : row->author_ids;
}

static size_t count_ids(const struct post_row *rows, size_t count, int which)
{
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		struct str ids = ids_of(&rows[i], which);
		for (size_t k = 0; k < ids.n; k++)
			n += ids.p[k] == ',';
	}
	return n;
}

/* Each id once, in the table without a name and in `list`: "[7,12]". */
static void gather(struct post_names *names, const struct post_row *rows, size_t count, int which, struct buf *list)
{
	int64_t id;
	buf_char(list, '[');
	for (size_t i = 0; i < count; i++) {
		for (struct str ids = ids_of(&rows[i], which); next_id(&ids, &id);) {
			struct named *place = place_of(names, id);
			if (place->id)
				continue;
			*place = (struct named){ id, STR("") };
			buf_printf(list, "%s%lld", list->len > 1 ? "," : "", (long long)id);
		}
	}
	buf_char(list, ']');
}

static enum rc read_names(struct db_ro *db, int which, struct str list, struct post_names *names, struct arena *arena,
			  struct err *err)
{
	struct db_stmt *st;
	bool row;
	enum rc rc = db_query(db, sql[which], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, list);
	while ((rc = db_step(st, &row, err)) == RC_OK && row)
		place_of(names, db_col_i64(st, 0))->name = db_col_dup(st, 1, arena);
	return rc;
}

static enum rc read(struct db_ro *db, int which, const struct post_row *rows, size_t count, struct arena *arena,
		    struct post_names **out, struct err *err)
{
	struct buf list = BUF_INIT(LIST_MAX_B);
	struct post_names *names = ARENA_NEW(arena, struct post_names);
	size_t ids = count_ids(rows, count, which);
	for (names->size = 8; names->size < 2 * ids; names->size *= 2)
		;
	names->places = ARENA_ARRAY(arena, names->size, struct named);
	gather(names, rows, count, which, &list);
	enum rc rc = buf_status(&list, "the list of names", err);
	if (rc == RC_OK && list.len > 2)
		rc = read_names(db, which, buf_view(&list), names, arena, err);
	buf_release(&list);
	if (rc == RC_OK)
		*out = names;
	return rc;
}

enum rc post_names_tags(struct db_ro *db, const struct post_row *rows, size_t count, struct arena *arena,
			struct post_names **out, struct err *err)
{
	return read(db, TAGS, rows, count, arena, out, err);
}

enum rc post_names_authors(struct db_ro *db, const struct post_row *rows, size_t count, struct arena *arena,
			   struct post_names **out, struct err *err)
{
	return read(db, AUTHORS, rows, count, arena, out, err);
}

bool post_names_next(const struct post_names *names, struct str *ids, struct str *name)
{
	int64_t id;
	if (!next_id(ids, &id))
		return false;
	struct str found = place_of(names, id)->name;
	*name = str_given(found) ? found : STR("");
	return true;
}
