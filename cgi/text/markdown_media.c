/* markdown_media.c: pictures, films and sound of a Markdown document as HTML. */
#include "base/base.h"

#include "text/html_write.h"
#include "text/markdown_media.h"

static void attribute(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, " %s=\"", name);
	html_escape(out, value);
	buf_char(out, '"');
}

static void put_address(struct buf *out, const char *name, struct str address)
{
	buf_printf(out, " %s=\"", name);
	html_href(out, address);
	buf_char(out, '"');
}

static void put_size(struct buf *out, const struct markdown_image *image)
{
	if (image->width_px > 0 && image->height_px > 0)
		buf_printf(out, " width=\"%d\" height=\"%d\"", image->width_px, image->height_px);
}

static void put_set(struct buf *out, struct str set, struct str sizes)
{
	if (str_empty(set))
		return;
	attribute(out, "srcset", set);
	attribute(out, "sizes", sizes);
}

void picture_html(struct buf *out, const struct markdown_image *image, const struct picture_place *place)
{
	struct str sizes = str_given(place->sizes) ? place->sizes : image->sizes;
	if (image->source_count)
		BUF_LIT(out, "<picture>");
	for (size_t i = 0; i < image->source_count; i++) {
		BUF_LIT(out, "<source");
		attribute(out, "type", image->sources[i].type);
		put_set(out, image->sources[i].set, sizes);
		buf_char(out, '>');
	}
	BUF_LIT(out, "<img");
	put_address(out, "src", image->src);
	put_set(out, image->set, sizes);
	attribute(out, "alt", place->alt);
	if (!str_empty(place->title))
		attribute(out, "title", place->title);
	put_size(out, image);
	if (place->lazy)
		BUF_LIT(out, " loading=\"lazy\"");
	BUF_LIT(out, " decoding=\"async\">");
	if (image->source_count)
		BUF_LIT(out, "</picture>");
}

struct str player_name(const struct markdown_image *image)
{
	if (!str_empty(image->name))
		return image->name;
	ptrdiff_t slash = str_rfind_char(image->src, '/');
	return str_from(image->src, (size_t)(slash + 1));
}

void player_html(struct buf *out, const struct markdown_image *image, struct str label)
{
	bool film = image->kind == MARKDOWN_VIDEO;
	buf_cstr(out, film ? "<video" : "<audio");
	BUF_LIT(out, " class=\"player\" controls preload=\"metadata\"");
	if (film)
		BUF_LIT(out, " playsinline");
	put_address(out, "src", image->src);
	attribute(out, "aria-label", str_empty(label) ? player_name(image) : label);
	if (film)
		put_size(out, image);
	BUF_LIT(out, "><a");
	put_address(out, "href", image->src);
	BUF_LIT(out, " download>");
	html_escape(out, player_name(image));
	buf_cstr(out, film ? "</a></video>" : "</a></audio>");
}
