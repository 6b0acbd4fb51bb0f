/* merge.c: two changed versions of a text put together, by the text that both began with. */
#include "base/base.h"

#include "text/diff.h"
#include "text/merge.h"

#define WORDS_BUDGET 20000000
#define WORK_MAX_B ((size_t)384 << 20)

/* The base with each side: a token that is changed in neither comparison is one that all three have. */
struct three {
	struct diff_lines mine, theirs;
	bool words;
	size_t b, m, t;               /* next of the base, of mine, of theirs */
};

/* A stretch of all three. */
struct stretch {
	struct str base, mine, theirs;
};

struct writer {
	struct arena *arena;
	struct merge *out;
	size_t cap;
	int64_t budget;
	struct err *err;
	bool full;
};

/* --- parts --- */

static void add_part(struct writer *w, const struct merge_part *part)
{
	struct merge *out = w->out;
	struct merge_part *last = out->count ? &out->parts[out->count - 1] : NULL;
	if (last && !part->conflict && !last->conflict && last->text.p + last->text.n == part->text.p) {
		last->text.n += part->text.n;
		return;
	}
	if (out->count == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 16;
		struct merge_part *more = arena_try(w->arena, cap * sizeof *more);
		if (!more) {
			w->full = true;
			return;
		}
		if (out->count)
			memcpy(more, out->parts, out->count * sizeof *more);
		out->parts = more;
		w->cap = cap;
	}
	out->parts[out->count++] = *part;
	out->conflicts += part->conflict;
}

static void add_text(struct writer *w, struct str text)
{
	if (text.n)
		add_part(w, &(struct merge_part){ .text = text });
}

static void add_conflict(struct writer *w, const struct stretch *s)
{
	add_part(w, &(struct merge_part){ .conflict = true, .base = s->base, .mine = s->mine, .theirs = s->theirs });
}

/* What one side alone did, or both alike; false: neither. */
static bool agree(const struct stretch *s, struct str *text)
{
	if (str_eq(s->mine, s->base))
		*text = s->theirs;
	else if (str_eq(s->theirs, s->base) || str_eq(s->mine, s->theirs))
		*text = s->mine;
	else
		return false;
	return true;
}

/* --- walking through three --- */

static bool is_stable(const struct three *x, size_t b)
{
	return b < x->mine.before_count && !x->mine.before_changed[b] && !x->theirs.before_changed[b];
}

/* All three are at a token that they have in common. */
static bool at_stable(const struct three *x)
{
	return is_stable(x, x->b) && !x->mine.after_changed[x->m] && !x->theirs.after_changed[x->t];
}

static bool at_end(const struct three *x)
{
	return x->b == x->mine.before_count && x->m == x->mine.after_count && x->t == x->theirs.after_count;
}

/* How many common tokens say nothing until the next change: it belongs to the one before. 0: it does not. */
static size_t blanks_between(const struct three *x)
{
	struct three at = *x;
	while (at_stable(&at) && !diff_says(at.mine.before[at.b]))
		at.b++, at.m++, at.t++;
	return x->words && !at_end(&at) && !at_stable(&at) ? at.b - x->b : 0;
}

/* Walks over one change: to the next token that all three have in common. */
static void skip_change(struct three *x)
{
	for (;;) {
		while (x->m < x->mine.after_count && x->mine.after_changed[x->m])
			x->m++;
		while (x->t < x->theirs.after_count && x->theirs.after_changed[x->t])
			x->t++;
		if (x->b < x->mine.before_count && !is_stable(x, x->b)) {
			/* A token that one side still has goes with the change of the other. */
			x->m += !x->mine.before_changed[x->b];
			x->t += !x->theirs.before_changed[x->b];
			x->b++;
			continue;
		}
		size_t blanks = at_end(x) ? 0 : blanks_between(x);
		if (!blanks)
			return;
		x->b += blanks;
		x->m += blanks;
		x->t += blanks;
	}
}

static struct str between(const struct str *items, size_t from, size_t to)
{
	if (from == to)
		return STR("");
	return str_n(items[from].p, (size_t)(items[to - 1].p + items[to - 1].n - items[from].p));
}

static void walk(struct writer *w, struct three *x, void (*differ)(struct writer *w, const struct stretch *s))
{
	while (!at_end(x)) {
		if (at_stable(x)) {
			add_text(w, x->mine.after[x->m]);
			x->b++, x->m++, x->t++;
			continue;
		}
		struct three from = *x;
		struct str text;
		skip_change(x);
		const struct stretch s = {
			between(x->mine.before, from.b, x->b), between(x->mine.after, from.m, x->m),
			between(x->theirs.after, from.t, x->t),
		};
		if (agree(&s, &text))
			add_text(w, text);
		else
			differ(w, &s);
	}
}

/* --- words, where the same lines were changed --- */

static enum rc compare_words(struct writer *w, const struct stretch *s, struct arena *work, struct three *out)
{
	struct err limit = ERR_INIT;
	*out = (struct three){ .words = true };
	enum rc rc = diff_tokens(s->base, s->mine, &w->budget, work, &out->mine, &limit);
	return rc == RC_OK ? diff_tokens(s->base, s->theirs, &w->budget, work, &out->theirs, &limit) : rc;
}

/* With one conflict among the words that alone has to be decided; with more of them the lines are easier to
 * judge as a whole. */
static void lines_differ(struct writer *w, const struct stretch *s)
{
	struct arena work;
	struct three x;
	struct merge merge = { NULL, 0, 0 };
	struct writer words = { .arena = w->arena, .out = &merge };
	arena_init(&work, WORK_MAX_B);
	bool fine = w->budget > 0 && compare_words(w, s, &work, &x) == RC_OK && w->budget > 0;
	if (fine)
		walk(&words, &x, add_conflict);
	if (!fine || words.full || merge.conflicts > 1)
		add_conflict(w, s);
	else
		for (size_t i = 0; i < merge.count; i++)
			add_part(w, &merge.parts[i]);
	arena_release(&work);
}

/* --- whole texts --- */

/* With LF alone, and a line end at the end: lines that are alike shall compare so. */
static enum rc tidy(struct str text, struct arena *arena, struct str *out, struct err *err)
{
	char *copy = arena_try(arena, text.n + 1);
	size_t n = 0;
	if (!copy)
		return err_set(err, RC_LIMIT, "the texts are too long to merge");
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\r' || i + 1 == text.n || text.p[i + 1] != '\n')
			copy[n++] = text.p[i];
	if (n && copy[n - 1] != '\n')
		copy[n++] = '\n';
	*out = str_n(copy, n);
	return RC_OK;
}

/* The line end that tidy() added to both sides goes again. */
static void trim_end(struct merge *merge)
{
	struct merge_part *last = merge->count ? &merge->parts[merge->count - 1] : NULL;
	if (!last)
		return;
	struct str *ends[] = { &last->text, &last->mine, &last->theirs };
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (str_ends(*ends[i], STR("\n")))
			ends[i]->n--;
}

static enum rc merge_lines(struct str base, struct str mine, struct str theirs, struct writer *w)
{
	struct arena work;
	struct three x = { .words = false };
	struct str texts[] = { base, mine, theirs };
	enum rc rc = RC_OK;
	arena_init(&work, WORK_MAX_B);
	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(texts); i++)
		rc = tidy(texts[i], w->arena, &texts[i], w->err);
	if (rc == RC_OK)
		rc = diff_lines(texts[0], texts[1], &work, &x.mine, w->err);
	if (rc == RC_OK)
		rc = diff_lines(texts[0], texts[2], &work, &x.theirs, w->err);
	if (rc == RC_OK)
		walk(w, &x, lines_differ);
	if (rc == RC_OK && w->full)
		rc = err_set(w->err, RC_LIMIT, "the texts are too long to merge");
	if (rc == RC_OK && !str_ends(mine, STR("\n")) && !str_ends(theirs, STR("\n")))
		trim_end(w->out);
	arena_release(&work);
	return rc;
}

enum rc merge_texts(struct str base, struct str mine, struct str theirs, struct arena *arena, struct merge *out,
		    struct err *err)
{
	struct merge merge = { NULL, 0, 0 };
	struct writer w = { .arena = arena, .out = &merge, .budget = WORDS_BUDGET, .err = err };
	const struct stretch whole = { base, mine, theirs };
	struct str text;
	enum rc rc = RC_OK;
	if (base.n > DIFF_TEXT_MAX_B || mine.n > DIFF_TEXT_MAX_B || theirs.n > DIFF_TEXT_MAX_B)
		return err_set(err, RC_LIMIT, "the texts are too long to merge");
	if (agree(&whole, &text))
		add_text(&w, text);
	else
		rc = merge_lines(base, mine, theirs, &w);
	if (rc == RC_OK)
		*out = merge;
	return rc;
}

static void put_both(struct buf *out, const struct merge_part *part)
{
	bool lines = str_find_char(part->mine, '\n') >= 0 || str_find_char(part->theirs, '\n') >= 0;
	buf_str(out, part->mine);
	if (part->mine.n && part->theirs.n && !str_ends(part->mine, STR("\n")))
		buf_char(out, lines ? '\n' : ' ');
	buf_str(out, part->theirs);
}

enum rc merge_join(const struct merge *merge, const enum merge_pick *picks, size_t count, struct arena *arena,
		   struct str *out, struct err *err)
{
	struct buf text = BUF_INIT(3 * DIFF_TEXT_MAX_B);
	size_t conflict = 0;
	for (size_t i = 0; i < merge->count; i++) {
		const struct merge_part *part = &merge->parts[i];
		enum merge_pick pick = part->conflict && conflict < count ? picks[conflict] : MERGE_BOTH;
		conflict += part->conflict;
		if (!part->conflict)
			buf_str(&text, part->text);
		else if (pick == MERGE_BOTH)
			put_both(&text, part);
		else
			buf_str(&text, pick == MERGE_THEIRS ? part->theirs : part->mine);
	}
	enum rc rc = buf_status(&text, "the merged text", err);
	if (rc == RC_OK)
		*out = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return rc;
}
