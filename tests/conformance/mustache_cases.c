/* mustache_cases.c: runs cases of the Mustache specification, one JSON object a line of standard
 * input ({"name", "template", "data", "partials", "expected"}), and answers a line for each:
 * "ok NAME", or "not ok NAME" with what came out, by ctemplate and by the plain renderer.
 *
 * The specification's three braces take plain strings; ours insert html values only (see value.h).
 * So the strings of a case that has such markers are made html. */
#include "plain.h"

#include "base/json.h"

static const struct value *make_value(struct arena *arena, const struct json *json, bool html)
{
	struct json_iter iter = { 0 };
	struct value *v;
	switch (json_kind(json)) {
	case JSON_KIND_OBJECT:
		v = value_root(arena);
		while (json_next(json, &iter))
			value_share(arena, v, arena_cstr(arena, iter.key), make_value(arena, iter.value, html));
		return v;
	case JSON_KIND_LIST:
		v = value_new_list(arena);
		for (size_t i = 0; i < json_count(json); i++)
			value_share_item(arena, v, make_value(arena, json_at(json, i), html));
		return v;
	case JSON_KIND_TEXT:
		if (html)
			return value_new_html(arena, html_stored(json_text(json, STR(""))));
		return value_new_text(arena, json_text(json, STR("")));
	case JSON_KIND_INT:
		return value_new_int(arena, json_int(json, 0));
	case JSON_KIND_REAL:
		return value_new_text(arena, arena_printf(arena, "%.15g", json_number(json, 0)));
	case JSON_KIND_BOOL:
		return value_new_bool(arena, json_bool(json, false));
	default:
		return NULL;
	}
}

static bool wants_html(struct str text)
{
	static const char *const signs[] = { "{{{", "{{&", "{{ &" };
	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (str_find(text, str_of(signs[i])) >= 0)
			return true;
	return false;
}

static size_t take_templates(struct arena *arena, const struct json *test, struct bare_template *out,
			     size_t max, bool *html)
{
	size_t count = 1;
	out[0] = (struct bare_template){ "(template)", json_get_text(test, "template", STR("")) };
	*html = wants_html(out[0].text);
	struct json_iter iter = { 0 };
	while (count < max && json_next(json_get(test, "partials"), &iter)) {
		out[count++] = (struct bare_template){ arena_cstr(arena, iter.key),
						       json_text(iter.value, STR("")) };
		*html = *html || wants_html(out[count - 1].text);
	}
	return count;
}

static bool run(const struct json *test)
{
	struct arena arena;
	arena_init(&arena, ARENA_MAX_B);
	struct bare bare;
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT(1 << 20), plain = BUF_INIT(1 << 20);
	struct bare_template templates[16];
	bool html, good;
	size_t count = take_templates(&arena, test, templates, COUNT_OF(templates), &html);
	const struct value *root = make_value(&arena, json_get(test, "data"), html);
	struct str expected = json_get_text(test, "expected", STR(""));
	struct str name = json_get_text(test, "name", STR(""));

	good = bare_make(&bare, templates, count, &err) &&
	       bare_render(&bare, "(template)", root, &out, &err) == RC_OK;
	if (good)
		plain_render(&bare.program, "(template)", root, &plain);
	good = good && str_eq(buf_view(&out), expected) && str_eq(buf_view(&plain), expected);
	printf("%s %.*s\n", good ? "ok" : "not ok", STR_ARG(name));
	if (!good)
		printf("# %s\n# expected [%.*s]\n# ctemplate [%.*s]\n# plain [%.*s]\n", err.msg,
		       STR_ARG(expected), STR_ARG(buf_view(&out)), STR_ARG(buf_view(&plain)));
	bare_release(&bare);
	buf_release(&out);
	buf_release(&plain);
	arena_release(&arena);
	return good;
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	bool good = true;
	while ((n = getline(&line, &room, stdin)) > 0) {
		struct err err = ERR_INIT;
		struct json *test;
		if (json_parse(str_n(line, (size_t)n), JSON_MAX_B, &test, &err) != RC_OK) {
			printf("not ok %s\n", err.msg);
			return 2;
		}
		good = run(test) && good;
		json_free(test);
	}
	free(line);
	return good ? 0 : 1;
}
