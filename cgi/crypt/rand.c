/* rand.c: unpredictable bytes from the kernel, and texts made of them. */
#include "base/base.h"

#include <errno.h>
#include <sys/random.h>

#include "base/enc.h"
#include "crypt/rand.h"

void rand_fill(void *out, size_t n)
{
	char *at = out;
	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			mem_fail();
		at += got;
		n -= (size_t)got;
	}
}

uint64_t rand_u64(void)
{
	uint64_t value;
	rand_fill(&value, sizeof value);
	return value;
}

uint64_t rand_below(uint64_t limit)
{
	/* Values beyond the last whole multiple of the limit would make small results likelier. */
	uint64_t whole = UINT64_MAX - UINT64_MAX % limit, value;
	do
		value = rand_u64();
	while (value >= whole);
	return value % limit;
}

static void from_alphabet(char *out, size_t chars, const char *alphabet, unsigned size)
{
	unsigned whole = 256 - 256 % size;
	uint8_t bytes[64];
	size_t have = 0, at = 0;
	for (size_t i = 0; i < chars;) {
		if (at == have) {
			rand_fill(bytes, sizeof bytes);
			have = sizeof bytes;
			at = 0;
		}
		uint8_t byte = bytes[at++];
		if (byte < whole)
			out[i++] = alphabet[byte % size];
	}
	out[chars] = '\0';
}

void rand_base62(char *out, size_t chars)
{
	from_alphabet(out, chars, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 62);
}

void rand_base32(char *out, size_t chars)
{
	from_alphabet(out, chars, "0123456789abcdefghjkmnpqrstvwxyz", 32);
}

void rand_hex(char *out, size_t chars)
{
	from_alphabet(out, chars, "0123456789abcdef", 16);
}
