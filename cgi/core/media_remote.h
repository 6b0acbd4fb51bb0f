/* media_remote.h: pictures that texts show from other sites, fetched into the media store.
 *
 * A text may name any address, so it could have the program call what only this machine reaches: addresses that are
 * not public are refused when they are connected to (net/guard.h), also behind redirects and names that change, but for
 * those of PLATEN_FETCH_ALLOW. What a server can waste is bounded: bytes and time of one picture and of all,
 * and a host that does not answer is not asked for ever. */
#ifndef PLATEN_CORE_MEDIA_REMOTE_H
#define PLATEN_CORE_MEDIA_REMOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/progress.h"
#include "conf/conf.h"
#include "core/media_take.h"

#define MEDIA_REMOTE_MAX_B ((int64_t)50 << 20)  /* of one picture; PLATEN_UPLOAD_MAX where that is less */
#define MEDIA_REMOTE_ALL_MAX_B ((int64_t)4 << 30) /* of all that came, whatever it was */
#define MEDIA_REMOTE_COUNT_MAX 10000              /* that are asked for */
#define MEDIA_REMOTE_TIMEOUT_MS 60000
#define MEDIA_REMOTE_ALL_S 1200

struct media_remote;

/* One for each run. `types` (the setting media_types) and `progress` (stage "fetching", told of every picture and
 * each second of it; NULL: nobody wants to know) are borrowed until media_remote_close(), as `conf` and `blobs` are. */
struct media_remote *media_remote_open(const struct conf *conf, struct blob_store *blobs, struct str types,
				       const struct progress *progress);
void media_remote_close(struct media_remote *remote); /* NULL allowed */

/* What an address of a picture in a text is called by: without a fragment, "//host" with https, encoded. In `arena`;
 * STR_NONE: it is no address of another site, or too long for MEDIA_SOURCE_MAX_B. */
struct str media_remote_url(struct arena *arena, struct str address);

/* What a picture of that address and type is called here: the last part of the address, with the type's ending. */
struct str media_remote_name(struct arena *arena, struct str url, const char *mime);

/* Fetches the picture and puts its bytes into the store, as media_take_put() does; its type is told by content. No
 * transaction may be open. RC_CONFLICT: `progress` says to stop, and all later calls give that as well. Any other
 * failure is one of this picture, or of its host: the message says why it stays where it is. */
NODISCARD enum rc media_remote_fetch(struct media_remote *remote, struct str url, struct arena *arena,
				     struct media_taken *out, struct err *err);

#endif
