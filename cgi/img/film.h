/* film.h: a copy of a film without what tells where it was filmed and with what; nothing is decoded.
 *
 * Cameras and telephones write place, device and comments into boxes of their own (udta, meta, uuid) of MP4, QuickTime
 * and 3GPP files. In the copy these are free space, filled with zeros: it is as long as the film, and all that points
 * into it still does. Only the heads of boxes are read, whatever the size; memory is flat. What a track of
 * measurements (GoPro and others) has among the pictures stays. Sources: ISO/IEC 14496-12, QuickTime File Format. */
#ifndef PLATEN_IMG_FILM_H
#define PLATEN_IMG_FILM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct img_film;

/* Whether files of this type have such boxes. */
bool img_film_knows(struct str mime);

/* Looks through the bytes [from_b, from_b + size_b) of an open file. *out NULL: there is nothing to leave out, or the
 * file is not made of boxes. RC_LIMIT: in more boxes than any real film; RC_IO. The file must stay open and
 * unchanged until img_film_close(). */
NODISCARD enum rc img_film_open(int fd, int64_t from_b, int64_t size_b, struct img_film **out, struct err *err);
/* The next bytes of the copy, up to `room`; *n 0: the end. `film` is a struct img_film: a blob_read_fn. */
NODISCARD enum rc img_film_read(void *film, void *bytes, size_t room, size_t *n, struct err *err);
void img_film_close(struct img_film *film); /* NULL allowed */

#endif
