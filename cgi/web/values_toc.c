/* values_toc.c: a post's table of contents as values. */
#include "base/base.h"

#include "base/json.h"
#include "text/toc.h"
#include "web/values.h"

#define TOC_DEEPEST 3

static struct markdown_heading *read_headings(struct visit *v, const struct json *json, size_t *count)
{
	struct markdown_heading *list = ARENA_ARRAY(v->arena, json_count(json) + 1, struct markdown_heading);
	*count = 0;
	for (size_t i = 0; i < json_count(json); i++) {
		const struct json *item = json_at(json, i);
		int64_t level = json_get_int(item, "level", 0);
		if (level < 2 || level > TOC_DEEPEST)
			continue;
		list[(*count)++] = (struct markdown_heading){
			(int)level, arena_str(v->arena, json_get_text(item, "id", STR(""))),
			arena_str(v->arena, json_get_text(item, "text", STR(""))),
		};
	}
	return list;
}

/* Whatever is deeper and follows is below a heading. Depth is bounded by the six levels. */
static void nest(struct visit *v, struct value *object, const char *key, const char *has_key,
		 const struct markdown_heading *headings, size_t count)
{
	struct value *list = value_list(v->arena, object, key);
	value_bool(v->arena, object, has_key, count > 0);
	for (size_t i = 0; i < count;) {
		size_t end = i + 1;
		while (end < count && headings[end].level > headings[i].level)
			end++;
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "id", headings[i].id);
		value_text(v->arena, item, "text", headings[i].text);
		value_int(v->arena, item, "level", headings[i].level);
		nest(v, item, "children", "has_children", headings + i + 1, end - i - 1);
		i = end;
	}
}

void values_toc(struct visit *v, struct value *object, struct str headings_json)
{
	struct json *json = NULL;
	size_t count = 0;
	if (json_parse(headings_json, JSON_MAX_B, &json, NULL) != RC_OK)
		json = NULL; /* derived: `platen rebuild` makes it anew */
	struct markdown_heading *headings = read_headings(v, json, &count);
	bool shown = v->site->toc_min_headings > 0 && count >= (size_t)v->site->toc_min_headings;
	nest(v, object, "toc", "has_toc", headings, shown ? count : 0);
	value_html(v->arena, object, "toc_html",
		   shown ? toc_html(v->arena, headings, count, TOC_DEEPEST) : HTML_NONE);
	json_free(json);
}
