/* type.h: the media type of bytes, for whom a store hands them to without us.
 *
 * Only what a browser shows and cannot run: no HTML, no SVG. What the site itself sends is typed elsewhere. */
#ifndef PLATEN_BLOB_TYPE_H
#define PLATEN_BLOB_TYPE_H

#include "base/str.h"

#define BLOB_TYPE_HEAD_B 16 /* so many of the first bytes are looked at */

/* "image/png"; "application/octet-stream" for what is not known. Static. */
struct str blob_type(struct str head);

#endif
