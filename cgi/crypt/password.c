/* password.c: password hashes by Argon2id. */
#include "base/base.h"

#include <argon2.h>

#include "crypt/digest.h"
#include "crypt/password.h"
#include "crypt/password_gate.h"
#include "crypt/rand.h"

#define SALT_B 16
#define HASH_B 32
#define MEMORY_MAX_KIB (1u << 20)
#define PASSES_MAX 64
#define LANES_MAX 16

static enum rc check_length(struct str password, struct err *err)
{
	if (password.n == 0)
		return err_set(err, RC_INVALID, "the password is empty");
	if (password.n > PASSWORD_MAX_B)
		return err_set(err, RC_LIMIT, "the password is longer than %d bytes", PASSWORD_MAX_B);
	return RC_OK;
}

enum rc password_hash(struct str password, const struct password_cost *cost, char out[PASSWORD_HASH_MAX_B],
		      struct err *err)
{
	struct password_cost c = cost ? *cost : PASSWORD_COST;
	uint8_t salt[SALT_B];
	struct gate_pass pass;
	enum rc rc = check_length(password, err);
	if (rc == RC_OK)
		rc = gate_enter(GATE_PEOPLE, &pass, err);
	if (rc != RC_OK)
		return rc;
	rand_fill(salt, sizeof salt);
	int status = argon2id_hash_encoded(c.passes, c.memory_kib, c.lanes, password.p, password.n, salt, sizeof salt,
					   HASH_B, out, PASSWORD_HASH_MAX_B);
	gate_leave(&pass);
	if (status == ARGON2_MEMORY_ALLOCATION_ERROR)
		return err_set(err, RC_NOSPACE, "no memory to hash a password");
	if (status != ARGON2_OK)
		return err_set(err, RC_INTERNAL, "cannot hash a password: %s", argon2_error_message(status));
	return RC_OK;
}

/* One number of "m=19456,t=2,p=1"; *rest moves behind the comma or '$'. */
static bool take_number(struct str *rest, const char *name, uint32_t *out)
{
	struct str prefix = str_of(name);
	uint64_t value;
	size_t n = 0;
	if (!str_starts(*rest, prefix))
		return false;
	struct str digits = str_from(*rest, prefix.n);
	while (n < digits.n && digits.p[n] >= '0' && digits.p[n] <= '9')
		n++;
	if (n == digits.n || !str_to_u64(str_sub(digits, 0, n), &value) || value > UINT32_MAX)
		return false;
	*out = (uint32_t)value;
	*rest = str_from(digits, n + 1);
	return true;
}

static bool parse_cost(struct str hash, struct password_cost *out)
{
	struct str prefix = STR("$argon2id$v=19$");
	if (!str_starts(hash, prefix) || hash.n >= PASSWORD_HASH_MAX_B)
		return false;
	struct str rest = str_from(hash, prefix.n);
	return take_number(&rest, "m=", &out->memory_kib) && take_number(&rest, "t=", &out->passes) &&
	       take_number(&rest, "p=", &out->lanes);
}

static enum rc verify(struct str hash, struct str password, enum gate_who who, struct err *err)
{
	struct password_cost cost;
	char encoded[PASSWORD_HASH_MAX_B];
	struct gate_pass pass;
	if (!parse_cost(hash, &cost) || cost.memory_kib > MEMORY_MAX_KIB || cost.passes > PASSES_MAX ||
	    cost.lanes > LANES_MAX)
		return err_set(err, RC_CORRUPT, "a stored password hash is damaged");
	if (check_length(password, err) != RC_OK)
		return err_set(err, RC_DENIED, "the password is wrong");
	enum rc rc = gate_enter(who, &pass, err);
	if (rc != RC_OK)
		return rc;
	memcpy(encoded, hash.p, hash.n);
	encoded[hash.n] = '\0';
	int status = argon2id_verify(encoded, password.p, password.n);
	gate_leave(&pass);
	switch (status) {
	case ARGON2_OK:
		return RC_OK;
	case ARGON2_VERIFY_MISMATCH:
		return err_set(err, RC_DENIED, "the password is wrong");
	case ARGON2_MEMORY_ALLOCATION_ERROR:
		return err_set(err, RC_NOSPACE, "no memory to check a password");
	default:
		return err_set(err, RC_CORRUPT, "a stored password hash is damaged: %s", argon2_error_message(status));
	}
}

enum rc password_verify(struct str hash, struct str password, struct err *err)
{
	return verify(hash, password, GATE_PEOPLE, err);
}

enum rc password_verify_reader(struct str hash, struct str password, struct err *err)
{
	return verify(hash, password, GATE_READERS, err);
}

enum rc password_waste(struct str password, struct err *err)
{
	char out[PASSWORD_HASH_MAX_B];
	/* As password_verify(): one that can be nobody's costs nothing, whether there is an account or not. */
	enum rc rc = check_length(password, NULL) == RC_OK ? password_hash(password, NULL, out, err) : RC_OK;
	secret_wipe(out, sizeof out); /* of no interest */
	return rc == RC_OK ? err_set(err, RC_DENIED, "the password is wrong") : rc;
}

bool password_needs_rehash(struct str hash, const struct password_cost *cost)
{
	struct password_cost want = cost ? *cost : PASSWORD_COST, have;
	return !parse_cost(hash, &have) || have.memory_kib < want.memory_kib || have.passes < want.passes ||
	       have.lanes < want.lanes;
}
