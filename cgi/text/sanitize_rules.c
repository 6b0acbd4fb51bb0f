/* sanitize_rules.c: the allow-list of sanitize.c as tables. */
#include "base/base.h"

#include "text/sanitize_rules.h"

#define BLOCK_OF_LINE (RULE_BLOCK | RULE_LINE)
#define PART (RULE_BLOCK | RULE_ROWS)

/* In the order of strcmp. What is not here loses its tags and keeps its content. */
static const struct element_rule elements[] = {
	{ "a", RULE_TRANSPARENT | RULE_SINGLE, NULL, NULL, NULL },
	{ "abbr", RULE_LINE, NULL, NULL, NULL },
	{ "acronym", RULE_LINE, NULL, "abbr", NULL },
	{ "annotation-xml", RULE_GONE, NULL, NULL, NULL },
	{ "aside", RULE_BLOCK, NULL, NULL, NULL },
	{ "audio", RULE_TRANSPARENT | RULE_SINGLE, NULL, NULL, "controls" },
	{ "b", RULE_LINE, NULL, NULL, NULL },
	{ "bdi", RULE_LINE, NULL, NULL, NULL },
	{ "bdo", RULE_LINE, NULL, NULL, NULL },
	{ "big", RULE_LINE, NULL, "", NULL },
	{ "blockquote", RULE_BLOCK, NULL, NULL, NULL },
	{ "br", RULE_VOID, NULL, NULL, NULL },
	{ "caption", RULE_BLOCK | RULE_CELL, "table", NULL, NULL },
	{ "cite", RULE_LINE, NULL, NULL, NULL },
	{ "code", RULE_LINE, NULL, NULL, NULL },
	{ "col", RULE_BLOCK | RULE_VOID, "colgroup", NULL, NULL },
	{ "colgroup", PART, "table", NULL, NULL },
	{ "dd", RULE_BLOCK, "dl", NULL, NULL },
	{ "del", RULE_TRANSPARENT, NULL, NULL, NULL },
	{ "details", RULE_BLOCK, NULL, NULL, NULL },
	{ "dfn", RULE_LINE | RULE_SINGLE, NULL, NULL, NULL },
	{ "div", RULE_BLOCK, NULL, NULL, NULL },
	{ "dl", RULE_BLOCK, NULL, NULL, NULL },
	{ "dt", RULE_BLOCK, "dl", NULL, NULL },
	{ "em", RULE_LINE, NULL, NULL, NULL },
	{ "figcaption", RULE_BLOCK, "figure", NULL, NULL },
	{ "figure", RULE_BLOCK, NULL, NULL, NULL },
	{ "h1", BLOCK_OF_LINE, NULL, NULL, NULL },
	{ "h2", BLOCK_OF_LINE, NULL, NULL, NULL },
	{ "h3", BLOCK_OF_LINE, NULL, NULL, NULL },
	{ "h4", BLOCK_OF_LINE, NULL, NULL, NULL },
	{ "h5", BLOCK_OF_LINE, NULL, NULL, NULL },
	{ "h6", BLOCK_OF_LINE, NULL, NULL, NULL },
	{ "hr", RULE_BLOCK | RULE_VOID, NULL, NULL, NULL },
	{ "i", RULE_LINE, NULL, NULL, NULL },
	{ "iframe", RULE_RAW | RULE_FRAME | RULE_SOURCE, NULL, NULL, "loading=\"lazy\"" },
	{ "img", RULE_VOID | RULE_SOURCE, NULL, NULL, "alt=\"\"" },
	{ "ins", RULE_TRANSPARENT, NULL, NULL, NULL },
	{ "kbd", RULE_LINE, NULL, NULL, NULL },
	{ "li", RULE_BLOCK, "ul ol", NULL, NULL },
	{ "mark", RULE_LINE, NULL, NULL, NULL },
	{ "math", RULE_GONE, NULL, NULL, NULL },
	{ "noembed", RULE_RAW, NULL, "", NULL },
	{ "noframes", RULE_RAW, NULL, "", NULL },
	{ "ol", RULE_BLOCK, NULL, NULL, NULL },
	{ "p", BLOCK_OF_LINE, NULL, NULL, NULL },
	{ "plaintext", RULE_RAW, NULL, "", NULL },
	{ "pre", BLOCK_OF_LINE, NULL, NULL, NULL },
	{ "q", RULE_LINE, NULL, NULL, NULL },
	{ "rp", RULE_LINE, "ruby", NULL, NULL },
	{ "rt", RULE_LINE, "ruby", NULL, NULL },
	{ "ruby", RULE_LINE | RULE_SINGLE, NULL, NULL, NULL },
	{ "s", RULE_LINE, NULL, NULL, NULL },
	{ "samp", RULE_LINE, NULL, NULL, NULL },
	{ "script", RULE_RAW, NULL, "", NULL },
	{ "section", RULE_BLOCK, NULL, NULL, NULL },
	{ "select", RULE_GONE, NULL, NULL, NULL },
	{ "small", RULE_LINE, NULL, NULL, NULL },
	{ "source", RULE_VOID | RULE_SOURCE, "video audio", NULL, NULL },
	{ "span", RULE_LINE, NULL, NULL, NULL },
	{ "strike", RULE_LINE, NULL, "s", NULL },
	{ "strong", RULE_LINE, NULL, NULL, NULL },
	{ "style", RULE_RAW, NULL, "", NULL },
	{ "sub", RULE_LINE, NULL, NULL, NULL },
	{ "summary", RULE_BLOCK, "details", NULL, NULL },
	{ "sup", RULE_LINE, NULL, NULL, NULL },
	{ "svg", RULE_GONE, NULL, NULL, NULL },
	{ "table", PART, NULL, NULL, NULL },
	{ "tbody", PART, "table", NULL, NULL },
	{ "td", RULE_BLOCK | RULE_CELL, "tr", NULL, NULL },
	{ "template", RULE_GONE, NULL, NULL, NULL },
	{ "textarea", RULE_RAW, NULL, "", NULL },
	{ "tfoot", PART, "table", NULL, NULL },
	{ "th", RULE_BLOCK | RULE_CELL, "tr", NULL, NULL },
	{ "thead", PART, "table", NULL, NULL },
	{ "time", RULE_LINE, NULL, NULL, NULL },
	{ "title", RULE_RAW, NULL, "", NULL },
	{ "tr", PART, "table thead tbody tfoot", NULL, NULL },
	{ "tt", RULE_LINE, NULL, "code", NULL },
	{ "u", RULE_LINE, NULL, NULL, NULL },
	{ "ul", RULE_BLOCK, NULL, NULL, NULL },
	{ "var", RULE_LINE, NULL, NULL, NULL },
	{ "video", RULE_TRANSPARENT | RULE_SINGLE, NULL, NULL, "controls" },
	{ "wbr", RULE_VOID, NULL, NULL, NULL },
	{ "xmp", RULE_RAW, NULL, "", NULL },
};

static const struct attribute_rule attributes[] = {
	{ "class", ATTRIBUTE_CLASS, NULL, NULL },
	{ "id", ATTRIBUTE_ID, NULL, NULL },
	{ "title", ATTRIBUTE_TEXT, NULL, NULL },
	{ "lang", ATTRIBUTE_TOKEN, NULL, NULL },
	{ "dir", ATTRIBUTE_WORD, NULL, "ltr rtl auto" },
	{ "href", ATTRIBUTE_LINK, "a", NULL },
	{ "hreflang", ATTRIBUTE_TOKEN, "a", NULL },
	{ "src", ATTRIBUTE_IMAGE, "img", NULL },
	{ "src", ATTRIBUTE_MEDIA, "video audio source", NULL },
	{ "src", ATTRIBUTE_FRAME, "iframe", NULL },
	{ "alt", ATTRIBUTE_TEXT, "img", NULL },
	{ "width", ATTRIBUTE_NUMBER, "img video iframe", NULL },
	{ "height", ATTRIBUTE_NUMBER, "img video iframe", NULL },
	{ "loading", ATTRIBUTE_WORD, "img iframe", "lazy eager" },
	{ "decoding", ATTRIBUTE_WORD, "img", "async sync auto" },
	{ "poster", ATTRIBUTE_MEDIA, "video", NULL },
	{ "preload", ATTRIBUTE_WORD, "video audio", "none metadata auto" },
	{ "controls", ATTRIBUTE_FLAG, "video audio", NULL },
	{ "loop", ATTRIBUTE_FLAG, "video audio", NULL },
	{ "muted", ATTRIBUTE_FLAG, "video audio", NULL },
	{ "playsinline", ATTRIBUTE_FLAG, "video", NULL },
	{ "allowfullscreen", ATTRIBUTE_FLAG, "iframe", NULL },
	{ "type", ATTRIBUTE_WORD, "ol", "1 a i" },
	{ "type", ATTRIBUTE_WORD, "source", 
	  "video/mp4 video/webm video/ogg audio/mpeg audio/ogg audio/mp4 audio/wav audio/webm audio/flac" },
	{ "start", ATTRIBUTE_INTEGER, "ol", NULL },
	{ "reversed", ATTRIBUTE_FLAG, "ol", NULL },
	{ "value", ATTRIBUTE_INTEGER, "li", NULL },
	{ "colspan", ATTRIBUTE_NUMBER, "td th", NULL },
	{ "rowspan", ATTRIBUTE_NUMBER, "td th", NULL },
	{ "span", ATTRIBUTE_NUMBER, "col colgroup", NULL },
	{ "scope", ATTRIBUTE_WORD, "th", "row col rowgroup colgroup" },
	{ "open", ATTRIBUTE_FLAG, "details", NULL },
	{ "cite", ATTRIBUTE_LINK, "blockquote q del ins", NULL },
	{ "datetime", ATTRIBUTE_TOKEN, "time del ins", NULL },
};

const struct element_rule *element_rule_find(struct str name)
{
	char lower[16];
	if (name.n >= sizeof lower)
		return NULL;
	for (size_t i = 0; i < name.n; i++)
		lower[i] = (char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] + 32 : name.p[i]);
	lower[name.n] = '\0';
	size_t low = 0, high = COUNT_OF(elements);
	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = strcmp(lower, elements[mid].name);
		if (order == 0)
			return strlen(lower) == name.n ? &elements[mid] : NULL;
		if (order > 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct attribute_rule *attribute_rule_find(const struct element_rule *element, struct str name)
{
	for (size_t i = 0; i < COUNT_OF(attributes); i++) {
		const struct attribute_rule *rule = &attributes[i];
		if (str_ieq(name, str_of(rule->name)) &&
		    (!rule->elements || rule_has_word(rule->elements, str_of(element->name))))
			return rule;
	}
	return NULL;
}

bool rule_has_word(const char *words, struct str word)
{
	struct str rest = str_of(words), one;
	while (str_split(&rest, ' ', &one))
		if (word.n > 0 && str_ieq(one, word))
			return true;
	return false;
}
