/* folder.h: a blob store in a folder: DIR/ab/cd/abcd..., one file a blob. */
#ifndef PLATEN_BLOB_FOLDER_H
#define PLATEN_BLOB_FOLDER_H

#include "blob/blob.h"

/* The store in `dir`. Touches nothing: the folder is made with the first blob. RC_LIMIT: the path is too
 * long. The caller owns *out: blob_close(). */
NODISCARD enum rc blob_folder_open(const char *dir, struct blob_store **out, struct err *err);

#define BLOB_PATH_ROOM 4096

/* A blob that is written and not yet in its place: DIR/tmp/put-..., which blob_sweep() removes when its maker was
 * killed. For whoever may want it elsewhere in the end. */
struct blob_draft {
	int fd;                  /* open for reading and writing */
	struct blob_put put;     /* `existed` by blob_draft_keep() */
	char path[BLOB_PATH_ROOM];
	bool kept;
};
/* Codes of blob_put(); on success blob_draft_drop() must follow. `folder` is a store of blob_folder_open(). */
NODISCARD enum rc blob_draft_make(struct blob_store *folder, blob_read_fn *read, void *ctx, int64_t max_b,
				  struct blob_draft *out, struct err *err);
/* Makes it a blob of the folder, durably. */
NODISCARD enum rc blob_draft_keep(struct blob_store *folder, struct blob_draft *draft, struct err *err);
/* Removes it unless it was kept. */
void blob_draft_drop(struct blob_draft *draft);
/* Removes the folders in which a blob with that hash lay and nothing does now. Nobody may put meanwhile. */
void blob_folder_tidy(struct blob_store *folder, struct str hash);

#endif
