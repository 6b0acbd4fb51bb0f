/* shelf.c: what an address of the admin's list of posts asks for, and such addresses. */
#include "base/base.h"

#include "base/date.h"
#include "base/enc.h"
#include "base/utf8.h"
#include "core/desk.h"
#include "http/form.h"
#include "store/post.h"
#include "store/tag.h"
#include "store/user.h"
#include "text/slug.h"
#include "web/shelf.h"

#define FIELD_MAX_B 200
#define YEAR_MAX 9999

static const char *const names[SHELF_FIELD__MAX] = {
	"show", "q", "kind", "author", "tag", "lang", "month", "visibility", "featured", "sort",
};

const char *const shelf_parts[] = { "all", "drafts", "review", "scheduled", "published", "pages", "trash", NULL };
const char *const shelf_sorts[] = { "changed", "newest", "oldest", "title", "found", NULL };
static const char *const kinds[] = { POST_KIND_POST, POST_KIND_PAGE, NULL };
static const char *const visibilities[] = { POST_VISIBILITY_PUBLIC, POST_VISIBILITY_UNLISTED, POST_VISIBILITY_PASSWORD,
					    POST_VISIBILITY_TEAM, NULL };
static const char *const flags[] = { "1", NULL };

static bool is_one_of(struct str word, const char *const *words)
{
	for (; *words; words++)
		if (str_is(word, *words))
			return true;
	return false;
}

/* --- the fields --- */

static bool makes_sense(enum shelf_field field, struct str value)
{
	switch (field) {
	case SHELF_SHOW:
		return is_one_of(value, shelf_parts);
	case SHELF_SORT:
		return is_one_of(value, shelf_sorts);
	case SHELF_KIND:
		return is_one_of(value, kinds);
	case SHELF_VISIBILITY:
		return is_one_of(value, visibilities);
	case SHELF_FEATURED:
		return is_one_of(value, flags);
	case SHELF_LANG:
		return str_is(value, "site") || lang_is_valid(value);
	default:
		return utf8_valid(value) && value.n <= FIELD_MAX_B;
	}
}

static void read_fields(struct visit *v, const struct http_pairs *params, struct shelf *shelf)
{
	for (int i = 0; i < SHELF_FIELD__MAX; i++) {
		struct str value = form_get(params, names[i]);
		value = str_given(value) ? str_trim(value) : STR("");
		shelf->fields[i] = makes_sense((enum shelf_field)i, value) ? arena_str(v->arena, value) : STR("");
	}
	/* What is asked for anyhow stands in no address. */
	if (str_is(shelf->fields[SHELF_SHOW], shelf_parts[0]))
		shelf->fields[SHELF_SHOW] = STR("");
}

/* "2026-11", in the site's zone, which is what dates on the site are in. */
static void read_month(struct visit *v, struct shelf *shelf)
{
	struct str rest = shelf->fields[SHELF_MONTH], year_text;
	int64_t year, month;
	bool ok = rest.n == 7 && str_split(&rest, '-', &year_text) && str_to_i64(year_text, &year) &&
		  str_to_i64(rest, &month) && year > 0 && year <= YEAR_MAX && month > 0 && month <= 12;
	if (!ok) {
		shelf->fields[SHELF_MONTH] = STR("");
		return;
	}
	shelf->find.from_ms = date_day_ms(v->edition->zone, (int)year, (int)month, 1);
	shelf->find.until_ms = date_day_ms(v->edition->zone, (int)(month == 12 ? year + 1 : year),
					   (int)(month == 12 ? 1 : month + 1), 1);
}

/* Scheduled is what is published in the future. */
static void read_part(struct visit *v, struct shelf *shelf)
{
	struct post_find *find = &shelf->find;
	struct str part = shelf->fields[SHELF_SHOW];
	find->status = STR("");
	find->in_trash = str_is(part, "trash");
	if (str_is(part, "drafts"))
		find->status = STR(POST_STATUS_DRAFT);
	if (str_is(part, "review"))
		find->status = STR(POST_STATUS_REVIEW);
	if (str_is(part, "pages"))
		find->kind = STR(POST_KIND_PAGE);
	if (str_is(part, "scheduled")) {
		find->status = STR(POST_STATUS_PUBLISHED);
		find->from_ms = find->from_ms > v->now_ms ? find->from_ms : v->now_ms + 1;
	}
	if (str_is(part, "published")) {
		find->status = STR(POST_STATUS_PUBLISHED);
		find->until_ms = find->until_ms && find->until_ms <= v->now_ms ? find->until_ms : v->now_ms + 1;
	}
}

static enum rc read_author(struct visit *v, struct db_ro *db, struct shelf *shelf, struct err *err)
{
	struct user user;
	struct err absent = ERR_INIT;
	struct str id = shelf->fields[SHELF_AUTHOR];
	if (str_empty(id))
		return RC_OK;
	enum rc rc = user_by_public_id(db, id, v->now_ms, v->arena, &user, &absent);
	shelf->author_name = rc == RC_OK ? user.name : id;
	shelf->find.author_id = rc == RC_OK ? user.id : 0;
	shelf->nobody |= rc == RC_NOTFOUND;
	return rc == RC_NOTFOUND || rc == RC_OK ? RC_OK : err_set(err, rc, "%s", absent.msg);
}

/* As people type it, or its slug. */
static enum rc read_tag(struct visit *v, struct db_ro *db, struct shelf *shelf, struct err *err)
{
	struct tag tag;
	struct err absent = ERR_INIT;
	struct str typed = shelf->fields[SHELF_TAG];
	if (str_empty(typed))
		return RC_OK;
	enum rc rc = tag_by_slug(db, typed, v->now_ms, v->arena, &tag, &absent);
	if (rc == RC_NOTFOUND)
		rc = tag_by_slug(db, slug_make(v->arena, typed, SLUG_ASCII, v->site->lang, 0), v->now_ms, v->arena, &tag,
				 &absent);
	shelf->tag_name = rc == RC_OK ? tag.name : typed;
	shelf->find.tag_id = rc == RC_OK ? tag.id : 0;
	shelf->nobody |= rc == RC_NOTFOUND;
	return rc == RC_NOTFOUND || rc == RC_OK ? RC_OK : err_set(err, rc, "%s", absent.msg);
}

/* What the index that decides gives at once: that of a month has the newest first, words are in an order of their
 * own. */
const char *shelf_usual_sort(const struct shelf *shelf)
{
	if (!str_empty(shelf->fields[SHELF_MONTH]))
		return "newest";
	return str_empty(shelf->fields[SHELF_Q]) ? "changed" : "found";
}

struct str shelf_sort(const struct shelf *shelf)
{
	return str_empty(shelf->fields[SHELF_SORT]) ? str_of(shelf_usual_sort(shelf)) : shelf->fields[SHELF_SORT];
}

static enum post_order order_of(struct str sort)
{
	static const enum post_order orders[] = { POST_ORDER_CHANGED, POST_ORDER_NEWEST, POST_ORDER_OLDEST, POST_ORDER_TITLE,
						 POST_ORDER_FOUND };
	for (size_t i = 0; shelf_sorts[i]; i++)
		if (str_is(sort, shelf_sorts[i]))
			return orders[i];
	return POST_ORDER_CHANGED;
}

/* "42-1700000000000", or with the beginning of a title behind the number. */
static struct str read_mark(const struct http_pairs *params, const char *name, bool by_title, struct post_mark *mark)
{
	struct str whole = form_get(params, name), rest = whole, id;
	struct post_mark read = { .text = STR("") };
	if (!str_given(rest) || !str_split(&rest, '-', &id) || !str_to_i64(id, &read.id) || read.id <= 0)
		return STR("");
	if (!by_title && !str_to_i64(rest, &read.number))
		return STR("");
	if (by_title && str_given(rest))
		read.text = rest;
	*mark = read;
	return whole;
}

enum rc shelf_read(struct visit *v, struct db_ro *db, const struct http_pairs *params, struct shelf *out,
		   struct err *err)
{
	struct shelf shelf = { .author_name = STR(""), .tag_name = STR("") };
	struct post_find *find = &shelf.find;
	read_fields(v, params, &shelf);
	find->kind = shelf.fields[SHELF_KIND];
	find->visibility = shelf.fields[SHELF_VISIBILITY];
	find->featured = !str_empty(shelf.fields[SHELF_FEATURED]);
	find->words = shelf.fields[SHELF_Q];
	find->limit = SHELF_AT_ONCE;
	find->viewer_id = desk_sees(v->admin->who.actor);
	find->lang = str_empty(shelf.fields[SHELF_LANG]) ? STR_NONE
		     : str_is(shelf.fields[SHELF_LANG], "site") ? STR("") : shelf.fields[SHELF_LANG];
	read_month(v, &shelf);
	bool no_words = str_is(shelf.fields[SHELF_SORT], "found") && str_empty(shelf.fields[SHELF_Q]);
	if (no_words || str_is(shelf.fields[SHELF_SORT], shelf_usual_sort(&shelf)))
		shelf.fields[SHELF_SORT] = STR("");
	find->order = order_of(shelf_sort(&shelf));
	read_part(v, &shelf);
	shelf.after = read_mark(params, "after", find->order == POST_ORDER_TITLE, &find->after);
	shelf.before = read_mark(params, "before", find->order == POST_ORDER_TITLE, &find->before);
	enum rc rc = read_author(v, db, &shelf, err);
	if (rc == RC_OK)
		rc = read_tag(v, db, &shelf, err);
	if (rc == RC_OK)
		*out = shelf;
	return rc;
}

bool shelf_is_filtered(const struct shelf *shelf)
{
	for (int i = SHELF_Q; i < SHELF_SORT; i++)
		if (!str_empty(shelf->fields[i]))
			return true;
	return false;
}

/* --- addresses --- */

struct str shelf_query(struct visit *v, const struct shelf *shelf, enum shelf_field left_out)
{
	struct buf query = BUF_INIT((size_t)16 << 10);
	for (int i = 0; i < SHELF_FIELD__MAX; i++) {
		if (i == (int)left_out || str_empty(shelf->fields[i]))
			continue;
		buf_char(&query, query.len ? '&' : '?');
		buf_cstr(&query, names[i]);
		buf_char(&query, '=');
		enc_percent(&query, shelf->fields[i], ENC_QUERY);
	}
	struct str out = query.len ? arena_str(v->arena, buf_view(&query)) : STR("");
	buf_release(&query);
	return out;
}

struct str shelf_here(struct visit *v, const struct shelf *shelf)
{
	struct str query = shelf_query(v, shelf, SHELF_FIELD__MAX);
	struct str mark = str_empty(shelf->before) ? shelf->after : shelf->before;
	if (str_empty(mark))
		return query;
	return ARENA_JOIN(v->arena, query, query.n ? STR("&") : STR("?"), str_empty(shelf->before) ? STR("after=") : STR("before="),
			  enc_percent_dup(v->arena, mark, ENC_QUERY));
}

static struct str list_link(struct visit *v, struct str query)
{
	return ARENA_JOIN(v->arena, visit_link(v, STR("/admin/posts")), query);
}

struct str shelf_link(struct visit *v, const struct shelf *shelf, enum shelf_field left_out)
{
	return list_link(v, shelf_query(v, shelf, left_out));
}

struct str shelf_link_with(struct visit *v, const struct shelf *shelf, enum shelf_field field, struct str value)
{
	struct shelf other = *shelf;
	other.fields[field] = value;
	return shelf_link(v, &other, SHELF_FIELD__MAX);
}

struct str shelf_link_at(struct visit *v, const struct shelf *shelf, const char *where, const struct post_mark *mark)
{
	struct str query = shelf_query(v, shelf, SHELF_FIELD__MAX);
	struct str key = shelf->find.order == POST_ORDER_TITLE
		? enc_percent_dup(v->arena, mark->text, ENC_QUERY)
		: arena_printf(v->arena, "%lld", (long long)mark->number);
	return list_link(v, arena_printf(v->arena, "%.*s%c%s=%lld-%.*s", STR_ARG(query), query.n ? '&' : '?', where,
					 (long long)mark->id, STR_ARG(key)));
}
