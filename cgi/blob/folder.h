/* folder.h: a blob store in a folder: DIR/ab/cd/abcd..., one file a blob. */
#ifndef PLATEN_BLOB_FOLDER_H
#define PLATEN_BLOB_FOLDER_H

#include "blob/blob.h"

/* The store in `dir`. Touches nothing: the folder is made with the first blob. RC_LIMIT: the path is too
 * long. The caller owns *out: blob_close(). */
NODISCARD enum rc blob_folder_open(const char *dir, struct blob_store **out, struct err *err);

#endif
