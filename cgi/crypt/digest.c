/* digest.c: SHA-256, HMAC-SHA-256 and comparing in constant time, by OpenSSL. */
#include "base/base.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/enc.h"
#include "crypt/digest.h"

struct sha256 {
	EVP_MD_CTX *ctx;
};

/* OpenSSL refuses only when memory is out or the library is broken: there is no going on. */
static void must(int ok)
{
	if (ok != 1)
		mem_fail();
}

struct sha256 *sha256_new(void)
{
	struct sha256 *state = mem_new(sizeof *state);
	state->ctx = EVP_MD_CTX_new();
	must(state->ctx != NULL);
	must(EVP_DigestInit_ex(state->ctx, EVP_sha256(), NULL));
	return state;
}

void sha256_add(struct sha256 *state, const void *bytes, size_t n)
{
	must(EVP_DigestUpdate(state->ctx, bytes, n));
}

void sha256_end(struct sha256 *state, uint8_t out[SHA256_B])
{
	must(EVP_DigestFinal_ex(state->ctx, out, NULL));
	sha256_free(state);
}

void sha256_free(struct sha256 *state)
{
	if (!state)
		return;
	EVP_MD_CTX_free(state->ctx);
	free(state);
}

void sha256(struct str bytes, uint8_t out[SHA256_B])
{
	must(EVP_Digest(bytes.p ? bytes.p : "", bytes.n, out, NULL, EVP_sha256(), NULL));
}

struct str sha256_dup(struct str bytes, struct arena *arena)
{
	uint8_t digest[SHA256_B];
	sha256(bytes, digest);
	return arena_str(arena, str_n((const char *)digest, sizeof digest));
}

void sha256_hex(struct str bytes, char out[SHA256_HEX_B])
{
	uint8_t digest[SHA256_B];
	sha256(bytes, digest);
	enc_hex_into(out, digest, sizeof digest);
}

void hmac_sha256(struct str key, struct str bytes, uint8_t out[SHA256_B])
{
	/* OpenSSL takes a NULL key for "the one before": an empty key needs a place. */
	unsigned len = SHA256_B;
	must(HMAC(EVP_sha256(), key.p ? key.p : "", (int)key.n, (const unsigned char *)(bytes.p ? bytes.p : ""), bytes.n,
		  out, &len) != NULL);
}

bool secret_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

void secret_wipe(void *bytes, size_t n)
{
	OPENSSL_cleanse(bytes, n);
}
