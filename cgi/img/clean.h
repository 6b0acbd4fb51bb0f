/* clean.h: a copy of a picture without its metadata, which decodes nothing: what it shows stays as it is.
 *
 * Place, camera, comments, thumbnails and what hangs behind the picture are left out; colour profile, transparency,
 * animation and (in an EXIF block of its own) the orientation stay. Reads the file piece by piece, in linear
 * time and flat memory. Sources: ITU T.81, PNG 3rd edition, GIF89a, RFC 9649. */
#ifndef PLATEN_IMG_CLEAN_H
#define PLATEN_IMG_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "img/probe.h"

#define IMG_CLEAN_MORE_B 64   /* a copy is at most so much longer */

struct img_clean;

/* Whether copies of this type can be made. */
bool img_clean_knows(enum img_type type);

/* Looks through the bytes [from_b, from_b + size_b) of an open file; `info` is what img_probe() said of it. JPEG, PNG, GIF, WebP and BMP; RC_UNSUPPORTED: another
 * type; RC_INVALID: damaged or cut off; RC_LIMIT: in more pieces, or with more scans, than any real one; RC_IO. The file must stay open
 * and unchanged until img_clean_close(). */
NODISCARD enum rc img_clean_open(int fd, int64_t from_b, int64_t size_b, const struct img_info *info,
				 struct img_clean **out, struct err *err);
/* The next bytes of the copy, up to `room`; *n 0: the end. `clean` is a struct img_clean: a blob_read_fn. */
NODISCARD enum rc img_clean_read(void *clean, void *bytes, size_t room, size_t *n, struct err *err);
void img_clean_close(struct img_clean *clean); /* NULL allowed */

#endif
