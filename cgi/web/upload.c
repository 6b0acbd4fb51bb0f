/* upload.c: a form with a file, of somebody who is signed in. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "http/multipart.h"
#include "web/admin.h"
#include "web/routes.h"
#include "web/upload.h"

/* A file without a name goes with its last descriptor, whatever becomes of the process. Not every file system
 * makes one. */
static enum rc open_unnamed(struct visit *v, int *out, struct err *err)
{
	const char *dir = v->basis->conf->data_dir;
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0) {
		char *path = arena_cstr(v->arena, str_of(path_join(v->arena, dir, ".upload-XXXXXX")));
		fd = mkostemp(path, O_CLOEXEC);
		if (fd < 0)
			return file_fail(err, errno, "make a file in", dir);
		unlink(path);
	}
	*out = fd;
	return RC_OK;
}

enum rc upload_read(struct visit *v, struct err *err)
{
	struct admin *a = v->admin;
	bool several = v->route->flags & ROUTE_FILES;
	const struct conf *conf = v->basis->conf;
	int64_t max_b = v->route->flags & ROUTE_LARGE ? conf->import_max_b : conf->body_max_b;
	enum rc rc = open_unnamed(v, &a->file_fd, err);
	if (rc == RC_OK)
		a->files = ARENA_ARRAY(v->arena, UPLOAD_FILES_MAX, struct multipart_file);
	if (rc == RC_OK)
		rc = multipart_read_files(v->req, max_b, a->file_fd, &a->form, a->files, several ? UPLOAD_FILES_MAX : 1,
					  &a->file_count, err);
	if (rc == RC_OK && a->file_count)
		a->file_name = a->files[0].name;
	return rc;
}
