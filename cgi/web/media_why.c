/* media_why.c: why a file was refused, in the words of the person who sent it.
 *
 * The helper that decodes pictures knows no languages and gives one line of English (img/run.h): its sentences are
 * told by their form, in which # is a number and * a word. tests/http/media_refused.test.mjs finds one that is missing. */
#include "base/base.h"

#include "web/media_why.h"

#define PLACES_MAX 3

static const struct { const char *form, *phrase; } sentences[] = {
	{ "the * picture is cut off in the middle", "media_why_cut" },
	{ "the * picture ends before its pixels begin", "media_why_short" },
	{ "the * picture ends before its size or has none", "media_why_short" },
	{ "the * picture is damaged", "media_why_damaged" },
	{ "the picture is damaged or cut off", "media_why_broken" },
	{ "the animation's first frame is damaged", "media_why_broken" },
	{ "the animation's first frame lies outside of it", "media_why_broken" },
	{ "the picture claims # x # pixels; at most # million are taken", "media_why_pixels" },
	{ "the picture is # by # pixels; the limit is # a side", "media_why_side" },
	{ "the animation has # frames; at most # are taken", "media_why_frames" },
	{ "the picture has # MB; at most # MB are taken", "media_why_bytes" },
	{ "the * picture has more than # layers", "media_why_layers" },
	{ "the picture has too many scans", "media_why_layers" },
	{ "the picture is in too many pieces", "media_why_layers" },
	{ "the picture needs more memory than there is for it", "media_why_memory" },
	{ "the picture needs more memory than the # MB there are for it", "media_why_memory" },
	{ "the picture of # x # pixels needs more memory than there is for it", "media_why_memory" },
	{ "the machine has not enough memory for this picture", "media_why_memory" },
	{ "the picture took more than # s of computing; it is given up", "media_why_long" },
	{ "the picture took longer than # s; it is given up", "media_why_long" },
	{ "the picture made its decoder crash; it is refused", "media_why_crash" },
	{ "the picture made its decoder try what it may not; it is refused", "media_why_crash" },
	{ "this is no picture of a kind that Platen knows", "media_why_none" },
	{ "the file is called a picture and is none", "media_why_none" },
	{ "the file is empty", "media_why_empty" },
};

struct places {
	struct str kind, numbers[PLACES_MAX];
	size_t count;
};

static bool is_of(char c, char place)
{
	bool digit = c >= '0' && c <= '9';
	return place == '#' ? digit : digit || (c >= 'a' && c <= 'z');
}

/* As much of `s` as the place takes; nothing: it does not fit. */
static struct str taken(struct str s, char place)
{
	size_t n = 0;
	while (n < s.n && is_of(s.p[n], place))
		n++;
	return str_sub(s, 0, n);
}

/* Behind the sentence a decoder's own words may stand. */
static bool fits(struct str s, const char *form, struct places *out)
{
	*out = (struct places){ .kind = STR("") };
	for (; *form; form++) {
		struct str part = *form == '#' || *form == '*' ? taken(s, *form) : str_sub(s, 0, s.n && s.p[0] == *form);
		if (str_empty(part) || (*form == '#' && out->count == PLACES_MAX))
			return false;
		if (*form == '*')
			out->kind = part;
		if (*form == '#')
			out->numbers[out->count++] = part;
		s = str_from(s, part.n);
	}
	return str_empty(s) || s.p[0] == ':';
}

struct str media_why(const struct i18n *i18n, struct str message, struct arena *arena)
{
	struct places at;
	for (size_t i = 0; i < COUNT_OF(sentences); i++) {
		if (!fits(message, sentences[i].form, &at))
			continue;
		struct i18n_pair pairs[PLACES_MAX + 1] = { { "kind", at.kind }, { "a", at.numbers[0] }, { "b", at.numbers[1] },
							   { "c", at.numbers[2] } };
		return i18n_fill(i18n, sentences[i].phrase, pairs, 1 + at.count, arena);
	}
	return message;
}
