/* media_variant.h: what is made of a picture for readers: derivatives, each with a blob of its own. */
#ifndef PLATEN_STORE_MEDIA_VARIANT_H
#define PLATEN_STORE_MEDIA_VARIANT_H

#include "db/db.h"

#define MEDIA_VARIANTS_MAX 100
#define MEDIA_CROP_CLEAN "clean"       /* the picture as it was uploaded, without metadata */
#define MEDIA_CROP_MOVING "moving"     /* all of a picture that moves; its other variants are stills */

struct media_variant {
	struct str original;           /* hash of what it was made of */
	struct str hash, mime;
	struct str crop;               /* "": all of it */
	int64_t width_px, height_px, size_b;
};

struct media_variants {
	struct media_variant *items;
	size_t count;
};

/* Those of an original, by crop, type and width. */
NODISCARD enum rc media_variant_list(struct db_ro *db, struct str original, struct arena *arena,
				     struct media_variants *out, struct err *err);
/* One that has these bytes, of an item that is not in the trash. RC_NOTFOUND. */
NODISCARD enum rc media_variant_of_hash(struct db_ro *db, struct str hash, struct arena *arena,
					struct media_variant *out, struct err *err);
/* Makes it, or gives it these bytes instead of those it had, which go (media_gone.h). RC_CONFLICT: the same bytes are
 * just being removed: to be put again. */
NODISCARD enum rc media_variant_put(struct db_tx *tx, const struct media_variant *variant, int64_t now_ms,
				    struct err *err);

#endif
