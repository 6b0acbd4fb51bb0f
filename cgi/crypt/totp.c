/* totp.c: one-time codes by the clock (RFC 6238). */
#include "base/base.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "crypt/totp.h"

#define SHA1_B 20
#define DIGITS 6
#define MODULUS 1000000

uint32_t totp_code(struct str secret, int64_t step)
{
	uint8_t counter[8], mac[SHA1_B];
	unsigned len = sizeof mac;
	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), secret.p ? secret.p : "", (int)secret.n, counter, sizeof counter, mac, &len))
		mem_fail();
	/* RFC 4226 section 5.3: the last half byte says where the 31 bits are. */
	const uint8_t *at = mac + (mac[SHA1_B - 1] & 15);
	uint32_t bits = (uint32_t)(at[0] & 0x7F) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
	return bits % MODULUS;
}

static bool read_code(struct str text, uint32_t *out)
{
	uint32_t value = 0;
	int digits = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == ' ')
			continue;
		if (text.p[i] < '0' || text.p[i] > '9' || ++digits > DIGITS)
			return false;
		value = value * 10 + (uint32_t)(text.p[i] - '0');
	}
	*out = value;
	return digits == DIGITS;
}

bool totp_check(struct str secret, struct str code, int64_t now_ms, int64_t last_step, int64_t *step)
{
	uint32_t given;
	int64_t now = now_ms / TOTP_STEP_MS, found = -1;
	if (!read_code(code, &given))
		return false;
	for (int64_t at = now - 1; at <= now + 1; at++) {
		int64_t is_it = -(int64_t)(((totp_code(secret, at) ^ given) == 0) & (at > last_step));
		found = (found & ~is_it) | (at & is_it);
	}
	if (found >= 0)
		*step = found;
	return found >= 0;
}

void totp_secret_text(const uint8_t secret[TOTP_SECRET_B], char out[TOTP_SECRET_CHARS + 1])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	for (int i = 0; i < TOTP_SECRET_CHARS; i++) {
		int bit = i * 5, byte = bit / 8, shift = 11 - bit % 8;
		unsigned pair = (unsigned)secret[byte] << 8 | (byte + 1 < TOTP_SECRET_B ? secret[byte + 1] : 0);
		out[i] = letters[pair >> shift & 31];
	}
	out[TOTP_SECRET_CHARS] = '\0';
}
