/* theme_slot.c: the current generation of a theme, for any number of threads, reloaded on change. */
#include "base/base.h"
#include "tmpl/theme_slot.h"

#include <pthread.h>
#include <stdatomic.h>

/* Old generations that may still be in use at a time. */
#define ENTRIES 8

/* `current` holds the number of the entry in its top byte and, below, how often it was acquired: one
 * addition takes both in one step, so no generation can go away between looking and taking. */
#define ENTRY_SHIFT 56
#define COUNT_MASK ((UINT64_C(1) << ENTRY_SHIFT) - 1)

struct entry {
	struct theme *theme;          /* NULL: free; changed by whoever reloads */
	unsigned generation;
	/* Releases count down; when the entry is replaced, all its acquisitions are added. So it is
	 * zero only once, when it is replaced and nobody holds it. */
	_Atomic int64_t balance;
	atomic_bool in_use;           /* set by a reload, cleared when the theme is freed */
};

struct theme_slot {
	_Atomic uint64_t current;
	struct entry entries[ENTRIES];

	pthread_mutex_t lock;         /* of all below, and of reloading */
	char *dir, *fallback_dir;
	uint64_t stamp;
	unsigned generation;
	struct arena arena;           /* of the report */
	struct theme_report report;
	struct err err;               /* of the last load */
};

static void free_entry(struct entry *entry)
{
	theme_free(entry->theme);
	entry->theme = NULL;
	atomic_store(&entry->in_use, false);
}

struct theme_hold theme_slot_acquire(struct theme_slot *slot)
{
	uint64_t word = atomic_fetch_add(&slot->current, 1);
	unsigned number = (unsigned)(word >> ENTRY_SHIFT);
	const struct entry *entry = &slot->entries[number];
	return (struct theme_hold){ entry->theme, entry->generation, number };
}

void theme_slot_release(struct theme_slot *slot, struct theme_hold hold)
{
	struct entry *entry = &slot->entries[hold.entry];
	if (atomic_fetch_sub(&entry->balance, 1) == 1)
		free_entry(entry);
}

static struct entry *free_place(struct theme_slot *slot, unsigned *number)
{
	for (*number = 0; *number < ENTRIES; (*number)++)
		if (!atomic_load(&slot->entries[*number].in_use))
			return &slot->entries[*number];
	return NULL;
}

/* Puts `theme` in place of the current generation, which goes when nobody uses it any more. */
static void swap(struct theme_slot *slot, unsigned number, struct theme *theme, bool first)
{
	struct entry *entry = &slot->entries[number];
	entry->theme = theme;
	entry->generation = ++slot->generation;
	atomic_store(&entry->balance, 0);
	atomic_store(&entry->in_use, true);
	uint64_t old = atomic_exchange(&slot->current, (uint64_t)number << ENTRY_SHIFT);
	if (first)
		return;
	struct entry *before = &slot->entries[old >> ENTRY_SHIFT];
	int64_t acquired = (int64_t)(old & COUNT_MASK);
	if (atomic_fetch_add(&before->balance, acquired) + acquired == 0)
		free_entry(before);
}

static enum rc stamp_of(const struct theme_slot *slot, uint64_t *out, struct err *err)
{
	uint64_t own, other = 0;
	enum rc rc = theme_stamp(slot->dir, &own, err);
	if (rc == RC_OK && slot->fallback_dir)
		rc = theme_stamp(slot->fallback_dir, &other, err);
	if (rc == RC_OK)
		*out = own ^ (other << 1 | other >> 63);
	return rc;
}

/* Loads and keeps the report, whatever comes of it. */
static enum rc load(struct theme_slot *slot, struct theme **out)
{
	arena_reset(&slot->arena);
	slot->report = (struct theme_report){ NULL, 0 };
	slot->err = (struct err)ERR_INIT;
	return theme_load(slot->dir, slot->fallback_dir, &slot->arena, out, &slot->report, &slot->err);
}

enum rc theme_slot_open(const char *dir, const char *fallback_dir, struct theme_slot **out,
			struct err *err)
{
	struct theme_slot *slot = mem_new(sizeof *slot);
	struct theme *theme = NULL;
	struct arena arena;
	pthread_mutex_init(&slot->lock, NULL);
	arena_init(&slot->arena, ARENA_MAX_B);
	arena_init(&arena, ARENA_MAX_B);
	slot->dir = mem_dup(dir, strlen(dir));
	slot->fallback_dir = fallback_dir ? mem_dup(fallback_dir, strlen(fallback_dir)) : NULL;
	/* Stamps before loading: what changes meanwhile is loaded again. A folder that is not there
	 * has none, and any that appears later is a change. */
	if (stamp_of(slot, &slot->stamp, NULL) != RC_OK)
		slot->stamp = 0;
	enum rc rc = load(slot, &theme);
	if (rc != RC_OK && fallback_dir)
		rc = theme_load(fallback_dir, NULL, &arena, &theme, NULL, err);
	else if (rc != RC_OK && err)
		*err = slot->err;
	if (rc == RC_OK) {
		swap(slot, 0, theme, true);
		*out = slot;
	} else {
		theme_slot_close(slot);
	}
	arena_release(&arena);
	return rc;
}

void theme_slot_close(struct theme_slot *slot)
{
	if (!slot)
		return;
	for (size_t i = 0; i < ENTRIES; i++)
		theme_free(slot->entries[i].theme);
	pthread_mutex_destroy(&slot->lock);
	arena_release(&slot->arena);
	free(slot->dir);
	free(slot->fallback_dir);
	free(slot);
}

static enum rc reload(struct theme_slot *slot, bool always, bool *changed, struct err *err)
{
	uint64_t stamp;
	unsigned number;
	struct theme *theme = NULL;
	enum rc rc = stamp_of(slot, &stamp, err);
	if (rc != RC_OK || (stamp == slot->stamp && !always))
		return rc;
	if (!free_place(slot, &number))
		return err_set(err, RC_BUSY, "%d generations of the theme are still in use", ENTRIES);
	slot->stamp = stamp;
	rc = load(slot, &theme);
	if (rc != RC_OK) {
		if (err)
			*err = slot->err;
		return rc;
	}
	swap(slot, number, theme, false);
	*changed = true;
	return RC_OK;
}

enum rc theme_slot_reload(struct theme_slot *slot, bool always, bool *changed, struct err *err)
{
	bool swapped = false;
	if (pthread_mutex_trylock(&slot->lock))
		return err_set(err, RC_BUSY, "the theme is being loaded");
	enum rc rc = reload(slot, always, &swapped, err);
	pthread_mutex_unlock(&slot->lock);
	if (changed)
		*changed = swapped;
	return rc;
}

enum rc theme_slot_report(struct theme_slot *slot, struct arena *arena, struct theme_report *report,
			  struct err *err)
{
	pthread_mutex_lock(&slot->lock);
	enum rc rc = slot->err.rc;
	if (err)
		*err = slot->err;
	*report = (struct theme_report){ NULL, slot->report.count };
	if (slot->report.count)
		report->items = ARENA_ARRAY(arena, slot->report.count, struct theme_problem);
	for (size_t i = 0; i < slot->report.count; i++) {
		report->items[i] = slot->report.items[i];
		report->items[i].file = arena_cstr(arena, str_of(slot->report.items[i].file));
		report->items[i].message = arena_cstr(arena, str_of(slot->report.items[i].message));
	}
	pthread_mutex_unlock(&slot->lock);
	return rc;
}
