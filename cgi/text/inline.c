/* inline.c: finds the scripts and styles in a page, for its Content-Security-Policy. */
#include "base/base.h"

#include "text/inline.h"

/* WHATWG HTML, 4.12.1: no type, an empty one, a JavaScript type and these words are acted upon. */
static bool type_runs(struct str type)
{
	static const char *const words[] = { "", "module", "importmap", "speculationrules" };
	type = str_trim(type);
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_ieq(type, str_of(words[i])))
			return true;
	return str_iends(type, STR("javascript")) || str_iends(type, STR("ecmascript"));
}

/* Where the end tag begins that `element` (from behind its start tag) ends with. */
static struct str without_end_tag(struct str element)
{
	for (size_t i = element.n; i-- > 0;)
		if (element.p[i] == '<')
			return str_sub(element, 0, i);
	return element;
}

bool inline_next(struct html_reader *reader, struct inline_code *out)
{
	struct html_token token;
	while (html_next(reader, &token)) {
		bool script = str_ieq(token.name, STR("script")), runs = true;
		if (token.kind != HTML_TOKEN_START || (!script && !str_ieq(token.name, STR("style"))))
			continue;
		*out = (struct inline_code){ .script = script, .src = STR_NONE };
		for (size_t i = 0; script && i < token.attribute_count; i++) {
			if (str_ieq(token.attributes[i].name, STR("src")))
				out->src = token.attributes[i].value;
			else if (str_ieq(token.attributes[i].name, STR("type")))
				runs = type_runs(token.attributes[i].value);
		}
		size_t from = reader->at;
		bool ended = html_skip_raw(reader, token.name);
		struct str element = str_sub(reader->in, from, reader->at);
		if (!str_given(out->src))
			out->content = ended ? without_end_tag(element) : element;
		if (runs)
			return true;
	}
	return false;
}
