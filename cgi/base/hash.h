/* hash.h: fast non-cryptographic hashes for tables, stamps and ETags.
 *
 * Not for secrets and not across versions of the program: the function may change. */
#ifndef PLATEN_BASE_HASH_H
#define PLATEN_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* A random number of this process, for tables whose keys an outsider chooses. */
uint64_t hash_seed(void);
uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed);
uint64_t hash_str(struct str s, uint64_t seed);
uint64_t hash_u64(uint64_t value, uint64_t seed);
/* Folds a second hash into a first; order matters. */
uint64_t hash_mix(uint64_t a, uint64_t b);

/* Two independent 64-bit hashes with fixed seeds: the same in every process. */
struct hash128 {
	uint64_t high, low;
};
struct hash128 hash_128(struct str s);

#endif
