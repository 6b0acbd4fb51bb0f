/* read.h: pieces of a file; numbers at a place of its bytes, 0 beyond the end, which no size is. Internal to img/. */
#ifndef PLATEN_IMG_READ_H
#define PLATEN_IMG_READ_H

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"

/* The bytes [from_b, from_b + size_b) of an open file. */
struct part {
	int fd;
	int64_t from_b, size_b;
};

/* Up to `room` bytes at a place of the part; *n 0: it ends before. RC_IO: `what` "cannot be read". */
NODISCARD static inline enum rc read_part(const struct part *part, const char *what, int64_t at_b, void *bytes, size_t room,
					  size_t *n, struct err *err)
{
	ssize_t got;
	*n = 0;
	if ((int64_t)room > part->size_b - at_b)
		room = at_b < part->size_b ? (size_t)(part->size_b - at_b) : 0;
	do
		got = room ? pread(part->fd, bytes, room, part->from_b + at_b) : 0;
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_set(err, RC_IO, "%s cannot be read", what);
	*n = (size_t)got;
	return RC_OK;
}

/* `count` bytes, at most 4, the largest first. */
static inline uint32_t read_be(struct str s, size_t at, int count)
{
	uint32_t value = 0;
	if (at > s.n || s.n - at < (size_t)count)
		return 0;
	for (int i = 0; i < count; i++)
		value = value << 8 | (uint8_t)s.p[at + (size_t)i];
	return value;
}

/* The smallest first. */
static inline uint32_t read_le(struct str s, size_t at, int count)
{
	uint32_t value = 0;
	if (at > s.n || s.n - at < (size_t)count)
		return 0;
	for (int i = count - 1; i >= 0; i--)
		value = value << 8 | (uint8_t)s.p[at + (size_t)i];
	return value;
}

#endif
