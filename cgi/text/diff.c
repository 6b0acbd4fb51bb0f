/* diff.c: what differs between two texts: lines first, words within the lines that changed. */
#include "base/base.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "text/diff.h"
#include "text/diff_ids.h"

#define LINES_BUDGET 20000000  /* steps: a tenth of a second */
#define WORDS_BUDGET 20000000
#define TOKENS_MAX ((size_t)1 << 20) /* of a side */
#define ARENA_WORK_MAX_B ((size_t)128 << 20)

struct tokens {
	struct str *items;
	size_t count;
	bool *changed;
};

typedef size_t next_token(struct str text);

static size_t next_line(struct str text)
{
	ptrdiff_t end = str_find_char(text, '\n');
	return end < 0 ? text.n : (size_t)end + 1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Scripts without blanks between words: each character is one. */
static size_t word_char(struct str text, bool *part_of_word)
{
	uint32_t c = 0;
	struct str rest = text;
	(void)utf8_next(&rest, &c);
	*part_of_word = (utf8_is_word(c) || utf8_is_mark(c)) && !utf8_is_unspaced(c);
	return text.n - rest.n;
}

/* A word, blanks, a line end or one other character. */
static size_t next_word(struct str text)
{
	size_t at = 0;
	bool part;
	while (at < text.n && is_blank(text.p[at]))
		at++;
	if (at > 0)
		return at;
	size_t n = word_char(text, &part);
	for (at = n; part && at < text.n; at += n) {
		n = word_char(str_from(text, at), &part);
		if (!part)
			break;
	}
	return at;
}

static enum rc split(struct str text, next_token *next, struct arena *arena, struct tokens *out, struct err *err)
{
	size_t count = 0;
	for (size_t at = 0; at < text.n; at += next(str_from(text, at)))
		count++;
	out->items = count > TOKENS_MAX ? NULL : arena_try(arena, (count + 1) * sizeof *out->items);
	out->changed = count > TOKENS_MAX ? NULL : arena_try(arena, count + 1);
	if (!out->items || !out->changed)
		return err_set(err, RC_LIMIT, "the texts are too long to compare");
	memset(out->changed, 0, count + 1);
	out->count = 0;
	for (size_t at = 0, n; at < text.n; at += n) {
		n = next(str_from(text, at));
		out->items[out->count++] = str_sub(text, at, at + n);
	}
	return RC_OK;
}

/* Equal tokens get equal numbers: a table with open addressing. */
struct numbers {
	const struct str **slots;
	uint32_t *ids;
	size_t mask;
	uint32_t count;
	uint64_t seed;
};

static uint32_t number(struct numbers *numbers, const struct str *token)
{
	size_t at = hash_str(*token, numbers->seed) & numbers->mask;
	while (numbers->slots[at] && !str_eq(*numbers->slots[at], *token))
		at = (at + 1) & numbers->mask;
	if (!numbers->slots[at]) {
		numbers->slots[at] = token;
		numbers->ids[at] = numbers->count++;
	}
	return numbers->ids[at];
}

static uint32_t *number_all(struct numbers *numbers, const struct tokens *tokens)
{
	uint32_t *ids = mem_array(tokens->count + 1, sizeof *ids);
	for (size_t i = 0; i < tokens->count; i++)
		ids[i] = number(numbers, &tokens->items[i]);
	return ids;
}

static void compare(struct tokens *before, struct tokens *after, int64_t *budget)
{
	size_t size = 16;
	while (size < 2 * (before->count + after->count))
		size *= 2;
	struct numbers numbers = { mem_array(size, sizeof(struct str *)), mem_array(size, sizeof(uint32_t)), size - 1, 0,
				   hash_seed() };
	struct diff_side a = { number_all(&numbers, before), before->changed, before->count };
	struct diff_side b = { number_all(&numbers, after), after->changed, after->count };
	free(numbers.slots);
	free(numbers.ids);
	diff_ids(&a, &b, numbers.count, budget);
	free(a.ids);
	free(b.ids);
}

/* --- rows --- */

struct writer {
	struct arena *arena;
	struct diff *out;
	size_t rows_cap;
	struct diff_row row;          /* being filled */
	size_t before_cap, after_cap;
	bool open, full;
};

/* Grows a list in the arena: the old one stays behind, which doubles it at most. */
static void *grown(struct writer *w, void *items, size_t count, size_t *cap, size_t item_b)
{
	if (count < *cap)
		return items;
	size_t cap_now = *cap ? *cap * 2 : 4;
	void *more = arena_try(w->arena, cap_now * item_b);
	if (!more) {
		w->full = true;
		return items;
	}
	if (count)
		memcpy(more, items, count * item_b);
	*cap = cap_now;
	return more;
}

static void add_span(struct writer *w, struct diff_cell *cell, size_t *cap, struct str text, bool changed)
{
	struct diff_span *last = cell->count ? &cell->spans[cell->count - 1] : NULL;
	w->open = true;
	if (last && last->changed == changed && last->text.p + last->text.n == text.p) {
		last->text.n += text.n;
		return;
	}
	cell->spans = grown(w, cell->spans, cell->count, cap, sizeof *cell->spans);
	if (cell->count < *cap)
		cell->spans[cell->count++] = (struct diff_span){ text, changed };
}

static void end_row(struct writer *w, bool same)
{
	struct diff *out = w->out;
	w->row.same = same;
	out->rows = grown(w, out->rows, out->count, &w->rows_cap, sizeof *out->rows);
	if (out->count < w->rows_cap)
		out->rows[out->count++] = w->row;
	out->changed += !same;
	w->row = (struct diff_row){ .same = false };
	w->before_cap = w->after_cap = 0;
	w->open = false;
}

static struct str without_end(struct str line)
{
	return line.n && line.p[line.n - 1] == '\n' ? str_sub(line, 0, line.n - 1) : line;
}

static void same_row(struct writer *w, struct str before, struct str after)
{
	add_span(w, &w->row.before, &w->before_cap, without_end(before), false);
	add_span(w, &w->row.after, &w->after_cap, without_end(after), false);
	end_row(w, true);
}

bool diff_says(struct str token)
{
	bool part;
	if (token.p[0] == '\n' || (unsigned char)token.p[0] >= 0x80)
		return true;
	(void)word_char(token, &part);
	return part;
}

static bool has_word(const struct tokens *tokens, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (diff_says(tokens->items[i]))
			return true;
	return false;
}

/* A blank or a comma that two changed words have between them says nothing: it changes with them. */
static void join_changes(struct tokens *before, struct tokens *after)
{
	size_t i = 0, j = 0;
	bool after_change = false;
	while (i < before->count || j < after->count) {
		size_t i_from = i, j_from = j;
		while (i < before->count && before->changed[i])
			i++;
		while (j < after->count && after->changed[j])
			j++;
		after_change |= i > i_from || j > j_from;
		i_from = i;
		j_from = j;
		while (i < before->count && j < after->count && !before->changed[i] && !after->changed[j])
			i++, j++;
		bool ends = i == before->count && j == after->count;
		if (after_change && !ends && i > i_from && !has_word(before, i_from, i)) {
			memset(before->changed + i_from, true, i - i_from);
			memset(after->changed + j_from, true, j - j_from);
		}
	}
}

/* Lines that changed, word by word. A line end that both have in common ends a row. */
static void word_rows(struct writer *w, const struct tokens *before, const struct tokens *after)
{
	size_t i = 0, j = 0;
	while (i < before->count || j < after->count) {
		if (i < before->count && before->changed[i]) {
			add_span(w, &w->row.before, &w->before_cap, before->items[i++], true);
		} else if (j < after->count && after->changed[j]) {
			add_span(w, &w->row.after, &w->after_cap, after->items[j++], true);
		} else if (before->items[i].p[0] == '\n') {
			end_row(w, false);
			i++, j++;
		} else {
			add_span(w, &w->row.before, &w->before_cap, before->items[i++], false);
			add_span(w, &w->row.after, &w->after_cap, after->items[j++], false);
		}
	}
	if (w->open)
		end_row(w, false);
}

/* The text of lines [from, to), which lie one behind the other. */
static struct str stretch(const struct tokens *lines, size_t from, size_t to)
{
	if (from == to)
		return STR("");
	const struct str *last = &lines->items[to - 1];
	return str_n(lines->items[from].p, (size_t)(last->p + last->n - lines->items[from].p));
}

static void changed_rows(struct writer *w, struct str before, struct str after, int64_t *budget)
{
	struct arena work;
	struct err limit = ERR_INIT;
	struct tokens a, b;
	arena_init(&work, ARENA_WORK_MAX_B);
	enum rc rc = split(before, next_word, &work, &a, &limit);
	if (rc == RC_OK)
		rc = split(after, next_word, &work, &b, &limit);
	if (rc == RC_OK) {
		compare(&a, &b, budget);
		join_changes(&a, &b);
		word_rows(w, &a, &b);
	} else {
		/* Too many words to look at each. */
		add_span(w, &w->row.before, &w->before_cap, before, true);
		add_span(w, &w->row.after, &w->after_cap, after, true);
		end_row(w, false);
	}
	arena_release(&work);
}

static enum rc check_size(struct str before, struct str after, struct err *err)
{
	return before.n > DIFF_TEXT_MAX_B || after.n > DIFF_TEXT_MAX_B
		? err_set(err, RC_LIMIT, "the texts are too long to compare") : RC_OK;
}

static enum rc compare_lines(struct str before, struct str after, struct arena *arena, struct tokens *a,
			     struct tokens *b, struct err *err)
{
	int64_t budget = LINES_BUDGET;
	enum rc rc = check_size(before, after, err);
	if (rc == RC_OK)
		rc = split(before, next_line, arena, a, err);
	if (rc == RC_OK)
		rc = split(after, next_line, arena, b, err);
	if (rc == RC_OK)
		compare(a, b, &budget);
	return rc;
}

enum rc diff_words(struct str before, struct str after, struct arena *arena, struct diff *out, struct err *err)
{
	struct arena work;
	struct tokens a, b;
	struct diff diff = { NULL, 0, 0 };
	struct writer w = { .arena = arena, .out = &diff };
	int64_t budget = WORDS_BUDGET;
	arena_init(&work, ARENA_WORK_MAX_B);
	enum rc rc = compare_lines(before, after, &work, &a, &b, err);
	for (size_t i = 0, j = 0; rc == RC_OK && (i < a.count || j < b.count);) {
		size_t i_from = i, j_from = j;
		while (i < a.count && a.changed[i])
			i++;
		while (j < b.count && b.changed[j])
			j++;
		if (i > i_from || j > j_from)
			changed_rows(&w, stretch(&a, i_from, i), stretch(&b, j_from, j), &budget);
		else
			same_row(&w, a.items[i++], b.items[j++]);
	}
	if (rc == RC_OK && w.full)
		rc = err_set(err, RC_LIMIT, "the texts are too long to compare");
	if (rc == RC_OK)
		*out = diff;
	arena_release(&work);
	return rc;
}

enum rc diff_lines(struct str before, struct str after, struct arena *arena, struct diff_lines *out,
		   struct err *err)
{
	struct tokens a, b;
	enum rc rc = compare_lines(before, after, arena, &a, &b, err);
	if (rc == RC_OK)
		*out = (struct diff_lines){ a.items, b.items, a.changed, b.changed, a.count, b.count };
	return rc;
}

enum rc diff_tokens(struct str before, struct str after, int64_t *budget, struct arena *arena, struct diff_lines *out,
		    struct err *err)
{
	struct tokens a, b;
	enum rc rc = check_size(before, after, err);
	if (rc == RC_OK)
		rc = split(before, next_word, arena, &a, err);
	if (rc == RC_OK)
		rc = split(after, next_word, arena, &b, err);
	if (rc != RC_OK)
		return rc;
	compare(&a, &b, budget);
	*out = (struct diff_lines){ a.items, b.items, a.changed, b.changed, a.count, b.count };
	return RC_OK;
}
