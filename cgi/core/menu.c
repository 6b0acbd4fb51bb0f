/* menu.c: a navigation menu while somebody changes it. */
#include "base/base.h"

#include "base/json.h"
#include "core/menu.h"

static void read_level(const struct site_menu_item *items, size_t count, int level, struct menu_rows *out)
{
	for (size_t i = 0; i < count && out->count < MENU_ROWS_MAX; i++) {
		out->items[out->count++] = (struct menu_row){ items[i].label, items[i].url, level };
		if (level < MENU_LEVELS_MAX)
			read_level(items[i].children, items[i].child_count, level + 1, out);
	}
}

void menu_rows_read(const struct site_menu_item *items, size_t count, struct menu_rows *out)
{
	out->count = 0;
	read_level(items, count, 1, out);
}

void menu_rows_tidy(struct menu_rows *rows)
{
	int above = 0;
	for (size_t i = 0; i < rows->count; i++) {
		int most = above < MENU_LEVELS_MAX ? above + 1 : MENU_LEVELS_MAX;
		int level = rows->items[i].level;
		above = rows->items[i].level = level < 1 ? 1 : level > most ? most : level;
	}
}

/* Behind the rows that are below the row `at`. */
static size_t end_of(const struct menu_rows *rows, size_t at)
{
	size_t end = at + 1;
	while (end < rows->count && rows->items[end].level > rows->items[at].level)
		end++;
	return end;
}

/* [a, b) and [b, c) change places. */
static void swap_parts(struct menu_rows *rows, size_t a, size_t b, size_t c)
{
	struct menu_row held[MENU_ROWS_MAX];
	memcpy(held, &rows->items[a], (b - a) * sizeof held[0]);
	memmove(&rows->items[a], &rows->items[b], (c - b) * sizeof held[0]);
	memcpy(&rows->items[a + (c - b)], held, (b - a) * sizeof held[0]);
}

static size_t move_up(struct menu_rows *rows, size_t at)
{
	size_t above = at;
	while (above > 0 && rows->items[above - 1].level > rows->items[at].level)
		above--;
	if (above == 0 || rows->items[above - 1].level < rows->items[at].level)
		return at;
	swap_parts(rows, above - 1, at, end_of(rows, at));
	return above - 1;
}

static size_t move_down(struct menu_rows *rows, size_t at)
{
	size_t next = end_of(rows, at);
	if (next == rows->count || rows->items[next].level != rows->items[at].level)
		return at;
	size_t end = end_of(rows, next);
	swap_parts(rows, at, next, end);
	return at + (end - next);
}

static void shift(struct menu_rows *rows, size_t from, size_t to, int by)
{
	for (size_t i = from; i < to; i++)
		rows->items[i].level += by;
}

static void move_in(struct menu_rows *rows, size_t at)
{
	size_t end = end_of(rows, at);
	if (at == 0 || rows->items[at].level > rows->items[at - 1].level)
		return;
	for (size_t i = at; i < end; i++)
		if (rows->items[i].level >= MENU_LEVELS_MAX)
			return;
	shift(rows, at, end, 1);
}

static size_t take_out(struct menu_rows *rows, size_t at)
{
	shift(rows, at + 1, end_of(rows, at), -1);
	memmove(&rows->items[at], &rows->items[at + 1], (rows->count - at - 1) * sizeof rows->items[0]);
	rows->count--;
	menu_rows_tidy(rows);
	return at && at == rows->count ? at - 1 : at;
}

size_t menu_rows_move(struct menu_rows *rows, size_t at, enum menu_move move)
{
	if (at >= rows->count)
		return at;
	switch (move) {
	case MENU_UP: return move_up(rows, at);
	case MENU_DOWN: return move_down(rows, at);
	case MENU_IN: move_in(rows, at); return at;
	case MENU_OUT:
		if (rows->items[at].level > 1)
			shift(rows, at, end_of(rows, at), -1);
		menu_rows_tidy(rows);
		return at;
	case MENU_REMOVE: return take_out(rows, at);
	case MENU_MOVE__MAX: break;
	}
	return at;
}

struct str menu_url(struct str written, struct arena *arena)
{
	struct str url = str_trim(written);
	ptrdiff_t colon = str_find_char(url, ':'), slash = str_find_char(url, '/');
	bool has_scheme = colon >= 0 && (slash < 0 || colon < slash);
	if (str_empty(url) || url.p[0] == '/' || url.p[0] == '#' || has_scheme)
		return url;
	return ARENA_JOIN(arena, STR("/"), url);
}

void menu_rows_json(const struct menu_rows *rows, struct buf *out)
{
	struct json *root = json_new_list(), *lists[MENU_LEVELS_MAX + 1] = { root };
	for (size_t i = 0; i < rows->count; i++) {
		const struct menu_row *row = &rows->items[i];
		if (str_empty(row->label) && str_empty(row->url))
			continue;
		/* A row whose parent was left out hangs on the next one up. */
		int level = row->level;
		while (level > 1 && !lists[level - 1])
			level--;
		struct json *item = json_add_object(lists[level - 1]);
		json_set_text(item, "label", row->label);
		json_set_text(item, "url", row->url);
		bool has_children = i + 1 < rows->count && rows->items[i + 1].level > row->level;
		for (int deeper = level; deeper <= MENU_LEVELS_MAX; deeper++)
			lists[deeper] = NULL;
		if (level < MENU_LEVELS_MAX)
			lists[level] = has_children ? json_set_list(item, "children") : NULL;
	}
	json_write(root, JSON_LINE, out);
	json_free(root);
}
