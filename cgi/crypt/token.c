/* token.c: a signed text with a purpose and an expiry. */
#include "base/base.h"

#include "base/enc.h"
#include "crypt/digest.h"
#include "crypt/token.h"

#define EXPIRY_B 8
#define TOKEN_RAW_MAX_B (EXPIRY_B + TOKEN_PAYLOAD_MAX_B + SHA256_B)

static void put_u64(uint8_t out[8], uint64_t value)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(value >> (56 - 8 * i));
}

static uint64_t get_u64(const uint8_t *in)
{
	uint64_t value = 0;
	for (int i = 0; i < 8; i++)
		value = value << 8 | in[i];
	return value;
}

/* The purpose goes in with a NUL behind it, which no purpose contains: no two (purpose, content)
 * pairs sign the same bytes. */
static void mac(struct str secret, const char *purpose, struct str content, uint8_t out[SHA256_B])
{
	struct buf bytes = BUF_INIT(TOKEN_RAW_MAX_B + 256);
	buf_put(&bytes, purpose, strlen(purpose) + 1);
	buf_str(&bytes, content);
	if (bytes.rc != RC_OK)
		mem_fail();
	hmac_sha256(secret, buf_view(&bytes), out);
	buf_release(&bytes);
}

enum rc token_sign(struct arena *arena, struct str secret, const char *purpose, struct str payload,
		   int64_t expires_ms, struct str *out, struct err *err)
{
	uint8_t raw[TOKEN_RAW_MAX_B];
	if (payload.n > TOKEN_PAYLOAD_MAX_B)
		return err_set(err, RC_LIMIT, "a token's payload is longer than %d bytes", TOKEN_PAYLOAD_MAX_B);
	if (secret.n < TOKEN_SECRET_MIN_B || !purpose || !*purpose || strlen(purpose) > 100)
		return err_set(err, RC_INVALID, "a token needs a secret of %d bytes and a purpose", TOKEN_SECRET_MIN_B);
	put_u64(raw, (uint64_t)expires_ms);
	if (payload.n)
		memcpy(raw + EXPIRY_B, payload.p, payload.n);
	size_t content_b = EXPIRY_B + payload.n;
	mac(secret, purpose, str_n((char *)raw, content_b), raw + content_b);
	struct buf text = BUF_INIT(TOKEN_RAW_MAX_B * 2);
	enc_base64url(&text, str_n((char *)raw, content_b + SHA256_B));
	*out = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return RC_OK;
}

enum rc token_verify(struct arena *arena, struct str secret, const char *purpose, struct str token, int64_t now_ms,
		     struct str *payload, struct err *err)
{
	struct buf raw = BUF_INIT(TOKEN_RAW_MAX_B);
	uint8_t want[SHA256_B];
	enum rc rc = RC_OK;
	bool shape = secret.n >= TOKEN_SECRET_MIN_B && purpose && *purpose && strlen(purpose) <= 100 &&
		     token.n <= TOKEN_RAW_MAX_B * 2 && enc_base64url_decode(&raw, token) && raw.rc == RC_OK &&
		     raw.len >= EXPIRY_B + SHA256_B;
	if (!shape) {
		rc = err_set(err, RC_DENIED, "the token is not one of ours");
		goto out;
	}
	struct str content = str_n(raw.bytes, raw.len - SHA256_B);
	mac(secret, purpose, content, want);
	if (!secret_eq(str_from(buf_view(&raw), content.n), str_n((char *)want, SHA256_B)))
		rc = err_set(err, RC_DENIED, "the token is not one of ours");
	else if (now_ms >= (int64_t)get_u64((uint8_t *)raw.bytes))
		rc = err_set(err, RC_TIMEOUT, "the token has expired");
	else
		*payload = arena_str(arena, str_from(content, EXPIRY_B));
out:
	buf_release(&raw);
	return rc;
}
