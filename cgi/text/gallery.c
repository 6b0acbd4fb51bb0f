/* gallery.c: how pictures of any shape stand in rows that all have the column's width. */
#include "base/base.h"

#include "text/gallery.h"

#define MARGINS_REM 12 /* a window has them beside the column before the column is as wide as it gets */
#define ROW_SUM 300 /* of the shapes of a row as it should be */
#define TALL_MAX 80
#define WIDE_MIN 200

/* Those of cameras, telephones and films, and enough between them that nothing loses more than a few hundredths. */
static const int known[] = { 50, 56, 67, 75, 80, 90, 100, 112, 125, 133, 150, 167, 178, 200, 250 };

int gallery_shape(int width_px, int height_px)
{
	int64_t shape = (int64_t)width_px * 100 / height_px, most = 10 * known[COUNT_OF(known) - 1];
	size_t i = 0;
	if (shape > most)
		shape = most;
	/* Between two the one is nearer by which less is cut off: the middle is the geometric one. */
	while (i + 1 < COUNT_OF(known) && shape * shape > (int64_t)known[i] * known[i + 1])
		i++;
	return known[i];
}

static double badness(int sum)
{
	double off = sum > ROW_SUM ? (double)sum / ROW_SUM : (double)ROW_SUM / sum;
	return off * off;
}

/* best[n]: of the first n pictures; last[n]: how many of them are in the last row then. Of two ways as good as each other
 * the one with the smaller row first. */
size_t gallery_rows(const int *shapes, size_t count, struct arena *arena, int **rows)
{
	double *best = ARENA_ARRAY(arena, count + 1, double);
	int *last = ARENA_ARRAY(arena, count + 1, int), *out = ARENA_ARRAY(arena, count + 1, int);
	size_t row_count = 0;
	best[0] = 0;
	for (size_t n = 1; n <= count; n++) {
		int sum = 0;
		last[n] = 0;
		for (int k = 1; k <= GALLERY_ROW_MAX && (size_t)k <= n; k++) {
			sum += shapes[n - (size_t)k];
			double cost = best[n - (size_t)k] + badness(sum);
			if (last[n] && cost > best[n])
				continue;
			best[n] = cost;
			last[n] = k;
		}
	}
	for (size_t n = count; n > 0; n -= (size_t)last[n])
		out[row_count++] = last[n];
	for (size_t i = 0; i < row_count / 2; i++) {
		int held = out[i];
		out[i] = out[row_count - 1 - i];
		out[row_count - 1 - i] = held;
	}
	*rows = out;
	return row_count;
}

static int share(const int *shapes, int from, int to, int at, int whole)
{
	int sum = 0;
	for (int i = from; i < to; i++)
		sum += shapes[i];
	return (whole * shapes[at] + sum - 1) / sum;
}

const char *gallery_class(int shape)
{
	return shape <= TALL_MAX ? " tall" : shape >= WIDE_MIN ? " wide" : "";
}

/* On a telephone a wide picture has a row of its own, and so has one of three that is not tall: the first or the last. */
static bool is_alone(const int *shapes, int count, int at)
{
	int one = shapes[0] > TALL_MAX ? 0 : GALLERY_ROW_MAX - 1;
	return shapes[at] >= WIDE_MIN || (count == GALLERY_ROW_MAX && at == one && shapes[at] > TALL_MAX);
}

static int narrow_share(const int *shapes, int count, int at)
{
	int from = at, to = at + 1;
	if (is_alone(shapes, count, at))
		return 100;
	while (from > 0 && !is_alone(shapes, count, from - 1))
		from--;
	while (to < count && !is_alone(shapes, count, to))
		to++;
	return share(shapes, from, to, at, 100);
}

void gallery_sizes(const int *shapes, int count, int at, int column_rem, struct buf *out)
{
	buf_printf(out, "(min-width: %drem) %drem, (min-width: 36rem) %dvw, %dvw", column_rem + MARGINS_REM,
		   share(shapes, 0, count, at, column_rem), share(shapes, 0, count, at, 100), narrow_share(shapes, count, at));
}
