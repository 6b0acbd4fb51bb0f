/* clean.c: a copy of a picture without its metadata, which decodes nothing. */
#include "base/base.h"

#include "img/clean.h"
#include "img/exif.h"
#include "img/read.h"

#define WINDOW_B ((size_t)64 << 10)
#define PIECES_MAX 100000
#define OWN_B 96
#define JPEG_SCANS_MAX 500 /* as many as are decoded (jpeg.c) */

/* Bytes of the file, or (own) of the copy's own. */
struct piece {
	bool own;
	int64_t at_b, size_b;
};

struct img_clean {
	struct part part;
	struct piece *pieces;
	size_t count, cap;
	uint8_t own[OWN_B];
	size_t own_n;
	/* Reading through it: */
	uint8_t window[WINDOW_B];
	int64_t window_at;
	size_t window_n;
	/* Reading the copy: */
	size_t piece;
	int64_t done_b;
};

static enum rc broken(struct err *err)
{
	return err_set(err, RC_INVALID, "the picture is damaged or cut off");
}

static enum rc read_at(struct img_clean *c, int64_t at_b, void *bytes, size_t room, size_t *n, struct err *err)
{
	return read_part(&c->part, "the picture", at_b, bytes, room, n, err);
}

/* `n` bytes at a place, borrowed from the window; RC_INVALID: the file ends before. */
static enum rc look(struct img_clean *c, int64_t at_b, size_t n, const uint8_t **out, struct err *err)
{
	enum rc rc = RC_OK;
	if (at_b < 0 || at_b > c->part.size_b || (int64_t)n > c->part.size_b - at_b)
		return broken(err);
	if (at_b < c->window_at || at_b + (int64_t)n > c->window_at + (int64_t)c->window_n) {
		rc = read_at(c, at_b, c->window, WINDOW_B, &c->window_n, err);
		c->window_at = at_b;
	}
	if (rc == RC_OK && c->window_n < n)
		rc = broken(err);
	*out = c->window + (at_b - c->window_at);
	return rc;
}

static enum rc add(struct img_clean *c, bool own, int64_t at_b, int64_t size_b, struct err *err)
{
	struct piece *last = c->count ? &c->pieces[c->count - 1] : NULL;
	if (size_b == 0)
		return RC_OK;
	if (last && last->own == own && last->at_b + last->size_b == at_b) {
		last->size_b += size_b;
		return RC_OK;
	}
	if (c->count == PIECES_MAX)
		return err_set(err, RC_LIMIT, "the picture is in too many pieces");
	if (c->count == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 64;
		c->pieces = mem_grow(c->pieces, c->cap, sizeof(*c->pieces));
	}
	c->pieces[c->count++] = (struct piece){ own, at_b, size_b };
	return RC_OK;
}

static enum rc keep(struct img_clean *c, int64_t at_b, int64_t size_b, struct err *err)
{
	return size_b > c->part.size_b - at_b ? broken(err) : add(c, false, at_b, size_b, err);
}

static enum rc put(struct img_clean *c, const void *bytes, size_t n, struct err *err)
{
	memcpy(c->own + c->own_n, bytes, n);
	c->own_n += n;
	return add(c, true, (int64_t)(c->own_n - n), (int64_t)n, err);
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* --- JPEG --- */

/* JFIF, the ICC profile and Adobe's colour transform say how the pixels are meant; the rest of the application's own
 * segments, and comments, say who, where and with what. */
static bool jpeg_stays(uint8_t marker, const uint8_t *data, size_t n)
{
	if (marker == 0xe0)
		return n >= 5 && memcmp(data, "JFIF", 5) == 0;
	if (marker == 0xe2)
		return n >= 12 && memcmp(data, "ICC_PROFILE", 12) == 0;
	if (marker == 0xee)
		return n >= 5 && memcmp(data, "Adobe", 5) == 0;
	return !(marker >= 0xe0 && marker <= 0xef) && marker != 0xfe;
}

static enum rc put_orientation(struct img_clean *c, int orientation, struct err *err)
{
	uint8_t segment[10 + EXIF_ALONE_B] = { 0xff, 0xe1, 0, 8 + EXIF_ALONE_B, 'E', 'x', 'i', 'f' };
	exif_alone(orientation, segment + 10);
	return put(c, segment, sizeof(segment), err);
}

/* Behind the scan's header: until a marker that is none of the scan's own. The window is looked through where it is:
 * one that were filled anew for each scan would make a file of short ones cost thousands of times its length. */
static enum rc skip_scan(struct img_clean *c, int64_t *at_b, struct err *err)
{
	const uint8_t *p;
	for (int64_t at = *at_b;;) {
		enum rc rc = look(c, at, 2, &p, err);
		if (rc != RC_OK)
			return rc;
		size_t n = c->window_n - (size_t)(at - c->window_at);
		for (size_t i = 0; i + 1 < n; i++)
			if (p[i] == 0xff && p[i + 1] != 0 && p[i + 1] != 0xff && !(p[i + 1] >= 0xd0 && p[i + 1] <= 0xd7)) {
				*at_b = at + (int64_t)i;
				return RC_OK;
			}
		at += (int64_t)n - 1;
	}
}

static enum rc jpeg_segment(struct img_clean *c, int64_t *at_b, uint8_t marker, struct err *err)
{
	const uint8_t *p;
	enum rc rc = look(c, *at_b, 4, &p, err);
	if (rc != RC_OK)
		return rc;
	size_t size = (size_t)p[2] << 8 | p[3];
	if (size < 2)
		return broken(err);
	rc = look(c, *at_b, size + 2 < 32 ? size + 2 : 32, &p, err);
	if (rc == RC_OK && jpeg_stays(marker, p + 4, size - 2 < 28 ? size - 2 : 28))
		rc = keep(c, *at_b, (int64_t)size + 2, err);
	int64_t from = *at_b += (int64_t)size + 2;
	if (rc == RC_OK && marker == 0xda) {
		rc = skip_scan(c, at_b, err);
		return rc == RC_OK ? keep(c, from, *at_b - from, err) : rc;
	}
	return rc;
}

static enum rc clean_jpeg(struct img_clean *c, int orientation, struct err *err)
{
	const uint8_t *p;
	int64_t at = 2;
	int scans = 0;
	enum rc rc = keep(c, 0, 2, err);
	if (rc == RC_OK && orientation > 1)
		rc = put_orientation(c, orientation, err);
	while (rc == RC_OK) {
		rc = look(c, at, 2, &p, err);
		if (rc == RC_OK && p[0] != 0xff)
			rc = broken(err);
		if (rc != RC_OK)
			return rc;
		if (p[1] == 0xff) { /* fill */
			at++;
			continue;
		}
		if (p[1] == 0xd9) /* what hangs behind the end has metadata of its own */
			return keep(c, at, 2, err);
		if (p[1] == 0xda && ++scans > JPEG_SCANS_MAX)
			return err_set(err, RC_LIMIT, "the picture has too many scans");
		rc = jpeg_segment(c, &at, p[1], err);
	}
	return rc;
}

/* --- PNG --- */

static bool png_stays(const uint8_t *type)
{
	static const char *const gone[] = { "eXIf", "tEXt", "zTXt", "iTXt", "tIME" };
	static const char *const known[] = { "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB",
					     "cICP", "mDCV", "cLLI", "bKGD", "hIST", "pHYs", "sPLT", "acTL", "fcTL", "fdAT" };
	for (size_t i = 0; i < COUNT_OF(gone); i++)
		if (memcmp(type, gone[i], 4) == 0)
			return false;
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (memcmp(type, known[i], 4) == 0)
			return true;
	return !(type[0] & 0x20); /* what is not needed to show it and not known may be anything */
}

/* PNG, 5.5: of a chunk's type and data. */
static uint32_t crc_of(const uint8_t *bytes, size_t n)
{
	uint32_t crc = UINT32_MAX;
	for (size_t i = 0; i < n; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}

static enum rc put_png_orientation(struct img_clean *c, int orientation, struct err *err)
{
	uint8_t chunk[12 + EXIF_ALONE_B] = { 0, 0, 0, EXIF_ALONE_B, 'e', 'X', 'I', 'f' };
	exif_alone(orientation, chunk + 8);
	uint32_t crc = crc_of(chunk + 4, 4 + EXIF_ALONE_B);
	for (int i = 0; i < 4; i++)
		chunk[8 + EXIF_ALONE_B + i] = (uint8_t)(crc >> (24 - 8 * i));
	return put(c, chunk, sizeof(chunk), err);
}

static enum rc clean_png(struct img_clean *c, int orientation, struct err *err)
{
	const uint8_t *p;
	enum rc rc = keep(c, 0, 8, err);
	for (int64_t at = 8; rc == RC_OK;) {
		rc = look(c, at, 8, &p, err);
		if (rc != RC_OK)
			break;
		int64_t size = (int64_t)be32(p) + 12;
		bool ends = memcmp(p + 4, "IEND", 4) == 0, begins = at == 8;
		if (size > c->part.size_b - at)
			return broken(err);
		if (png_stays(p + 4))
			rc = keep(c, at, size, err);
		if (rc == RC_OK && begins && orientation > 1)
			rc = put_png_orientation(c, orientation, err);
		if (ends)
			break;
		at += size;
	}
	return rc;
}

/* --- WebP --- */

static enum rc put_webp_orientation(struct img_clean *c, int orientation, int64_t *kept_b, struct err *err)
{
	uint8_t chunk[1 + 8 + EXIF_ALONE_B] = { 0, 'E', 'X', 'I', 'F', EXIF_ALONE_B };
	bool odd = *kept_b & 1; /* the last chunk had no padding */
	exif_alone(orientation, chunk + 9);
	*kept_b += 8 + EXIF_ALONE_B + odd;
	return odd ? put(c, chunk, sizeof(chunk), err) : put(c, chunk + 1, sizeof(chunk) - 1, err);
}

static enum rc webp_chunks(struct img_clean *c, int64_t end, int orientation, int64_t *kept_b, struct err *err)
{
	const uint8_t *p;
	enum rc rc = RC_OK;
	for (int64_t at = 12; rc == RC_OK && at < end;) {
		rc = look(c, at, 8, &p, err);
		if (rc != RC_OK)
			break;
		int64_t size = 8 + ((int64_t)le32(p + 4) + 1) / 2 * 2;
		if (size > end - at) {
			if (size - 1 != end - at) /* a last chunk without its padding */
				return broken(err);
			size = end - at;
		}
		bool extended = memcmp(p, "VP8X", 4) == 0;
		bool gone = memcmp(p, "EXIF", 4) == 0 || memcmp(p, "XMP ", 4) == 0;
		bool known = extended || memcmp(p, "VP8", 3) == 0 || memcmp(p, "ALPH", 4) == 0 || memcmp(p, "ICCP", 4) == 0 ||
			     memcmp(p, "ANIM", 4) == 0 || memcmp(p, "ANMF", 4) == 0;
		if (extended && size >= 18) {
			uint8_t head[18];
			rc = look(c, at, sizeof(head), &p, err);
			if (rc != RC_OK || c->own_n > sizeof(head)) /* a second one */
				return rc == RC_OK ? broken(err) : rc;
			memcpy(head, p, sizeof(head));
			head[8] &= (uint8_t)~0x0c; /* there are no EXIF and XMP, but for an orientation */
			head[8] |= orientation > 1 ? 0x08 : 0;
			rc = put(c, head, sizeof(head), err);
			if (rc == RC_OK)
				rc = keep(c, at + 18, size - 18, err);
			*kept_b += size;
		} else if (known && !gone) {
			rc = keep(c, at, size, err);
			*kept_b += size;
		}
		at += size;
	}
	return rc;
}

static enum rc clean_webp(struct img_clean *c, int orientation, struct err *err)
{
	const uint8_t *p;
	uint8_t head[12];
	int64_t kept_b = 4;
	enum rc rc = look(c, 0, sizeof(head), &p, err);
	if (rc != RC_OK)
		return rc;
	memcpy(head, p, sizeof(head));
	int64_t end = 8 + (int64_t)le32(head + 4);
	if (end > c->part.size_b)
		return broken(err);
	rc = put(c, head, sizeof(head), err);
	if (rc == RC_OK)
		rc = webp_chunks(c, end, orientation, &kept_b, err);
	if (rc == RC_OK && orientation > 1)
		rc = put_webp_orientation(c, orientation, &kept_b, err);
	for (int i = 0; i < 4; i++)
		c->own[4 + i] = (uint8_t)((uint64_t)kept_b >> (8 * i));
	return rc;
}

/* --- GIF --- */

static enum rc skip_blocks(struct img_clean *c, int64_t *at_b, struct err *err)
{
	const uint8_t *p;
	for (;;) {
		enum rc rc = look(c, *at_b, 1, &p, err);
		if (rc != RC_OK)
			return rc;
		*at_b += 1 + p[0];
		if (p[0] == 0)
			return RC_OK;
	}
}

/* An extension stays when it says how frames are shown, how often, or in which colours. */
static enum rc gif_extension(struct img_clean *c, int64_t *at_b, struct err *err)
{
	const uint8_t *p;
	int64_t from = *at_b;
	enum rc rc = look(c, from, 2, &p, err);
	if (rc != RC_OK)
		return rc;
	bool stays = p[1] == 0xf9;
	if (p[1] == 0xff) {
		rc = look(c, from, 14, &p, err);
		if (rc != RC_OK)
			return rc;
		stays = p[2] == 11 && (memcmp(p + 3, "NETSCAPE2.0", 11) == 0 || memcmp(p + 3, "ANIMEXTS1.0", 11) == 0 ||
				       memcmp(p + 3, "ICCRGBG1012", 11) == 0);
	}
	*at_b += 2;
	rc = skip_blocks(c, at_b, err);
	return rc == RC_OK && stays ? keep(c, from, *at_b - from, err) : rc;
}

static int64_t colours_b(uint8_t flags)
{
	return flags & 0x80 ? INT64_C(3) << ((flags & 7) + 1) : 0;
}

static enum rc gif_image(struct img_clean *c, int64_t *at_b, struct err *err)
{
	const uint8_t *p;
	int64_t from = *at_b;
	enum rc rc = look(c, from, 10, &p, err);
	if (rc != RC_OK)
		return rc;
	*at_b += 10 + colours_b(p[9]) + 1;
	rc = skip_blocks(c, at_b, err);
	return rc == RC_OK ? keep(c, from, *at_b - from, err) : rc;
}

static enum rc clean_gif(struct img_clean *c, struct err *err)
{
	const uint8_t *p;
	enum rc rc = look(c, 0, 13, &p, err);
	int64_t at = rc == RC_OK ? 13 + colours_b(p[10]) : 0;
	if (rc == RC_OK)
		rc = keep(c, 0, at, err);
	for (bool shows = false; rc == RC_OK;) {
		if (shows && at == c->part.size_b) /* many a GIF lacks its last byte */
			return put(c, ";", 1, err);
		rc = look(c, at, 1, &p, err);
		if (rc != RC_OK)
			break;
		if (p[0] == 0x3b)
			return keep(c, at, 1, err);
		shows = shows || p[0] == 0x2c;
		rc = p[0] == 0x21 ? gif_extension(c, &at, err) : p[0] == 0x2c ? gif_image(c, &at, err) : broken(err);
	}
	return rc;
}

/* --- all --- */

bool img_clean_knows(enum img_type type)
{
	return type == IMG_JPEG || type == IMG_PNG || type == IMG_WEBP || type == IMG_GIF || type == IMG_BMP;
}

static enum rc read_through(struct img_clean *c, const struct img_info *info, struct err *err)
{
	switch (info->type) {
	case IMG_JPEG:
		return clean_jpeg(c, info->orientation, err);
	case IMG_PNG:
		return clean_png(c, info->orientation, err);
	case IMG_WEBP:
		return clean_webp(c, info->orientation, err);
	case IMG_GIF:
		return clean_gif(c, err);
	case IMG_BMP:
		return keep(c, 0, c->part.size_b, err);
	default:
		return err_set(err, RC_UNSUPPORTED, "pictures of this type cannot be copied without their metadata");
	}
}

enum rc img_clean_open(int fd, int64_t from_b, int64_t size_b, const struct img_info *info, struct img_clean **out,
		       struct err *err)
{
	struct img_clean *c = mem_new(sizeof(*c));
	*c = (struct img_clean){ .part = { fd, from_b, size_b } };
	enum rc rc = read_through(c, info, err);
	if (rc != RC_OK) {
		img_clean_close(c);
		return rc;
	}
	*out = c;
	return RC_OK;
}

enum rc img_clean_read(void *clean, void *bytes, size_t room, size_t *n, struct err *err)
{
	struct img_clean *c = clean;
	*n = 0;
	if (c->piece == c->count)
		return RC_OK;
	const struct piece *piece = &c->pieces[c->piece];
	int64_t left = piece->size_b - c->done_b;
	if ((int64_t)room > left)
		room = (size_t)left;
	if (piece->own) {
		memcpy(bytes, c->own + piece->at_b + c->done_b, room);
		*n = room;
	} else {
		enum rc rc = read_at(c, piece->at_b + c->done_b, bytes, room, n, err);
		if (rc != RC_OK || *n == 0)
			return rc == RC_OK ? broken(err) : rc;
	}
	c->done_b += (int64_t)*n;
	if (c->done_b == piece->size_b) {
		c->piece++;
		c->done_b = 0;
	}
	return RC_OK;
}

void img_clean_close(struct img_clean *c)
{
	if (!c)
		return;
	free(c->pieces);
	free(c);
}
