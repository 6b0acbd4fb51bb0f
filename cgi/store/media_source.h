/* media_source.h: which files came from which addresses of other sites. */
#ifndef PLATEN_STORE_MEDIA_SOURCE_H
#define PLATEN_STORE_MEDIA_SOURCE_H

#include "store/media.h"

#define MEDIA_SOURCE_MAX_B 4096 /* of an address */

/* What was fetched from that address. RC_NOTFOUND: nothing, or it is gone, or somebody has put it into the trash. */
NODISCARD enum rc media_source_get(struct db_ro *db, struct str url, struct arena *arena, struct media *out,
				   struct err *err);
NODISCARD enum rc media_source_put(struct db_tx *tx, struct str url, struct str hash, struct err *err);

#endif
