/* edit.c: what a person did to a picture: turned it, then cut a part out of it. */
#include "base/base.h"

#include "img/edit.h"

#define NUMBERS 5
#define THOUSAND 1000

enum rc img_edit_read(struct str text, struct img_edit *out, struct err *err)
{
	int64_t n[NUMBERS] = { 0 };
	struct str part;
	size_t count = 0;
	bool good = true;
	bool empty = str_empty(text);
	while (!empty && good && str_split(&text, ',', &part)) {
		good = count < NUMBERS && str_to_i64(part, &n[count]) && n[count] >= 0 && n[count] <= IMG_SIDE_MAX_PX;
		count++;
	}
	if (!good || (!empty && count != NUMBERS) || n[0] >= IMG_TURN__MAX || (n[3] == 0) != (n[4] == 0))
		return err_set(err, RC_INVALID, "a picture's edit is not written as it must be");
	*out = (struct img_edit){ (int)n[0], { (int)n[1], (int)n[2], (int)n[3], (int)n[4] } };
	return RC_OK;
}

struct str img_edit_write(const struct img_edit *e, struct arena *arena)
{
	if (e->turn == 0 && e->crop.width == 0)
		return STR("");
	return arena_printf(arena, "%d,%d,%d,%d,%d", e->turn, e->crop.x, e->crop.y, e->crop.width, e->crop.height);
}

static struct img_rect turned(int turn, struct img_rect own)
{
	bool lies = turn & 1;
	return (struct img_rect){ 0, 0, lies ? own.height : own.width, lies ? own.width : own.height };
}

struct img_rect img_edit_turned(const struct img_edit *edit, struct img_rect own)
{
	return turned(edit->turn, own);
}

struct img_rect img_edit_part(const struct img_edit *edit, struct img_rect own)
{
	return edit->crop.width > 0 ? edit->crop : turned(edit->turn, own);
}

bool img_edit_fits(const struct img_edit *edit, struct img_rect own)
{
	struct img_rect all = turned(edit->turn, own), part = img_edit_part(edit, own);
	return part.x >= 0 && part.y >= 0 && part.width > 0 && part.height > 0 && part.width <= all.width &&
	       part.height <= all.height && part.x <= all.width - part.width && part.y <= all.height - part.height;
}

/* Where a part of a picture of that size is when the picture was turned. */
static struct img_rect turn_part(struct img_rect part, struct img_rect all, int turn)
{
	for (int quarters = turn & 3; quarters > 0; quarters--) {
		part = (struct img_rect){ all.height - part.y - part.height, part.x, part.height, part.width };
		all = turned(1, all);
	}
	if (turn & IMG_MIRRORED)
		part.x = all.width - part.x - part.width;
	return part;
}

void img_edit_turn(struct img_edit *edit, struct img_rect own, int then)
{
	if (edit->crop.width > 0)
		edit->crop = turn_part(edit->crop, turned(edit->turn, own), then);
	edit->turn = img_turn_then(edit->turn, then);
}

static int share_of(int64_t at, int from, int length)
{
	int64_t share = (at - (int64_t)from * THOUSAND) / length;
	return share < 0 ? 0 : share > THOUSAND ? THOUSAND : (int)share;
}

/* In thousandths of a pixel, by way of the picture as it is. */
void img_edit_point(const struct img_edit *from, const struct img_edit *to, struct img_rect own, int *x, int *y)
{
	struct img_rect part = img_edit_part(from, own), all = turned(from->turn, own);
	int turn = img_turn_then(img_turn_back(from->turn), to->turn);
	int64_t across = (int64_t)part.x * THOUSAND + (int64_t)*x * part.width, down = (int64_t)part.y * THOUSAND + (int64_t)*y * part.height;
	for (int quarters = turn & 3; quarters > 0; quarters--) {
		int64_t was = across;
		across = (int64_t)all.height * THOUSAND - down;
		down = was;
		all = turned(1, all);
	}
	if (turn & IMG_MIRRORED)
		across = (int64_t)all.width * THOUSAND - across;
	part = img_edit_part(to, own);
	*x = share_of(across, part.x, part.width);
	*y = share_of(down, part.y, part.height);
}
