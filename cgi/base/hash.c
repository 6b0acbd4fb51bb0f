/* hash.c: fast non-cryptographic hashes: multiply to 128 bits and fold, eight bytes at a time. */
#include "base/base.h"
#include "base/hash.h"

#include <pthread.h>
#include <sys/random.h>

/* Odd constants with about as many ones as zeros: the fraction bits of square roots of primes. */
#define K0 UINT64_C(0x6A09E667F3BCC909)
#define K1 UINT64_C(0xBB67AE8584CAA73B)
#define K2 UINT64_C(0x3C6EF372FE94F82B)
#define K3 UINT64_C(0xA54FF53A5F1D36F1)

static uint64_t fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load(const unsigned char *p, size_t n)
{
	uint64_t word = 0;
	memcpy(&word, p, n);
	return word;
}

uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed)
{
	const unsigned char *p = bytes;
	uint64_t h = seed ^ fold(seed ^ K0, (uint64_t)n ^ K1);
	for (; n >= 16; n -= 16, p += 16)
		h = fold(load(p, 8) ^ h, load(p + 8, 8) ^ K2) ^ (h >> 29);
	uint64_t a = n ? load(p, n < 8 ? n : 8) : 0;
	uint64_t b = n > 8 ? load(p + 8, n - 8) : 0;
	h = fold(a ^ h ^ K3, b ^ K1);
	return fold(h ^ K0, h ^ K2);
}

uint64_t hash_str(struct str s, uint64_t seed)
{
	return hash_bytes(s.p, s.n, seed);
}

uint64_t hash_u64(uint64_t value, uint64_t seed)
{
	return fold(value ^ K0, fold(seed ^ K1, K2) ^ K3);
}

uint64_t hash_mix(uint64_t a, uint64_t b)
{
	return fold(fold(a ^ K1, K2) ^ b, K3) ^ b;
}

struct hash128 hash_128(struct str s)
{
	return (struct hash128){ hash_bytes(s.p, s.n, K0), hash_bytes(s.p, s.n, K3) };
}

static uint64_t seed_value;
static pthread_once_t seed_once = PTHREAD_ONCE_INIT;

static void seed_make(void)
{
	if (getrandom(&seed_value, sizeof seed_value, 0) != (ssize_t)sizeof seed_value)
		seed_value = fold((uint64_t)time(NULL) ^ K0, (uint64_t)(uintptr_t)&seed_value ^ K1);
}

uint64_t hash_seed(void)
{
	pthread_once(&seed_once, seed_make);
	return seed_value;
}
