/* arena.h: memory of one request, job or command, given back all at once.
 *
 * Allocation is a pointer bump; nothing is freed alone. An arena has a maximum: what an outsider
 * can make large is bounded by it (arena_try), what is small and fixed aborts (arena_alloc). Not
 * shared between threads. */
#ifndef PLATEN_BASE_ARENA_H
#define PLATEN_BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used_b;              /* handed out in all */
	size_t max_b;               /* arena_try fails beyond it */
};

#define ARENA_MAX_B ((size_t)64 << 20) /* what a request may use unless its owner says otherwise */

void arena_init(struct arena *a, size_t max_b);   /* takes no memory yet */
void arena_release(struct arena *a);              /* gives all back; the arena can be used again */
void arena_reset(struct arena *a);                /* like release, but keeps one block for reuse */

/* Never NULL, aligned for any type, zeroed. Beyond max_b it aborts: for fixed sizes only. */
void *arena_alloc(struct arena *a, size_t size_b) __attribute__((returns_nonnull));
void *arena_array(struct arena *a, size_t count, size_t size_b) __attribute__((returns_nonnull));
/* NULL when `size_b` more would pass max_b or memory is out. Not zeroed. */
void *arena_try(struct arena *a, size_t size_b);

/* Copies with a NUL behind them. */
struct str arena_str(struct arena *a, struct str s);
char *arena_cstr(struct arena *a, struct str s) __attribute__((returns_nonnull));
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The texts one after the other. `count` pieces. */
struct str arena_join(struct arena *a, const struct str *pieces, size_t count);
#define ARENA_JOIN(a, ...) \
	arena_join((a), (const struct str[]){ __VA_ARGS__ }, \
		   sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))

/* ARENA_NEW(a, struct post) gives a zeroed struct post *. */
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))

#endif
