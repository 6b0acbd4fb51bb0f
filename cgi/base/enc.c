/* enc.c: base64, hex and percent encoding. */
#include "base/base.h"
#include "base/enc.h"

static const char alphabet_std[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char alphabet_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void base64(struct buf *out, struct str bytes, const char *alphabet, bool pad)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	size_t n = bytes.n;
	for (; n >= 3; n -= 3, p += 3) {
		char *to = buf_reserve(out, 4);
		if (!to)
			return;
		to[0] = alphabet[p[0] >> 2];
		to[1] = alphabet[(p[0] & 3) << 4 | p[1] >> 4];
		to[2] = alphabet[(p[1] & 15) << 2 | p[2] >> 6];
		to[3] = alphabet[p[2] & 63];
		buf_commit(out, 4);
	}
	if (n == 0)
		return;
	unsigned second = n == 2 ? p[1] : 0;
	char tail[4] = { alphabet[p[0] >> 2], alphabet[(p[0] & 3) << 4 | second >> 4],
			 n == 2 ? alphabet[(second & 15) << 2] : '=', '=' };
	buf_put(out, tail, pad ? 4 : n + 1);
}

void enc_base64(struct buf *out, struct str bytes)
{
	base64(out, bytes, alphabet_std, true);
}

void enc_base64url(struct buf *out, struct str bytes)
{
	base64(out, bytes, alphabet_url, false);
}

static int base64_value(char c, bool url)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == (url ? '-' : '+'))
		return 62;
	return c == (url ? '_' : '/') ? 63 : -1;
}

static bool base64_decode(struct buf *out, struct str text, bool url)
{
	size_t before = out->len;
	uint32_t bits = 0;
	int count = 0;
	for (size_t i = 0; i < text.n; i++) {
		int value = base64_value(text.p[i], url);
		if (value < 0)
			goto bad;
		bits = bits << 6 | (uint32_t)value;
		count += 6;
		if (count >= 8) {
			count -= 8;
			buf_char(out, (char)(bits >> count));
		}
	}
	/* Six left-over bits are half a byte too few; others must be zero, or two texts mean the same. */
	if (count == 6 || (bits & ((1u << count) - 1)) != 0)
		goto bad;
	return true;
bad:
	buf_truncate(out, before);
	return false;
}

bool enc_base64_decode(struct buf *out, struct str text)
{
	if (text.n % 4 != 0)
		return false;
	for (int pad = 0; pad < 2 && str_ends(text, STR("=")); pad++)
		text.n--;
	return base64_decode(out, text, false);
}

bool enc_base64url_decode(struct buf *out, struct str text)
{
	return base64_decode(out, text, true);
}

static const char digits[] = "0123456789abcdef";

void enc_hex_into(char *out, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	out[2 * n] = '\0';
}

void enc_hex(struct buf *out, struct str bytes)
{
	for (size_t i = 0; i < bytes.n; i++) {
		char pair[3];
		enc_hex_into(pair, bytes.p + i, 1);
		buf_put(out, pair, 2);
	}
}

int enc_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool enc_hex_decode(struct buf *out, struct str text)
{
	size_t before = out->len;
	if (text.n % 2 != 0)
		return false;
	for (size_t i = 0; i < text.n; i += 2) {
		int high = enc_hex_digit(text.p[i]), low = enc_hex_digit(text.p[i + 1]);
		if (high < 0 || low < 0) {
			buf_truncate(out, before);
			return false;
		}
		buf_char(out, (char)(high << 4 | low));
	}
	return true;
}

/* What each part of an address may hold besides unreserved characters (RFC 3986 appendix A). An
 * apostrophe is escaped all the same: addresses end up in quoted attributes. */
static const char *const kept[ENC_PART__MAX] = {
	[ENC_SEGMENT] = "!$&()*+,;=:@",
	[ENC_PATH] = "!$&()*+,;=:@/",
	[ENC_QUERY] = "!$()*,;:@/?",
	[ENC_STRICT] = "",
	[ENC_IRI] = "!$&()*+,;=:@/?#[]",
};

static bool is_kept(char c, enum enc_part part)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c != '\0' && (strchr("-._~", c) || strchr(kept[part], c));
}

static bool is_escape(struct str s, size_t at)
{
	return s.n - at >= 3 && s.p[at] == '%' && enc_hex_digit(s.p[at + 1]) >= 0 &&
	       enc_hex_digit(s.p[at + 2]) >= 0;
}

void enc_percent(struct buf *out, struct str s, enum enc_part part)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (is_kept(s.p[i], part) || (part == ENC_IRI && is_escape(s, i))) {
			buf_char(out, s.p[i]);
		} else {
			char hex[3] = { '%', "0123456789ABCDEF"[c >> 4], "0123456789ABCDEF"[c & 15] };
			buf_put(out, hex, 3);
		}
	}
}

struct str enc_percent_dup(struct arena *arena, struct str s, enum enc_part part)
{
	struct buf b = BUF_INIT(3 * s.n);
	enc_percent(&b, s, part);
	struct str copy = arena_str(arena, buf_view(&b));
	buf_release(&b);
	return copy;
}

bool enc_percent_decode_into(char *out, struct str s, bool plus, size_t *n)
{
	size_t at = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%') {
			if (!is_escape(s, i))
				return false;
			out[at++] = (char)(enc_hex_digit(s.p[i + 1]) << 4 | enc_hex_digit(s.p[i + 2]));
			i += 2;
		} else {
			out[at++] = plus && s.p[i] == '+' ? ' ' : s.p[i];
		}
	}
	*n = at;
	return true;
}

bool enc_percent_decode(struct buf *out, struct str s, bool plus)
{
	size_t n;
	char *to = buf_reserve(out, s.n);
	if (!to)
		return true; /* buf_status() tells */
	if (!enc_percent_decode_into(to, s, plus, &n)) {
		to[0] = '\0'; /* the buffer's own NUL */
		return false;
	}
	buf_commit(out, n);
	return true;
}
