/* digest.h: SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104), and comparing in constant time. */
#ifndef PLATEN_CRYPT_DIGEST_H
#define PLATEN_CRYPT_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define SHA256_B 32
#define SHA256_HEX_B (2 * SHA256_B + 1) /* with the NUL */

void sha256(struct str bytes, uint8_t out[SHA256_B]);
/* The digest as bytes in `arena`: what the store keeps of a token. */
struct str sha256_dup(struct str bytes, struct arena *arena);
void sha256_hex(struct str bytes, char out[SHA256_HEX_B]); /* lower case, NUL-terminated */

/* In pieces. sha256_end() or sha256_free() gives the state back. */
struct sha256;
struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *state, const void *bytes, size_t n);
void sha256_end(struct sha256 *state, uint8_t out[SHA256_B]);
void sha256_free(struct sha256 *state); /* NULL allowed */

void hmac_sha256(struct str key, struct str bytes, uint8_t out[SHA256_B]);

/* Takes the same time wherever the difference lies; the lengths are no secret. */
bool secret_eq(struct str a, struct str b);
/* Overwrites a secret that is done with; the compiler cannot leave it out. */
void secret_wipe(void *bytes, size_t n);

#endif
