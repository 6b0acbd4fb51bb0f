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

static void open_picture(struct buf *out, const struct markdown_image *image, struct str sizes)
{
	if (image->source_count)
		BUF_LIT(out, "<picture>");
	for (size_t i = 0; i < image->source_count; i++) {
		BUF_LIT(out, "<source");
		attribute(out, "type", image->sources[i].type);
		put_set(out, image->sources[i].set, sizes);
		buf_char(out, '>');
	}
}

void picture_html(struct buf *out, const struct markdown_image *image, const struct picture_place *place)
{
	struct str sizes = str_given(place->sizes) ? place->sizes : image->sizes;
	open_picture(out, image, sizes);
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

/* --- pictures of raw HTML --- */

/* NULL: the author did not give it. */
static const struct html_attribute *given(const struct html_token *tag, const char *name)
{
	for (size_t i = 0; i < tag->attribute_count; i++)
		if (str_ieq(tag->attributes[i].name, str_of(name)))
			return &tag->attributes[i];
	return NULL;
}

/* The width that the author gave; 0: none that can be read. */
static int64_t width_given(const struct html_token *tag)
{
	const struct html_attribute *width = given(tag, "width");
	uint64_t px;
	return width && str_to_u64(width->value, &px) && px < 100000 ? (int64_t)px : 0;
}

/* Of one length the other one follows, so that the page keeps the room that the picture will take. */
static void complete_size(struct buf *out, const struct html_token *tag, const struct markdown_image *image)
{
	int64_t width = width_given(tag);
	if (given(tag, "height"))
		return;
	if (width)
		buf_printf(out, " height=\"%lld\"", (long long)((width * image->height_px + image->width_px - 1) / image->width_px));
	else if (!given(tag, "width"))
		put_size(out, image);
}

const char *picture_complete(struct buf *out, size_t from, const struct html_token *tag, const struct markdown_image *image,
			     bool lazy)
{
	int64_t width = width_given(tag);
	struct buf own = BUF_INIT(40), written = BUF_INIT(out->max_b);
	struct str sizes = image->sizes;
	if (width && width < MARKDOWN_COLUMN_REM * 16) {
		buf_printf(&own, "%lldpx", (long long)width);
		sizes = buf_view(&own);
	}
	buf_str(&written, str_from(buf_view(out), from));
	buf_truncate(out, from);
	open_picture(out, image, sizes);
	buf_str(out, buf_view(&written));
	put_set(out, image->set, sizes);
	complete_size(out, tag, image);
	if (lazy && !given(tag, "loading"))
		BUF_LIT(out, " loading=\"lazy\"");
	if (!given(tag, "decoding"))
		BUF_LIT(out, " decoding=\"async\"");
	if (written.rc != RC_OK && out->rc == RC_OK)
		out->rc = written.rc;
	buf_release(&own);
	buf_release(&written);
	return image->source_count ? "</picture>" : "";
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
