/* search_query.c: what somebody typed, as required and excluded words, and as an FTS5 expression. */
#include "base/base.h"
#include "store/search_query.h"
#include "store/search_words.h"

static struct str cut(struct str text)
{
	if (text.n <= SEARCH_QUERY_MAX_B)
		return text;
	size_t n = SEARCH_QUERY_MAX_B;
	while (n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
		n--;
	return str_sub(text, 0, n);
}

static bool is_blank(char c)
{
	return (unsigned char)c <= ' ';
}

/* Takes the next piece with its sign and quotes off; an open quote ends with the text. */
static bool next_piece(struct str *rest, struct search_term *out)
{
	while (rest->n && is_blank(rest->p[0]))
		*rest = str_from(*rest, 1);
	if (rest->n == 0)
		return false;
	*out = (struct search_term){ .excluded = rest->p[0] == '-' };
	if (out->excluded)
		*rest = str_from(*rest, 1);
	size_t end = 0;
	out->quoted = rest->n && rest->p[0] == '"';
	if (out->quoted) {
		*rest = str_from(*rest, 1);
		ptrdiff_t close = str_find_char(*rest, '"');
		end = close < 0 ? rest->n : (size_t)close;
	} else {
		while (end < rest->n && !is_blank(rest->p[end]) && rest->p[end] != '"')
			end++;
	}
	out->typed = str_sub(*rest, 0, end);
	*rest = str_from(*rest, end + (out->quoted ? 1 : 0));
	return true;
}

static enum rc fold_term(struct search_term *term, struct arena *arena, struct err *err)
{
	struct search_words words = search_words_of(term->typed);
	struct search_word word;
	while (search_words_next(&words, &word)) {
		term->word_count++;
		term->alone = word.alone;
	}
	term->alone = term->alone && term->word_count == 1;
	struct buf folded = BUF_INIT(SEARCH_QUERY_MAX_B * 16);
	search_words_text(&folded, term->typed);
	char *copy = arena_try(arena, folded.len + 1);
	if (copy) {
		if (folded.len)
			memcpy(copy, folded.bytes, folded.len);
		copy[folded.len] = '\0';
		term->words = str_n(copy, folded.len);
	}
	buf_release(&folded);
	return copy ? RC_OK : err_set(err, RC_LIMIT, "the query is larger than this request's memory");
}

enum rc search_terms_parse(struct str text, struct arena *arena, struct search_terms *out, struct err *err)
{
	struct search_term term;
	enum rc rc = RC_OK;
	text = cut(text);
	memset(out, 0, sizeof *out);
	while (rc == RC_OK && out->count < SEARCH_WORDS_MAX && next_piece(&text, &term)) {
		rc = fold_term(&term, arena, err);
		if (rc != RC_OK || term.word_count == 0)
			continue;
		out->items[out->count++] = term;
		out->required += !term.excluded;
	}
	return rc;
}

const struct search_term *search_terms_open(const struct search_terms *terms)
{
	const struct search_term *last = terms->count ? &terms->items[terms->count - 1] : NULL;
	if (!last || last->excluded || last->quoted || last->word_count != 1)
		return NULL;
	return last->alone || last->words.n >= 2 ? last : NULL;
}

struct str search_terms_text(const struct search_terms *terms, struct arena *arena)
{
	struct buf text = BUF_INIT(SEARCH_QUERY_MAX_B * 4);
	for (size_t i = 0; i < terms->count; i++) {
		const struct search_term *term = &terms->items[i];
		buf_cstr(&text, i ? " " : "");
		buf_cstr(&text, term->excluded ? "-" : "");
		buf_cstr(&text, term->quoted ? "\"" : "");
		buf_str(&text, term->typed);
		buf_cstr(&text, term->quoted ? "\"" : "");
	}
	struct str out = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return out;
}

static void put_phrase(struct buf *match, struct str words)
{
	buf_char(match, '"');
	buf_str(match, words);
	buf_char(match, '"');
}

static void put_open(struct buf *match, const struct search_term *open, const struct str *completions, size_t count)
{
	buf_char(match, '(');
	put_phrase(match, open->words);
	for (size_t i = 0; i < count; i++) {
		BUF_LIT(match, " OR ");
		put_phrase(match, completions[i]);
	}
	buf_char(match, ')');
}

struct str search_terms_match(const struct search_terms *terms, const struct str *completions, size_t count,
			      struct arena *arena, int64_t *exact)
{
	struct buf match = BUF_INIT(64 << 10);
	const struct search_term *open = search_terms_open(terms);
	*exact = 0;
	buf_char(&match, '(');
	for (size_t i = 0; i < terms->count; i++) { /* the open term is the last: completions end the list */
		if (terms->items[i].excluded)
			continue;
		if ((*exact)++ > 0)
			BUF_LIT(&match, " AND ");
		if (&terms->items[i] == open)
			put_open(&match, open, completions, count);
		else
			put_phrase(&match, terms->items[i].words);
	}
	buf_char(&match, ')');
	for (size_t i = 0; i < terms->count; i++) {
		if (terms->items[i].excluded) {
			BUF_LIT(&match, " NOT ");
			put_phrase(&match, terms->items[i].words);
		}
	}
	struct str out = arena_str(arena, buf_view(&match));
	buf_release(&match);
	return out;
}
