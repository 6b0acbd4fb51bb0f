/* redirect_list.c: the admin's list of redirects: with a part of an address, in an order, or those that nobody
 * follows. Redirects and how often they are followed stand in two databases: the list walks through the one that has
 * the order and looks each row up in the other, so far for one page. */
#include "base/base.h"

#include "base/enc.h"
#include "store/redirect_hit.h"
#include "web/redirect_words.h"

#define AT_ONCE 50
#define CHUNK 500
#define WALK_MAX 5000          /* rows looked at for one page: 20 ms */
#define QUERY_MAX_B 1024
#define YEAR_MS (INT64_C(365) * 24 * 3600 * 1000)

enum order { BY_ADDRESS, BY_HITS, BY_LAST, ORDER__MAX };
static const char *const orders[ORDER__MAX] = { "address", "hits", "last" };

struct list {
	struct visit *v;
	struct db_ro *db, *traffic;
	struct str find;
	enum order order;
	bool unused;                   /* only those that nobody followed within a year */
	bool rest;                     /* behind those that were followed: the others, by address */
	struct redirect_hit after;     /* the row that the page begins behind; from_path "": the first */
	bool goes_on;                  /* there may be more behind `after` */
	struct value *rows;
	size_t shown, seen;
};

/* --- rows --- */

static struct str used_text(struct visit *v, const struct redirect_hit *hit)
{
	const struct i18n *t = v->admin->i18n;
	if (!hit->hits)
		return i18n_text(t, "redirect_never");
	struct i18n_pair when = { "when", admin_moment(v, hit->last_ms) };
	return ARENA_JOIN(v->arena, i18n_count(t, "redirect_hits", hit->hits, v->arena), STR(", "),
			  i18n_fill(t, "redirect_last", &when, 1, v->arena));
}

enum rc redirect_used(struct visit *v, struct str from_path, struct str *out, struct err *err)
{
	struct redirect_hit hit;
	enum rc rc = redirect_hit_get(db_rw_ro(v->admin->traffic), from_path, &hit, err);
	if (rc == RC_OK)
		*out = used_text(v, &hit);
	return rc;
}

static void add_row(struct list *list, const struct redirect_aimed *row, const struct redirect_hit *hit)
{
	struct visit *v = list->v;
	const struct redirect *r = &row->redirect;
	struct value *item = value_item(v->arena, list->rows);
	value_text(v->arena, item, "from", r->from_path);
	value_text(v->arena, item, "to", str_or_empty(row->target));
	value_int(v->arena, item, "status", r->status);
	value_bool(v->arena, item, "follows", r->post_id != 0);
	value_text(v->arena, item, "used", used_text(v, hit));
	value_text(v->arena, item, "url", admin_link(v, redirect_edit_path(v, r->from_path)));
	list->shown++;
}

static bool is_wanted(const struct list *list, const struct redirect *r, const struct redirect_hit *hit)
{
	int64_t then_ms = list->v->now_ms - YEAR_MS;
	if (list->rest && hit->hits)
		return false;
	return !list->unused || (r->created_ms < then_ms && hit->last_ms < then_ms);
}

/* Whether there is room for another row on the page, and for another look. */
static bool is_full(struct list *list)
{
	list->goes_on = list->shown == AT_ONCE || list->seen >= WALK_MAX;
	return list->goes_on;
}

static enum rc walk_by_address(struct list *list, struct err *err)
{
	struct redirects_aimed rows;
	int64_t chunk = list->unused || list->rest ? CHUNK : AT_ONCE + 1;
	enum rc rc;
	do {
		rc = redirect_find(list->db, list->find, list->after.from_path, chunk, list->v->arena, &rows, err);
		for (size_t i = 0; rc == RC_OK && i < rows.count; i++) {
			const struct redirect *r = &rows.items[i].redirect;
			struct redirect_hit hit;
			if (is_full(list))
				return RC_OK;
			rc = redirect_hit_get(list->traffic, r->from_path, &hit, err);
			if (rc == RC_OK && is_wanted(list, r, &hit))
				add_row(list, &rows.items[i], &hit);
			list->after = (struct redirect_hit){ .from_path = r->from_path };
			list->seen++;
		}
	} while (rc == RC_OK && rows.count == (size_t)chunk);
	return rc;
}

static bool contains(struct str text, struct str part)
{
	for (size_t i = 0; i + part.n <= text.n; i++)
		if (str_ieq(str_sub(text, i, i + part.n), part))
			return true;
	return false;
}

/* Of a redirect that is gone nothing is shown. */
static enum rc show_followed(struct list *list, const struct redirect_hit *hit, struct err *err)
{
	struct redirect_aimed row;
	struct err none = ERR_INIT;
	enum rc rc = redirect_get(list->db, hit->from_path, list->v->arena, &row.redirect, &row.target, &none);
	if (rc == RC_NOTFOUND)
		return RC_OK;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", none.msg);
	if (str_eq(row.redirect.from_path, hit->from_path) && is_wanted(list, &row.redirect, hit) &&
	    (contains(hit->from_path, list->find) || contains(str_or_empty(row.target), list->find)))
		add_row(list, &row, hit);
	return RC_OK;
}

static enum rc walk_by_use(struct list *list, struct err *err)
{
	struct redirect_hits hits;
	enum redirect_hit_order order = list->order == BY_HITS ? REDIRECT_HIT_MOST : REDIRECT_HIT_LATEST;
	enum rc rc;
	do {
		rc = redirect_hit_list(list->traffic, order, str_empty(list->after.from_path) ? NULL : &list->after, CHUNK,
				       list->v->arena, &hits, err);
		for (size_t i = 0; rc == RC_OK && i < hits.count; i++) {
			if (is_full(list))
				return RC_OK;
			rc = show_followed(list, &hits.items[i], err);
			list->after = hits.items[i];
			list->seen++;
		}
	} while (rc == RC_OK && hits.count == CHUNK);
	if (rc != RC_OK)
		return rc;
	list->rest = true;
	list->after = (struct redirect_hit){ .from_path = STR("") };
	return walk_by_address(list, err);
}

/* --- addresses --- */

static struct str link_to(const struct list *list, bool unused, bool further)
{
	struct visit *v = list->v;
	int64_t number = list->order == BY_HITS ? list->after.hits : list->after.last_ms;
	struct str link = ARENA_JOIN(v->arena, visit_link(v, STR("/admin/redirects")), STR("?q="),
				     enc_percent_dup(v->arena, list->find, ENC_STRICT));
	if (unused)
		link = ARENA_JOIN(v->arena, link, STR("&show=unused"));
	if (list->order != BY_ADDRESS)
		link = ARENA_JOIN(v->arena, link, STR("&sort="), str_of(orders[list->order]));
	if (!further)
		return link;
	link = ARENA_JOIN(v->arena, link, STR("&after="), enc_percent_dup(v->arena, list->after.from_path, ENC_STRICT));
	if (list->rest)
		return ARENA_JOIN(v->arena, link, STR("&rest=1"));
	return list->order == BY_ADDRESS ? link : arena_printf(v->arena, "%.*s&n=%lld", STR_ARG(link), (long long)number);
}

static void read_asked(struct list *list)
{
	struct visit *v = list->v;
	struct str sort = admin_asked(v, "sort", 20);
	int64_t number = 0;
	list->find = str_trim(admin_asked(v, "q", QUERY_MAX_B));
	list->unused = str_is(admin_asked(v, "show", 20), "unused");
	for (int i = 0; i < ORDER__MAX; i++)
		if (str_is(sort, orders[i]))
			list->order = (enum order)i;
	list->rest = list->order != BY_ADDRESS && str_is(admin_asked(v, "rest", 1), "1");
	if (!str_to_i64(admin_asked(v, "n", 20), &number))
		number = 0;
	list->after = (struct redirect_hit){ admin_asked(v, "after", QUERY_MAX_B), number, number };
}

static void order_values(const struct list *list, struct value *root)
{
	struct visit *v = list->v;
	struct value *values = value_list(v->arena, root, "orders");
	for (int i = 0; i < ORDER__MAX; i++) {
		struct value *item = value_item(v->arena, values);
		value_text(v->arena, item, "value", str_of(orders[i]));
		value_text(v->arena, item, "label",
			   i18n_text(v->admin->i18n, arena_printf(v->arena, "redirects_sort_%s", orders[i]).p));
		value_bool(v->arena, item, "selected", i == (int)list->order);
	}
}

/* What was followed before counting began is not known. */
static enum rc since_value(const struct list *list, struct value *root, struct err *err)
{
	struct visit *v = list->v;
	int64_t since_ms;
	enum rc rc = redirect_hit_since(list->traffic, &since_ms, err);
	if (rc != RC_OK)
		return rc;
	const struct i18n_pair when = { "when", admin_date(v, since_ms) };
	value_text(v->arena, root, "since",
		   list->unused ? i18n_fill(v->admin->i18n, "redirects_since", &when, 1, v->arena) : STR(""));
	return RC_OK;
}

enum rc redirect_list_values(struct visit *v, struct db_ro *db, struct value *root, struct err *err)
{
	struct list list = { .v = v, .db = db, .traffic = db_rw_ro(v->admin->traffic) };
	read_asked(&list);
	bool further = !str_empty(list.after.from_path) || list.rest, walks = list.order != BY_ADDRESS && !list.rest;
	list.rows = value_list(v->arena, root, "rows");
	value_text(v->arena, root, "find", list.find);
	value_bool(v->arena, root, "is_unused", list.unused);
	value_text(v->arena, root, "all_url", link_to(&list, false, false));
	value_text(v->arena, root, "unused_url", link_to(&list, true, false));
	value_text(v->arena, root, "first", further ? link_to(&list, list.unused, false) : STR(""));
	order_values(&list, root);
	enum rc rc = walks ? walk_by_use(&list, err) : walk_by_address(&list, err);
	if (rc == RC_OK)
		rc = since_value(&list, root, err);
	if (rc != RC_OK)
		return rc;
	value_bool(v->arena, root, "has_rows", list.shown > 0);
	value_bool(v->arena, root, "is_cut_off", list.goes_on && !list.shown);
	value_bool(v->arena, root, "is_search", !str_empty(list.find) || list.unused);
	value_text(v->arena, root, "next", list.goes_on ? link_to(&list, list.unused, true) : STR(""));
	return RC_OK;
}
