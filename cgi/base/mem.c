/* mem.c: heap memory for small fixed objects: running out aborts here, in one place. */
#include "base/base.h"

#include <malloc.h>
#include <unistd.h>

#define GIVE_BACK_B (128 << 10)

_Noreturn void mem_fail(void)
{
	static const char text[] = "platen: out of memory\n";
	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		abort();
	abort();
}

void mem_for_threads(void)
{
	mallopt(M_ARENA_MAX, 2);
	/* Set, they no longer grow with the largest piece that was ever freed. */
	mallopt(M_MMAP_THRESHOLD, 2 * GIVE_BACK_B);
	mallopt(M_TRIM_THRESHOLD, GIVE_BACK_B);
}

void mem_give_back(void)
{
	malloc_trim(0);
}

void *mem_new(size_t size_b)
{
	return mem_array(1, size_b);
}

void *mem_array(size_t count, size_t size_b)
{
	void *p = calloc(count ? count : 1, size_b ? size_b : 1);
	if (!p)
		mem_fail();
	return p;
}

void *mem_grow(void *old, size_t count, size_t size_b)
{
	void *p = reallocarray(old, count ? count : 1, size_b ? size_b : 1);
	if (!p)
		mem_fail();
	return p;
}

char *mem_dup(const char *p, size_t n)
{
	char *copy = mem_array(n + 1, 1);
	if (n)
		memcpy(copy, p, n);
	return copy;
}
