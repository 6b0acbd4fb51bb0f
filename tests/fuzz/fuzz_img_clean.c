/* fuzz_img_clean.c: any bytes as a picture of which a copy without metadata is made: within its limits, of the same kind
 * and size, and with nothing left that a second copy would leave out. */
#include "base/base.h"

#include <sys/mman.h>
#include <unistd.h>

#include "img/clean.h"

static int fd_of(const void *bytes, size_t n)
{
	int fd = memfd_create("picture", MFD_CLOEXEC);
	if (fd < 0 || pwrite(fd, bytes, n, 0) != (ssize_t)n)
		abort();
	return fd;
}

/* False: it was refused, with a message. */
static bool copy(const void *bytes, size_t n, const struct img_info *info, struct buf *out)
{
	struct img_clean *clean = NULL;
	struct err err = ERR_INIT;
	char some[97]; /* so that pieces end inside of it */
	size_t got = 1;
	int fd = fd_of(bytes, n);
	bool good = img_clean_open(fd, 0, (int64_t)n, info, &clean, &err) == RC_OK;
	if (!good && err.msg[0] == '\0')
		abort();
	while (good && got) {
		if (img_clean_read(clean, some, sizeof some, &got, &err) != RC_OK)
			abort();
		buf_put(out, some, got);
	}
	img_clean_close(clean);
	close(fd);
	return good;
}

static void check(struct str first, const struct img_info *was, size_t n)
{
	struct buf second = BUF_INIT(1 << 22);
	struct img_info is;
	if (first.n > n + IMG_CLEAN_MORE_B)
		abort();
	if (img_probe(first, &is, NULL) != RC_OK || is.type != was->type || is.width_px != was->width_px ||
	    is.height_px != was->height_px)
		abort();
	if (!copy(first.p, first.n, &is, &second) || !str_eq(buf_view(&second), first))
		abort();
	buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct buf out = BUF_INIT(1 << 22);
	struct img_info info;
	if (img_probe(str_n((const char *)bytes, n), &info, NULL) == RC_OK && copy(bytes, n, &info, &out))
		check(buf_view(&out), &info, n);
	buf_release(&out);
	return 0;
}
