/* second.c: the second step of signing in. */
#include "base/base.h"

#include "base/enc.h"
#include "base/utf8.h"
#include "core/second.h"
#include "crypt/digest.h"
#include "crypt/rand.h"
#include "crypt/token.h"
#include "crypt/totp.h"
#include "store/totp.h"
#include "text/qr.h"

#define PURPOSE "second step"
#define RECOVERY_CHARS 16       /* 80 bits */
#define LABEL_MAX_B 40

/* Authenticators show issuer and account; what they cannot show whole is cut. */
static struct str uri_of(struct str title, struct str email, const char *secret, struct arena *arena)
{
	struct str issuer = enc_percent_dup(arena, utf8_cut(title, LABEL_MAX_B), ENC_STRICT);
	struct str account = enc_percent_dup(arena, utf8_cut(email, LABEL_MAX_B), ENC_STRICT);
	struct str uri = arena_printf(arena, "otpauth://totp/%.*s:%.*s?secret=%s&issuer=%.*s", STR_ARG(issuer),
				      STR_ARG(account), secret, STR_ARG(issuer));
	if (uri.n > QR_BYTES_MAX)
		uri = arena_printf(arena, "otpauth://totp/Platen:%.*s?secret=%s&issuer=Platen", STR_ARG(account), secret);
	return uri.n > QR_BYTES_MAX ? arena_printf(arena, "otpauth://totp/Platen?secret=%s", secret) : uri;
}

static struct str in_groups(struct str text, char between, struct arena *arena)
{
	char *out = arena_alloc(arena, text.n + text.n / 4 + 1);
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (i && i % 4 == 0)
			out[n++] = between;
		out[n++] = text.p[i];
	}
	return str_n(out, n);
}

/* The payload of a token: the person's number and the secret in hex. */
static enum rc read_token(const struct site *site, int64_t user_id, struct str token, int64_t now_ms,
			  struct arena *arena, uint8_t secret[TOTP_SECRET_B], struct err *err)
{
	struct str payload, id;
	struct buf bytes = BUF_INIT(TOTP_SECRET_B);
	int64_t of_user;
	enum rc rc = token_verify(arena, site->secret, PURPOSE, token, now_ms, &payload, err);
	if (rc != RC_OK)
		return rc;
	if (!str_split(&payload, ':', &id) || !str_to_i64(id, &of_user) || of_user != user_id ||
	    !enc_hex_decode(&bytes, payload) || buf_view(&bytes).n != TOTP_SECRET_B)
		rc = err_set(err, RC_DENIED, "the secret is not this person's");
	else
		memcpy(secret, buf_view(&bytes).p, TOTP_SECRET_B);
	buf_release(&bytes);
	return rc;
}

enum rc second_setup(const struct site *site, const struct user *user, struct str token, int64_t now_ms,
		     struct arena *arena, struct second_setup *out, struct err *err)
{
	uint8_t secret[TOTP_SECRET_B];
	char hex[2 * TOTP_SECRET_B + 1], text[TOTP_SECRET_CHARS + 1];
	enum rc rc = RC_OK;
	if (str_given(token))
		rc = read_token(site, user->id, token, now_ms, arena, secret, err);
	else
		rand_fill(secret, sizeof secret);
	if (rc != RC_OK)
		return rc;
	enc_hex_into(hex, secret, sizeof secret);
	totp_secret_text(secret, text);
	out->secret = in_groups(str_of(text), ' ', arena);
	out->uri = uri_of(site->title, user->email, text, arena);
	return token_sign(arena, site->secret, PURPOSE, arena_printf(arena, "%lld:%s", (long long)user->id, hex),
			  now_ms + SECOND_SETUP_TTL_MS, &out->token, err);
}

/* Codes are of lower case letters and digits without i, l, o and u; whatever is typed between them is left out. */
static struct str recovery_hash(struct str code, struct arena *arena)
{
	char folded[RECOVERY_CHARS];
	uint8_t digest[SHA256_B];
	size_t n = 0;
	for (size_t i = 0; i < code.n && n <= RECOVERY_CHARS; i++) {
		char c = code.p[i] >= 'A' && code.p[i] <= 'Z' ? (char)(code.p[i] - 'A' + 'a') : code.p[i];
		if (c == '-' || c == ' ')
			continue;
		if (n == RECOVERY_CHARS)
			return STR_NONE;
		folded[n++] = c;
	}
	if (n != RECOVERY_CHARS)
		return STR_NONE;
	sha256(str_n(folded, n), digest);
	return arena_str(arena, str_n((const char *)digest, sizeof digest));
}

static enum rc make_codes(struct db_tx *tx, int64_t user_id, struct arena *arena, struct str codes[SECOND_CODES],
			  struct err *err)
{
	enum rc rc = recovery_clear(tx, user_id, err);
	for (int i = 0; rc == RC_OK && i < SECOND_CODES; i++) {
		char text[RECOVERY_CHARS + 1];
		rand_base32(text, RECOVERY_CHARS);
		codes[i] = in_groups(str_of(text), '-', arena);
		rc = recovery_add(tx, user_id, recovery_hash(codes[i], arena), err);
	}
	return rc;
}

enum rc second_confirm(struct db_tx *tx, const struct site *site, int64_t user_id, struct str token, struct str code,
		       int64_t now_ms, struct arena *arena, struct str codes[SECOND_CODES], struct err *err)
{
	uint8_t secret[TOTP_SECRET_B];
	struct totp totp = { .secret = str_n((const char *)secret, sizeof secret), .created_ms = now_ms };
	enum rc rc = read_token(site, user_id, token, now_ms, arena, secret, err);
	if (rc != RC_OK)
		return rc;
	if (!totp_check(totp.secret, code, now_ms, 0, &totp.last_step))
		return err_set(err, RC_INVALID, "this is not the code");
	rc = totp_put(tx, user_id, &totp, err);
	return rc == RC_OK ? make_codes(tx, user_id, arena, codes, err) : rc;
}

enum rc second_renew(struct db_tx *tx, struct actor actor, struct arena *arena, struct str codes[SECOND_CODES],
		     struct err *err)
{
	bool on = false;
	enum rc rc = actor_hold(tx, actor, err);
	if (rc == RC_OK)
		rc = second_is_on(db_tx_ro(tx), actor.user_id, &on, err);
	if (rc == RC_OK && !on)
		rc = err_set(err, RC_NOTFOUND, "the second step is off");
	return rc == RC_OK ? make_codes(tx, actor.user_id, arena, codes, err) : rc;
}

enum rc second_off(struct db_tx *tx, struct actor actor, int64_t user_id, struct err *err)
{
	if (actor.role != ROLE_OWNER && actor.user_id != user_id)
		return err_set(err, RC_DENIED, "only owners end other people's second step");
	enum rc rc = actor_hold(tx, actor, err);
	return rc == RC_OK ? totp_delete(tx, user_id, err) : rc;
}

enum rc second_is_on(struct db_ro *db, int64_t user_id, bool *out, struct err *err)
{
	struct err why = ERR_INIT;
	struct arena arena;
	struct totp totp;
	arena_init(&arena, 4096);
	enum rc rc = totp_get(db, user_id, &arena, &totp, &why);
	arena_release(&arena);
	*out = rc == RC_OK;
	return rc == RC_NOTFOUND || rc == RC_OK ? RC_OK : err_set(err, rc, "%s", why.msg);
}

static enum rc denied(enum rc rc, const struct err *why, struct err *err)
{
	if (rc == RC_NOTFOUND)
		return err_set(err, RC_DENIED, "this is not the code, or it was taken already");
	return rc == RC_OK ? RC_OK : err_set(err, rc, "%s", why->msg);
}

enum rc second_take(struct db_tx *tx, int64_t user_id, struct str code, int64_t now_ms, struct arena *arena,
		    bool *recovery, struct err *err)
{
	struct err why = ERR_INIT;
	struct totp totp;
	int64_t step;
	struct str hash = recovery_hash(code, arena);
	*recovery = str_given(hash);
	if (str_given(hash))
		return denied(recovery_use(tx, user_id, hash, &why), &why, err);
	enum rc rc = totp_get(db_tx_ro(tx), user_id, arena, &totp, &why);
	if (rc == RC_OK && !totp_check(totp.secret, code, now_ms, totp.last_step, &step))
		rc = RC_NOTFOUND;
	if (rc == RC_OK)
		rc = totp_use(tx, user_id, step, &why);
	return denied(rc, &why, err);
}
