/* markdown_survey.c: the headings, links and pictures of a Markdown document, with the lines that they stand in. */
#include "base/base.h"

#include "text/html_token.h"
#include "text/markdown_facts.h"
#include "text/markdown_survey.h"
#include "text/markdown_tree.h"

#define TEXT_MAX_B ((size_t)1 << 16)

struct surveyor {
	struct arena *arena;
	struct buf items;     /* of struct survey_item */
	size_t count;
	bool full;
};

static struct str keep(struct surveyor *s, struct str text)
{
	char *copy = arena_try(s->arena, text.n + 1);
	s->full |= !copy;
	if (!copy)
		return STR("");
	memcpy(copy, text.n ? text.p : "", text.n);
	copy[text.n] = '\0';
	return str_n(copy, text.n);
}

static void add(struct surveyor *s, const struct survey_item *item)
{
	if (s->count == SURVEY_ITEMS_MAX)
		return;
	buf_put(&s->items, item, sizeof *item);
	s->count++;
}

/* Inline nodes of some versions of the library have no line: then their block's is told. */
static int line_of(cmark_node *node)
{
	for (; node; node = cmark_node_parent(node))
		if (cmark_node_get_start_line(node) > 0)
			return cmark_node_get_start_line(node);
	return 1;
}

static void add_node(struct surveyor *s, cmark_node *node, enum survey_kind kind)
{
	struct buf text = BUF_INIT(TEXT_MAX_B);
	struct survey_item item = { .kind = kind, .line = line_of(node), .address = STR("") };
	node_text(node, true, &text);
	item.text = keep(s, str_trim(buf_view(&text)));
	if (kind == SURVEY_HEADING)
		item.level = cmark_node_get_heading_level(node);
	else
		item.address = keep(s, str_trim(str_of(cmark_node_get_url(node))));
	add(s, &item);
	buf_release(&text);
}

static struct str attribute(const struct html_token *token, const char *name)
{
	for (size_t i = 0; i < token->attribute_count; i++)
		if (str_ieq(token->attributes[i].name, str_of(name)))
			return str_given(token->attributes[i].value) ? token->attributes[i].value : STR("");
	return STR_NONE;
}

static int lines_between(const char *from, const char *to)
{
	int lines = 0;
	for (; from < to; from++)
		lines += *from == '\n';
	return lines;
}

static void add_raw(struct surveyor *s, cmark_node *node)
{
	struct html_reader reader = { str_of(cmark_node_get_literal(node)), 0 };
	struct html_token token;
	int line = line_of(node);
	size_t counted = 0;
	while (str_given(reader.in) && html_next(&reader, &token)) {
		bool image = str_ieq(token.name, STR("img"));
		if (token.kind != HTML_TOKEN_START || (!image && !str_ieq(token.name, STR("a"))))
			continue;
		struct str address = attribute(&token, image ? "src" : "href"), alt = attribute(&token, "alt");
		size_t at = (size_t)(token.name.p - reader.in.p);
		line += lines_between(reader.in.p + counted, reader.in.p + at);
		counted = at;
		if (str_given(address))
			add(s, &(struct survey_item){ .kind = image ? SURVEY_IMAGE : SURVEY_LINK, .line = line, .raw = true,
						      .address = keep(s, str_trim(address)),
						      .text = image && !str_given(alt) ? STR("") : STR("-") });
	}
}

static void walk(void *ctx, cmark_node *document)
{
	struct surveyor *s = ctx;
	cmark_iter *iter = cmark_iter_new(document);
	cmark_event_type event;
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE && !s->full) {
		cmark_node *node = cmark_iter_get_node(iter);
		if (event != CMARK_EVENT_ENTER)
			continue;
		switch (node_kind(node)) {
		case MD_HEADING: add_node(s, node, SURVEY_HEADING); break;
		case MD_LINK: add_node(s, node, SURVEY_LINK); break;
		case MD_IMAGE: add_node(s, node, SURVEY_IMAGE); break;
		case MD_HTML_BLOCK:
		case MD_HTML_INLINE: add_raw(s, node); break;
		default: break;
		}
	}
	cmark_iter_free(iter);
}

enum rc markdown_survey(struct str source, struct arena *arena, struct survey *out, struct err *err)
{
	struct surveyor s = { .arena = arena, .items = BUF_INIT(SURVEY_ITEMS_MAX * sizeof(struct survey_item)) };
	enum rc rc = markdown_tree(source, walk, &s, err);
	void *copy = rc == RC_OK ? arena_try(arena, s.items.len + 1) : NULL;
	if (rc == RC_OK && (s.full || !copy))
		rc = err_set(err, RC_LIMIT, "the document is too large to look through");
	if (rc == RC_OK) {
		memcpy(copy, s.items.len ? s.items.bytes : "", s.items.len);
		*out = (struct survey){ copy, s.count };
	}
	buf_release(&s.items);
	return rc;
}
