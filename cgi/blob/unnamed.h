/* unnamed.h: a file without a name: gone with its last descriptor, also when the process is killed. */
#ifndef PLATEN_BLOB_UNNAMED_H
#define PLATEN_BLOB_UNNAMED_H

#include "base/err.h"

/* In `dir`, which is made when it is not there. The caller closes *fd. */
NODISCARD enum rc unnamed_open(const char *dir, int *fd, struct err *err);

#endif
