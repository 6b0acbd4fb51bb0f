/* media_file.h: opens the bytes of a media object. */
#ifndef PLATEN_CORE_MEDIA_FILE_H
#define PLATEN_CORE_MEDIA_FILE_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/conf.h"

/* The caller closes *fd. RC_NOTFOUND: no such bytes; RC_INVALID: not a hash. */
NODISCARD enum rc media_file_open(const struct conf *conf, struct str hash, int *fd, int64_t *size_b,
				  struct err *err);

#endif
