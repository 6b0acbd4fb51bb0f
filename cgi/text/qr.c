/* qr.c: QR codes (ISO/IEC 18004): bytes, versions 1 to 10, error correction M. */
#include "base/base.h"

#include <limits.h>
#include <stdlib.h>

#include "base/enc.h"
#include "text/qr.h"

#define VERSION_MAX 10
#define CODEWORDS_MAX 346
#define CHECK_MAX 26
#define QUIET 4
#define LEVEL_M 0       /* the bits that stand for it, table 25 */

/* Table 9: check codewords a block, and two groups of blocks with their data codewords. */
static const struct layout {
	int check, blocks, data, more_blocks;    /* those of the second group have one data codeword more */
	int align[3];                            /* annex E; 0: none */
} layouts[VERSION_MAX + 1] = {
	[1] = { 10, 1, 16, 0, { 0, 0, 0 } }, [2] = { 16, 1, 28, 0, { 6, 18, 0 } },
	[3] = { 26, 1, 44, 0, { 6, 22, 0 } }, [4] = { 18, 2, 32, 0, { 6, 26, 0 } },
	[5] = { 24, 2, 43, 0, { 6, 30, 0 } }, [6] = { 16, 4, 27, 0, { 6, 34, 0 } },
	[7] = { 18, 4, 31, 0, { 6, 22, 38 } }, [8] = { 22, 2, 38, 2, { 6, 24, 42 } },
	[9] = { 22, 3, 36, 2, { 6, 26, 46 } }, [10] = { 26, 4, 43, 1, { 6, 28, 50 } },
};

struct drawing {
	struct qr *qr;
	int version;
	uint8_t fixed[QR_SIZE_MAX * QR_SIZE_MAX];   /* modules of patterns: no data, no mask */
};

static int data_codewords(int version)
{
	const struct layout *l = &layouts[version];
	return l->blocks * l->data + l->more_blocks * (l->data + 1);
}

/* --- codewords --- */

struct bits {
	uint8_t *bytes;
	int count;
};

static void put_bits(struct bits *bits, unsigned value, int n)
{
	for (int i = n - 1; i >= 0; i--, bits->count++)
		bits->bytes[bits->count / 8] |= (uint8_t)((value >> i & 1) << (7 - bits->count % 8));
}

/* Mode, length, bytes, end, padding: 7.4. */
static void fill_data(int version, struct str bytes, uint8_t data[CODEWORDS_MAX])
{
	struct bits bits = { data, 0 };
	int all = data_codewords(version) * 8;
	put_bits(&bits, 4, 4);
	put_bits(&bits, (unsigned)bytes.n, version < 10 ? 8 : 16);
	for (size_t i = 0; i < bytes.n; i++)
		put_bits(&bits, (uint8_t)bytes.p[i], 8);
	put_bits(&bits, 0, all - bits.count < 4 ? all - bits.count : 4);
	bits.count = (bits.count + 7) / 8 * 8;
	for (unsigned pad = 0xEC; bits.count < all; pad ^= 0xEC ^ 0x11)
		put_bits(&bits, pad, 8);
}

/* In GF(256) modulo x^8+x^4+x^3+x^2+1. */
static uint8_t multiply(uint8_t a, uint8_t b)
{
	unsigned product = 0;
	for (int i = 7; i >= 0; i--) {
		product = product << 1 ^ (product >> 7) * 0x11D;
		product ^= (b >> i & 1U) * a;
	}
	return (uint8_t)product;
}

/* The product of (x - 2^i), highest power first and left out. */
static void make_generator(int degree, uint8_t out[CHECK_MAX])
{
	uint8_t root = 1;
	memset(out, 0, CHECK_MAX);
	out[degree - 1] = 1;
	for (int i = 0; i < degree; i++) {
		for (int j = 0; j < degree; j++)
			out[j] = (uint8_t)(multiply(out[j], root) ^ (j + 1 < degree ? out[j + 1] : 0));
		root = multiply(root, 2);
	}
}

static void make_check(const uint8_t *data, int n, const uint8_t *generator, int degree, uint8_t check[CHECK_MAX])
{
	memset(check, 0, CHECK_MAX);
	for (int i = 0; i < n; i++) {
		uint8_t factor = data[i] ^ check[0];
		memmove(check, check + 1, (size_t)degree - 1);
		check[degree - 1] = 0;
		for (int j = 0; j < degree; j++)
			check[j] ^= multiply(generator[j], factor);
	}
}

/* Blocks with their check codewords, taken in turns: 7.6. Returns how many codewords. */
static int interleave(int version, const uint8_t *data, uint8_t out[CODEWORDS_MAX])
{
	const struct layout *l = &layouts[version];
	uint8_t generator[CHECK_MAX], check[CHECK_MAX];
	int count = l->blocks + l->more_blocks, all = data_codewords(version);
	make_generator(l->check, generator);
	for (int block = 0, from = 0; block < count; block++) {
		int n = l->data + (block >= l->blocks);
		for (int i = 0; i < l->data; i++)
			out[i * count + block] = data[from + i];
		if (n > l->data)
			out[l->data * count + block - l->blocks] = data[from + l->data];
		make_check(data + from, n, generator, l->check, check);
		for (int i = 0; i < l->check; i++)
			out[all + i * count + block] = check[i];
		from += n;
	}
	return all + l->check * count;
}

/* --- patterns --- */

static void fix(struct drawing *d, int x, int y, bool dark)
{
	int at = y * d->qr->size + x;
	d->qr->dark[at] = dark;
	d->fixed[at] = 1;
}

/* With the light frame around it, as far as it is inside. */
static void draw_finder(struct drawing *d, int cx, int cy)
{
	for (int dy = -4; dy <= 4; dy++)
		for (int dx = -4; dx <= 4; dx++) {
			int x = cx + dx, y = cy + dy, far = abs(dx) > abs(dy) ? abs(dx) : abs(dy);
			if (x >= 0 && y >= 0 && x < d->qr->size && y < d->qr->size)
				fix(d, x, y, far != 2 && far != 4);
		}
}

static void draw_aligns(struct drawing *d)
{
	const int *at = layouts[d->version].align;
	int last = d->version < 7 ? 1 : 2;
	for (int i = 0; d->version > 1 && i <= last; i++)
		for (int j = 0; j <= last; j++) {
			if ((i == 0 && j == 0) || (i == 0 && j == last) || (i == last && j == 0))
				continue; /* a finder is there */
			for (int dy = -2; dy <= 2; dy++)
				for (int dx = -2; dx <= 2; dx++)
					fix(d, at[i] + dx, at[j] + dy, (abs(dx) > abs(dy) ? abs(dx) : abs(dy)) != 1);
		}
}

/* `value` followed by its remainder modulo `divisor` of that degree. */
static unsigned with_remainder(unsigned value, unsigned divisor, int degree)
{
	unsigned rest = value;
	for (int i = 0; i < degree; i++)
		rest = rest << 1 ^ (rest >> (degree - 1)) * divisor;
	return value << degree | rest;
}

/* 7.9: twice, the least bit first from the upper left corner down and to the right. */
static void draw_format(struct drawing *d, int mask)
{
	unsigned bits = with_remainder((unsigned)(LEVEL_M << 3 | mask), 0x537, 10) ^ 0x5412;
	int size = d->qr->size;
	for (int i = 0; i < 15; i++) {
		bool dark = bits >> i & 1;
		if (i < 8)
			fix(d, 8, i < 6 ? i : i + 1, dark);
		else
			fix(d, i == 8 ? 7 : 14 - i, 8, dark);
		if (i < 8)
			fix(d, size - 1 - i, 8, dark);
		else
			fix(d, 8, size - 15 + i, dark);
	}
	fix(d, 8, size - 8, true);
}

static void draw_version(struct drawing *d)
{
	unsigned bits = with_remainder((unsigned)d->version, 0x1F25, 12);
	for (int i = 0; d->version >= 7 && i < 18; i++) {
		int far = d->qr->size - 11 + i % 3, near = i / 3;
		fix(d, far, near, bits >> i & 1);
		fix(d, near, far, bits >> i & 1);
	}
}

static void draw_patterns(struct drawing *d)
{
	int size = d->qr->size;
	for (int i = 0; i < size; i++) {
		fix(d, 6, i, i % 2 == 0);
		fix(d, i, 6, i % 2 == 0);
	}
	draw_finder(d, 3, 3);
	draw_finder(d, size - 4, 3);
	draw_finder(d, 3, size - 4);
	draw_aligns(d);
	draw_format(d, 0);
	draw_version(d);
}

/* In columns of two from the right, up and down in turns: 7.7.3. */
static void draw_codewords(struct drawing *d, const uint8_t *codewords, int count)
{
	int size = d->qr->size, bit = 0;
	bool up = true;
	for (int right = size - 1; right > 0; right -= 2, up = !up) {
		if (right == 6)
			right = 5; /* the timing pattern has this column */
		for (int i = 0; i < size * 2; i++) {
			int x = right - i % 2, y = up ? size - 1 - i / 2 : i / 2;
			if (d->fixed[y * size + x] || bit >= count * 8)
				continue;
			d->qr->dark[y * size + x] = codewords[bit / 8] >> (7 - bit % 8) & 1;
			bit++;
		}
	}
}

/* --- masks --- */

static bool mask_at(int mask, int x, int y)
{
	switch (mask) {
	case 0: return (x + y) % 2 == 0;
	case 1: return y % 2 == 0;
	case 2: return x % 3 == 0;
	case 3: return (x + y) % 3 == 0;
	case 4: return (x / 3 + y / 2) % 2 == 0;
	case 5: return x * y % 2 + x * y % 3 == 0;
	case 6: return (x * y % 2 + x * y % 3) % 2 == 0;
	default: return ((x + y) % 2 + x * y % 3) % 2 == 0;
	}
}

/* Twice is never. */
static void apply_mask(struct drawing *d, int mask)
{
	int size = d->qr->size;
	for (int y = 0; y < size; y++)
		for (int x = 0; x < size; x++)
			if (!d->fixed[y * size + x])
				d->qr->dark[y * size + x] ^= mask_at(mask, x, y);
}

/* Rows of one colour, and what looks like a finder, along one line: 7.8.3. */
static int line_penalty(const uint8_t *at, int step, int size)
{
	int penalty = 0, run = 0;
	unsigned last = 0;
	for (int i = 0; i < size; i++) {
		bool dark = at[i * step];
		run = i && dark == (at[(i - 1) * step] != 0) ? run + 1 : 1;
		if (run >= 5)
			penalty += run == 5 ? 3 : 1;
		last = (last << 1 | dark) & 0x7FF;
		if (i >= 10 && (last == 0x05D || last == 0x5D0))
			penalty += 40;
	}
	return penalty;
}

static int penalty(const struct qr *qr)
{
	int size = qr->size, sum = 0, dark = 0;
	const uint8_t *m = qr->dark;
	for (int i = 0; i < size; i++)
		sum += line_penalty(m + i * size, 1, size) + line_penalty(m + i, size, size);
	for (int y = 0; y < size; y++)
		for (int x = 0; x < size; x++) {
			const uint8_t *at = m + y * size + x;
			dark += *at;
			if (x + 1 < size && y + 1 < size && *at == at[1] && *at == at[size] && *at == at[size + 1])
				sum += 3;
		}
	return sum + abs(dark * 20 - size * size * 10) / (size * size) * 10;
}

static void choose_mask(struct drawing *d)
{
	int best = 0, least = INT_MAX;
	for (int mask = 0; mask < 8; mask++) {
		draw_format(d, mask);
		apply_mask(d, mask);
		int now = penalty(d->qr);
		apply_mask(d, mask);
		if (now < least) {
			least = now;
			best = mask;
		}
	}
	draw_format(d, best);
	apply_mask(d, best);
}

enum rc qr_encode(struct str bytes, struct qr *out, struct err *err)
{
	uint8_t data[CODEWORDS_MAX] = { 0 }, codewords[CODEWORDS_MAX] = { 0 };
	struct drawing d = { .qr = out, .version = 1 };
	if (bytes.n > QR_BYTES_MAX)
		return err_set(err, RC_LIMIT, "a QR code holds at most %d bytes here", QR_BYTES_MAX);
	while (data_codewords(d.version) < (int)bytes.n + (d.version < 10 ? 2 : 3))
		d.version++;
	*out = (struct qr){ .size = 17 + 4 * d.version };
	fill_data(d.version, bytes, data);
	draw_patterns(&d);
	draw_codewords(&d, codewords, interleave(d.version, data, codewords));
	choose_mask(&d);
	return RC_OK;
}

struct html qr_svg(const struct qr *qr, struct str label, struct arena *arena)
{
	struct buf out = BUF_INIT((size_t)256 << 10);
	int all = qr->size + 2 * QUIET;
	buf_printf(&out, "<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
		   "aria-label=\"", all, all);
	enc_html_attr(&out, label);
	buf_printf(&out, "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"",
		   all, all);
	for (int y = 0; y < qr->size; y++)
		for (int x = 0, run; x < qr->size; x += run) {
			const uint8_t *row = qr->dark + y * qr->size;
			for (run = 1; x + run < qr->size && row[x + run] == row[x];)
				run++;
			if (row[x])
				buf_printf(&out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
		}
	buf_cstr(&out, "\"/></svg>");
	struct str text = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return html_stored(text);
}
