/* markdown_figure.c: paragraphs of Markdown that become a figure: galleries, and players of what a link leads to. */
#include "base/base.h"

#include "text/gallery.h"
#include "text/html_write.h"
#include "text/markdown_media.h"
#include "text/markdown_render.h"

#define GALLERY_MAX 500      /* pictures; beyond they are a paragraph of pictures */
#define GALLERY_LEAST_PX 160 /* of the longer side: badges and icons are no gallery */

void md_open_figure(struct md_render *r, cmark_node *paragraph, const char *class)
{
	md_block(r);
	BUF_LIT(r->out, "<figure");
	if (class)
		md_attribute(r, "class", str_of(class));
	md_line(r, paragraph);
	BUF_LIT(r->out, ">");
}

void md_figcaption(struct md_render *r, struct str text)
{
	if (str_empty(text))
		return;
	BUF_LIT(r->out, "<figcaption>");
	html_escape(r->out, text);
	BUF_LIT(r->out, "</figcaption>");
}

/* --- galleries --- */

struct gallery {
	cmark_node **nodes; /* each an image or a link around one */
	struct markdown_image *images;
	int *shapes;
	size_t count;
};

static bool is_blank(cmark_node *node)
{
	enum node_kind kind = node_kind(node);
	return kind == MD_SOFT_BREAK || kind == MD_LINE_BREAK || (kind == MD_TEXT && str_empty(str_trim(md_literal(node))));
}

/* How many images the paragraph is; 0 when it is anything else. */
static size_t count_images(cmark_node *paragraph)
{
	size_t count = 0;
	for (cmark_node *node = cmark_node_first_child(paragraph); node; node = cmark_node_next(node)) {
		if (md_image_of(node))
			count++;
		else if (!is_blank(node))
			return 0;
	}
	return count;
}

static bool add_to_gallery(struct md_render *r, struct gallery *gallery, cmark_node *node)
{
	struct markdown_image image = md_image(r, str_of(cmark_node_get_url(md_image_of(node))));
	int longer = image.width_px > image.height_px ? image.width_px : image.height_px;
	if (image.kind != MARKDOWN_PICTURE || image.width_px < 1 || image.height_px < 1 || longer < GALLERY_LEAST_PX)
		return false;
	gallery->nodes[gallery->count] = node;
	gallery->shapes[gallery->count] = gallery_shape(image.width_px, image.height_px);
	gallery->images[gallery->count++] = image;
	return true;
}

/* Its own link, or one to the large picture, which needs words of its own where the picture has none. */
static void put_gallery_link(struct md_render *r, cmark_node *node, const struct markdown_image *image, bool words)
{
	struct str name = str_given(r->options->picture_label) ? r->options->picture_label : STR("Picture");
	bool own = node_kind(node) == MD_LINK;
	struct str address = own ? md_link(r, str_of(cmark_node_get_url(node)))
				 : str_given(image->large) ? image->large : image->src;
	BUF_LIT(r->out, "<a href=\"");
	html_href(r->out, address);
	buf_char(r->out, '"');
	if (own && md_is_external(address))
		BUF_LIT(r->out, " rel=\"noopener\"");
	if (!words)
		md_attribute(r, "aria-label", arena_printf(r->facts->arena, "%.*s %d", STR_ARG(name), ++r->pictures));
	buf_char(r->out, '>');
	if (own)
		facts_link(r->facts, address);
}

static void put_gallery_picture(struct md_render *r, const struct gallery *gallery, size_t at, struct str sizes)
{
	struct buf alt = BUF_INIT(MARKDOWN_SOURCE_MAX_B);
	const struct markdown_image *image = &gallery->images[at];
	cmark_node *node = md_image_of(gallery->nodes[at]);
	bool linked = sanitize_in_link(&r->sanitizer);
	node_text(node, true, &alt);
	buf_printf(r->out, "<figure class=\"shape-%d%s\">", gallery->shapes[at], gallery_class(gallery->shapes[at]));
	if (!linked)
		put_gallery_link(r, gallery->nodes[at], image, !str_empty(str_trim(buf_view(&alt))));
	picture_html(r->out, image, &(struct picture_place){ buf_view(&alt), STR(""), sizes, r->seen_image });
	if (!linked)
		BUF_LIT(r->out, "</a>");
	md_figcaption(r, str_of(cmark_node_get_title(node)));
	BUF_LIT(r->out, "</figure>\n");
	r->seen_image = true;
	facts_image(r->facts, image->src);
	buf_release(&alt);
}

static void put_gallery_rows(struct md_render *r, const struct gallery *gallery)
{
	int *rows, column_rem = r->options->column_rem > 0 ? r->options->column_rem : MARKDOWN_COLUMN_REM;
	size_t row_count = gallery_rows(gallery->shapes, gallery->count, r->facts->arena, &rows);
	for (size_t row = 0, from = 0; row < row_count; from += (size_t)rows[row++]) {
		BUF_LIT(r->out, "<div class=\"gallery-row\">\n");
		for (int i = 0; i < rows[row]; i++) {
			struct buf sizes = BUF_INIT(200);
			gallery_sizes(gallery->shapes + from, rows[row], i, column_rem, &sizes);
			put_gallery_picture(r, gallery, from + (size_t)i, buf_view(&sizes));
			buf_release(&sizes);
		}
		BUF_LIT(r->out, "</div>\n");
	}
}

/* The size of each picture must be known: rows are made of shapes. */
bool md_gallery(struct md_render *r, cmark_node *paragraph)
{
	size_t count = count_images(paragraph);
	if (count < 2 || count > GALLERY_MAX)
		return false;
	struct gallery gallery = {
		mem_array(count, sizeof *gallery.nodes), mem_array(count, sizeof *gallery.images),
		mem_array(count, sizeof *gallery.shapes), 0,
	};
	bool whole = true;
	for (cmark_node *node = cmark_node_first_child(paragraph); whole && node; node = cmark_node_next(node))
		whole = is_blank(node) || add_to_gallery(r, &gallery, node);
	if (whole) {
		md_open_figure(r, paragraph, "gallery");
		buf_char(r->out, '\n');
		put_gallery_rows(r, &gallery);
	}
	free(gallery.nodes);
	free(gallery.images);
	free(gallery.shapes);
	return whole;
}

/* --- players --- */

/* Of a link that is nothing but an address, or the file's name, that says nothing more than the player. */
static struct str link_caption(struct str text, struct str address, const struct markdown_image *image)
{
	bool bare = str_eq(text, address) || str_eq(text, image->src) || str_eq(text, player_name(image));
	return bare ? STR("") : text;
}

bool md_linked_player(struct md_render *r, cmark_node *paragraph)
{
	cmark_node *link = cmark_node_first_child(paragraph);
	if (!link || cmark_node_next(link) || node_kind(link) != MD_LINK || md_image_of(link) || sanitize_in_link(&r->sanitizer))
		return false;
	struct str address = str_of(cmark_node_get_url(link));
	struct markdown_image image = md_image(r, address);
	if (image.kind == MARKDOWN_PICTURE)
		return false;
	struct buf text = BUF_INIT(MARKDOWN_SOURCE_MAX_B);
	node_text(link, true, &text);
	struct str caption = link_caption(str_trim(buf_view(&text)), address, &image);
	md_open_figure(r, paragraph, NULL);
	player_html(r->out, &image, caption);
	md_figcaption(r, caption);
	facts_text(r->facts, buf_view(&text));
	facts_link(r->facts, image.src);
	buf_release(&text);
	return true;
}
