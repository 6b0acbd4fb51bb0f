/* fuzz_merge.c: whatever three texts are: two sides alike give that side, and a side as the base the other. */
#include "base/base.h"

#include "text/merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str part(const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size ? memchr(*data, 0, *size) : NULL;
	struct str text = str_n((const char *)*data, end ? (size_t)(end - *data) : *size);
	*data += end ? text.n + 1 : text.n;
	*size -= end ? text.n + 1 : text.n;
	return text;
}

static struct str joined(struct str base, struct str mine, struct str theirs, enum merge_pick pick, struct arena *arena)
{
	struct merge merge;
	struct err err = ERR_INIT;
	struct str text;
	enum merge_pick picks[64];
	for (size_t i = 0; i < COUNT_OF(picks); i++)
		picks[i] = pick;
	if (merge_texts(base, mine, theirs, arena, &merge, &err) != RC_OK ||
	    merge_join(&merge, picks, COUNT_OF(picks), arena, &text, &err) != RC_OK)
		abort();
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct str base = part(&data, &size), mine = part(&data, &size), theirs = part(&data, &size);
	arena_init(&arena, ARENA_MAX_B);
	if (!str_eq(joined(base, mine, mine, MERGE_BOTH, &arena), mine) ||
	    !str_eq(joined(base, mine, base, MERGE_BOTH, &arena), mine) ||
	    !str_eq(joined(base, base, theirs, MERGE_BOTH, &arena), theirs))
		abort();
	for (int pick = 0; pick < MERGE_PICK__MAX; pick++)
		(void)joined(base, mine, theirs, (enum merge_pick)pick, &arena);
	arena_release(&arena);
	return 0;
}
