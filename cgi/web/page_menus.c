/* page_menus.c: the site's navigation menus, changed row by row; every button is a form's, so that no script is
 * needed. What is changed is shown and not yet stored until it is saved. */
#include "base/base.h"

#include "base/hash.h"
#include "core/menu.h"
#include "core/settings.h"
#include "core/whereto.h"
#include "http/form.h"
#include "store/post_list.h"
#include "store/setting.h"
#include "store/tag.h"
#include "web/admin.h"
#include "web/pages.h"

#define LABEL_MAX_B 200
#define URL_MAX_B 2000
#define SETTING_MAX_B ((size_t)64 << 10)
#define TARGETS_AT_ONCE 50

static const struct menu_place {
	const char *name, *key, *phrase; /* in the address, the setting, of the phrases */
} places[] = {
	{ "main", "nav", "menu_main" }, { "second", "nav_second", "menu_second" },
};

struct menu_view {
	const struct menu_place *place;
	struct menu_rows rows;
	struct str seen;          /* tells the stored state that the rows began with */
	const char *problem;      /* key of a phrase; NULL */
	bool changed;             /* the rows are not stored */
	ptrdiff_t focus;          /* the row that a button has moved; -1: none */
	struct str button;        /* with that button */
};

static const struct menu_place *place_named(struct str name)
{
	for (size_t i = 0; str_given(name) && i < COUNT_OF(places); i++)
		if (str_is(name, places[i].name))
			return &places[i];
	return &places[0];
}

static struct str menus_path(struct visit *v, const struct menu_place *place)
{
	return ARENA_JOIN(v->arena, STR("/admin/menus?menu="), str_of(place->name));
}

/* The stored state, told from every other. */
static enum rc seen_now(struct visit *v, struct db_ro *db, const struct menu_place *place, struct str *out, struct err *err)
{
	struct str text = STR("[]");
	struct err none = ERR_INIT;
	enum rc rc = setting_get(db, str_of(place->key), v->arena, &text, &none);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return err_set(err, rc, "%s", none.msg);
	*out = arena_printf(v->arena, "%016llx", (unsigned long long)hash_128(text).high);
	return RC_OK;
}

/* --- showing --- */

static void put_target(struct visit *v, struct value *list, struct str path, struct str title)
{
	struct value *item = value_item(v->arena, list);
	value_text(v->arena, item, "path", path);
	value_text(v->arena, item, "title", title);
}

/* What is offered while an address is typed: pages, the newest posts, the most used tags. */
static enum rc target_values(struct visit *v, struct value *root, struct err *err)
{
	struct post_cards cards;
	struct tags tags;
	struct value *list = value_list(v->arena, root, "targets");
	const struct post_query newest = { .scope = POST_SCOPE_ALL, .now_ms = v->now_ms, .limit = TARGETS_AT_ONCE };
	put_target(v, list, STR("/"), i18n_text(v->admin->i18n, "menu_front"));
	enum rc rc = page_list(v->db, v->now_ms, TARGETS_AT_ONCE, v->arena, &cards, err);
	for (size_t i = 0; rc == RC_OK && i < cards.count; i++)
		if (str_given(cards.items[i].path))
			put_target(v, list, cards.items[i].path, cards.items[i].title);
	if (rc == RC_OK)
		rc = tag_list(v->db, TAG_BY_COUNT, false, v->now_ms, TARGETS_AT_ONCE, v->arena, &tags, err);
	for (size_t i = 0; rc == RC_OK && i < tags.count; i++)
		put_target(v, list, address_tag(tags.items[i].slug, 1, v->arena), tags.items[i].name);
	if (rc == RC_OK)
		rc = post_list(v->db, &newest, v->arena, &cards, err);
	for (size_t i = 0; rc == RC_OK && i < cards.count; i++)
		if (str_given(cards.items[i].path))
			put_target(v, list, cards.items[i].path, cards.items[i].title);
	return rc;
}

static enum rc note_value(struct visit *v, struct value *item, struct str url, struct err *err)
{
	static const char *const notes[WHERETO__MAX] = {
		[WHERETO_MOVED] = "menu_moved", [WHERETO_GONE] = "menu_nothing", [WHERETO_HIDDEN] = "menu_hidden",
		[WHERETO_NOTHING] = "menu_nothing", [WHERETO_LOOP] = "menu_nothing",
	};
	struct whereto end = { .kind = WHERETO_PAGE };
	enum rc rc = str_empty(url) ? RC_OK : whereto(v->db, v->site, url, v->now_ms, v->arena, &end, err);
	if (rc != RC_OK)
		return rc;
	const struct i18n_pair pair = { "to", str_given(end.target) ? end.target : STR("") };
	value_text(v->arena, item, "note",
		   notes[end.kind] ? i18n_fill(v->admin->i18n, notes[end.kind], &pair, 1, v->arena) : STR(""));
	return RC_OK;
}

/* NULL: it can be stored. */
static const char *row_problem(const struct menu_row *row)
{
	if (str_empty(row->label) && str_empty(row->url))
		return NULL;
	if (str_empty(row->label) || row->label.n > LABEL_MAX_B)
		return "wrong_menu_label";
	return str_empty(row->url) || row->url.n > URL_MAX_B || !url_is_harmless(row->url) ? "wrong_menu_url" : NULL;
}

static enum rc row_values(struct visit *v, struct value *item, const struct menu_view *view, size_t at, struct err *err)
{
	static const char *const buttons[] = { "up", "down", "in", "out" };
	const struct menu_row *row = &view->rows.items[at];
	const char *problem = view->changed ? row_problem(row) : NULL;
	bool focus = view->focus == (ptrdiff_t)at;
	value_int(v->arena, item, "at", (int64_t)at);
	value_int(v->arena, item, "number", (int64_t)at + 1);
	value_int(v->arena, item, "level", row->level);
	value_text(v->arena, item, "label", row->label);
	value_text(v->arena, item, "url", row->url);
	value_text(v->arena, item, "problem", problem && view->problem ? i18n_text(v->admin->i18n, problem) : STR(""));
	value_bool(v->arena, item, "is_new", focus && str_is(view->button, "add"));
	for (size_t i = 0; i < COUNT_OF(buttons); i++)
		value_bool(v->arena, item, arena_printf(v->arena, "focus_%s", buttons[i]).p,
			   focus && str_is(view->button, buttons[i]));
	value_bool(v->arena, item, "focus_remove", focus && str_is(view->button, "remove"));
	return note_value(v, item, row->url, err);
}

static void place_values(struct visit *v, struct value *root, const struct menu_place *now)
{
	struct value *list = value_list(v->arena, root, "places");
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "label", i18n_text(v->admin->i18n, places[i].phrase));
		value_text(v->arena, item, "url", admin_link(v, menus_path(v, &places[i])));
		value_bool(v->arena, item, "current", &places[i] == now);
	}
}

static enum rc show(struct visit *v, const struct menu_view *view, int status, struct err *err)
{
	struct value *root = value_root(v->arena), *list = value_list(v->arena, root, "rows");
	enum rc rc = target_values(v, root, err);
	for (size_t i = 0; rc == RC_OK && i < view->rows.count; i++)
		rc = row_values(v, value_item(v->arena, list), view, i, err);
	if (rc != RC_OK)
		return rc;
	place_values(v, root, view->place);
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/menus")));
	value_text(v->arena, root, "menu_name", str_of(view->place->name));
	value_text(v->arena, root, "seen", view->seen);
	value_bool(v->arena, root, "is_changed", view->changed && !view->problem);
	value_bool(v->arena, root, "has_rows", view->rows.count > 0);
	value_text(v->arena, root, "problem", view->problem ? i18n_text(v->admin->i18n, view->problem) : STR(""));
	return admin_render(v, "menus", "menus", i18n_text(v->admin->i18n, "menus"), root, status, err);
}

enum rc page_menus(struct visit *v, struct err *err)
{
	struct menu_view *view = ARENA_NEW(v->arena, struct menu_view);
	bool second;
	view->focus = -1;
	view->button = STR("");
	view->place = place_named(request_param(v->req, "menu"));
	second = view->place != &places[0];
	menu_rows_read(second ? v->site->nav_second : v->site->nav, second ? v->site->nav_second_count : v->site->nav_count,
		       &view->rows);
	enum rc rc = seen_now(v, v->db, view->place, &view->seen, err);
	return rc == RC_OK ? show(v, view, 200, err) : rc;
}

/* --- changing --- */

/* Each row has its three fields, in order. */
static void take_rows(struct visit *v, struct menu_rows *rows)
{
	size_t at_label = 0, at_url = 0, at_level = 0;
	struct str label, url, level;
	rows->count = 0;
	while (rows->count < MENU_ROWS_MAX && form_next(&v->admin->form, "label", &at_label, &label) &&
	       form_next(&v->admin->form, "url", &at_url, &url) && form_next(&v->admin->form, "level", &at_level, &level)) {
		int64_t number = 1;
		str_to_i64(level, &number);
		rows->items[rows->count++] = (struct menu_row){
			str_trim(label), menu_url(url, v->arena), number < 1 || number > MENU_LEVELS_MAX ? 1 : (int)number,
		};
	}
	menu_rows_tidy(rows);
}

static void add_row(struct menu_view *view)
{
	struct menu_rows *rows = &view->rows;
	if (rows->count == MENU_ROWS_MAX)
		return;
	rows->items[rows->count] = (struct menu_row){ STR(""), STR(""), 1 };
	view->focus = (ptrdiff_t)rows->count++;
}

/* "up-3": false: there is no such button. */
static bool move_row(struct menu_view *view, struct str button)
{
	static const char *const names[MENU_MOVE__MAX] = {
		[MENU_UP] = "up", [MENU_DOWN] = "down", [MENU_IN] = "in", [MENU_OUT] = "out", [MENU_REMOVE] = "remove",
	};
	struct str rest = button, name;
	int64_t at;
	if (!str_split(&rest, '-', &name) || !str_to_i64(rest, &at) || at < 0 || at >= (int64_t)view->rows.count)
		return false;
	for (int move = 0; move < MENU_MOVE__MAX; move++) {
		if (!str_is(name, names[move]))
			continue;
		view->focus = (ptrdiff_t)menu_rows_move(&view->rows, (size_t)at, (enum menu_move)move);
		view->button = name;
		return true;
	}
	return false;
}

static enum rc store(struct visit *v, struct menu_view *view, struct err *err)
{
	struct db_tx *tx;
	struct str now;
	struct buf json = BUF_INIT(SETTING_MAX_B);
	menu_rows_json(&view->rows, &json);
	enum rc rc = buf_status(&json, "the menu", err);
	if (rc == RC_OK)
		rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		goto out;
	rc = seen_now(v, db_tx_ro(tx), view->place, &now, err);
	if (rc == RC_OK && !str_eq(now, view->seen)) {
		view->seen = now; /* the next try is over what is there now */
		rc = err_set(err, RC_CONFLICT, "the menu was changed meanwhile");
	}
	if (rc == RC_OK)
		rc = setting_change(tx, v->admin->who.actor, str_of(view->place->key), buf_view(&json), v->now_ms, NULL, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, "menu", str_of(view->place->key), err);
	rc = db_end(tx, rc, err);
out:
	buf_release(&json);
	return rc;
}

static enum rc save(struct visit *v, struct menu_view *view, struct err *err)
{
	for (size_t i = 0; i < view->rows.count; i++) {
		if (!row_problem(&view->rows.items[i]))
			continue;
		view->problem = "wrong_menu";
		return show(v, view, 422, err);
	}
	enum rc rc = store(v, view, err);
	if (rc == RC_CONFLICT || rc == RC_INVALID || rc == RC_LIMIT) {
		view->problem = rc == RC_CONFLICT ? "wrong_menu_changed" : "wrong_menu";
		return show(v, view, rc == RC_CONFLICT ? 409 : 422, err);
	}
	return rc == RC_OK ? admin_redirect(v, menus_path(v, view->place), "saved", err) : rc;
}

enum rc page_menus_form(struct visit *v, struct err *err)
{
	struct menu_view *view = ARENA_NEW(v->arena, struct menu_view);
	struct str button = admin_field(v, "button");
	view->focus = -1;
	view->button = button;
	view->changed = true;
	view->place = place_named(admin_field(v, "menu"));
	view->seen = admin_field(v, "seen");
	take_rows(v, &view->rows);
	if (str_is(button, "save"))
		return save(v, view, err);
	if (str_is(button, "add"))
		add_row(view);
	else if (!move_row(view, button))
		return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
	return show(v, view, 200, err);
}
