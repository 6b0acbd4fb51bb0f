/* path.h: file paths as text; nothing here asks the file system. */
#ifndef PLATEN_BASE_PATH_H
#define PLATEN_BASE_PATH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* "a" and "b" give "a/b", whatever slashes stand between; an absolute `b` wins. NUL-terminated. */
const char *path_join(struct arena *arena, const char *a, const char *b);
const char *path_join3(struct arena *arena, const char *a, const char *b, const char *c);

/* Without ".", "..", doubled and trailing slashes; ".." above "/" stays at "/", above a relative
 * start it is kept. "" gives ".". */
struct str path_normalise(struct arena *arena, struct str path);

/* ROOT/REL with dot segments resolved. RC_INVALID when `rel` is absolute, empty, holds a NUL or a
 * backslash, or leads out of `root`. Lexical: links are file_open_below()'s matter. */
NODISCARD enum rc path_safe_join(struct arena *arena, const char *root, struct str rel,
				 const char **out, struct err *err);

/* "a/b.tar.gz": base "b.tar.gz", dir "a", stem "b.tar", ext "gz" (no dot; "" when there is none; a
 * leading dot makes none). Borrowed from `path`. dir of "b" is ".", of "/b" is "/". */
struct str path_base(struct str path);
struct str path_dir(struct str path);
struct str path_stem(struct str path);
struct str path_ext(struct str path);
bool path_is_absolute(struct str path);

#endif
