/* fuzz_diff.c: whatever two texts are, the rows of their comparison hold both of them. */
#include "base/base.h"

#include "text/diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Line ends between rows are left out. */
static struct str skip_ends(struct str rest)
{
	while (rest.n && rest.p[0] == '\n')
		rest = str_from(rest, 1);
	return rest;
}

/* Takes the cell's text off the front of `rest`. */
static struct str take_cell(struct str rest, const struct diff_cell *cell)
{
	for (size_t i = 0; i < cell->count; i++) {
		while (!str_starts(rest, cell->spans[i].text) && rest.n && rest.p[0] == '\n')
			rest = str_from(rest, 1);
		if (!str_starts(rest, cell->spans[i].text))
			abort();
		rest = str_from(rest, cell->spans[i].text.n);
	}
	return rest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct diff diff;
	struct err err = ERR_INIT;
	const uint8_t *end = size ? memchr(data, 0, size) : NULL;
	size_t at = end ? (size_t)(end - data) : size;
	struct str before = str_n((const char *)data, at), after = end ? str_n((const char *)end + 1, size - at - 1) : STR("");
	arena_init(&arena, ARENA_MAX_B);
	if (diff_words(before, after, &arena, &diff, &err) != RC_OK)
		abort();
	for (size_t i = 0; i < diff.count; i++) {
		before = take_cell(before, &diff.rows[i].before);
		after = take_cell(after, &diff.rows[i].after);
		if (diff.rows[i].same && diff.rows[i].before.spans[0].changed)
			abort();
	}
	if (skip_ends(before).n || skip_ends(after).n)
		abort();
	arena_release(&arena);
	return 0;
}
