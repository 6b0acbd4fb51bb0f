/* token.h: a signed text with a purpose and an expiry, for links and cookies that need no row in a
 * table: BASE64URL(expiry, payload, HMAC-SHA-256 over purpose, expiry and payload).
 *
 * Signed, not encrypted: the payload can be read. The purpose ("preview", "csrf") is part of what is
 * signed and not of the token, so that a token of one purpose never passes for another. */
#ifndef PLATEN_CRYPT_TOKEN_H
#define PLATEN_CRYPT_TOKEN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define TOKEN_PAYLOAD_MAX_B 1024
#define TOKEN_SECRET_MIN_B 16

/* `expires_ms`: Unix milliseconds. The token lives in `arena` and consists of A-Z a-z 0-9 - and _.
 * RC_LIMIT: payload too long; RC_INVALID: secret too short or no purpose. */
NODISCARD enum rc token_sign(struct arena *arena, struct str secret, const char *purpose,
			     struct str payload, int64_t expires_ms, struct str *out, struct err *err);
/* RC_OK and the payload in `arena`; RC_DENIED: not ours, changed, or for another purpose;
 * RC_TIMEOUT: genuine, but `now_ms` is at or past its expiry. */
NODISCARD enum rc token_verify(struct arena *arena, struct str secret, const char *purpose,
			       struct str token, int64_t now_ms, struct str *payload, struct err *err);

#endif
