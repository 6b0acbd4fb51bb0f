/* unnamed.c: a file without a name. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "blob/unnamed.h"

/* Not every file system makes one without a name; then it loses it at once. */
static int make(const char *dir)
{
	char path[4096];
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	snprintf(path, sizeof(path), "%s/put-XXXXXX", dir);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

enum rc unnamed_open(const char *dir, int *fd, struct err *err)
{
	int made = make(dir);
	enum rc rc;

	if (made < 0 && errno == ENOENT) {
		rc = file_mkdirs(dir, 0750, err);
		if (rc != RC_OK)
			return rc;
		made = make(dir);
	}
	if (made < 0)
		return err_sys(err, RC_IO, errno, "cannot write into '%s'", dir);
	*fd = made;
	return RC_OK;
}
