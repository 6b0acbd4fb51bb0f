/* markdown_facts.c: what a document says about itself, collected while it is rendered. */
#include "base/base.h"

#include "text/html_text.h"
#include "text/html_write.h"
#include "text/letters.h"
#include "text/markdown_facts.h"
#include "text/slug.h"

#define LISTS_MAX_B ((size_t)16 << 20)
#define ADDRESS_MAX_B ((size_t)4 << 20)
#define ID_MAX_B 100
#define ID_DEFAULT "section" /* of a heading without a letter */

void facts_init(struct markdown_facts *f, struct arena *arena)
{
	*f = (struct markdown_facts){ .arena = arena };
	buf_init(&f->plain, MARKDOWN_HTML_MAX_B);
	buf_init(&f->headings, LISTS_MAX_B);
	buf_init(&f->links, LISTS_MAX_B);
	buf_init(&f->images, LISTS_MAX_B);
}

void facts_release(struct markdown_facts *f)
{
	buf_release(&f->plain);
	buf_release(&f->headings);
	buf_release(&f->links);
	buf_release(&f->images);
}

void facts_text(struct markdown_facts *f, struct str text)
{
	buf_str(&f->plain, text);
}

void facts_html(struct markdown_facts *f, struct str html)
{
	html_text(&f->plain, html);
	facts_break(f);
}

void facts_break(struct markdown_facts *f)
{
	while (f->plain.len > 0 && f->plain.bytes[f->plain.len - 1] == ' ')
		buf_truncate(&f->plain, f->plain.len - 1);
	if (f->plain.len > 0 && f->plain.bytes[f->plain.len - 1] != '\n')
		buf_char(&f->plain, '\n');
}

void facts_paragraph(struct markdown_facts *f, bool begins)
{
	if (begins) {
		f->paragraph_from = f->plain.len;
		return;
	}
	struct str text = str_trim(str_from(buf_view(&f->plain), f->paragraph_from));
	if (!f->has_paragraph && text.n > 0) {
		f->first_paragraph_at = (size_t)(text.p - f->plain.bytes);
		f->first_paragraph_b = text.n;
		f->has_paragraph = true;
	}
}

void facts_more(struct markdown_facts *f)
{
	f->more_at = f->plain.len;
	f->has_more = true;
}

static struct name_entry *entry_of(struct markdown_facts *f, struct name_table *table, struct str name)
{
	struct name_entry *entry = name_table_at(table, f->arena, name);
	if (!entry)
		f->plain.rc = RC_LIMIT; /* said by facts_finish() */
	return entry;
}

/* "name", then "name-2", "name-3" ... The entry of a name holds the last number given to it. */
static struct str unique_id(struct markdown_facts *f, struct str slug)
{
	struct name_entry *entry = entry_of(f, &f->ids, slug);
	if (!entry || entry->number == 0) {
		if (entry)
			entry->number = 1;
		return entry ? entry->name : STR(ID_DEFAULT);
	}
	for (size_t n = entry->number + 1;; n++) {
		struct buf name = BUF_INIT(ID_MAX_B + 32);
		buf_printf(&name, "%.*s-%zu", STR_ARG(slug), n);
		entry = entry_of(f, &f->ids, buf_view(&name));
		buf_release(&name);
		if (!entry)
			return STR(ID_DEFAULT);
		if (entry->number > 0)
			continue;
		entry->number = 1;
		struct str id = entry->name;
		entry = entry_of(f, &f->ids, slug);
		if (entry)
			entry->number = n;
		return id;
	}
}

struct str facts_heading(struct markdown_facts *f, int level, struct str text)
{
	struct str slug = slug_make(f->arena, text, SLUG_UNICODE, STR_NONE, ID_MAX_B);
	struct markdown_heading heading = { .level = level };
	heading.id = unique_id(f, slug.n > 0 ? slug : STR(ID_DEFAULT));
	text = str_trim(text);
	char *copy = arena_try(f->arena, text.n + 1);
	if (copy) {
		memcpy(copy, text.n ? text.p : "", text.n);
		copy[text.n] = '\0';
		heading.text = str_n(copy, text.n);
	} else {
		f->plain.rc = RC_LIMIT;
	}
	buf_put(&f->headings, &heading, sizeof heading);
	return heading.id;
}

static void note(struct markdown_facts *f, struct name_table *names, struct buf *list, struct str address)
{
	struct buf visible = BUF_INIT(ADDRESS_MAX_B);
	html_address(&visible, address);
	struct name_entry *entry = visible.len > 0 ? entry_of(f, names, buf_view(&visible)) : NULL;
	if (entry && entry->number == 0) {
		entry->number = 1;
		buf_put(list, &entry->name, sizeof entry->name);
	}
	buf_release(&visible);
}

void facts_link(struct markdown_facts *f, struct str address)
{
	note(f, &f->link_names, &f->links, address);
}

void facts_image(struct markdown_facts *f, struct str address)
{
	note(f, &f->image_names, &f->images, address);
}

/* The content of a buffer as an array in the arena. */
static enum rc take(struct markdown_facts *f, const struct buf *b, const char *what, void *array,
		    struct err *err)
{
	enum rc rc = buf_status(b, what, err);
	if (rc != RC_OK)
		return rc;
	char *copy = arena_try(f->arena, b->len + 1);
	if (!copy)
		return err_set(err, RC_LIMIT, "%s: more than the memory of a document", what);
	memcpy(copy, b->len ? b->bytes : "", b->len);
	copy[b->len] = '\0';
	memcpy(array, &copy, sizeof copy);
	return RC_OK;
}

enum rc facts_finish(struct markdown_facts *f, struct markdown_result *out, struct err *err)
{
	char *plain;
	enum rc rc = take(f, &f->plain, "the text of the document", &plain, err);
	if (rc == RC_OK)
		rc = take(f, &f->headings, "the list of headings", &out->headings, err);
	if (rc == RC_OK)
		rc = take(f, &f->links, "the list of links", &out->links, err);
	if (rc == RC_OK)
		rc = take(f, &f->images, "the list of images", &out->images, err);
	if (rc != RC_OK)
		return rc;
	out->plain = str_trim(str_n(plain, f->plain.len));
	/* What a later block takes back at its begin are spaces at the very end: hence the smaller one. */
	size_t more_at = f->more_at < f->plain.len ? f->more_at : f->plain.len;
	out->plain_before_more = f->has_more ? str_trim(str_n(plain, more_at)) : STR_NONE;
	out->first_paragraph = f->has_paragraph
		? str_n(plain + f->first_paragraph_at, f->first_paragraph_b) : STR("");
	out->heading_count = f->headings.len / sizeof *out->headings;
	out->link_count = f->links.len / sizeof *out->links;
	out->image_count = f->images.len / sizeof *out->images;
	out->first_image = out->image_count > 0 ? out->images[0] : STR_NONE;
	out->word_count = letter_word_count(out->plain);
	out->has_code = f->has_code;
	return RC_OK;
}

void node_text(cmark_node *node, bool alternatives, struct buf *out)
{
	cmark_iter *iter = cmark_iter_new(node);
	cmark_event_type event;
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *at = cmark_iter_get_node(iter);
		if (event != CMARK_EVENT_ENTER)
			continue;
		switch (node_kind(at)) {
		case MD_TEXT:
		case MD_CODE: buf_cstr(out, cmark_node_get_literal(at)); break;
		case MD_SOFT_BREAK:
		case MD_LINE_BREAK: buf_char(out, ' '); break;
		case MD_IMAGE:
			if (!alternatives)
				cmark_iter_reset(iter, at, CMARK_EVENT_EXIT);
			break;
		default: break;
		}
	}
	cmark_iter_free(iter);
}
