/* fuzz_img_film.c: any bytes as a film of which a copy without metadata is made: as long, and with nothing left that a
 * second copy would leave out. */
#include "base/base.h"

#include <sys/mman.h>
#include <unistd.h>

#include "img/film.h"

/* False: there was nothing to leave out, or too much. */
static bool copy(const void *bytes, size_t n, struct buf *out)
{
	struct img_film *film = NULL;
	struct err err = ERR_INIT;
	char some[97]; /* so that holes end inside of it */
	size_t got = 1;
	int fd = memfd_create("film", MFD_CLOEXEC);
	if (fd < 0 || pwrite(fd, bytes, n, 0) != (ssize_t)n)
		abort();
	enum rc rc = img_film_open(fd, 0, (int64_t)n, &film, &err);
	if (rc != RC_OK && (film || err.msg[0] == '\0'))
		abort();
	while (film && got) {
		if (img_film_read(film, some, sizeof some, &got, &err) != RC_OK)
			abort();
		buf_put(out, some, got);
	}
	bool made = film != NULL;
	img_film_close(film);
	close(fd);
	return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct buf first = BUF_INIT(1 << 22), second = BUF_INIT(1 << 22);
	if (copy(bytes, n, &first) && (first.len != n || copy(first.bytes, first.len, &second)))
		abort();
	buf_release(&first);
	buf_release(&second);
	return 0;
}
