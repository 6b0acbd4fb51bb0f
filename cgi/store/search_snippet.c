/* search_snippet.c: the part of a text that shows best why it was found. */
#include "base/base.h"
#include "store/search_snippet.h"
#include "store/search_words.h"

#define HITS_MAX 256
#define LEAD_CHARS 50 /* shown before the first hit */
#define SLACK_CHARS 15 /* how far a cut may move to a blank */

struct hit {
	size_t from, to;
	unsigned term; /* index into terms */
};

struct hits {
	struct hit items[HITS_MAX];
	size_t count;
};

static bool has_word(const struct search_term *term, struct str word, bool open)
{
	struct str rest = term->words, one;
	while (str_split(&rest, ' ', &one))
		if (str_eq(one, word) || (open && str_starts(word, one)))
			return true;
	return false;
}

/* The index of the required term that the word belongs to, or -1. */
static int term_of(const struct search_terms *terms, struct str word)
{
	const struct search_term *open = search_terms_open(terms);
	for (size_t i = 0; i < terms->count; i++)
		if (!terms->items[i].excluded && has_word(&terms->items[i], word, &terms->items[i] == open))
			return (int)i;
	return -1;
}

static void find_hits(struct str text, const struct search_terms *terms, struct hits *out)
{
	struct search_words words = search_words_of(text);
	struct search_word word;
	out->count = 0;
	while (out->count < HITS_MAX && search_words_next(&words, &word)) {
		int term = term_of(terms, str_n(word.text, word.n));
		if (term < 0)
			continue;
		struct hit *last = out->count ? &out->items[out->count - 1] : NULL;
		if (last && word.from < last->to) /* pairs overlap */
			last->to = word.to;
		else
			out->items[out->count++] = (struct hit){ word.from, word.to, (unsigned)term };
	}
}

/* A byte count that holds about `chars` characters of this text. */
static size_t bytes_of(struct str text, size_t from, size_t chars)
{
	size_t at = from;
	for (; chars > 0 && at < text.n; chars--)
		do
			at++;
		while (at < text.n && ((unsigned char)text.p[at] & 0xC0) == 0x80);
	return at - from;
}

static size_t back(struct str text, size_t from, size_t chars)
{
	for (; chars > 0 && from > 0; chars--)
		do
			from--;
		while (from > 0 && ((unsigned char)text.p[from] & 0xC0) == 0x80);
	return from;
}

/* The hit whose following span has the most different terms, the first of equals. */
static size_t best_hit(const struct hits *hits, size_t span_b)
{
	size_t best = 0;
	int most = 0;
	for (size_t i = 0; i < hits->count; i++) {
		uint32_t seen = 0;
		for (size_t j = i; j < hits->count && hits->items[j].to <= hits->items[i].from + span_b; j++)
			seen |= 1u << hits->items[j].term;
		if (__builtin_popcount(seen) > most) {
			most = __builtin_popcount(seen);
			best = i;
		}
	}
	return best;
}

static bool is_blank(char c)
{
	return (unsigned char)c <= ' ';
}

/* Moves a cut to a blank nearby, so that no word is cut where there are blanks. */
static size_t to_blank(struct str text, size_t at, bool forwards)
{
	size_t limit = forwards ? at + bytes_of(text, at, SLACK_CHARS) : back(text, at, SLACK_CHARS);
	size_t i = at;
	if (at == 0 || at >= text.n)
		return at;
	while (i != limit && i < text.n && !is_blank(text.p[i]))
		i = forwards ? i + 1 : i - 1;
	return i < text.n && is_blank(text.p[i]) ? i : at;
}

/* The bytes [from, to) with blanks collapsed and without what is not text. */
static void put_clean(struct buf *out, struct str text, size_t from, size_t to)
{
	struct str rest = str_sub(text, from, to);
	while (rest.n) {
		uint32_t c;
		struct str after = search_char(rest, &c);
		size_t n = rest.n - after.n;
		if (c <= ' ' || c == 0x7F) {
			if (out->len && out->bytes[out->len - 1] != ' ')
				buf_char(out, ' ');
		} else if (c != UTF8_REPLACEMENT) {
			buf_put(out, rest.p, n);
		}
		rest = after;
	}
}

static void put_marked(struct buf *out, struct str text, size_t from, size_t to, const struct hits *hits)
{
	for (size_t i = 0; i < hits->count; i++) {
		const struct hit *hit = &hits->items[i];
		if (hit->from < from || hit->to > to)
			continue;
		put_clean(out, text, from, hit->from);
		buf_char(out, SEARCH_HIT_BEGIN);
		put_clean(out, text, hit->from, hit->to);
		buf_char(out, SEARCH_HIT_END);
		from = hit->to;
	}
	put_clean(out, text, from, to);
}

struct str search_snippet(struct str text, const struct search_terms *terms, size_t max_chars,
			  struct arena *arena)
{
	struct hits hits;
	struct buf out = BUF_INIT(max_chars * 8 + 1024);
	struct str source = str_sub(text, 0, SNIPPET_SOURCE_MAX_B);
	size_t from = 0;

	find_hits(source, terms, &hits);
	if (bytes_of(source, 0, max_chars) < source.n && hits.count) {
		size_t span_b = bytes_of(source, hits.items[0].from, max_chars - LEAD_CHARS);
		from = to_blank(source, back(source, hits.items[best_hit(&hits, span_b)].from, LEAD_CHARS), true);
	}
	size_t to = from + bytes_of(source, from, max_chars);
	if (to < text.n)
		to = to_blank(source, to, false);
	if (from > 0)
		buf_cstr(&out, "…");
	put_marked(&out, source, from, to, &hits);
	if (to < text.n)
		buf_cstr(&out, "…");
	struct str done = arena_str(arena, str_trim(buf_view(&out)));
	buf_release(&out);
	return done;
}
