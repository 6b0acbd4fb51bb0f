/* webhook.h: signing and verifying messages by the Standard Webhooks specification, version 1.
 *
 * What is signed are the exact bytes "ID.TIMESTAMP.BODY": by HMAC-SHA-256 ("v1", keys "whsec_...") or
 * Ed25519 ("v1a", keys "whsk_..." to sign and "whpk_..." to verify). */
#ifndef PLATEN_CRYPT_WEBHOOK_H
#define PLATEN_CRYPT_WEBHOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define WEBHOOK_TOLERANCE_S 300    /* either way */
#define WEBHOOK_SECRET_MIN_B 24
#define WEBHOOK_SECRET_MAX_B 64
#define WEBHOOK_KEYS_MAX 8         /* at once: the old and the new while they are changed */
#define WEBHOOK_KEY_TEXT_MAX_B 128
#define WEBHOOK_ID_MAX_B 128
#define WEBHOOK_SIGNATURES_MAX 16  /* in one header; those behind are not looked at */

enum webhook_key_kind {
	WEBHOOK_SECRET,   /* whsec_: signs and verifies v1 */
	WEBHOOK_PRIVATE,  /* whsk_: signs and verifies v1a */
	WEBHOOK_PUBLIC,   /* whpk_: verifies v1a */
	WEBHOOK_KEY_KIND__MAX
};

struct webhook_key {
	enum webhook_key_kind kind;
	uint8_t bytes[WEBHOOK_SECRET_MAX_B]; /* Ed25519: the 32 bytes of the seed or of the public key */
	size_t n;
};

struct webhook_keys {
	struct webhook_key items[WEBHOOK_KEYS_MAX];
	size_t count;
};

/* Reads keys with white space or commas between them. RC_INVALID: none at all, or one that is no key;
 * the message tells which one by its place and never shows it. RC_LIMIT: too many. */
NODISCARD enum rc webhook_keys_parse(struct str text, struct webhook_keys *out, struct err *err);
/* Overwrites them. */
void webhook_keys_wipe(struct webhook_keys *keys);

/* A new key as text, NUL-terminated; WEBHOOK_PRIVATE or WEBHOOK_SECRET. */
void webhook_key_make(enum webhook_key_kind kind, char out[WEBHOOK_KEY_TEXT_MAX_B]);
/* The public key of a private one. */
void webhook_key_public(const struct webhook_key *key, char out[WEBHOOK_KEY_TEXT_MAX_B]);

struct webhook_message {
	struct str id;         /* webhook-id */
	struct str timestamp;  /* webhook-timestamp: Unix seconds as text */
	struct str signature;  /* webhook-signature */
	struct str body;       /* the raw bytes */
};

/* Appends the value of webhook-signature for `id`, `timestamp` and `body` of `message`: one signature a
 * key that can sign. RC_INVALID: none can, or a bad id or timestamp. */
NODISCARD enum rc webhook_sign(const struct webhook_keys *keys, const struct webhook_message *message,
			       struct buf *out, struct err *err);

/* RC_OK: one of the signatures is right by one of the keys, and the message is of now. RC_INVALID: a
 * header is missing or malformed (the message names it); RC_DENIED: no signature is right; RC_TIMEOUT: it
 * is, but too old or of the future: *skew_s (set in any case but RC_INVALID) tells by how many seconds the
 * sender's clock is ahead. Signatures of unknown versions are passed over. Takes the same time whichever
 * byte of a signature is wrong. */
NODISCARD enum rc webhook_verify(const struct webhook_keys *keys, const struct webhook_message *message,
				 int64_t now_s, int64_t *skew_s, struct err *err);

#endif
