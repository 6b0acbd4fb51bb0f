/* fuzz_zip.c: any bytes as a ZIP archive: an error, or files below the folder that it goes into. */
#include "base/base.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const struct zip_limits limits = { 20, 64 << 10, 256 << 10 };
	struct err err = ERR_INIT;
	char dir[] = "/tmp/platen-fuzz-zip-XXXXXX";
	int fd = memfd_create("zip", MFD_CLOEXEC);
	if (fd < 0 || !mkdtemp(dir) || file_write_fd(fd, "zip", str_n((const char *)bytes, n), &err) != RC_OK)
		abort();
	enum rc rc = zip_read(fd, dir, &limits, &err);
	if (rc != RC_OK && err.msg[0] == '\0')
		abort();
	close(fd);
	if (file_remove_tree(dir, &err) != RC_OK)
		abort();
	return 0;
}
