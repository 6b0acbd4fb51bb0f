/* read.h: numbers at a place of a file's bytes; 0 beyond the end, which no size is. Internal to img/. */
#ifndef PLATEN_IMG_READ_H
#define PLATEN_IMG_READ_H

#include <stdint.h>

#include "base/str.h"

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
