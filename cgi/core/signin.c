/* signin.c: signing in, who is signed in, and signing out. */
#include "base/base.h"

#include "base/enc.h"
#include "base/log.h"
#include "base/utf8.h"
#include "core/people.h"
#include "core/second.h"
#include "core/signin.h"
#include "core/throttle.h"
#include "crypt/digest.h"
#include "crypt/password.h"
#include "crypt/rand.h"
#include "crypt/token.h"
#include "store/audit.h"
#include "store/login.h"

#define USER_AGENT_MAX_B 300
#define FORM_TTL_MS SESSION_MAX_MS

/* Whose browser this is, as far as it can prove it: "42:x7Ky..." of its device token. STR_NONE: nobody's. */
static struct str known_device(const struct site *site, const struct signin *signin, const struct user *user,
			       struct arena *arena)
{
	struct str payload, id;
	int64_t of_user;
	if (user->id == 0 || !str_given(signin->device) ||
	    token_verify(arena, site->secret, "device", signin->device, signin->now_ms, &payload, NULL) != RC_OK)
		return STR_NONE;
	struct str rest = payload;
	if (!str_split(&rest, ':', &id) || !str_to_i64(id, &of_user) || of_user != user->id)
		return STR_NONE;
	return payload;
}

/* RC_OK with an empty *user (id 0) when there is no such account or it cannot sign in. */
static enum rc find_user(struct db_ro *db, const struct signin *signin, struct str folded, struct arena *arena,
			 struct user *user, struct err *err)
{
	struct err why = ERR_INIT;
	enum rc rc = user_by_email(db, folded, signin->now_ms, arena, user, &why);
	if (rc == RC_NOTFOUND || (rc == RC_OK && (user->disabled_ms || !str_given(user->password_hash))))
		*user = (struct user){ .id = 0 };
	else if (rc != RC_OK)
		*err = why;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* As long for an account that is not there. */
static enum rc check_password(const struct user *user, struct str password, struct err *err)
{
	if (user->id)
		return password_verify(user->password_hash, password, err);
	return password_waste(password, err);
}

static enum rc renew_hash(struct db_rw *db, const struct user *user, const struct signin *signin, struct err *err)
{
	char hash[PASSWORD_HASH_MAX_B];
	struct db_tx *tx;
	enum rc rc = password_hash(signin->password, NULL, hash, err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = user_renew_hash(tx, user->id, user->password_hash, str_of(hash), signin->now_ms, err);
	return db_end(tx, rc, err);
}

static enum rc make_tokens(const struct site *site, const struct user *user, const struct signin *signin,
			   struct str device, struct arena *arena, struct signin_tokens *out, struct err *err)
{
	char token[SECRET_TOKEN_CHARS + 1], id[PUBLIC_ID_CHARS + 1];
	rand_base62(token, SECRET_TOKEN_CHARS);
	out->session = arena_str(arena, str_of(token));
	if (!str_given(device)) {
		rand_base62(id, PUBLIC_ID_CHARS);
		device = arena_printf(arena, "%lld:%s", (long long)user->id, id);
	}
	return token_sign(arena, site->secret, "device", device, signin->now_ms + DEVICE_TTL_MS, &out->device, err);
}

static enum rc insert_session(struct db_tx *tx, const struct user *user, const struct signin *signin, struct str token,
			      struct arena *arena, struct err *err)
{
	struct str agent = str_given(signin->user_agent) ? signin->user_agent : STR("");
	struct session session = {
		.token_hash = sha256_dup(token, arena), .user_id = user->id, .epoch = user->epoch,
		.created_ms = signin->now_ms, .seen_ms = signin->now_ms,
		.expires_ms = signin->now_ms + SESSION_IDLE_MS, .proved_ms = signin->now_ms,
		.remote_addr = signin->remote_addr, .user_agent = utf8_cut(agent, USER_AGENT_MAX_B),
	};
	return session_insert(tx, &session, err);
}

/* The password was right, but is not all: "ID:EPOCH:NONCE", signed. */
static enum rc make_challenge(const struct site *site, const struct user *user, int64_t now_ms, struct arena *arena,
			      struct signin_tokens *out, struct err *err)
{
	char nonce[PUBLIC_ID_CHARS + 1];
	rand_base62(nonce, PUBLIC_ID_CHARS);
	struct str payload = arena_printf(arena, "%lld:%lld:%s", (long long)user->id, (long long)user->epoch, nonce);
	return token_sign(arena, site->secret, "challenge", payload, now_ms + CHALLENGE_TTL_MS, &out->challenge, err);
}

/* The attempt was no failure; and with a token the session: one commit. */
static enum rc record(struct db_rw *traffic, int64_t number, const struct user *user, const struct signin *signin,
		      struct str token, struct arena *arena, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(traffic, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = throttle_right(tx, number, err);
	if (rc == RC_OK && str_given(token))
		rc = insert_session(tx, user, signin, token, arena, err);
	return db_end(tx, rc, err);
}

/* The password was right: a session, or the question for a code. */
static enum rc let_in(const struct site *site, struct db_rw *db, struct db_rw *traffic, int64_t number,
		      const struct user *user, const struct signin *signin, struct str device, struct arena *arena,
		      struct signin_tokens *out, struct err *err)
{
	struct err why = ERR_INIT;
	bool second = false;
	enum rc rc = second_is_on(db_rw_ro(db), user->id, &second, err);
	if (rc == RC_OK)
		rc = second ? make_challenge(site, user, signin->now_ms, arena, out, err)
			    : make_tokens(site, user, signin, device, arena, out, err);
	if (rc == RC_OK)
		rc = record(traffic, number, user, signin, out->session, arena, err);
	if (rc == RC_OK && password_needs_rehash(user->password_hash, NULL) && renew_hash(db, user, signin, &why) != RC_OK)
		log_err(LOG_WARN, "cannot renew a password hash", &why); /* the old one holds */
	return rc;
}

enum rc signin_password(const struct site *site, struct db_rw *db, struct db_rw *traffic,
			const struct signin *signin, struct arena *arena, struct signin_tokens *out,
			int64_t *wait_ms, struct err *err)
{
	struct user user;
	struct err why = ERR_INIT;
	struct str folded = people_fold_email(str_trim(signin->email), arena);
	int64_t number;
	*out = (struct signin_tokens){ .session = STR_NONE };
	*wait_ms = 0;
	enum rc rc = find_user(db_rw_ro(db), signin, folded, arena, &user, err);
	if (rc != RC_OK)
		return rc;
	out->user_id = user.id;
	struct str device = known_device(site, signin, &user, arena);
	struct throttle throttle = throttle_of(folded, device, signin->remote_addr, signin->now_ms, arena);
	rc = throttle_take(traffic, &throttle, &number, wait_ms, err);
	if (rc != RC_OK)
		return rc;
	rc = check_password(&user, signin->password, &why);
	if (rc == RC_OK)
		return let_in(site, db, traffic, number, &user, signin, device, arena, out, err);
	if (rc == RC_DENIED)
		return err_set(err, RC_DENIED, "wrong address or password");
	throttle_forget(traffic, number);
	return err_set(err, rc, "%s", why.msg);
}

/* --- the second step --- */

struct challenge {
	struct user user;
	struct str tries;           /* under what wrong codes of this challenge are counted */
	struct throttle throttle;   /* and those of this account */
	struct str device;
};

static enum rc read_challenge(const struct site *site, struct db_ro *db, struct str token,
			      const struct signin *signin, struct arena *arena, struct challenge *out, struct err *err)
{
	struct str payload, part;
	int64_t id, epoch;
	if (!str_given(token) ||
	    token_verify(arena, site->secret, "challenge", token, signin->now_ms, &payload, NULL) != RC_OK)
		return err_set(err, RC_TIMEOUT, "the challenge is over");
	struct str rest = payload;
	if (!str_split(&rest, ':', &part) || !str_to_i64(part, &id) || !str_split(&rest, ':', &part) ||
	    !str_to_i64(part, &epoch) || user_get(db, id, signin->now_ms, arena, &out->user, NULL) != RC_OK ||
	    out->user.epoch != epoch || out->user.disabled_ms)
		return err_set(err, RC_TIMEOUT, "the challenge is over");
	out->tries = ARENA_JOIN(arena, STR("challenge:"), rest);
	out->device = known_device(site, signin, &out->user, arena);
	/* Browsers that nobody knows share one counter: whoever has the password guesses slowly from everywhere. */
	struct str counted = str_given(out->device) ? ARENA_JOIN(arena, STR("code:"), out->device)
						    : arena_printf(arena, "code:%lld", (long long)id);
	out->throttle = throttle_of(STR(""), counted, signin->remote_addr, signin->now_ms, arena);
	return RC_OK;
}

static enum rc check_tries(struct db_ro *traffic, const struct challenge *c, int64_t now_ms, int64_t *wait_ms,
			   struct err *err)
{
	struct login_failures failures;
	enum rc rc = login_failures(traffic, LOGIN_BY_ACCOUNT, c->tries, now_ms - CHALLENGE_TTL_MS - 1,
				    CHALLENGE_TRIES_MAX, &failures, err);
	if (rc == RC_OK && failures.count >= CHALLENGE_TRIES_MAX)
		rc = err_set(err, RC_TIMEOUT, "the challenge was tried too often");
	return rc == RC_OK ? throttle_check(traffic, &c->throttle, wait_ms, err) : rc;
}

static enum rc take_code(struct db_rw *db, const struct challenge *c, struct str code, const struct signin *signin,
			 struct arena *arena, struct err *err)
{
	struct db_tx *tx;
	bool recovery = false;
	struct audit entry = {
		.at_ms = signin->now_ms, .user_id = c->user.id, .who = c->user.name, .action = STR("recovery_code"),
		.object = c->user.email, .remote_addr = signin->remote_addr,
	};
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = second_take(tx, c->user.id, code, signin->now_ms, arena, &recovery, err);
	if (rc == RC_OK && recovery)
		rc = audit_add(tx, &entry, err);
	return db_end(tx, rc, err);
}

/* What came of the code: a session, or one try less. */
static enum rc note_code(struct db_tx *tx, const struct challenge *c, bool right, const struct signin *signin,
			 struct str session, struct arena *arena, struct err *err)
{
	int64_t id;
	enum rc rc = throttle_note(tx, &c->throttle, right, err);
	if (rc == RC_OK && !right)
		rc = login_note(tx, signin->now_ms, c->tries, STR(""), false, &id, err);
	if (rc == RC_OK && right)
		rc = insert_session(tx, &c->user, signin, session, arena, err);
	return rc;
}

static enum rc judge_code(const struct site *site, struct db_rw *db, struct db_tx *traffic, const struct challenge *c,
			  struct str code, const struct signin *signin, struct arena *arena,
			  struct signin_tokens *out, int64_t *wait_ms, bool *right, struct err *err)
{
	struct err why = ERR_INIT;
	enum rc rc = check_tries(db_tx_ro(traffic), c, signin->now_ms, wait_ms, err);
	if (rc != RC_OK)
		return rc;
	rc = take_code(db, c, code, signin, arena, &why);
	*right = rc == RC_OK;
	if (rc != RC_OK && rc != RC_DENIED)
		return err_set(err, rc, "%s", why.msg);
	rc = *right ? make_tokens(site, &c->user, signin, c->device, arena, out, err) : RC_OK;
	return rc == RC_OK ? note_code(traffic, c, *right, signin, out->session, arena, err) : rc;
}

enum rc signin_code(const struct site *site, struct db_rw *db, struct db_rw *traffic, struct str challenge,
		    struct str code, const struct signin *signin, struct arena *arena, struct signin_tokens *out,
		    int64_t *wait_ms, struct err *err)
{
	struct challenge c;
	struct db_tx *tx;
	bool right = false;
	*out = (struct signin_tokens){ .session = STR_NONE };
	*wait_ms = 0;
	enum rc rc = read_challenge(site, db_rw_ro(db), challenge, signin, arena, &c, err);
	if (rc == RC_OK)
		out->user_id = c.user.id;
	if (rc == RC_OK)
		rc = db_begin(traffic, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = judge_code(site, db, tx, &c, code, signin, arena, out, wait_ms, &right, err);
	rc = db_end(tx, rc, err);
	return rc == RC_OK && !right ? err_set(err, RC_DENIED, "this is not the code") : rc;
}

static void note_use(struct db_rw *traffic, struct session *session, struct str remote_addr, int64_t now_ms)
{
	struct err why = ERR_INIT;
	struct db_tx *tx;
	int64_t last_ms = session->created_ms + SESSION_MAX_MS, idle_ms = now_ms + SESSION_IDLE_MS;
	if (now_ms - session->seen_ms < SESSION_SEEN_MS && str_eq(remote_addr, session->remote_addr))
		return;
	enum rc rc = db_begin(traffic, &tx, &why);
	if (rc != RC_OK)
		return;
	rc = session_touch(tx, session->token_hash, now_ms, idle_ms < last_ms ? idle_ms : last_ms, remote_addr, &why);
	rc = db_end(tx, rc, &why);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		log_err(LOG_WARN, "cannot note a session's use", &why);
}

enum rc signin_find(struct db_ro *db, struct db_rw *traffic, struct str token, struct str remote_addr,
		    int64_t now_ms, struct arena *arena, struct signed_in *out, struct err *err)
{
	struct err why = ERR_INIT;
	enum rc rc = RC_NOTFOUND;
	if (str_given(token) && token.n == SECRET_TOKEN_CHARS)
		rc = session_get(db_rw_ro(traffic), sha256_dup(token, arena), now_ms, arena, &out->session, &why);
	if (rc == RC_OK)
		rc = user_get(db, out->session.user_id, now_ms, arena, &out->user, &why);
	if (rc == RC_NOTFOUND)
		return err_set(err, RC_DENIED, "nobody is signed in");
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.msg);
	if (out->user.disabled_ms || out->user.epoch != out->session.epoch)
		return err_set(err, RC_DENIED, "the session is over");
	out->actor = (struct actor){ out->user.id, role_from_name(out->user.role) };
	if (out->actor.role == ROLE_NONE)
		return err_set(err, RC_DENIED, "the account has no role");
	note_use(traffic, &out->session, remote_addr, now_ms);
	return RC_OK;
}

/* The password of somebody who is signed in was right: one commit. */
static enum rc note_proof(struct db_rw *traffic, int64_t number, const struct signed_in *who, int64_t now_ms,
			  struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(traffic, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = throttle_right(tx, number, err);
	if (rc == RC_OK)
		rc = session_prove(tx, who->session.token_hash, now_ms, err);
	return db_end(tx, rc, err);
}

enum rc signin_prove(struct db_rw *traffic, struct signed_in *who, struct str password, int64_t now_ms,
		     struct arena *arena, int64_t *wait_ms, struct err *err)
{
	struct err why = ERR_INIT;
	struct str device = arena_printf(arena, "prove:%lld", (long long)who->user.id);
	struct throttle throttle = throttle_of(STR(""), device, who->session.remote_addr, now_ms, arena);
	int64_t number;
	enum rc rc = throttle_take(traffic, &throttle, &number, wait_ms, err);
	if (rc != RC_OK)
		return rc;
	rc = password_verify(who->user.password_hash, password, &why);
	if (rc == RC_DENIED)
		return err_set(err, RC_DENIED, "wrong password");
	if (rc != RC_OK) {
		throttle_forget(traffic, number);
		return err_set(err, rc, "%s", why.msg);
	}
	rc = note_proof(traffic, number, who, now_ms, err);
	if (rc == RC_OK)
		who->session.proved_ms = now_ms;
	return rc;
}

bool signin_is_fresh(const struct signed_in *who, int64_t now_ms)
{
	int64_t age_ms = now_ms - who->session.proved_ms;
	return age_ms >= 0 && age_ms < PROOF_TTL_MS;
}

enum rc signin_renew(const struct site *site, struct db_rw *traffic, const struct user *user,
		     const struct signin *signin, struct arena *arena, struct signin_tokens *out, struct err *err)
{
	struct db_tx *tx;
	int64_t ended;
	struct str device = known_device(site, signin, user, arena);
	enum rc rc = make_tokens(site, user, signin, device, arena, out, err);
	if (rc == RC_OK)
		rc = db_begin(traffic, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = session_delete_others(tx, user->id, STR_NONE, &ended, err);
	if (rc == RC_OK)
		rc = insert_session(tx, user, signin, out->session, arena, err);
	return db_end(tx, rc, err);
}

enum rc signin_end(struct db_rw *traffic, const struct signed_in *who, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(traffic, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = session_delete(tx, who->user.id, who->session.token_hash, err);
	if (rc == RC_OK)
		return db_commit(tx, err);
	db_rollback(tx);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static struct str form_payload(const struct signed_in *who, struct arena *arena)
{
	char hex[2 * SHA256_B + 1];
	enc_hex_into(hex, who->session.token_hash.p, SHA256_B);
	return arena_str(arena, str_of(hex));
}

enum rc signin_form_token(const struct site *site, const struct signed_in *who, int64_t now_ms, struct arena *arena,
			  struct str *out, struct err *err)
{
	return token_sign(arena, site->secret, "form", form_payload(who, arena), now_ms + FORM_TTL_MS, out, err);
}

bool signin_form_is_ours(const struct site *site, const struct signed_in *who, struct str token, int64_t now_ms,
			 struct arena *arena)
{
	struct str payload;
	return str_given(token) &&
	       token_verify(arena, site->secret, "form", token, now_ms, &payload, NULL) == RC_OK &&
	       secret_eq(payload, form_payload(who, arena));
}
