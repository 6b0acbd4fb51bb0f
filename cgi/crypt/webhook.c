/* webhook.c: signing and verifying messages by the Standard Webhooks specification. */
#include "base/base.h"

#include <openssl/evp.h>

#include "base/enc.h"
#include "crypt/digest.h"
#include "crypt/rand.h"
#include "crypt/webhook.h"

#define ED25519_B 32
#define ED25519_SIGNATURE_B 64
#define NEW_SECRET_B 32
#define KEY_RAW_MAX_B 128 /* decoded; more than any key has */

static const struct {
	const char *prefix;
	const char *version; /* of the signatures that it makes or checks */
} kinds[WEBHOOK_KEY_KIND__MAX] = {
	[WEBHOOK_SECRET] = { "whsec_", "v1" },
	[WEBHOOK_PRIVATE] = { "whsk_", "v1a" },
	[WEBHOOK_PUBLIC] = { "whpk_", "v1a" },
};

/* --- keys --- */

static bool size_is_right(enum webhook_key_kind kind, size_t n)
{
	if (kind == WEBHOOK_SECRET)
		return n >= WEBHOOK_SECRET_MIN_B && n <= WEBHOOK_SECRET_MAX_B;
	/* A private key is the seed, or, as some libraries keep it, seed and public key. */
	return n == ED25519_B || (kind == WEBHOOK_PRIVATE && n == 2 * ED25519_B);
}

static bool parse_key(struct str text, struct webhook_key *out)
{
	enum webhook_key_kind kind = 0;
	while (kind < WEBHOOK_KEY_KIND__MAX && !str_starts(text, str_of(kinds[kind].prefix)))
		kind++;
	if (kind == WEBHOOK_KEY_KIND__MAX)
		return false;
	struct buf raw = BUF_INIT(KEY_RAW_MAX_B);
	bool good = enc_base64_decode(&raw, str_from(text, strlen(kinds[kind].prefix))) &&
		    raw.rc == RC_OK && size_is_right(kind, raw.len);
	if (good) {
		out->kind = kind;
		out->n = kind == WEBHOOK_SECRET ? raw.len : ED25519_B;
		memcpy(out->bytes, raw.bytes, out->n);
	}
	if (raw.bytes)
		secret_wipe(raw.bytes, raw.len);
	buf_release(&raw);
	return good;
}

static bool is_separator(char c)
{
	return c == ' ' || c == ',' || c == '\t' || c == '\n' || c == '\r';
}

enum rc webhook_keys_parse(struct str text, struct webhook_keys *out, struct err *err)
{
	struct webhook_keys keys = { .count = 0 };
	enum rc rc = RC_OK;
	size_t at = 0;
	while (rc == RC_OK && at < text.n) {
		size_t end = at;
		while (end < text.n && !is_separator(text.p[end]))
			end++;
		if (end > at && keys.count == WEBHOOK_KEYS_MAX)
			rc = err_set(err, RC_LIMIT, "more than %d webhook keys", WEBHOOK_KEYS_MAX);
		else if (end > at && !parse_key(str_sub(text, at, end), &keys.items[keys.count++]))
			rc = err_set(err, RC_INVALID, "webhook key %zu is none: whsec_ with 24 to 64 bytes in base64, "
				     "or whsk_ or whpk_ with an Ed25519 key", keys.count);
		at = end + 1;
	}
	if (rc == RC_OK && keys.count == 0)
		rc = err_set(err, RC_INVALID, "there is no webhook key");
	if (rc == RC_OK)
		*out = keys;
	webhook_keys_wipe(&keys);
	return rc;
}

void webhook_keys_wipe(struct webhook_keys *keys)
{
	secret_wipe(keys, sizeof *keys);
}

static void write_key(enum webhook_key_kind kind, const uint8_t *bytes, size_t n, char out[WEBHOOK_KEY_TEXT_MAX_B])
{
	struct buf text = BUF_INIT(WEBHOOK_KEY_TEXT_MAX_B - 1);
	buf_cstr(&text, kinds[kind].prefix);
	enc_base64(&text, str_n((const char *)bytes, n));
	if (text.rc != RC_OK)
		mem_fail();
	memcpy(out, text.bytes, text.len);
	out[text.len] = '\0';
	secret_wipe(text.bytes, text.len);
	buf_release(&text);
}

void webhook_key_make(enum webhook_key_kind kind, char out[WEBHOOK_KEY_TEXT_MAX_B])
{
	uint8_t bytes[NEW_SECRET_B];
	rand_fill(bytes, sizeof bytes);
	write_key(kind, bytes, sizeof bytes, out);
	secret_wipe(bytes, sizeof bytes);
}

static EVP_PKEY *private_key(const struct webhook_key *key)
{
	return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->bytes, ED25519_B);
}

void webhook_key_public(const struct webhook_key *key, char out[WEBHOOK_KEY_TEXT_MAX_B])
{
	uint8_t bytes[ED25519_B];
	size_t n = sizeof bytes;
	EVP_PKEY *pkey = private_key(key);
	if (!pkey || EVP_PKEY_get_raw_public_key(pkey, bytes, &n) != 1)
		mem_fail();
	EVP_PKEY_free(pkey);
	write_key(WEBHOOK_PUBLIC, bytes, n, out);
}

/* --- messages --- */

/* Printable ASCII without blanks and dots, not empty, not too long. */
static bool id_is_valid(struct str id)
{
	if (id.n == 0 || id.n > WEBHOOK_ID_MAX_B)
		return false;
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] <= ' ' || id.p[i] > '~' || id.p[i] == '.')
			return false;
	return true;
}

/* Digits only: another spelling of a number is other bytes than what was signed. */
static bool read_timestamp(struct str text, int64_t *out_s)
{
	return text.n > 0 && text.n <= 12 && text.p[0] >= '0' && text.p[0] <= '9' && str_to_i64(text, out_s);
}

static enum rc check_message(const struct webhook_message *message, int64_t *timestamp_s, struct err *err)
{
	if (!id_is_valid(message->id))
		return err_set(err, RC_INVALID, "the header webhook-id is missing or malformed");
	if (!read_timestamp(message->timestamp, timestamp_s))
		return err_set(err, RC_INVALID, "the header webhook-timestamp is missing or no number of seconds");
	return RC_OK;
}

/* The bytes that are signed. Bodies are bounded by whoever reads them. */
static void signed_bytes(const struct webhook_message *message, struct buf *out)
{
	buf_init(out, message->id.n + message->timestamp.n + message->body.n + 2);
	buf_str(out, message->id);
	BUF_LIT(out, ".");
	buf_str(out, message->timestamp);
	BUF_LIT(out, ".");
	buf_str(out, message->body);
	if (out->rc != RC_OK)
		mem_fail();
}

static void sign_ed25519(const struct webhook_key *key, struct str bytes, uint8_t out[ED25519_SIGNATURE_B])
{
	size_t n = ED25519_SIGNATURE_B;
	EVP_PKEY *pkey = private_key(key);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	if (!pkey || !ctx || EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey) != 1 ||
	    EVP_DigestSign(ctx, out, &n, (const uint8_t *)bytes.p, bytes.n) != 1)
		mem_fail();
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
}

static size_t sign_by(const struct webhook_key *key, struct str bytes, uint8_t out[ED25519_SIGNATURE_B])
{
	if (key->kind == WEBHOOK_SECRET) {
		hmac_sha256(str_n((const char *)key->bytes, key->n), bytes, out);
		return SHA256_B;
	}
	sign_ed25519(key, bytes, out);
	return ED25519_SIGNATURE_B;
}

enum rc webhook_sign(const struct webhook_keys *keys, const struct webhook_message *message, struct buf *out,
		     struct err *err)
{
	int64_t timestamp_s;
	struct buf bytes;
	size_t signatures = 0;
	enum rc rc = check_message(message, &timestamp_s, err);
	if (rc != RC_OK)
		return rc;
	signed_bytes(message, &bytes);
	for (size_t i = 0; i < keys->count; i++) {
		uint8_t signature[ED25519_SIGNATURE_B];
		if (keys->items[i].kind == WEBHOOK_PUBLIC)
			continue;
		size_t n = sign_by(&keys->items[i], buf_view(&bytes), signature);
		buf_printf(out, "%s%s,", signatures++ ? " " : "", kinds[keys->items[i].kind].version);
		enc_base64(out, str_n((const char *)signature, n));
	}
	buf_release(&bytes);
	if (!signatures)
		return err_set(err, RC_INVALID, "there is no webhook key that can sign");
	return buf_status(out, "the signature", err);
}

static bool verify_ed25519(const struct webhook_key *key, struct str bytes, struct str signature)
{
	EVP_PKEY *pkey = key->kind == WEBHOOK_PRIVATE ? private_key(key)
		: EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->bytes, ED25519_B);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool right = pkey && ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
		     EVP_DigestVerify(ctx, (const uint8_t *)signature.p, signature.n, (const uint8_t *)bytes.p,
				      bytes.n) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return right;
}

static bool is_right(const struct webhook_key *key, struct str bytes, struct str signature)
{
	uint8_t own[SHA256_B];
	if (key->kind != WEBHOOK_SECRET)
		return signature.n == ED25519_SIGNATURE_B && verify_ed25519(key, bytes, signature);
	hmac_sha256(str_n((const char *)key->bytes, key->n), bytes, own);
	return secret_eq(str_n((const char *)own, sizeof own), signature);
}

/* One "VERSION,BASE64" of the header against all keys of that version. */
static bool any_key_fits(const struct webhook_keys *keys, struct str bytes, struct str one)
{
	ptrdiff_t comma = str_find_char(one, ',');
	struct buf raw = BUF_INIT(ED25519_SIGNATURE_B);
	bool right = false;
	if (comma > 0 && enc_base64_decode(&raw, str_from(one, (size_t)comma + 1)) && raw.rc == RC_OK)
		for (size_t i = 0; i < keys->count && !right; i++)
			right = str_is(str_sub(one, 0, (size_t)comma), kinds[keys->items[i].kind].version) &&
				is_right(&keys->items[i], bytes, buf_view(&raw));
	buf_release(&raw);
	return right;
}

static bool any_signature_fits(const struct webhook_keys *keys, const struct webhook_message *message)
{
	struct buf bytes;
	struct str rest = message->signature, one;
	bool right = false;
	signed_bytes(message, &bytes);
	for (int i = 0; i < WEBHOOK_SIGNATURES_MAX && !right && str_split(&rest, ' ', &one); i++)
		right = any_key_fits(keys, buf_view(&bytes), one);
	buf_release(&bytes);
	return right;
}

enum rc webhook_verify(const struct webhook_keys *keys, const struct webhook_message *message, int64_t now_s,
		       int64_t *skew_s, struct err *err)
{
	int64_t timestamp_s;
	enum rc rc = check_message(message, &timestamp_s, err);
	if (rc != RC_OK)
		return rc;
	if (str_empty(message->signature))
		return err_set(err, RC_INVALID, "the header webhook-signature is missing");
	*skew_s = timestamp_s - now_s;
	if (!any_signature_fits(keys, message))
		return err_set(err, RC_DENIED, "no signature of the message is right");
	if (*skew_s > WEBHOOK_TOLERANCE_S || *skew_s < -WEBHOOK_TOLERANCE_S)
		return err_set(err, RC_TIMEOUT, "the message is %lld seconds %s; %d are allowed",
			       (long long)llabs(*skew_s), *skew_s < 0 ? "old" : "ahead", WEBHOOK_TOLERANCE_S);
	return RC_OK;
}
