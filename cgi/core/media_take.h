/* media_take.h: takes a file that somebody sent into the library. */
#ifndef PLATEN_CORE_MEDIA_TAKE_H
#define PLATEN_CORE_MEDIA_TAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "blob/blob.h"
#include "conf/conf.h"
#include "core/actor.h"
#include "core/media_type.h"
#include "store/media_item.h"

#define MEDIA_NAME_MAX_B 160

/* The bytes [from_b, from_b + size_b) of an open file. */
struct media_source {
	int fd;
	int64_t from_b, size_b;
	struct str name;             /* as the browser gave it: made harmless, never part of a path */
	const struct conf *conf;     /* media_take_put() decodes a picture under these settings before it is taken; NULL:
				      * its header is enough */
};

struct media_taken {
	struct blob_put blob, clean; /* `clean`: a copy without metadata; hash "": none was made */
	struct media_type type;
	struct str name;             /* in the arena */
};

/* Tells the type, refuses what `types` (the setting media_types) does not allow, and puts the bytes into the store. No
 * transaction may be open: it lasts as long as reading and writing them. Nothing refers to the bytes yet: media_take()
 * makes it so. RC_UNSUPPORTED: a type that is not allowed; RC_INVALID, RC_LIMIT: as media_type_tell() and picture_check(), or
 * an empty file and one beyond BLOB_MAX_B; what is the store's fault is one of media_store_fault(). */
NODISCARD enum rc media_take_put(struct blob_store *blobs, struct str types, const struct media_source *source,
				 struct arena *arena, struct media_taken *out, struct err *err);

/* The first half of it, by the first MEDIA_HEAD_B bytes: RC_UNSUPPORTED; codes of media_type_tell(). */
NODISCARD enum rc media_take_tell(struct str types, struct str head, struct str name, struct media_type *out,
				  struct err *err);

/* Puts a copy without metadata into the store, for readers while there are no variants. `info` is what img_probe() said.
 * One that cannot be made, of a type that img/clean.h does not know or of a damaged file, is no failure: out->hash is "".
 * No transaction may be open. Fails as media_store_fault() has it. */
NODISCARD enum rc media_put_clean(struct blob_store *blobs, const struct media_source *source,
				  const struct img_info *info, struct blob_put *out, struct err *err);

/* The same for a file of any type: a film's copy lacks what tells where it was filmed (img/film.h), and is made only of one that
 * has it. RC_LIMIT as img_film_open(). */
NODISCARD enum rc media_put_public(struct blob_store *blobs, const struct media_source *source,
				   const struct media_type *type, struct blob_put *out, struct err *err);

/* Who takes it, and how. */
struct media_taking {
	struct actor actor;
	bool pinned;                 /* it stays though nothing refers to it */
	int64_t replaces;            /* the item that gets these bytes; 0: its own */
	int64_t now_ms;
};
/* Whether he may replace what an item is: it may be anybody's. */
bool media_may_replace(struct actor actor);
/* Makes the rows, orders the variants and gives the item: the one that has these bytes already, if one has. What an item had
 * before it was replaced can come back to it, or as an item of its own.
 * RC_CONFLICT: the bytes went out of the store between the two calls: put them again; RC_NOTFOUND: `replaces` is no
 * item; RC_EXISTS: its new bytes are another item's already; RC_DENIED: the actor is not what he was, or
 * may not replace one. */
NODISCARD enum rc media_take(struct db_tx *tx, struct blob_store *blobs, const struct media_taken *taken,
			     const struct media_taking *taking, struct arena *arena, struct media_item *out,
			     struct err *err);

/* A name that is shown and stands in addresses: the last part of `name` without control characters, signs that turn
 * the direction of a text, quotation marks and slashes; "file" with the type's ending when nothing is left. */
struct str media_name(struct arena *arena, struct str name, const char *mime);

/* "/media/HASH/name": the item's address in texts, escaped. */
struct str media_address(struct arena *arena, const struct media_item *item);

/* Orders the variants of an item's picture, and that the posts that show it are rendered anew (job_variants.c): of what is
 * no picture that alone. One order that waits is enough. */
#define JOB_MEDIA_VARIANTS "media.variants"
NODISCARD enum rc media_order_variants(struct db_tx *tx, int64_t item_id, int64_t now_ms, struct err *err);
/* Orders once more those of a picture that was given up: it waits then as a new one does. One that was not is left alone. */
NODISCARD enum rc media_try_again(struct db_tx *tx, const struct media_item *item, int64_t now_ms, struct err *err);

#endif
