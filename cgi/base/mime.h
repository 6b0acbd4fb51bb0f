/* mime.h: media types by file name. For what Platen itself serves; uploads are told by content. */
#ifndef PLATEN_BASE_MIME_H
#define PLATEN_BASE_MIME_H

#include <stdbool.h>

#include "base/str.h"

/* By the extension of `name`, any case, with "; charset=utf-8" where the type is text;
 * "application/octet-stream" when it is not known. Never NULL, static. */
const char *mime_of_name(struct str name);
/* The usual extension of a type, parameters ignored ("jpg"); NULL when it is not known. */
const char *mime_ext(struct str type);
/* Worth compressing: text, JSON, XML, JavaScript, SVG, fonts that are not compressed already. */
bool mime_is_compressible(struct str type);

#endif
