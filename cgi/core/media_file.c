/* media_file.c: opens the bytes of a media object. */
#include "base/base.h"

#include "base/path.h"
#include "blob/folder.h"
#include "core/media_file.h"

enum rc media_file_open(const struct conf *conf, struct str hash, int *fd, int64_t *size_b,
			struct err *err)
{
	struct arena scratch;
	struct blob_store *store = NULL;
	arena_init(&scratch, (size_t)16 << 10);
	enum rc rc = blob_folder_open(path_join(&scratch, conf->data_dir, "media"), &store, err);
	if (rc == RC_OK)
		rc = blob_open(store, hash, fd, size_b, err);
	blob_close(store);
	arena_release(&scratch);
	return rc;
}
