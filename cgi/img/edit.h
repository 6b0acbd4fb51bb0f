/* edit.h: what a person did to a picture: turned it, then cut a part out of it.
 *
 * Nothing is done to the bytes: an edit is a few numbers, and whatever is made of the picture is made of the original
 * under them. Pure functions. */
#ifndef PLATEN_IMG_EDIT_H
#define PLATEN_IMG_EDIT_H

#include "base/arena.h"
#include "img/plan.h"

struct img_edit {
	int turn;             /* see IMG_MIRRORED (plan.h) */
	struct img_rect crop; /* px of the turned picture; width 0: all of it */
};

/* "TURN,X,Y,WIDTH,HEIGHT", and "" for the picture as it is. RC_INVALID: not such a text. */
NODISCARD enum rc img_edit_read(struct str text, struct img_edit *out, struct err *err);
struct str img_edit_write(const struct img_edit *edit, struct arena *arena);

/* Of a picture of own.width x own.height as it is shown without an edit (x and y do not count): */

/* Its size when it is turned, at 0, 0. */
struct img_rect img_edit_turned(const struct img_edit *edit, struct img_rect own);
/* The part that is left, in px of the turned picture. */
struct img_rect img_edit_part(const struct img_edit *edit, struct img_rect own);
/* Whether the crop has pixels and lies in the picture. */
bool img_edit_fits(const struct img_edit *edit, struct img_rect own);

/* Turns it on, and what was cut out with it. */
void img_edit_turn(struct img_edit *edit, struct img_rect own, int then);

/* Where a point of the part that `from` leaves (thousandths of its width and height) is in what `to` leaves; at the edge
 * when it was cut away. */
void img_edit_point(const struct img_edit *from, const struct img_edit *to, struct img_rect own, int *x, int *y);

#endif
