/* page_bulk.c: one action on many posts of the list: asked about first where it is large or final, told about
 * after it, taken back. */
#include "base/base.h"

#include "core/bulk.h"
#include "core/desk.h"
#include "http/form.h"
#include "store/post_list.h"
#include "web/admin.h"
#include "web/pages.h"
#include "web/shelf.h"
#include "web/work_view.h"

#define TITLES_SHOWN 10
#define PICKS_MAX_B ((size_t)6 << 20)
#define FIND_AT_ONCE 1000
#define QUERY_MAX_B 2000

struct bulk_form {
	struct shelf shelf;       /* the list that the form stood on */
	enum bulk_action action;
	struct str value;         /* of the field that the action wants; "" */
	struct bulk_item *items;  /* in the visit's arena */
	size_t count, room;       /* beyond BULK_MAX: more than may be */
	bool all;                 /* all that match were asked for */
};

/* --- what came --- */

static enum rc read_shelf(struct visit *v, struct db_ro *db, struct shelf *shelf, struct err *err)
{
	struct http_pairs params = { NULL, 0 };
	struct err bad = ERR_INIT;
	struct str query = admin_field(v, "query");
	if (query.n && query.p[0] == '?')
		query = str_from(query, 1);
	if (form_parse(v->arena, query, 64, &params, &bad) != RC_OK)
		params = (struct http_pairs){ NULL, 0 };
	return shelf_read(v, db, &params, shelf, err);
}

static void add_item(struct visit *v, struct bulk_form *form, const struct bulk_item *item)
{
	if (form->count > BULK_MAX)
		return;
	if (form->count == form->room) {
		size_t room = form->room ? form->room * 2 : 64;
		struct bulk_item *items = ARENA_ARRAY(v->arena, room, struct bulk_item);
		if (form->count)
			memcpy(items, form->items, form->count * sizeof *items);
		form->items = items;
		form->room = room;
	}
	form->items[form->count++] = *item;
}

/* "aB3dE6gH.7" */
static void add_pick(struct visit *v, struct bulk_form *form, struct str pick)
{
	struct bulk_item item = { .before = STR_NONE };
	ptrdiff_t dot = str_rfind_char(pick, '.');
	if (dot <= 0 || !str_to_i64(str_from(pick, (size_t)dot + 1), &item.version))
		return;
	item.public_id = str_sub(pick, 0, (size_t)dot);
	add_item(v, form, &item);
}

/* By name, those of one name as they came. */
static int by_id(const void *a, const void *b)
{
	const struct bulk_item *const *x = a, *const *y = b;
	int order = str_cmp((*x)->public_id, (*y)->public_id);
	return order ? order : *x < *y ? -1 : *x > *y;
}

/* Of one that came twice the first stays; the order, too. */
static void drop_twice(struct visit *v, struct bulk_form *form)
{
	struct bulk_item **sorted = ARENA_ARRAY(v->arena, form->count + 1, struct bulk_item *);
	size_t n = 0;
	for (size_t i = 0; i < form->count; i++)
		sorted[i] = &form->items[i];
	if (form->count)
		qsort(sorted, form->count, sizeof *sorted, by_id);
	for (size_t i = form->count; i-- > 1;)
		if (str_eq(sorted[i]->public_id, sorted[i - 1]->public_id))
			sorted[i]->public_id = STR_NONE;
	for (size_t i = 0; i < form->count; i++)
		if (str_given(form->items[i].public_id))
			form->items[n++] = form->items[i];
	form->count = n;
}

/* Each box of the list, or all of them in one field from the page that asked. */
static void read_picks(struct visit *v, struct bulk_form *form)
{
	struct str pick, all = admin_field(v, "posts");
	for (size_t at = 0; form_next(&v->admin->form, "post", &at, &pick);)
		add_pick(v, form, pick);
	while (str_split(&all, ' ', &pick))
		add_pick(v, form, pick);
	drop_twice(v, form);
}

/* The next of those that match. Of the rows, which are much to read, names and versions stay, and where they end. */
static enum rc find_some(struct visit *v, struct db_ro *db, struct post_find *find, struct bulk_form *form, bool *over,
			 struct err *err)
{
	struct arena some;
	struct post_found found;
	arena_init(&some, ARENA_MAX_B);
	enum rc rc = post_find(db, find, &some, &found, err);
	for (size_t i = 0; rc == RC_OK && i < found.count && form->count <= BULK_MAX; i++)
		add_item(v, form, &(struct bulk_item){ .public_id = arena_str(v->arena, found.rows[i].public_id),
						       .version = found.rows[i].version, .before = STR_NONE });
	if (rc == RC_OK) {
		find->after = found.more && found.count ? found.rows[found.count - 1].mark : found.further;
		find->after.text = arena_str(v->arena, str_given(find->after.text) ? find->after.text : STR(""));
		*over = find->after.id == 0;
	}
	arena_release(&some);
	return rc;
}

/* All that match now, with the versions that they have; stops with one more than may be. */
static enum rc find_all(struct visit *v, struct db_ro *db, struct bulk_form *form, struct err *err)
{
	struct post_find find = form->shelf.find;
	bool over = form->shelf.nobody;
	enum rc rc = RC_OK;
	find.after = find.before = (struct post_mark){ .text = STR("") };
	find.limit = FIND_AT_ONCE;
	while (rc == RC_OK && !over && form->count <= BULK_MAX)
		rc = find_some(v, db, &find, form, &over, err);
	return rc;
}

static const char *value_field(enum bulk_action action)
{
	if (action == BULK_TAG_ADD || action == BULK_TAG_REMOVE)
		return "tag";
	return action == BULK_AUTHOR ? "person" : action == BULK_VISIBILITY ? "visibility" : NULL;
}

/* *problem NULL: it can be done. */
static enum rc read_form(struct visit *v, struct db_ro *db, struct bulk_form *form, const char **problem, struct err *err)
{
	struct str action = admin_field(v, "action");
	enum rc rc = read_shelf(v, db, &form->shelf, err);
	*problem = bulk_action_of(action, &form->action) ? NULL : "bulk_wrong_action";
	if (rc != RC_OK || *problem)
		return rc;
	const char *field = value_field(form->action);
	form->value = field ? str_trim(admin_field(v, field)) : STR_NONE;
	form->all = str_is(admin_field(v, "scope"), "all");
	if (form->all)
		rc = find_all(v, db, form, err);
	else
		read_picks(v, form);
	if (field && str_empty(form->value))
		*problem = "bulk_wrong_value";
	else if (form->count == 0)
		*problem = "bulk_wrong_none";
	else if (form->count > BULK_MAX)
		*problem = "bulk_wrong_many";
	return rc;
}

/* --- is it meant? --- */

static enum rc title_values(struct visit *v, struct db_ro *db, struct value *root, const struct bulk_form *form,
			    struct err *err)
{
	struct value *list = value_list(v->arena, root, "titles");
	enum rc rc = RC_OK;
	size_t shown = form->count < TITLES_SHOWN ? form->count : TITLES_SHOWN;
	for (size_t i = 0; rc == RC_OK && i < shown; i++) {
		struct post post;
		rc = post_by_public_id(db, form->items[i].public_id, v->arena, &post, err);
		/* Others' titles are nobody's business who may not see them. */
		if (rc == RC_OK && desk_check(db, v->admin->who.actor, post.id, NULL) == RC_OK)
			value_item_text(v->arena, list, str_empty(str_trim(post.title))
					? i18n_text(v->admin->i18n, "untitled") : post.title);
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	value_text(v->arena, root, "others", form->count > shown
		   ? i18n_count(v->admin->i18n, "bulk_others", (int64_t)(form->count - shown), v->arena) : STR(""));
	return rc;
}

static struct str picks_of(struct visit *v, const struct bulk_form *form)
{
	struct buf picks = BUF_INIT(PICKS_MAX_B);
	for (size_t i = 0; i < form->count; i++)
		buf_printf(&picks, "%s%.*s.%lld", i ? " " : "", STR_ARG(form->items[i].public_id),
			   (long long)form->items[i].version);
	struct str out = arena_str(v->arena, buf_view(&picks));
	buf_release(&picks);
	return out;
}

static enum rc ask(struct visit *v, struct db_ro *db, const struct bulk_form *form, struct err *err)
{
	struct value *root = value_root(v->arena);
	const struct i18n *t = v->admin->i18n;
	bool final = form->action == BULK_DELETE;
	const char *name = bulk_action_name(form->action), *field = value_field(form->action);
	value_text(v->arena, root, "question",
		   i18n_count(t, arena_printf(v->arena, "bulk_ask_%s", name).p, (int64_t)form->count, v->arena));
	value_text(v->arena, root, "label", i18n_text(t, arena_printf(v->arena, "bulk_%s", name).p));
	value_text(v->arena, root, "action", str_of(name));
	value_text(v->arena, root, "field", field ? str_of(field) : STR(""));
	value_text(v->arena, root, "value", field ? form->value : STR(""));
	value_text(v->arena, root, "picks", picks_of(v, form));
	value_text(v->arena, root, "query", shelf_here(v, &form->shelf));
	value_text(v->arena, root, "back", ARENA_JOIN(v->arena, visit_link(v, STR("/admin/posts")), shelf_here(v, &form->shelf)));
	value_text(v->arena, root, "url", visit_link(v, final ? STR("/admin/posts/delete") : STR("/admin/posts/bulk")));
	value_bool(v->arena, root, "is_final", final);
	enum rc rc = title_values(v, db, root, form, err);
	return rc == RC_OK ? admin_render(v, "posts_confirm", "posts", i18n_text(t, "posts"), root, 200, err) : rc;
}

/* --- doing it --- */

static struct bulk_call call_of(struct visit *v, const struct site *site)
{
	return (struct bulk_call){
		.site = site, .actor = v->admin->who.actor, .now_ms = v->now_ms,
		.note = { .user_id = v->admin->who.user.id, .who = v->admin->who.user.name,
			  .remote_addr = v->req->remote_addr },
	};
}

static enum rc lead_back(struct visit *v, const struct shelf *shelf, struct str token, struct err *err)
{
	struct str query = shelf_here(v, shelf);
	return admin_redirect(v, ARENA_JOIN(v->arena, STR("/admin/posts"), query, query.n ? STR("&bulk=") : STR("?bulk="), token),
			      NULL, err);
}

/* A job does it: where no worker is, as far as that goes in a moment. */
static enum rc lead_to_work(struct visit *v, struct db_rw *db, const struct bulk_ordered *ordered, struct err *err)
{
	struct work_view view;
	work_at_once(v, db, JOB_BULK);
	enum rc rc = work_view_load(v, db_rw_ro(db), ordered->job, &view, err);
	return rc == RC_OK ? admin_redirect(v, work_view_page(v, &view.job), NULL, err) : rc;
}

/* The list that it came from, for the way back. */
static struct str query_of(struct visit *v, const struct shelf *shelf)
{
	struct str query = shelf_here(v, shelf);
	return query.n <= QUERY_MAX_B ? query : STR("");
}

static enum rc act(struct visit *v, struct db_rw *db, struct bulk_form *form, struct err *err)
{
	struct site site = *v->site;
	struct bulk_ordered ordered;
	struct str token;
	bool many = form->count > BULK_AT_ONCE;
	struct bulk_call call = call_of(v, &site);
	site.phrases = v->basis->phrases;
	call.action = form->action;
	call.value = form->value;
	call.items = form->items;
	call.count = form->count;
	enum rc rc = many ? bulk_order(db, v->basis->conf, &call, query_of(v, &form->shelf), v->arena, &ordered, err)
			  : bulk_do(db, &call, v->arena, &token, err);
	if (rc == RC_DENIED)
		return visit_fail(v, 403, rc, err, "your role does not allow this");
	if (rc == RC_INVALID || rc == RC_BUSY)
		return posts_show(v, &form->shelf, rc == RC_BUSY ? "bulk_wrong_running" : "bulk_wrong_value",
				  rc == RC_BUSY ? 409 : 422, err);
	if (rc != RC_OK)
		return rc;
	return many ? lead_to_work(v, db, &ordered, err) : lead_back(v, &form->shelf, token, err);
}

static enum rc take(struct visit *v, bool proven, struct err *err)
{
	struct bulk_form *form = ARENA_NEW(v->arena, struct bulk_form);
	struct db_rw *db;
	const char *problem = NULL;
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = read_form(v, db_rw_ro(db), form, &problem, err);
	if (rc != RC_OK)
		return rc;
	if (problem)
		return posts_show(v, &form->shelf, problem, 422, err);
	if (v->admin->who.actor.role < bulk_least(form->action))
		return visit_fail(v, 403, RC_DENIED, err, "your role does not allow this");
	bool sure = str_is(admin_field(v, "sure"), "1");
	/* What is deleted for ever is not what happens to match when the answer comes: it was counted. */
	if (form->all || (form->action == BULK_DELETE && !(proven && sure)))
		return ask(v, db_rw_ro(db), form, err);
	return act(v, db, form, err);
}

enum rc page_bulk_form(struct visit *v, struct err *err)
{
	return take(v, false, err);
}

enum rc page_bulk_delete_form(struct visit *v, struct err *err)
{
	return take(v, true, err);
}

enum rc page_bulk_undo_form(struct visit *v, struct err *err)
{
	struct site site = *v->site;
	struct bulk_call call = call_of(v, &site);
	struct bulk_ordered ordered;
	struct shelf shelf;
	struct db_rw *db;
	struct str token, undone = admin_field(v, "token");
	site.phrases = v->basis->phrases;
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = read_shelf(v, db_rw_ro(db), &shelf, err);
	if (rc == RC_OK)
		rc = bulk_undo(db, &call, undone, v->arena, &token, err);
	bool many = rc == RC_LIMIT;
	if (many)
		rc = bulk_order_undo(db, v->basis->conf, &call, undone, query_of(v, &shelf), v->arena, &ordered, err);
	if (rc == RC_NOTFOUND || rc == RC_BUSY)
		return posts_show(v, &shelf, rc == RC_BUSY ? "bulk_wrong_running" : "bulk_wrong_undo", 409, err);
	if (rc != RC_OK)
		return rc;
	return many ? lead_to_work(v, db, &ordered, err) : lead_back(v, &shelf, token, err);
}
