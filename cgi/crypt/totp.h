/* totp.h: one-time codes by the clock (RFC 6238): HMAC-SHA-1, 6 digits, steps of 30 seconds, which is what
 * every authenticator app takes. */
#ifndef PLATEN_CRYPT_TOTP_H
#define PLATEN_CRYPT_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define TOTP_SECRET_B 20                       /* RFC 4226 section 4, R6 */
#define TOTP_SECRET_CHARS (TOTP_SECRET_B * 8 / 5)
#define TOTP_STEP_MS INT64_C(30000)

/* The code of a step, 0 to 999999. */
uint32_t totp_code(struct str secret, int64_t step);

/* Whether `code` ("123 456", blanks do not matter) is that of the step at now_ms, of the one before or of the
 * one behind, and that step comes after last_step: a code works once (RFC 6238 section 5.2). *step tells it.
 * Takes the same time for each wrong code. */
bool totp_check(struct str secret, struct str code, int64_t now_ms, int64_t last_step, int64_t *step);

/* The secret as people and apps write it: Base32 (RFC 4648 section 6) without padding, NUL-terminated. */
void totp_secret_text(const uint8_t secret[TOTP_SECRET_B], char out[TOTP_SECRET_CHARS + 1]);

#endif
