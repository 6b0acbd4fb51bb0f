/* media_variant.h: what is made of a picture for readers: derivatives, each with a blob of its own. */
#ifndef PLATEN_STORE_MEDIA_VARIANT_H
#define PLATEN_STORE_MEDIA_VARIANT_H

#include "db/db.h"

#define MEDIA_VARIANTS_MAX 100
/* media_variant.crop. Those with "" are all of the picture as it is shown, in several widths. */
#define MEDIA_CROP_CLEAN "clean"       /* as it was uploaded, without metadata; of what was edited there is none */
#define MEDIA_CROP_EDITED "edited"     /* takes its place: as a person turned and cut it, in full size */
#define MEDIA_CROP_ICON "icon"         /* the site's icons, of which the .ico has a width of 48 */
#define MEDIA_CROP_MOVING "moving"     /* all of a picture that moves; its other variants are stills */
#define MEDIA_CROP_CARD "card"         /* round the focal point, for lists; in several widths */
#define MEDIA_CROP_SOCIAL "social"     /* the same, for those who show a link to a page */
#define MEDIA_CROP_WHOLE "whole"       /* without the edit, for whoever edits; no reader gets it */

struct media_variant {
	struct str original;           /* hash of what it was made of */
	struct str hash, mime;
	struct str crop;
	int64_t width_px, height_px, size_b;
};

struct media_variants {
	struct media_variant *items;
	size_t count;
};

/* Those of an original that are shown, by crop, type and width. */
NODISCARD enum rc media_variant_list(struct db_ro *db, struct str original, struct arena *arena,
				     struct media_variants *out, struct err *err);
/* Of those with the crop "": the narrowest that is that wide, else the widest; NULL: there is none. */
const struct media_variant *media_variant_near(const struct media_variants *all, int64_t width_px);
/* One for readers that has these bytes, of an item that is not in the trash; also an old one. RC_NOTFOUND. */
NODISCARD enum rc media_variant_of_hash(struct db_ro *db, struct str hash, struct arena *arena,
					struct media_variant *out, struct err *err);
/* Makes it, or gives it these bytes instead of those it had, which go (media_gone.h). RC_CONFLICT: the same bytes are
 * just being removed: to be put again. */
NODISCARD enum rc media_variant_put(struct db_tx *tx, const struct media_variant *variant, int64_t now_ms,
				    struct err *err);
/* The same of a copy without metadata (MEDIA_CROP_CLEAN), unless the original's item is edited: then readers must not
 * get it, and its bytes go. */
NODISCARD enum rc media_variant_put_clean(struct db_tx *tx, const struct media_variant *clean, int64_t now_ms,
					  struct err *err);
/* Removes the one with this crop, type and width, whose bytes go. */
NODISCARD enum rc media_variant_drop(struct db_tx *tx, const struct media_variant *variant, int64_t now_ms,
				     struct err *err);

/* Old variants are what pages show that were made before: they stay until those are made anew, so that no page ever lacks
 * a picture. Each is numbered by public_seq: higher than what became old in transactions before.
 *
 * Makes one, or all that an original has, old. */
NODISCARD enum rc media_variant_retire(struct db_tx *tx, const struct media_variant *variant, struct err *err);
NODISCARD enum rc media_variant_retire_all(struct db_tx *tx, struct str original, struct err *err);
/* The highest number of an old one; 0: there is none. What is rendered after it was asked names none up to it. */
NODISCARD enum rc media_variant_old(struct db_ro *db, int64_t *seq, struct err *err);
/* Removes old ones up to a number, of an item or (0) of all; their bytes go. No page may name them any more. */
NODISCARD enum rc media_variant_drop_old(struct db_tx *tx, int64_t item_id, int64_t seq, int64_t now_ms, struct err *err);

#endif
