/* media_store.c: the blob store of the data folder. */
#include "base/base.h"

#include "base/path.h"
#include "blob/folder.h"
#include "core/media_store.h"

enum rc media_store_open(const struct conf *conf, struct blob_store **out, struct err *err)
{
	struct arena arena;
	enum rc rc;

	arena_init(&arena, 1 << 16);
	rc = blob_folder_open(path_join(&arena, conf->data_dir, "media"), out, err);
	arena_release(&arena);
	return rc;
}

void media_store_close(struct blob_store *store)
{
	blob_close(store);
}
