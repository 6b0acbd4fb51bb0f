/* icons.h: the site's icons, made of the picture that its setting `icon` names.
 *
 * They are variants of that picture (crop MEDIA_CROP_ICON), made by a job once what readers get of it is there. */
#ifndef PLATEN_CORE_ICONS_H
#define PLATEN_CORE_ICONS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "db/db.h"

#define JOB_SITE_ICONS "site.icons"

struct site_icon {
	struct str hash;             /* "": there is none: not yet, or the picture is too small */
	int64_t size_b;
};

struct site_icons {
	struct site_icon ico;        /* image/vnd.microsoft.icon: 16, 32 and 48 px */
	struct site_icon apple, small, large; /* PNG of 180, 192 and 512 px */
};

/* Those of the picture at the address `icon`; none of what is not in the library, or cannot be decoded, as an SVG. Lives
 * in `arena`. */
NODISCARD enum rc site_icons_find(struct db_ro *db, struct str icon, struct arena *arena, struct site_icons *out,
				  struct err *err);

/* The library's item that an address of an icon means. RC_NOTFOUND: none, or it is in the trash. */
NODISCARD enum rc site_icons_item(struct db_ro *db, struct str icon, struct arena *arena, int64_t *id, struct err *err);

/* Has them made, in the transaction that changes the setting. */
NODISCARD enum rc site_icons_order(struct db_tx *tx, int64_t now_ms, struct err *err);
/* The same if they are of this media item, of which something else is shown from now on. */
NODISCARD enum rc site_icons_follow(struct db_tx *tx, int64_t item_id, struct arena *arena, int64_t now_ms,
				    struct err *err);

#endif
