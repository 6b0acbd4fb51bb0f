/* name_table.h: strings to small numbers, for making names unique and for lists without repeats. */
#ifndef PLATEN_TEXT_NAME_TABLE_H
#define PLATEN_TEXT_NAME_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct name_entry {
	struct str name; /* a copy in the table's arena */
	size_t number;   /* 0 when the entry is new; the caller's to change */
};

/* Zeroed, it is an empty table. Keys are hashed with the seed of the process: an outsider who
 * chooses them cannot make them collide. */
struct name_table {
	struct name_entry *entries;
	size_t count, size;
	uint64_t seed;
};

/* The entry of `name`, made if there is none; it stays where it is until the next call. All memory
 * comes from `arena`; NULL: it has no more, and the table is as before. */
struct name_entry *name_table_at(struct name_table *table, struct arena *arena, struct str name);

#endif
