/* zip.h: ZIP archives (PKWARE's APPNOTE 6.3): a folder into one, and one into a folder, with hard limits. */
#ifndef PLATEN_BASE_ZIP_H
#define PLATEN_BASE_ZIP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"

#define ZIP_NAME_MAX_B 500

/* Writes all regular files below `dir` into the new file `path`, deflated, with names relative to `dir`; the same
 * files give the same bytes. Links are left out. As large as it gets (ZIP64), but no file of 4 GB. `progress`
 * (NULL: none) is told of each as "packing". On failure there is no file. RC_EXISTS, RC_IO, RC_NOSPACE, RC_LIMIT;
 * RC_CONFLICT: it was stopped. */
NODISCARD enum rc zip_write(const char *dir, const char *path, const struct progress *progress, struct err *err);

struct zip_limits {
	size_t entries;     /* files and folders */
	int64_t file_b;     /* of one file, unpacked */
	int64_t total_b;    /* of all of them */
};

/* Unpacks the archive that `fd` is at any place of into the folder `dir`, which is there and empty: regular files
 * and folders, stored or deflated. RC_INVALID: damaged, encrypted, a link or a special file, a name that is
 * absolute, leads out, is there twice or is no UTF-8, or ZIP64; RC_LIMIT: beyond a limit, found before anything is
 * written; a file that is larger than the archive says of it is RC_INVALID. What was unpacked until then stays:
 * remove `dir`. What macOS adds ("__MACOSX/") is passed over. */
NODISCARD enum rc zip_read(int fd, const char *dir, const struct zip_limits *limits, struct err *err);

/* Whether a name may be an entry's: no segment empty, "." or "..", no backslash, no control character. One slash
 * at the end makes it a folder's. */
bool zip_name_is_safe(struct str name);

#endif
