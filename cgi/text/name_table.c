/* name_table.c: strings to small numbers: a hash table with open addressing. */
#include "base/base.h"

#include "base/hash.h"
#include "text/name_table.h"

#define FIRST_SIZE 64 /* a power of two, as every size */

static struct name_entry *find(const struct name_table *table, struct str name)
{
	size_t i = hash_str(name, table->seed) & (table->size - 1);
	while (str_given(table->entries[i].name) && !str_eq(table->entries[i].name, name))
		i = (i + 1) & (table->size - 1);
	return &table->entries[i];
}

static bool grow(struct name_table *table, struct arena *arena)
{
	struct name_table larger = { .size = table->size ? table->size * 2 : FIRST_SIZE };
	size_t size_b = larger.size * sizeof *larger.entries;
	larger.entries = arena_try(arena, size_b);
	if (!larger.entries)
		return false;
	memset(larger.entries, 0, size_b);
	larger.seed = table->size ? table->seed : hash_seed();
	larger.count = table->count;
	for (size_t i = 0; i < table->size; i++)
		if (str_given(table->entries[i].name))
			*find(&larger, table->entries[i].name) = table->entries[i];
	*table = larger;
	return true;
}

struct name_entry *name_table_at(struct name_table *table, struct arena *arena, struct str name)
{
	if (table->count * 2 >= table->size && !grow(table, arena))
		return NULL;
	struct name_entry *entry = find(table, name);
	if (str_given(entry->name))
		return entry;
	char *copy = arena_try(arena, name.n + 1);
	if (!copy)
		return NULL;
	if (name.n)
		memcpy(copy, name.p, name.n);
	copy[name.n] = '\0';
	entry->name = str_n(copy, name.n);
	table->count++;
	return entry;
}
