/* media_type.h: what kind of file some bytes are: by content, never by name alone.
 *
 * The name only tells kinds apart that are written in the same container: a ZIP archive from a document in one, a
 * table from a text. Nothing that acts as part of a site (HTML, scripts, style sheets) is ever told as such. */
#ifndef PLATEN_CORE_MEDIA_TYPE_H
#define PLATEN_CORE_MEDIA_TYPE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "img/probe.h"

#define MEDIA_HEAD_B ((size_t)1 << 20) /* so much of the beginning tells it */

struct media_type {
	const char *mime;            /* static; without parameters */
	const char *kind;            /* as media_item.kind: image, video, audio, document, other */
	struct img_info picture;     /* type IMG_NONE: not one that libgd may read */
};

/* `head` is the beginning of the file, MEDIA_HEAD_B of it or all. RC_UNSUPPORTED: a page, a script or a style sheet, or a
 * program; RC_INVALID: a picture whose header is damaged, or what is called one and is none; RC_LIMIT: one that claims to
 * be too large. What is nothing of what is known is application/octet-stream. */
NODISCARD enum rc media_type_tell(struct str head, struct str name, struct media_type *out, struct err *err);

/* Whether `list` (types between blanks or commas, "image/" followed by a star for all of a kind) has it. */
bool media_type_is_allowed(struct str list, struct str mime);

/* Whether a file of this type, or one that begins like this (`head`; "" when it is not at hand), may tell of place and
 * camera: every picture but drawings and icons, whatever state it is in. No reader gets it as it is; of a TIFF file, and
 * of what cameras write in that form (DNG), nothing at all. */
bool media_type_may_tell(struct str head, struct str mime);

/* Whether a browser may show it in place, on any origin, as media are served (nosniff, sandboxed): not SVG. */
bool media_type_is_shown(struct str mime);

#endif
