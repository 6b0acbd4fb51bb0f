/* access.c: the site's and the posts' passwords, as signed cookies. */
#include "base/base.h"

#include "core/access.h"
#include "core/throttle.h"
#include "crypt/digest.h"
#include "crypt/password.h"
#include "crypt/token.h"

/* What the token signs: the scope and a digest of the stored hash, never the hash itself. */
static struct str payload(struct str scope, struct str hash, struct arena *arena)
{
	char hex[SHA256_HEX_B];
	sha256_hex(hash, hex);
	return arena_printf(arena, "%.*s:%.16s", STR_ARG(scope), hex);
}

enum rc access_unlock(const struct site *site, struct db_rw *traffic, const struct access_try *try,
		      struct arena *arena, struct str *token, int64_t *wait_ms, struct err *err)
{
	struct throttle throttle = throttle_of_reader(try->scope, try->remote_addr, try->now_ms, arena);
	int64_t attempt;
	*wait_ms = 0;
	if (try->password.n > ACCESS_PASSWORD_MAX_B)
		return err_set(err, RC_LIMIT, "a password is longer than %d bytes", ACCESS_PASSWORD_MAX_B);
	enum rc rc = throttle_take(traffic, &throttle, &attempt, wait_ms, err);
	if (rc != RC_OK)
		return rc;
	rc = password_verify_reader(try->hash, try->password, err);
	if (rc == RC_OK)
		rc = throttle_right_alone(traffic, attempt, err);
	else if (rc != RC_DENIED)
		throttle_forget(traffic, attempt);
	if (rc != RC_OK)
		return rc;
	return token_sign(arena, site->secret, "access", payload(try->scope, try->hash, arena),
			  try->now_ms + ACCESS_TOKEN_TTL_MS, token, err);
}

bool access_is_unlocked(const struct site *site, struct str scope, struct str hash, struct str token,
			int64_t now_ms)
{
	if (str_empty(token) || str_empty(hash))
		return false;
	struct arena arena;
	arena_init(&arena, 16 << 10);
	struct str signed_payload;
	bool open = token_verify(&arena, site->secret, "access", token, now_ms, &signed_payload, NULL) == RC_OK &&
		    str_eq(signed_payload, payload(scope, hash, &arena));
	arena_release(&arena);
	return open;
}
