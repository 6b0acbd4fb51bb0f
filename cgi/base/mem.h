/* mem.h: heap memory for small fixed objects: running out aborts here, in one place.
 *
 * Sizes that an outsider chooses never come here: they go through a struct buf with a maximum. */
#ifndef PLATEN_BASE_MEM_H
#define PLATEN_BASE_MEM_H

#include <stddef.h>

/* Never NULL; zeroed. The caller owns the result: free(). */
void *mem_new(size_t size_b) __attribute__((returns_nonnull, malloc));
void *mem_array(size_t count, size_t size_b) __attribute__((returns_nonnull, malloc));
/* A grown array; new elements are not zeroed. Aborts on overflow of count * size_b. */
void *mem_grow(void *old, size_t count, size_t size_b) __attribute__((returns_nonnull));
/* A NUL-terminated copy. */
char *mem_dup(const char *p, size_t n) __attribute__((returns_nonnull, malloc));
/* free() of what a pointer variable holds, which becomes NULL. */
#define MEM_FREE(var) do { free((void *)(var)); (var) = NULL; } while (0)

/* For a process that serves, before its threads start: two heaps for all of them, and what is free goes
 * back to the system. Without it the memory of one that ran for a while was twice as large. */
void mem_for_threads(void);
/* Gives the system what is free between what is in use: O(heap), about a millisecond for 30 MB, in which
 * other threads may wait for memory. For a process at rest. */
void mem_give_back(void);

/* Says "out of memory" on standard error and aborts. */
_Noreturn void mem_fail(void);

#endif
