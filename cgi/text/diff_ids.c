/* diff_ids.c: the shortest edit script between two sequences of numbers: Myers in linear space. */
#include "base/base.h"

#include "text/diff_ids.h"

/* What is left of a side once everything is out that the other does not have at all: that is most of two
 * unlike texts, and takes no search. */
struct thin {
	uint32_t *ids;
	size_t *at;         /* place in the whole side */
	size_t count;
	bool *changed;      /* of the whole side */
};

struct search {
	struct thin a, b;
	int32_t *forth, *back; /* furthest place on each diagonal, from either end */
	int64_t *budget;
};

struct box {
	size_t a_from, a_to, b_from, b_to;
};

static void mark(struct thin *side, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		side->changed[side->at[i]] = true;
}

/* Diagonals that leave the box are not walked: their number is bounded by the sides. */
static int64_t first_diagonal(int64_t d, int64_t height)
{
	return -(d - 2 * (d > height ? d - height : 0));
}

static int64_t last_diagonal(int64_t d, int64_t width)
{
	return d - 2 * (d > width ? d - width : 0);
}

static int64_t step(const int32_t *furthest, int64_t middle, int64_t k, int64_t d)
{
	int64_t below = furthest[middle + k + 1], above = furthest[middle + k - 1];
	return k == -d || (k != d && above < below) ? below : above + 1;
}

/* A point that an optimal path through the box goes through: where a path from the beginning and one from
 * the end meet. false: the budget is over. */
static bool meet(struct search *s, const struct box *box, size_t *a_at, size_t *b_at)
{
	const uint32_t *a = s->a.ids + box->a_from, *b = s->b.ids + box->b_from;
	int64_t n = (int64_t)(box->a_to - box->a_from), m = (int64_t)(box->b_to - box->b_from);
	int64_t delta = n - m, middle = n + m + 1, most = (n + m + 1) / 2;
	bool odd = delta & 1;
	s->forth[middle + 1] = s->back[middle + 1] = 0;
	for (int64_t d = 0; d <= most; d++) {
		for (int64_t k = first_diagonal(d, m); k <= last_diagonal(d, n); k += 2) {
			int64_t x = step(s->forth, middle, k, d), y = x - k, from = x;
			while (x < n && y < m && a[x] == b[y])
				x++, y++;
			s->forth[middle + k] = (int32_t)x;
			*s->budget -= 1 + x - from;
			int64_t other = delta - k;
			if (odd && other >= -(d - 1) && other <= d - 1 && x + s->back[middle + other] >= n) {
				*a_at = box->a_from + (size_t)x;
				*b_at = box->b_from + (size_t)y;
				return true;
			}
		}
		for (int64_t k = first_diagonal(d, m); k <= last_diagonal(d, n); k += 2) {
			int64_t x = step(s->back, middle, k, d), y = x - k, from = x;
			while (x < n && y < m && a[n - 1 - x] == b[m - 1 - y])
				x++, y++;
			s->back[middle + k] = (int32_t)x;
			*s->budget -= 1 + x - from;
			int64_t other = delta - k;
			if (!odd && other >= -d && other <= d && x + s->forth[middle + other] >= n) {
				*a_at = box->a_from + (size_t)(n - x);
				*b_at = box->b_from + (size_t)(m - y);
				return true;
			}
		}
		if (*s->budget < 0)
			return false;
	}
	return false;
}

/* Each half of a box has half of its edits: no deeper than their logarithm. */
static void search(struct search *s, struct box box)
{
	size_t a_at, b_at;
	while (box.a_from < box.a_to && box.b_from < box.b_to && s->a.ids[box.a_from] == s->b.ids[box.b_from])
		box.a_from++, box.b_from++;
	while (box.a_from < box.a_to && box.b_from < box.b_to && s->a.ids[box.a_to - 1] == s->b.ids[box.b_to - 1])
		box.a_to--, box.b_to--;
	bool both = box.a_from < box.a_to && box.b_from < box.b_to;
	if (!both || *s->budget < 0 || !meet(s, &box, &a_at, &b_at)) {
		mark(&s->a, box.a_from, box.a_to);
		mark(&s->b, box.b_from, box.b_to);
		return;
	}
	search(s, (struct box){ box.a_from, a_at, box.b_from, b_at });
	search(s, (struct box){ a_at, box.a_to, b_at, box.b_to });
}

static void count_ids(const struct diff_side *side, bool *has)
{
	for (size_t i = 0; i < side->count; i++)
		has[side->ids[i]] = true;
}

static void thin_out(const struct diff_side *side, const bool *other_has, struct thin *out)
{
	*out = (struct thin){ mem_array(side->count + 1, sizeof(uint32_t)), mem_array(side->count + 1, sizeof(size_t)),
			      0, side->changed };
	for (size_t i = 0; i < side->count; i++) {
		if (!other_has[side->ids[i]]) {
			side->changed[i] = true;
			continue;
		}
		out->ids[out->count] = side->ids[i];
		out->at[out->count++] = i;
	}
}

void diff_ids(struct diff_side *before, struct diff_side *after, uint32_t id_count, int64_t *budget)
{
	struct search s = { .budget = budget };
	bool *a_has = mem_array((size_t)id_count + 1, sizeof(bool)), *b_has = mem_array((size_t)id_count + 1, sizeof(bool));
	count_ids(before, a_has);
	count_ids(after, b_has);
	thin_out(before, b_has, &s.a);
	thin_out(after, a_has, &s.b);
	free(a_has);
	free(b_has);
	size_t diagonals = 2 * (s.a.count + s.b.count) + 4;
	s.forth = mem_array(diagonals, sizeof *s.forth);
	s.back = mem_array(diagonals, sizeof *s.back);
	search(&s, (struct box){ 0, s.a.count, 0, s.b.count });
	free(s.forth);
	free(s.back);
	free(s.a.ids);
	free(s.a.at);
	free(s.b.ids);
	free(s.b.at);
}
