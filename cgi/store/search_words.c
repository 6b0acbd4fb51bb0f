/* search_words.c: text as the words that index, query, vocabulary and snippets agree on. */
#include "base/base.h"
#include "store/search_words.h"

struct search_words search_words_of(struct str source)
{
	return (struct search_words){ source, 0, false };
}

static struct str rest_of(const struct search_words *words)
{
	return str_from(words->source, words->at);
}

/* False when the word is full; a character is never cut. */
static bool append(struct search_word *word, const char *folded, size_t n)
{
	if (word->n + n > SEARCH_WORD_MAX_B)
		return false;
	memcpy(word->text + word->n, folded, n);
	word->n += n;
	return true;
}

static void take_letters(struct search_words *words, struct search_word *out)
{
	bool full = false;
	while (words->at < words->source.n) {
		char folded[4];
		size_t n;
		uint32_t c;
		struct str after = search_char(rest_of(words), &c);
		enum search_class class = search_fold(c, folded, &n);
		if (class == SEARCH_SEPARATOR || class == SEARCH_PAIRED)
			break;
		full = full || !append(out, folded, n);
		words->at = words->source.n - after.n;
		out->to = words->at;
	}
}

/* The character at words->at, which is in `out`, and its neighbour; `after` is what follows it. Advances
 * by one character: the next pair begins with the second. */
static void take_pair(struct search_words *words, struct search_word *out, struct str after)
{
	char folded[4];
	size_t n;
	uint32_t c;

	out->paired = true;
	words->at = words->source.n - after.n;
	out->to = words->at;
	while (after.n) {
		struct str behind = search_char(after, &c);
		enum search_class class = search_fold(c, folded, &n);
		if (class == SEARCH_PAIRED) {
			(void)append(out, folded, n);
			out->to = words->source.n - behind.n;
			words->in_run = true;
			return;
		}
		if (class != SEARCH_DROPPED)
			break;
		after = behind;
	}
	/* The last of a run has been the second half of a pair already. */
	out->alone = !words->in_run;
	if (words->in_run)
		out->n = 0;
	words->in_run = false;
}

bool search_words_next(struct search_words *words, struct search_word *out)
{
	while (words->at < words->source.n) {
		char folded[4];
		size_t n;
		uint32_t c;
		struct str after = search_char(rest_of(words), &c);
		enum search_class class = search_fold(c, folded, &n);
		if (class == SEARCH_SEPARATOR || class == SEARCH_DROPPED) {
			words->at = words->source.n - after.n;
			continue;
		}
		*out = (struct search_word){ .from = words->at, .to = words->at };
		if (class == SEARCH_LETTER) {
			take_letters(words, out);
		} else {
			(void)append(out, folded, n);
			take_pair(words, out, after);
		}
		if (out->n)
			return true;
	}
	return false;
}

void search_words_text(struct buf *out, struct str source)
{
	struct search_words words = search_words_of(source);
	struct search_word word;
	bool first = true;
	while (search_words_next(&words, &word)) {
		if (!first)
			buf_char(out, ' ');
		buf_put(out, word.text, word.n);
		first = false;
	}
}
