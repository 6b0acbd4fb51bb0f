/* html_entity.c: character references (&amp; &#39; &#x27;) of HTML. */
#include "base/base.h"

#include "base/enc.h"
#include "base/utf8.h"
#include "text/html_entity.h"
#include "text/html_entity_data.h"

#define NAME_MAX_B 32

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static uint32_t numeric_meaning(uint32_t code)
{
	static const uint16_t windows_1252[] = {
		0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160,
		0x2039, 0x152, 0x8D, 0x17D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
		0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178,
	};
	if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
		return 0xFFFD;
	return code >= 0x80 && code < 0xA0 ? windows_1252[code - 0x80] : code;
}

static bool numeric(struct str text, size_t *at, uint32_t *code)
{
	size_t i = *at + 2;
	bool hex = i < text.n && (text.p[i] | 0x20) == 'x';
	uint32_t value = 0;
	i += hex;
	size_t first = i;
	for (; i < text.n; i++) {
		int digit = enc_hex_digit(text.p[i]);
		if (digit < 0 || (!hex && digit > 9))
			break;
		if (value <= 0x10FFFF)
			value = value * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (i == first)
		return false;
	*code = numeric_meaning(value);
	*at = i + (i < text.n && text.p[i] == ';');
	return true;
}

static size_t name_length(struct str text, size_t from)
{
	size_t n = 0;
	while (n < NAME_MAX_B && from + n < text.n && is_alnum(text.p[from + n]))
		n++;
	return n > 0 && from + n < text.n && text.p[from + n] == ';' && !is_digit(text.p[from]) ? n : 0;
}

bool html_entity(struct str text, size_t *at, uint32_t *code)
{
	if (*at + 1 < text.n && text.p[*at + 1] == '#')
		return numeric(text, at, code);
	struct str name = str_n(text.p + *at + 1, name_length(text, *at + 1));
	size_t low = 0, high = COUNT_OF(entities);
	while (name.n > 0 && low < high) {
		size_t mid = (low + high) / 2;
		int order = str_cmp(name, str_of(entities[mid].name));
		if (order == 0) {
			*code = entities[mid].code;
			*at += name.n + 2;
			return true;
		}
		if (order > 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

void html_decode(struct buf *out, struct str text)
{
	size_t from = 0, at = 0;
	while (at < text.n) {
		uint32_t code;
		size_t amp = at;
		if (text.p[at] != '&' || !html_entity(text, &at, &code)) {
			at++;
			continue;
		}
		buf_put(out, text.p + from, amp - from);
		utf8_put(out, code);
		from = at;
	}
	buf_put(out, text.p + from, text.n - from);
}

size_t html_entity_form(struct str text, size_t at)
{
	uint32_t code;
	size_t end = at;
	if (at + 1 < text.n && text.p[at + 1] == '#') {
		if (!numeric(text, &end, &code) || text.p[end - 1] != ';' || end - at > 10)
			return 0;
		return code == 0xFFFD || (code < ' ' && code != '\t' && code != '\n') ? 0 : end - at;
	}
	size_t n = name_length(text, at + 1);
	return n ? n + 2 : 0;
}
