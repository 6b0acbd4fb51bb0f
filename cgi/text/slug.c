/* slug.c: the last part of an address, made from a title. */
#include "base/base.h"

#include "base/utf8.h"
#include "text/letters.h"
#include "text/slug.h"

struct maker {
	struct buf out;
	enum slug_letters letters;
	bool german;
	bool parted;        /* a hyphen is due before the next letter */
	size_t boundary;    /* where the last whole word ended */
};

static bool is_umlaut(const struct maker *m, uint32_t code)
{
	return m->german && (code == 0xE4 || code == 0xF6 || code == 0xFC);
}

static void put_letter(struct maker *m, uint32_t code)
{
	const char *ascii = m->letters == SLUG_ASCII ? letter_ascii(code) : NULL;
	if (ascii && !*ascii)
		return;
	if (m->parted && m->out.len > 0) {
		m->boundary = m->out.len;
		buf_char(&m->out, '-');
	}
	m->parted = false;
	if (ascii)
		buf_cstr(&m->out, ascii);
	else
		utf8_put(&m->out, code);
	if (ascii && is_umlaut(m, code))
		buf_char(&m->out, 'e');
}

/* A combining mark: gone where its letter was transliterated, kept elsewhere. */
static void put_mark(struct maker *m, uint32_t code)
{
	unsigned char before = m->out.len ? (unsigned char)m->out.bytes[m->out.len - 1] : '-';
	if (m->parted || before == '-')
		return;
	if (m->letters == SLUG_UNICODE || before >= 0x80)
		utf8_put(&m->out, code);
	else if (m->german && code == 0x308 && strchr("aou", before))
		buf_char(&m->out, 'e');
}

static void put(struct maker *m, uint32_t code)
{
	switch (letter_kind(code)) {
	case LETTER_SEPARATOR: m->parted = true; break;
	case LETTER_IGNORED: break;
	case LETTER_MARK: put_mark(m, code); break;
	default: put_letter(m, letter_lower(code)); break;
	}
}

/* Takes back what is over the limit, up to a word's end if that is not too far. */
static void cut(struct maker *m, size_t max_b, size_t before)
{
	if (m->boundary > max_b / 2)
		before = m->boundary;
	buf_truncate(&m->out, before);
	while (m->out.len > 0 && m->out.bytes[m->out.len - 1] == '-')
		buf_truncate(&m->out, m->out.len - 1);
}

struct str slug_make(struct arena *arena, struct str title, enum slug_letters letters,
		     struct str language, size_t max_b)
{
	if (max_b == 0 || max_b > SLUG_MAX_B)
		max_b = SLUG_MAX_B;
	struct maker m = { .letters = letters, .parted = false };
	m.german = str_istarts(language, STR("de")) && (language.n == 2 || language.p[2] == '-');
	buf_init(&m.out, SLUG_MAX_B + 16);
	uint32_t code;
	while (utf8_next(&title, &code)) {
		size_t before = m.out.len;
		put(&m, code);
		if (m.out.len > max_b) {
			cut(&m, max_b, before);
			break;
		}
	}
	struct str slug = arena_str(arena, buf_view(&m.out));
	buf_release(&m.out);
	return slug;
}

bool slug_is_valid(struct str slug)
{
	bool letter_before = false;
	uint32_t code;
	if (slug.n == 0 || slug.n > SLUG_MAX_B)
		return false;
	while (utf8_next(&slug, &code)) {
		enum letter kind = letter_kind(code);
		bool joins = code == '-' || code == '_';
		if (joins ? !letter_before : kind == LETTER_SEPARATOR || kind == LETTER_IGNORED)
			return false;
		if (kind == LETTER_MARK && !letter_before)
			return false;
		if (letter_lower(code) != code)
			return false;
		letter_before = !joins;
	}
	return letter_before;
}
