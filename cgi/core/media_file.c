/* media_file.c: opens the bytes of a media object. */
#include "base/base.h"

#include "core/media_file.h"
#include "core/media_store.h"

enum rc media_file_open(const struct conf *conf, struct str hash, int *fd, int64_t *size_b, struct err *err)
{
	struct blob_store *store = NULL;
	enum rc rc = media_store_open(conf, &store, err);
	if (rc == RC_OK)
		rc = blob_open(store, hash, fd, size_b, err);
	media_store_close(store);
	return rc;
}
