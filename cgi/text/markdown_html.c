/* markdown_html.c: the tree of a Markdown document to HTML, with Platen's additions. */
#include "base/base.h"

#include "text/highlight.h"
#include "text/html_write.h"
#include "text/markdown_html.h"
#include "text/markdown_media.h"
#include "text/markdown_render.h"

#define LABEL_MAX_B 120
#define LABEL_SOURCE_MAX_B ((size_t)1 << 20)

struct str md_literal(cmark_node *node)
{
	const char *text = cmark_node_get_literal(node);
	return text ? str_of(text) : STR("");
}

static enum node_kind parent_kind(cmark_node *node)
{
	cmark_node *parent = cmark_node_parent(node);
	return parent ? node_kind(parent) : MD_OTHER;
}

static void line_start(struct md_render *r)
{
	if (r->out->len > 0 && r->out->bytes[r->out->len - 1] != '\n')
		buf_char(r->out, '\n');
}

/* A block of ours begins: raw HTML that cannot hold one ends here. */
void md_block(struct md_render *r)
{
	sanitize_block(&r->sanitizer);
	line_start(r);
}

void md_attribute(struct md_render *r, const char *name, struct str value)
{
	buf_char(r->out, ' ');
	buf_cstr(r->out, name);
	BUF_LIT(r->out, "=\"");
	html_escape(r->out, value);
	buf_char(r->out, '"');
}

/* Where in the source this block begins, for who shows both. */
void md_line(struct md_render *r, cmark_node *node)
{
	if (r->options->lines)
		buf_printf(r->out, " data-line=\"%d\"", cmark_node_get_start_line(node));
}

static void skip_children(struct md_render *r, cmark_node *node)
{
	cmark_iter_reset(r->iter, node, CMARK_EVENT_EXIT);
}

/* --- addresses --- */

bool md_is_external(struct str address)
{
	return str_istarts(address, STR("http://")) || str_istarts(address, STR("https://")) ||
	       str_starts(address, STR("//"));
}

/* The library's list and two schemes that a script can fill. Percent-encoding keeps browsers from
 * seeing any other spelling of these as a scheme. */
static bool is_dangerous(enum sanitize_address kind, struct str address)
{
	static const char *const schemes[] = {
		"javascript:", "vbscript:", "file:", "blob:", "filesystem:", "data:",
	};
	for (size_t i = 0; i < COUNT_OF(schemes); i++)
		if (str_istarts(address, str_of(schemes[i])))
			return kind == SANITIZE_LINK || !sanitize_address_is_safe(kind, address);
	return false;
}

static struct str checked(const struct md_render *r, enum sanitize_address kind, struct str address)
{
	return r->options->raw_html != MARKDOWN_RAW_ON && is_dangerous(kind, address) ? STR("") : address;
}

struct str md_link(struct md_render *r, struct str address)
{
	const struct markdown_options *o = r->options;
	struct str other = o->link ? o->link(o->ctx, r->facts->arena, address) : STR_NONE;
	return checked(r, SANITIZE_LINK, str_given(other) ? other : address);
}

struct markdown_image md_image(struct md_render *r, struct str address)
{
	const struct markdown_options *o = r->options;
	struct markdown_image image = { .src = STR_NONE };
	if (o->image)
		o->image(o->ctx, r->facts->arena, address, &image);
	image.src = checked(r, SANITIZE_IMAGE, str_given(image.src) ? image.src : address);
	return image;
}

static struct str raw_address(void *ctx, enum sanitize_address kind, struct str address)
{
	struct md_render *r = ctx;
	if (kind != SANITIZE_IMAGE)
		return md_link(r, address);
	r->raw_image = md_image(r, address);
	return r->raw_image.src;
}

static const char *raw_picture(void *ctx, const struct html_token *tag, size_t from)
{
	struct md_render *r = ctx;
	if (r->raw_image.kind != MARKDOWN_PICTURE || r->raw_image.width_px < 1 || r->raw_image.height_px < 1)
		return "";
	bool lazy = r->seen_image;
	r->seen_image = true;
	return picture_complete(r->out, from, tag, &r->raw_image, lazy);
}

static void raw_written(void *ctx, enum sanitize_address kind, struct str address)
{
	struct md_render *r = ctx;
	if (kind == SANITIZE_IMAGE)
		facts_image(r->facts, address);
	else
		facts_link(r->facts, address);
}

/* --- blocks --- */

static void enter_quote(struct md_render *r, cmark_node *node)
{
	md_block(r);
	BUF_LIT(r->out, "<blockquote");
	md_line(r, node);
	BUF_LIT(r->out, ">\n");
	sanitize_enter(&r->sanitizer, SANITIZE_BLOCKS);
}

static void leave_quote(struct md_render *r, cmark_node *node)
{
	(void)node;
	sanitize_leave(&r->sanitizer);
	line_start(r);
	BUF_LIT(r->out, "</blockquote>\n");
}

static bool is_bullets(cmark_node *list)
{
	return cmark_node_get_list_type(list) == CMARK_BULLET_LIST;
}

static bool has_tasks(cmark_node *list)
{
	cmark_node *first = cmark_node_first_child(list);
	return first && node_kind(first) == MD_TASK;
}

static void enter_list(struct md_render *r, cmark_node *node)
{
	int start = cmark_node_get_list_start(node);
	md_block(r);
	buf_cstr(r->out, is_bullets(node) ? "<ul" : "<ol");
	if (!is_bullets(node) && start != 1)
		buf_printf(r->out, " start=\"%d\"", start);
	if (has_tasks(node))
		BUF_LIT(r->out, " class=\"contains-task-list\"");
	BUF_LIT(r->out, ">\n");
}

static void leave_list(struct md_render *r, cmark_node *node)
{
	buf_cstr(r->out, is_bullets(node) ? "</ul>\n" : "</ol>\n");
}

static void enter_item(struct md_render *r, cmark_node *node)
{
	BUF_LIT(r->out, "<li");
	md_line(r, node);
	BUF_LIT(r->out, ">");
	sanitize_enter(&r->sanitizer, SANITIZE_BLOCKS);
}

static void leave_item(struct md_render *r, cmark_node *node)
{
	(void)node;
	r->task_due = false;
	sanitize_leave(&r->sanitizer);
	BUF_LIT(r->out, "</li>\n");
}

static void put_checkbox(struct md_render *r)
{
	BUF_LIT(r->out, "<input type=\"checkbox\" disabled");
	if (r->task_checked)
		BUF_LIT(r->out, " checked");
}

/* The checkbox goes into a label with the item's first paragraph; an item that begins with
 * something else names it by an attribute. */
static void enter_task(struct md_render *r, cmark_node *node)
{
	BUF_LIT(r->out, "<li class=\"task-list-item\"");
	md_line(r, node);
	BUF_LIT(r->out, ">");
	sanitize_enter(&r->sanitizer, SANITIZE_BLOCKS);
#if WITH_CMARK_GFM
	r->task_checked = cmark_gfm_extensions_get_tasklist_item_checked(node);
#endif
	cmark_node *first = cmark_node_first_child(node);
	r->task_due = first && node_kind(first) == MD_PARAGRAPH;
	if (r->task_due)
		return;
	struct buf label = BUF_INIT(LABEL_SOURCE_MAX_B);
	if (first)
		node_text(first, true, &label);
	put_checkbox(r);
	md_attribute(r, "aria-label", label.len ? str_trim(buf_view(&label)) : STR("\xE2\x80\xA6"));
	buf_char(r->out, '>');
	buf_release(&label);
}

/* The image that `node` is, or that is alone inside a link; NULL: neither. */
cmark_node *md_image_of(cmark_node *node)
{
	if (node && node_kind(node) == MD_LINK) {
		node = cmark_node_first_child(node);
		if (node && cmark_node_next(node))
			return NULL;
	}
	return node && node_kind(node) == MD_IMAGE ? node : NULL;
}

/* A paragraph that is nothing but an image, or a link around one. */
static bool is_figure(cmark_node *paragraph)
{
	cmark_node *only = cmark_node_first_child(paragraph);
	return only && !cmark_node_next(only) && md_image_of(only);
}

/* Paragraphs of a tight list have no tags of their own. */
static bool is_tight(cmark_node *paragraph)
{
	cmark_node *item = cmark_node_parent(paragraph);
	cmark_node *list = item ? cmark_node_parent(item) : NULL;
	return list && node_kind(list) == MD_LIST && cmark_node_get_list_tight(list);
}

static void enter_paragraph(struct md_render *r, cmark_node *node)
{
	if (parent_kind(node) == MD_DOCUMENT)
		facts_paragraph(r->facts, true);
	bool may = !r->task_due;
	r->figure_done = may && (md_gallery(r, node) || md_linked_player(r, node));
	r->in_figure = r->figure_done || (may && is_figure(node));
	if (r->figure_done) {
		skip_children(r, cmark_node_last_child(node)); /* all but the paragraph's own end */
	} else if (r->in_figure) {
		md_open_figure(r, node, NULL);
	} else if (is_tight(node)) {
		sanitize_block(&r->sanitizer);
	} else {
		md_block(r);
		BUF_LIT(r->out, "<p");
		md_line(r, node);
		BUF_LIT(r->out, ">");
	}
	sanitize_enter(&r->sanitizer, SANITIZE_LINE);
	if (r->task_due) {
		BUF_LIT(r->out, "<label>");
		put_checkbox(r);
		BUF_LIT(r->out, "> ");
	}
}

static void close_figure(struct md_render *r, cmark_node *paragraph)
{
	if (!r->figure_done)
		md_figcaption(r, str_of(cmark_node_get_title(md_image_of(cmark_node_first_child(paragraph)))));
	BUF_LIT(r->out, "</figure>\n");
}

static void put_back_links(struct md_render *r);

static bool ends_footnote(cmark_node *node)
{
	return parent_kind(node) == MD_FOOTNOTE && !cmark_node_next(node);
}

static void leave_paragraph(struct md_render *r, cmark_node *node)
{
	sanitize_leave(&r->sanitizer);
	if (r->in_figure) {
		close_figure(r, node);
		if (ends_footnote(node))
			put_back_links(r);
	} else {
		if (r->task_due)
			BUF_LIT(r->out, "</label>");
		if (ends_footnote(node))
			put_back_links(r);
		if (!is_tight(node))
			BUF_LIT(r->out, "</p>\n");
	}
	r->task_due = r->in_figure = r->figure_done = false;
	if (parent_kind(node) == MD_DOCUMENT)
		facts_paragraph(r->facts, false);
	facts_break(r->facts);
}

/* The level in the page's outline, where level 1 is the page's title: one below the nearest heading
 * before it that is above it in the source, so that none is skipped (WCAG 1.3.1) and equals stay equal. */
static int outline_level(struct md_render *r, int level)
{
	while (r->outline_depth > 0 && r->outline[r->outline_depth - 1] >= level)
		r->outline_depth--;
	r->outline[r->outline_depth++] = level;
	return r->outline_depth < 5 ? r->outline_depth + 1 : 6;
}

static void enter_heading(struct md_render *r, cmark_node *node)
{
	struct buf text = BUF_INIT(LABEL_SOURCE_MAX_B);
	int level = outline_level(r, cmark_node_get_heading_level(node));
	md_block(r);
	node_text(node, true, &text);
	if (cmark_node_first_child(node)) {
		r->heading_level = level;
		r->heading_id = facts_heading(r->facts, level, buf_view(&text));
		buf_printf(r->out, "<h%d", level);
		md_attribute(r, "id", r->heading_id);
		md_line(r, node);
		buf_char(r->out, '>');
	}
	buf_release(&text);
	sanitize_enter(&r->sanitizer, SANITIZE_LINE);
}

/* The link is empty, its sign drawn by the theme, so that feeds, excerpts and searches do not see it. */
static void leave_heading(struct md_render *r, cmark_node *node)
{
	struct str label = r->options->anchor_label;
	sanitize_leave(&r->sanitizer);
	facts_break(r->facts);
	if (!cmark_node_first_child(node)) /* an empty heading is only a trap for screen readers */
		return;
	BUF_LIT(r->out, "<a class=\"anchor\" href=\"#");
	html_href(r->out, r->heading_id);
	buf_char(r->out, '"');
	md_attribute(r, "aria-label", str_given(label) ? label : STR("Link to this section"));
	buf_printf(r->out, "></a></h%d>\n", r->heading_level);
}

/* The first word of the info string, as rust of "rust,ignore", "{.rust}" or "rust {hl_lines=1}". */
static struct str code_language(cmark_node *node)
{
	const char *info = cmark_node_get_fence_info(node);
	struct str word = str_trim(info ? str_of(info) : STR(""));
	while (word.n > 0 && strchr("{.", word.p[0]))
		word = str_from(word, 1);
	for (size_t i = 0; i < word.n; i++)
		if (strchr(" \t,{}", word.p[i]))
			word = str_sub(word, 0, i);
	return word;
}

static void enter_code_block(struct md_render *r, cmark_node *node)
{
	struct str language = code_language(node);
	md_block(r);
	BUF_LIT(r->out, "<pre class=\"code\" tabindex=\"0\" dir=\"ltr\""); /* it scrolls: keys must reach it */
	if (!str_empty(language))
		md_attribute(r, "data-lang", language);
	md_line(r, node);
	BUF_LIT(r->out, "><code>");
	r->facts->has_code |= highlight_html(language, md_literal(node), r->out);
	BUF_LIT(r->out, "</code></pre>\n");
	facts_text(r->facts, md_literal(node));
	facts_break(r->facts);
}

static void enter_thematic_break(struct md_render *r, cmark_node *node)
{
	md_block(r);
	BUF_LIT(r->out, "<hr");
	md_line(r, node);
	BUF_LIT(r->out, ">\n");
}

/* --- raw HTML --- */

static bool is_more(struct str html)
{
	struct str text = str_trim(html);
	if (!str_starts(text, STR("<!--")))
		return false;
	text = str_from(text, 4);
	ptrdiff_t end = str_find(text, STR("-->"));
	return end >= 0 && str_is(str_trim(str_sub(text, 0, (size_t)end)), "more");
}

/* Keeps what is above the first <!--more--> of the outermost level, with what is open closed. */
static void take_more(struct md_render *r, cmark_node *node)
{
	bool in_paragraph = parent_kind(node) == MD_PARAGRAPH &&
			    parent_kind(cmark_node_parent(node)) == MD_DOCUMENT;
	if (r->has_more || !(in_paragraph || parent_kind(node) == MD_DOCUMENT))
		return;
	r->has_more = true;
	facts_more(r->facts);
	buf_str(r->before_more, buf_view(r->out));
	sanitize_closers(&r->sanitizer, 0, r->before_more);
	if (in_paragraph) {
		BUF_LIT(r->before_more, "</p>\n");
		sanitize_closers(&r->sanitizer, 1, r->before_more);
	}
}

static void put_raw(struct md_render *r, struct str html)
{
	if (r->options->raw_html == MARKDOWN_RAW_ON)
		buf_str(r->out, html);
	else if (r->options->raw_html == MARKDOWN_RAW_FILTERED)
		sanitize_piece(&r->sanitizer, html);
	else
		BUF_LIT(r->out, "<!-- raw HTML omitted -->");
}

static void enter_html_block(struct md_render *r, cmark_node *node)
{
	struct str html = md_literal(node);
	line_start(r);
	if (is_more(html)) {
		take_more(r, node);
		html = str_from(html, (size_t)str_find(html, STR("-->")) + 3);
		if (str_empty(str_trim(html)))
			return;
	}
	put_raw(r, html);
	line_start(r);
	if (r->options->raw_html != MARKDOWN_RAW_OFF)
		facts_html(r->facts, html);
}

static void enter_html_inline(struct md_render *r, cmark_node *node)
{
	if (is_more(md_literal(node)))
		take_more(r, node);
	else
		put_raw(r, md_literal(node));
}

/* --- tables --- */

/* Rows are read aloud without their place, so the region says which table it is. */
static void put_table_label(struct md_render *r, cmark_node *table)
{
	struct str name = str_given(r->options->table_label) ? r->options->table_label : STR("Table");
	struct buf label = BUF_INIT(LABEL_SOURCE_MAX_B);
	cmark_node *row = cmark_node_first_child(table);
	buf_printf(&label, "%.*s %d", STR_ARG(name), ++r->tables);
	const char *between = ": ";
	for (cmark_node *cell = row ? cmark_node_first_child(row) : NULL;
	     cell && label.len < LABEL_MAX_B; cell = cmark_node_next(cell)) {
		size_t before = label.len;
		buf_cstr(&label, between);
		size_t text = label.len;
		node_text(cell, true, &label);
		if (label.len == text)
			buf_truncate(&label, before);
		else
			between = ", ";
	}
	md_attribute(r, "aria-label", buf_view(&label));
	buf_release(&label);
}

static void enter_table(struct md_render *r, cmark_node *node)
{
	md_block(r);
	BUF_LIT(r->out, "<div class=\"table\" role=\"region\" tabindex=\"0\"");
	put_table_label(r, node);
	md_line(r, node);
	BUF_LIT(r->out, ">\n<table>\n");
	r->row = 0;
}

static void leave_table(struct md_render *r, cmark_node *node)
{
	(void)node;
	if (r->row > 1)
		BUF_LIT(r->out, "</tbody>\n");
	BUF_LIT(r->out, "</table>\n</div>\n");
}

static void enter_row(struct md_render *r, cmark_node *node)
{
	if (r->row < 2)
		buf_cstr(r->out, r->row == 0 ? "<thead>\n" : "<tbody>\n");
	BUF_LIT(r->out, "<tr");
	md_line(r, node);
	BUF_LIT(r->out, ">\n");
	r->column = 0;
}

static void leave_row(struct md_render *r, cmark_node *node)
{
	(void)node;
	BUF_LIT(r->out, "</tr>\n");
	if (r->row++ == 0)
		BUF_LIT(r->out, "</thead>\n");
	facts_break(r->facts);
}

static const char *alignment(cmark_node *cell, int column)
{
#if WITH_CMARK_GFM
	cmark_node *table = cmark_node_parent(cmark_node_parent(cell));
	const uint8_t *alignments = cmark_gfm_extensions_get_table_alignments(table);
	if (!alignments || column >= cmark_gfm_extensions_get_table_columns(table))
		return NULL;
	switch (alignments[column]) {
	case 'l': return "align-left";
	case 'c': return "align-center";
	case 'r': return "align-right";
	}
#else
	(void)cell, (void)column;
#endif
	return NULL;
}

/* A header cell without text would announce itself as an empty heading. */
static bool is_header(const struct md_render *r, cmark_node *cell)
{
	return r->row == 0 && cmark_node_first_child(cell);
}

static void enter_cell(struct md_render *r, cmark_node *node)
{
	const char *align = alignment(node, r->column++);
	buf_cstr(r->out, is_header(r, node) ? "<th scope=\"col\"" : "<td");
	if (align)
		md_attribute(r, "class", str_of(align));
	buf_char(r->out, '>');
	sanitize_enter(&r->sanitizer, SANITIZE_LINE);
}

static void leave_cell(struct md_render *r, cmark_node *node)
{
	sanitize_leave(&r->sanitizer);
	buf_cstr(r->out, is_header(r, node) ? "</th>\n" : "</td>\n");
	facts_text(r->facts, STR(" "));
}

/* --- footnotes --- */

static void put_footnote_id(struct md_render *r, const char *kind, size_t number, size_t repeat)
{
	if (str_given(r->options->footnote_prefix))
		html_escape(r->out, r->options->footnote_prefix);
	buf_printf(r->out, "%s:%zu", kind, number);
	if (repeat > 1)
		buf_printf(r->out, "-%zu", repeat);
}

static void put_back_links(struct md_render *r)
{
	struct str label = r->options->footnote_back_label;
	size_t number = r->footnotes;
	size_t count = number <= r->reference_count ? r->references[number - 1] : 0;
	for (size_t i = 1; i <= count; i++) {
		BUF_LIT(r->out, " <a class=\"footnote-backref\" href=\"#");
		put_footnote_id(r, "fnref", number, i);
		BUF_LIT(r->out, "\" aria-label=\"");
		html_escape(r->out, str_given(label) ? label : STR("Back to reference"));
		buf_printf(r->out, " %zu", number);
		if (i > 1)
			buf_printf(r->out, "-%zu", i);
		BUF_LIT(r->out, "\">\xE2\x86\xA9\xEF\xB8\x8E</a>");
	}
}

static void enter_footnote(struct md_render *r, cmark_node *node)
{
	(void)node;
	if (r->footnotes++ == 0) {
		sanitize_close(&r->sanitizer);
		line_start(r);
		BUF_LIT(r->out, "<section class=\"footnotes\">\n<ol>\n");
	}
	BUF_LIT(r->out, "<li id=\"");
	put_footnote_id(r, "fn", r->footnotes, 1);
	BUF_LIT(r->out, "\">\n");
	sanitize_enter(&r->sanitizer, SANITIZE_BLOCKS);
}

static void leave_footnote(struct md_render *r, cmark_node *node)
{
	cmark_node *last = cmark_node_last_child(node);
	sanitize_leave(&r->sanitizer);
	if (!last || node_kind(last) != MD_PARAGRAPH)
		put_back_links(r);
	line_start(r);
	BUF_LIT(r->out, "</li>\n");
}

static void leave_document(struct md_render *r, cmark_node *node)
{
	(void)node;
	sanitize_close(&r->sanitizer);
	if (r->footnotes > 0)
		BUF_LIT(r->out, "</ol>\n</section>\n");
}

static void enter_reference(struct md_render *r, cmark_node *node)
{
	uint64_t number;
	if (!str_to_u64(md_literal(node), &number) || number == 0 || number > r->reference_count)
		return;
	size_t repeat = ++r->references[number - 1];
	bool linked = sanitize_in_link(&r->sanitizer);
	buf_cstr(r->out, linked ? "<sup class=\"footnote-ref\"><span id=\"" :
		 "<sup class=\"footnote-ref\"><a id=\"");
	put_footnote_id(r, "fnref", number, repeat);
	if (!linked) {
		BUF_LIT(r->out, "\" href=\"#");
		put_footnote_id(r, "fn", number, 1);
	}
	buf_printf(r->out, "\">%zu</%s></sup>", (size_t)number, linked ? "span" : "a");
}

/* --- inlines --- */

/* cmark takes the mark of `name`'s for one that opens; right after code it is an apostrophe. */
static bool is_apostrophe(const struct md_render *r, cmark_node *node)
{
	cmark_node *before = cmark_node_previous(node);
	return r->options->smart && before && node_kind(before) == MD_CODE &&
	       str_starts(md_literal(node), STR("\u2018"));
}

static void enter_text(struct md_render *r, cmark_node *node)
{
	struct str text = md_literal(node);
	if (is_apostrophe(r, node)) {
		html_escape(r->out, STR("\u2019"));
		facts_text(r->facts, STR("\u2019"));
		text = str_from(text, strlen("\u2018"));
	}
	html_escape(r->out, text);
	facts_text(r->facts, text);
}

static void enter_soft_break(struct md_render *r, cmark_node *node)
{
	(void)node;
	buf_char(r->out, '\n');
	facts_text(r->facts, STR(" "));
}

static void enter_line_break(struct md_render *r, cmark_node *node)
{
	(void)node;
	BUF_LIT(r->out, "<br>\n");
	facts_text(r->facts, STR(" "));
}

static void enter_code(struct md_render *r, cmark_node *node)
{
	BUF_LIT(r->out, "<code>");
	html_escape(r->out, md_literal(node));
	BUF_LIT(r->out, "</code>");
	facts_text(r->facts, md_literal(node));
}

static const char *const marks[MD__MAX] = {
	[MD_EMPHASIS] = "em", [MD_STRONG] = "strong", [MD_DELETED] = "del",
};

static void enter_mark(struct md_render *r, cmark_node *node)
{
	buf_printf(r->out, "<%s>", marks[node_kind(node)]);
	sanitize_enter(&r->sanitizer, SANITIZE_LINE);
}

static void leave_mark(struct md_render *r, cmark_node *node)
{
	sanitize_leave(&r->sanitizer);
	buf_printf(r->out, "</%s>", marks[node_kind(node)]);
}

static void enter_link(struct md_render *r, cmark_node *node)
{
	struct str title = str_of(cmark_node_get_title(node));
	struct str address = md_link(r, str_of(cmark_node_get_url(node)));
	bool linked = sanitize_in_link(&r->sanitizer);
	sanitize_enter(&r->sanitizer, linked ? SANITIZE_LINE : SANITIZE_ANCHOR);
	if (linked) /* raw HTML has one open already */
		return;
	r->link = node;
	BUF_LIT(r->out, "<a href=\"");
	html_href(r->out, address);
	buf_char(r->out, '"');
	if (!str_empty(title))
		md_attribute(r, "title", title);
	if (md_is_external(address))
		BUF_LIT(r->out, " rel=\"noopener\"");
	buf_char(r->out, '>');
	facts_link(r->facts, address);
}

static void leave_link(struct md_render *r, cmark_node *node)
{
	sanitize_leave(&r->sanitizer);
	if (r->link != node)
		return;
	BUF_LIT(r->out, "</a>");
	r->link = NULL;
}

/* Nothing that is worked with the mouse may stand in a link: there the film's words do. */
static void put_player(struct md_render *r, const struct markdown_image *image, struct str label)
{
	if (r->link || sanitize_in_link(&r->sanitizer)) {
		html_escape(r->out, str_empty(label) ? player_name(image) : label);
		return;
	}
	player_html(r->out, image, label);
	facts_link(r->facts, image->src);
}

static void enter_image(struct md_render *r, cmark_node *node)
{
	struct buf alternative = BUF_INIT(MARKDOWN_SOURCE_MAX_B);
	struct str title = r->in_figure ? STR("") : str_of(cmark_node_get_title(node));
	struct markdown_image image = md_image(r, str_of(cmark_node_get_url(node)));
	node_text(node, true, &alternative);
	skip_children(r, node);
	if (image.kind != MARKDOWN_PICTURE) {
		put_player(r, &image, buf_view(&alternative));
	} else {
		picture_html(r->out, &image, &(struct picture_place){ buf_view(&alternative), title, STR_NONE, r->seen_image });
		r->seen_image = true;
		facts_image(r->facts, image.src);
	}
	buf_release(&alternative);
}

/* --- the walk --- */

static const struct handler {
	void (*enter)(struct md_render *r, cmark_node *node);
	void (*leave)(struct md_render *r, cmark_node *node);
} handlers[MD__MAX] = {
	[MD_DOCUMENT] = { NULL, leave_document },
	[MD_BLOCK_QUOTE] = { enter_quote, leave_quote },
	[MD_LIST] = { enter_list, leave_list },
	[MD_ITEM] = { enter_item, leave_item },
	[MD_TASK] = { enter_task, leave_item },
	[MD_PARAGRAPH] = { enter_paragraph, leave_paragraph },
	[MD_HEADING] = { enter_heading, leave_heading },
	[MD_CODE_BLOCK] = { enter_code_block, NULL },
	[MD_HTML_BLOCK] = { enter_html_block, NULL },
	[MD_THEMATIC_BREAK] = { enter_thematic_break, NULL },
	[MD_TABLE] = { enter_table, leave_table },
	[MD_TABLE_ROW] = { enter_row, leave_row },
	[MD_TABLE_CELL] = { enter_cell, leave_cell },
	[MD_FOOTNOTE] = { enter_footnote, leave_footnote },
	[MD_TEXT] = { enter_text, NULL },
	[MD_SOFT_BREAK] = { enter_soft_break, NULL },
	[MD_LINE_BREAK] = { enter_line_break, NULL },
	[MD_CODE] = { enter_code, NULL },
	[MD_HTML_INLINE] = { enter_html_inline, NULL },
	[MD_EMPHASIS] = { enter_mark, leave_mark },
	[MD_STRONG] = { enter_mark, leave_mark },
	[MD_DELETED] = { enter_mark, leave_mark },
	[MD_LINK] = { enter_link, leave_link },
	[MD_IMAGE] = { enter_image, NULL },
	[MD_FOOTNOTE_REFERENCE] = { enter_reference, NULL },
};

static void walk(struct md_render *r)
{
	cmark_event_type event;
	while ((event = cmark_iter_next(r->iter)) != CMARK_EVENT_DONE && r->out->rc == RC_OK) {
		cmark_node *node = cmark_iter_get_node(r->iter);
		enum node_kind kind = node_kind(node);
		const struct handler *handler = &handlers[kind];
		if (event == CMARK_EVENT_EXIT) {
			if (handler->leave)
				handler->leave(r, node);
		} else if (sanitize_swallows(&r->sanitizer) && kind != MD_HTML_INLINE) {
			skip_children(r, node);
		} else if (handler->enter) {
			handler->enter(r, node);
		}
	}
}

static size_t count_footnotes(cmark_node *document)
{
	size_t count = 0;
	cmark_node *node = cmark_node_last_child(document);
	for (; node && node_kind(node) == MD_FOOTNOTE; node = cmark_node_previous(node))
		count++;
	return count;
}

void markdown_html(cmark_node *document, const struct markdown_options *options,
		   struct markdown_facts *facts, struct buf *out, struct buf *before_more, bool *has_more)
{
	struct md_render r = { .options = options, .facts = facts, .out = out, .before_more = before_more };
	r.sanitize_options = (struct sanitize_options){
		.frame_hosts = options->frame_hosts,
		.frame_host_count = options->frame_host_count,
		.address = raw_address,
		.written = raw_written,
		.image = raw_picture,
		.ctx = &r,
	};
	r.reference_count = count_footnotes(document);
	size_t references_b = r.reference_count * sizeof *r.references;
	r.references = arena_try(facts->arena, references_b + 1);
	if (!r.references) {
		out->rc = RC_LIMIT;
		return;
	}
	memset(r.references, 0, references_b);
	sanitize_init(&r.sanitizer, &r.sanitize_options, out);
	r.iter = cmark_iter_new(document);
	walk(&r);
	cmark_iter_free(r.iter);
	sanitize_release(&r.sanitizer);
	*has_more = r.has_more;
}
