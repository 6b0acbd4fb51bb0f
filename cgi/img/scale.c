/* scale.c: makes pictures smaller by Lanczos, first the columns, then the rows. */
#include "base/base.h"

#include <math.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "img/raster.h"

#define LOBES 3
#define ONE_BITS 14 /* weights are whole numbers; together 1 << ONE_BITS */
#define PI 3.14159265358979323846

/* What one pixel of the result is made of: `count` pixels from `first` on, an even number of weights. */
struct part {
	int first, count;
	const int16_t *weights;
};

struct filter {
	struct part *parts;
	int16_t *weights;
};

static double lanczos(double x)
{
	if (fabs(x) < 1e-9)
		return 1;
	if (fabs(x) >= LOBES)
		return 0;
	return LOBES * sin(PI * x) * sin(PI * x / LOBES) / (PI * PI * x * x);
}

/* The weights of one place as whole numbers; what rounding left goes to the largest. */
static void weigh(struct part *part, int16_t *weights, double centre, double step)
{
	double sum = 0;
	int total = 0, largest = 0;
	for (int i = 0; i < part->count; i++)
		sum += lanczos((part->first + i + 0.5 - centre) / step);
	for (int i = 0; i < part->count; i++) {
		double weight = lanczos((part->first + i + 0.5 - centre) / step) / sum;
		weights[i] = (int16_t)lrint(weight * (1 << ONE_BITS));
		total += weights[i];
		largest = weights[i] > weights[largest] ? i : largest;
	}
	weights[largest] = (int16_t)(weights[largest] + (1 << ONE_BITS) - total);
	part->weights = weights;
}

/* For `out` pixels of the part [from, from + length) of `n`. */
static void filter_init(struct filter *f, int n, double from, double length, int out)
{
	double step = length / out < 1 ? 1 : length / out;
	size_t room = ((size_t)(2 * LOBES * step) + 4) & ~(size_t)1;
	f->parts = mem_array((size_t)out, sizeof *f->parts);
	f->weights = mem_array((size_t)out * room, sizeof *f->weights);
	for (int i = 0; i < out; i++) {
		double centre = from + (i + 0.5) * length / out;
		int first = (int)floor(centre - LOBES * step), last = (int)ceil(centre + LOBES * step);
		first = first < 0 ? 0 : first > n - 1 ? n - 1 : first;
		last = last > n ? n : last <= first ? first + 1 : last;
		f->parts[i] = (struct part){ .first = first, .count = last - first };
		if ((size_t)f->parts[i].count > room)
			f->parts[i].count = (int)room;
		weigh(&f->parts[i], f->weights + (size_t)i * room, centre, step);
	}
}

static void filter_release(struct filter *f)
{
	free(f->parts);
	free(f->weights);
}

static inline uint32_t pack(const int32_t sums[4])
{
	uint32_t pixel = 0;
	for (int c = 0; c < 4; c++) {
		int32_t value = (sums[c] + (1 << (ONE_BITS - 1))) >> ONE_BITS;
		pixel |= (uint32_t)(value < 0 ? 0 : value > 255 ? 255 : value) << 8 * c;
	}
	return pixel;
}

static inline void add(int32_t sums[4], uint32_t pixel, int weight)
{
	for (int c = 0; c < 4; c++)
		sums[c] += (int32_t)(pixel >> 8 * c & 0xFF) * weight;
}

static uint32_t column(uint32_t *const *rows, int x, const struct part *part)
{
	int32_t sums[4] = { 0 };
	for (int i = 0; i < part->count; i++)
		add(sums, rows[part->first + i][x], part->weights[i]);
	return pack(sums);
}

#ifdef __SSE2__
/* Two pixels or two rows at a time: bytes a0 b0 a1 b1 ... widened, times the weights wa wb, in pairs. */
static inline __m128i weights_of(const struct part *part, int i)
{
	int second = i + 1 < part->count ? part->weights[i + 1] : 0;
	return _mm_set1_epi32((int)((uint32_t)(uint16_t)part->weights[i] | (uint32_t)second << 16));
}

static inline __m128i finish(__m128i sums)
{
	return _mm_srai_epi32(_mm_add_epi32(sums, _mm_set1_epi32(1 << (ONE_BITS - 1))), ONE_BITS);
}

/* Four pixels of a row of the result. */
static void four_columns(uint32_t *const *rows, int x, const struct part *part, uint32_t *out)
{
	const __m128i zero = _mm_setzero_si128();
	__m128i sums[4] = { zero, zero, zero, zero };
	for (int i = 0; i < part->count; i += 2) {
		int other = i + 1 < part->count ? i + 1 : i;
		__m128i a = _mm_loadu_si128((const __m128i *)(rows[part->first + i] + x));
		__m128i b = _mm_loadu_si128((const __m128i *)(rows[part->first + other] + x));
		__m128i low = _mm_unpacklo_epi8(a, b), high = _mm_unpackhi_epi8(a, b), weights = weights_of(part, i);
		sums[0] = _mm_add_epi32(sums[0], _mm_madd_epi16(_mm_unpacklo_epi8(low, zero), weights));
		sums[1] = _mm_add_epi32(sums[1], _mm_madd_epi16(_mm_unpackhi_epi8(low, zero), weights));
		sums[2] = _mm_add_epi32(sums[2], _mm_madd_epi16(_mm_unpacklo_epi8(high, zero), weights));
		sums[3] = _mm_add_epi32(sums[3], _mm_madd_epi16(_mm_unpackhi_epi8(high, zero), weights));
	}
	__m128i low = _mm_packs_epi32(finish(sums[0]), finish(sums[1]));
	__m128i high = _mm_packs_epi32(finish(sums[2]), finish(sums[3]));
	_mm_storeu_si128((__m128i *)out, _mm_packus_epi16(low, high));
}

static uint32_t across(const uint32_t *row, const struct part *part)
{
	const __m128i zero = _mm_setzero_si128();
	const uint32_t *from = row + part->first;
	__m128i sum = zero;
	int i = 0;
	for (; i + 1 < part->count; i += 2) {
		__m128i two = _mm_loadl_epi64((const __m128i *)(from + i));
		__m128i pairs = _mm_unpacklo_epi8(two, _mm_srli_epi64(two, 32));
		sum = _mm_add_epi32(sum, _mm_madd_epi16(_mm_unpacklo_epi8(pairs, zero), weights_of(part, i)));
	}
	if (i < part->count) {
		__m128i one = _mm_unpacklo_epi8(_mm_cvtsi32_si128((int)from[i]), zero);
		sum = _mm_add_epi32(sum, _mm_madd_epi16(_mm_unpacklo_epi16(one, zero), weights_of(part, i)));
	}
	__m128i words = _mm_packs_epi32(finish(sum), zero);
	return (uint32_t)_mm_cvtsi128_si32(_mm_packus_epi16(words, zero));
}
#else
static void four_columns(uint32_t *const *rows, int x, const struct part *part, uint32_t *out)
{
	for (int i = 0; i < 4; i++)
		out[i] = column(rows, x + i, part);
}

static uint32_t across(const uint32_t *row, const struct part *part)
{
	int32_t sums[4] = { 0 };
	for (int i = 0; i < part->count; i++)
		add(sums, row[part->first + i], part->weights[i]);
	return pack(sums);
}
#endif

/* The columns [left, right) of the rows that one row of the result is made of. */
static void down(uint32_t *const *rows, const struct part *part, int left, int right, uint32_t *out)
{
	int x = left;
	for (; x + 4 <= right; x += 4)
		four_columns(rows, x, part, out + x);
	for (; x < right; x++)
		out[x] = column(rows, x, part);
}

enum rc raster_scale(const struct raster *from, double x, double y, double width, double height, int out_w, int out_h,
		     struct raster *out, struct err *err)
{
	struct filter columns, rows;
	struct raster to;
	enum rc rc = raster_new(out_w, out_h, from->alpha, &to, err);
	if (rc != RC_OK)
		return rc;
	uint32_t *line = mem_array((size_t)from->width, sizeof *line);
	filter_init(&rows, from->height, y, height, out_h);
	filter_init(&columns, from->width, x, width, out_w);
	int left = columns.parts[0].first;
	int right = columns.parts[out_w - 1].first + columns.parts[out_w - 1].count;
	for (int i = 0; i < out_h; i++) {
		down(from->rows, &rows.parts[i], left, right, line);
		for (int k = 0; k < out_w; k++)
			to.rows[i][k] = across(line, &columns.parts[k]);
	}
	filter_release(&columns);
	filter_release(&rows);
	free(line);
	*out = to;
	return RC_OK;
}
