/* media_why.h: why a file was refused, in the words of the person who sent it. */
#ifndef PLATEN_WEB_MEDIA_WHY_H
#define PLATEN_WEB_MEDIA_WHY_H

#include "base/arena.h"
#include "base/str.h"
#include "core/i18n.h"

/* `message` is what img/ and core/ say of a file; one that has no phrase stays as it is. The result is in the arena, or
 * `message` itself. */
struct str media_why(const struct i18n *i18n, struct str message, struct arena *arena);

#endif
