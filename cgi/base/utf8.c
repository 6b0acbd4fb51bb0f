/* utf8.c: UTF-8 validation, decoding and repair. */
#include "base/base.h"
#include "base/utf8.h"

/* Decodes the character at p[0..n), n > 0: its length, or minus the length of the maximal subpart
 * that is malformed (RFC 3629 section 4: the second byte's range depends on the first). */
static int decode(const unsigned char *p, size_t n, uint32_t *c)
{
	unsigned char low = 0x80, high = 0xBF;
	int need;
	if (p[0] < 0x80) {
		*c = p[0];
		return 1;
	}
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return -1;
	if (p[0] < 0xE0) {
		need = 2;
		*c = p[0] & 0x1F;
	} else if (p[0] < 0xF0) {
		need = 3;
		*c = p[0] & 0x0F;
		if (p[0] == 0xE0)
			low = 0xA0;
		if (p[0] == 0xED)
			high = 0x9F;
	} else {
		need = 4;
		*c = p[0] & 0x07;
		if (p[0] == 0xF0)
			low = 0x90;
		if (p[0] == 0xF4)
			high = 0x8F;
	}
	for (int i = 1; i < need; i++) {
		if ((size_t)i >= n || p[i] < low || p[i] > high)
			return -i;
		*c = *c << 6 | (p[i] & 0x3F);
		low = 0x80;
		high = 0xBF;
	}
	return need;
}

size_t utf8_valid_up_to(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;
	while (i < s.n) {
		uint64_t word;
		uint32_t c;
		if (s.n - i >= 8) { /* texts are mostly ASCII: eight bytes at once */
			memcpy(&word, p + i, 8);
			if (!(word & UINT64_C(0x8080808080808080))) {
				i += 8;
				continue;
			}
		}
		int n = decode(p + i, s.n - i, &c);
		if (n < 0)
			return i;
		i += (size_t)n;
	}
	return s.n;
}

bool utf8_valid(struct str s)
{
	return utf8_valid_up_to(s) == s.n;
}

bool utf8_next(struct str *rest, uint32_t *c)
{
	if (rest->n == 0)
		return false;
	int n = decode((const unsigned char *)rest->p, rest->n, c);
	if (n < 0) {
		*c = UTF8_REPLACEMENT;
		n = -n;
	}
	*rest = str_from(*rest, (size_t)n);
	return true;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;
	uint32_t c;
	while (utf8_next(&s, &c))
		count++;
	return count;
}

size_t utf8_encode(uint32_t c, char out[4])
{
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = UTF8_REPLACEMENT;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

void utf8_put(struct buf *out, uint32_t c)
{
	char bytes[4];
	buf_put(out, bytes, utf8_encode(c, bytes));
}

void utf8_repair(struct str s, struct buf *out)
{
	uint32_t c;
	for (;;) {
		size_t good = utf8_valid_up_to(s);
		buf_str(out, str_sub(s, 0, good));
		s = str_from(s, good);
		if (!utf8_next(&s, &c))
			return;
		utf8_put(out, c);
	}
}

struct str utf8_cut(struct str s, size_t max_b)
{
	if (s.n <= max_b)
		return s;
	/* Back over at most three continuation bytes: malformed text is cut where it falls. */
	size_t n = max_b;
	for (int back = 0; back < 4 && n > 0; back++, n--)
		if (((unsigned char)s.p[n] & 0xC0) != 0x80)
			return str_sub(s, 0, n);
	return str_sub(s, 0, n > 0 ? max_b : 0);
}

struct str utf8_cut_chars(struct str s, size_t max)
{
	struct str rest = s;
	uint32_t c;
	while (max > 0 && utf8_next(&rest, &c))
		max--;
	return str_sub(s, 0, s.n - rest.n);
}
