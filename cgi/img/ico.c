/* ico.c: an .ico file of PNG files: a folder of sixteen bytes each, then the files. */
#include "base/base.h"

#include "img/plan.h"

#define HEAD_B 6
#define ENTRY_B 16
#define ICONS_MAX 16
#define SIDE_MAX 256

static void put_le(struct buf *out, size_t value, int count)
{
	for (int i = 0; i < count; i++)
		buf_char(out, (char)(value >> 8 * i));
}

enum rc img_ico(const struct str *pngs, size_t count, struct buf *out, struct err *err)
{
	size_t at = HEAD_B + ENTRY_B * count;
	struct img_info info[ICONS_MAX];
	if (count < 1 || count > ICONS_MAX)
		return err_set(err, RC_INVALID, "an icon holds 1 to %d pictures", ICONS_MAX);
	for (size_t i = 0; i < count; i++)
		if (img_probe(pngs[i], &info[i], NULL) != RC_OK || info[i].type != IMG_PNG || info[i].width_px > SIDE_MAX ||
		    info[i].height_px > SIDE_MAX)
			return err_set(err, RC_INVALID, "an icon is made of PNG pictures of at most %d pixels a side", SIDE_MAX);
	put_le(out, 0, 2);
	put_le(out, 1, 2);
	put_le(out, count, 2);
	for (size_t i = 0; i < count; i++) {
		put_le(out, (size_t)info[i].width_px & 0xFF, 1); /* 0 stands for 256 */
		put_le(out, (size_t)info[i].height_px & 0xFF, 1);
		put_le(out, 0, 2);
		put_le(out, 1, 2);
		put_le(out, 32, 2);
		put_le(out, pngs[i].n, 4);
		put_le(out, at, 4);
		at += pngs[i].n;
	}
	for (size_t i = 0; i < count; i++)
		buf_str(out, pngs[i]);
	return buf_status(out, "the icon", err);
}
