/* menu.h: a navigation menu while somebody changes it: rows one below the other, each with a level. */
#ifndef PLATEN_CORE_MENU_H
#define PLATEN_CORE_MENU_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "core/site.h"

#define MENU_ROWS_MAX 100
#define MENU_LEVELS_MAX 3

struct menu_row {
	struct str label, url;
	int level;              /* from 1; at most one more than the row above has */
};

struct menu_rows {
	struct menu_row items[MENU_ROWS_MAX];
	size_t count;
};

/* The stored tree as rows; what is beyond MENU_ROWS_MAX is left out. */
void menu_rows_read(const struct site_menu_item *items, size_t count, struct menu_rows *out);
/* Makes the levels fit: the first is 1, none is deeper than it can be. */
void menu_rows_tidy(struct menu_rows *rows);

enum menu_move { MENU_UP, MENU_DOWN, MENU_IN, MENU_OUT, MENU_REMOVE, MENU_MOVE__MAX };
/* Moves the row `at` with those below it: past its neighbour of the same level, a level deeper or less deep. What
 * was below a row that is removed goes up a level. Gives where it is then; what cannot be does nothing. */
size_t menu_rows_move(struct menu_rows *rows, size_t at, enum menu_move move);

/* An address as it is stored: "about" is "/about". */
struct str menu_url(struct str written, struct arena *arena);
/* As the setting has it (SETTING_MENU); rows without label and address are left out. */
void menu_rows_json(const struct menu_rows *rows, struct buf *out);

#endif
