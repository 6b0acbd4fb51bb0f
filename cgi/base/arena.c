/* arena.c: memory of one request, job or command, given back all at once. */
#include "base/base.h"

#include <stdarg.h>

#define BLOCK_B ((size_t)16 << 10)
#define ALIGN_B sizeof(max_align_t)
/* Formatting costs more than copying: what fits here is formatted once. */
#define PRINTF_TRY_B 256

struct arena_block {
	struct arena_block *next;
	size_t used_b, size_b;
	max_align_t bytes[];
};

void arena_init(struct arena *a, size_t max_b)
{
	*a = (struct arena){ .max_b = max_b };
}

void arena_release(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *next = a->blocks->next;
		free(a->blocks);
		a->blocks = next;
	}
	a->used_b = 0;
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->blocks;
	if (keep && keep->size_b == BLOCK_B) {
		a->blocks = keep->next;
		arena_release(a);
		keep->next = NULL;
		keep->used_b = 0;
		a->blocks = keep;
	} else {
		arena_release(a);
	}
}

static struct arena_block *block_new(struct arena *a, size_t size_b)
{
	size_t want_b = size_b > BLOCK_B / 4 ? size_b : BLOCK_B;
	struct arena_block *block = malloc(sizeof *block + want_b);
	if (!block)
		return NULL;
	block->used_b = 0;
	block->size_b = want_b;
	/* A large piece gets a block of its own behind the current one, whose rest stays usable. */
	if (a->blocks && want_b != BLOCK_B) {
		block->next = a->blocks->next;
		a->blocks->next = block;
	} else {
		block->next = a->blocks;
		a->blocks = block;
	}
	return block;
}

void *arena_try(struct arena *a, size_t size_b)
{
	if (size_b > a->max_b || a->used_b > a->max_b - size_b)
		return NULL;
	size_t need_b = (size_b + ALIGN_B - 1) & ~(ALIGN_B - 1);
	struct arena_block *block = a->blocks;
	if (!block || block->size_b - block->used_b < need_b) {
		block = block_new(a, need_b);
		if (!block)
			return NULL;
	}
	void *p = (char *)block->bytes + block->used_b;
	block->used_b += need_b;
	a->used_b += need_b;
	return p;
}

void *arena_alloc(struct arena *a, size_t size_b)
{
	void *p = arena_try(a, size_b);
	if (!p)
		mem_fail();
	return memset(p, 0, size_b);
}

void *arena_array(struct arena *a, size_t count, size_t size_b)
{
	size_t total_b;
	if (__builtin_mul_overflow(count, size_b, &total_b))
		mem_fail();
	return arena_alloc(a, total_b);
}

char *arena_cstr(struct arena *a, struct str s)
{
	char *copy = arena_try(a, s.n + 1);
	if (!copy)
		mem_fail();
	if (s.n)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return copy;
}

struct str arena_str(struct arena *a, struct str s)
{
	return str_given(s) ? str_n(arena_cstr(a, s), s.n) : STR_NONE;
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	char text[PRINTF_TRY_B];
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	size_t size_b = n < 0 ? 1 : (size_t)n + 1;
	char *p = arena_try(a, size_b);
	if (!p)
		mem_fail();
	p[0] = '\0';
	if (n > 0 && size_b <= sizeof text)
		memcpy(p, text, size_b);
	else if (n > 0)
		vsnprintf(p, size_b, fmt, again);
	va_end(again);
	return str_n(p, size_b - 1);
}

struct str arena_join(struct arena *a, const struct str *pieces, size_t count)
{
	size_t total = 0;
	for (size_t i = 0; i < count; i++)
		total += pieces[i].n;
	char *p = arena_try(a, total + 1);
	if (!p)
		mem_fail();
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		if (pieces[i].n)
			memcpy(p + at, pieces[i].p, pieces[i].n);
		at += pieces[i].n;
	}
	p[total] = '\0';
	return str_n(p, total);
}
