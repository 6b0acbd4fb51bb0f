/* media_edit.h: pictures of the library that are turned, cut, and given another focal point, without their original being
 * touched. */
#ifndef PLATEN_CORE_MEDIA_EDIT_H
#define PLATEN_CORE_MEDIA_EDIT_H

#include "db/db.h"
#include "img/edit.h"
#include "store/media_item.h"

#define MEDIA_EDIT_MIN_PX 10 /* the least that may be left of a side */

enum media_editable {
	MEDIA_EDITABLE,
	MEDIA_EDIT_NO_PICTURE,   /* no picture, or one that is not worked on: SVG */
	MEDIA_EDIT_MOVES,        /* an animation: it stays as it is */
	MEDIA_EDIT_NOT_YET,      /* nothing was made of it yet: it may be an animation, or damaged */
	MEDIA_EDIT_TRASHED,
};
/* Whether that can be done to it. */
NODISCARD enum rc media_editable(struct db_ro *db, const struct media_item *item, enum media_editable *out,
				 struct err *err);

/* The size of what was uploaded, as it is shown without an edit. */
struct img_rect media_own_size(const struct media_item *item);

/* Gives the item, of item->version, this edit (all zero: back to the original), takes its focal point along, and orders the
 * variants. RC_INVALID: the crop does not lie in the picture, or leaves less than MEDIA_EDIT_MIN_PX; RC_CONFLICT: it is no longer that
 * version. */
NODISCARD enum rc media_edit(struct db_tx *tx, const struct media_item *item, const struct img_edit *edit, int64_t now_ms,
			     struct err *err);

/* After its focal point was set: shapes are cut anew. Nothing to do where there are none. */
NODISCARD enum rc media_focus_moved(struct db_tx *tx, const struct media_item *item, int64_t now_ms, struct err *err);

#endif
