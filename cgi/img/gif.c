/* gif.c: walks the blocks of a GIF file. */
#include "base/base.h"

#include "img/gif.h"
#include "img/read.h"

#define HEADER_B 13
#define FRAME_B 10 /* the image descriptor with its introducer */

enum block { BLOCK_FRAME, BLOCK_EXTENSION, BLOCK_TRAILER, BLOCK_BROKEN };
enum label { LABEL_TEXT = 0x01, LABEL_CONTROL = 0xF9, LABEL_COMMENT = 0xFE, LABEL_APPLICATION = 0xFF };

static size_t table_b(uint32_t flags)
{
	return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* Behind the sub-blocks that begin at `at`; 0 when they do not end. */
static size_t skip(struct str s, size_t at)
{
	while (at < s.n) {
		size_t length = (uint8_t)s.p[at];
		at += 1 + length;
		if (length == 0)
			return at;
	}
	return 0;
}

/* The block at *at, which moves behind it. */
static enum block next(struct str s, size_t *at, struct str *block)
{
	size_t from = *at, end = 0;
	enum block kind = BLOCK_BROKEN;
	if (from >= s.n)
		return BLOCK_BROKEN;
	if (s.p[from] == ';') {
		kind = BLOCK_TRAILER;
		end = from + 1;
	} else if (s.p[from] == '!' && s.n - from > 2) {
		kind = BLOCK_EXTENSION;
		end = skip(s, from + 2);
	} else if (s.p[from] == ',' && s.n - from > FRAME_B) {
		kind = BLOCK_FRAME;
		end = skip(s, from + FRAME_B + table_b(read_le(s, from + 9, 1)) + 1);
	}
	if (end == 0)
		return BLOCK_BROKEN;
	*at = end;
	*block = str_sub(s, from, end);
	return kind;
}

static size_t begin(struct str s)
{
	return HEADER_B + table_b(read_le(s, 10, 1));
}

static void look_at_frame(struct str block, struct gif_facts *out)
{
	int left = (int)read_le(block, 1, 2), top = (int)read_le(block, 3, 2);
	int width = (int)read_le(block, 5, 2), height = (int)read_le(block, 7, 2);
	if (out->frames++ > 0)
		return;
	out->left = left;
	out->top = top;
	if (left > 0 || top > 0 || width < out->width || height < out->height)
		out->transparent = true;
}

void gif_look(struct str s, struct gif_facts *out)
{
	size_t at = begin(s);
	struct str block;
	enum block kind;
	*out = (struct gif_facts){ .width = (int)read_le(s, 6, 2), .height = (int)read_le(s, 8, 2) };
	while ((kind = next(s, &at, &block)) != BLOCK_BROKEN) {
		if (kind == BLOCK_TRAILER) {
			out->whole = true;
			return;
		}
		if (kind == BLOCK_FRAME)
			look_at_frame(block, out);
		else if ((uint8_t)block.p[1] == LABEL_CONTROL && (read_le(block, 3, 1) & 1))
			out->transparent = true;
	}
	out->cut = at < s.n && (s.p[at] == ',' || s.p[at] == '!');
}

static bool is_wanted(struct str extension)
{
	uint8_t label = (uint8_t)extension.p[1];
	struct str name = str_sub(extension, 3, 14);
	return label == LABEL_CONTROL ||
	       (label == LABEL_APPLICATION && (str_is(name, "NETSCAPE2.0") || str_is(name, "ANIMEXTS1.0")));
}

enum rc gif_strip(struct str s, struct buf *out, struct err *err)
{
	size_t at = begin(s), frames = 0;
	struct str block;
	enum block kind;
	buf_str(out, str_sub(s, 0, at));
	while ((kind = next(s, &at, &block)) != BLOCK_BROKEN) {
		if (kind != BLOCK_EXTENSION || is_wanted(block))
			buf_str(out, block);
		if (kind == BLOCK_TRAILER)
			return buf_status(out, "the GIF", err);
		frames += kind == BLOCK_FRAME;
	}
	if (frames > 0 && at >= s.n) {
		buf_char(out, ';');
		return buf_status(out, "the GIF", err);
	}
	return err_set(err, RC_INVALID, "the gif picture is cut off in the middle");
}
