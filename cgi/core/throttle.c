/* throttle.c: how long to wait before the next guess of a password. */
#include "base/base.h"

#include <arpa/inet.h>

#include "base/log.h"
#include "core/throttle.h"
#include "store/login.h"

#define HOUR_MS INT64_C(3600000)
#define COUNTED_MAX 40   /* the longest wait is reached long before */

struct rule {
	int64_t free;          /* failures before the first wait */
	int64_t longest_ms;
};

/* People mistype; a guesser gets some hundred tries a day from an address. */
static const struct rule of_device = { 10, 15 * 60000 }, of_address = { 10, 15 * 60000 }, of_account = { 10, 30000 },
			 of_reader = { 20, 5 * 60000 };

static struct str network_of(struct str remote_addr, struct arena *arena)
{
	struct in6_addr v6;
	char text[INET6_ADDRSTRLEN];
	if (!str_given(remote_addr) || inet_pton(AF_INET6, arena_cstr(arena, remote_addr), &v6) != 1)
		return str_given(remote_addr) ? arena_str(arena, remote_addr) : STR("");
	if (!IN6_IS_ADDR_V4MAPPED(&v6))
		memset(v6.s6_addr + 8, 0, 8);
	return inet_ntop(AF_INET6, &v6, text, sizeof text) ? arena_str(arena, str_of(text)) : STR("");
}

struct throttle throttle_of(struct str account, struct str device, struct str remote_addr, int64_t now_ms,
			    struct arena *arena)
{
	struct throttle out = { .noted = network_of(remote_addr, arena), .address = STR_NONE, .now_ms = now_ms };
	if (str_given(device)) {
		out.account = ARENA_JOIN(arena, STR("device:"), device);
	} else {
		out.account = ARENA_JOIN(arena, STR("account:"), account);
		out.address = out.noted;
	}
	return out;
}

struct throttle throttle_of_address(struct str what, struct str remote_addr, int64_t now_ms, struct arena *arena)
{
	struct str network = network_of(remote_addr, arena);
	return (struct throttle){ .account = ARENA_JOIN(arena, STR("device:"), what, STR(":"), network),
				  .address = STR_NONE, .noted = network, .now_ms = now_ms };
}

struct throttle throttle_of_reader(struct str scope, struct str remote_addr, int64_t now_ms, struct arena *arena)
{
	struct str key = ARENA_JOIN(arena, STR("reader:"), scope, STR(":"), network_of(remote_addr, arena));
	return (struct throttle){ .account = key, .address = STR_NONE, .noted = STR("reader"), .reader = true,
				  .now_ms = now_ms };
}

static int64_t wait_for(const struct rule *rule, const struct login_failures *failures, int64_t now_ms)
{
	int64_t over = failures->count - rule->free;
	if (over < 0)
		return 0;
	int64_t delay_ms = over > 20 ? rule->longest_ms : INT64_C(1000) << over;
	int64_t until_ms = failures->last_ms + (delay_ms < rule->longest_ms ? delay_ms : rule->longest_ms);
	return until_ms > now_ms ? until_ms - now_ms : 0;
}

static enum rc check(struct db_ro *traffic, const struct throttle *throttle, enum login_by by, struct str key,
		     const struct rule *rule, int64_t *wait_ms, struct err *err)
{
	struct login_failures failures;
	enum rc rc = login_failures(traffic, by, key, throttle->now_ms - HOUR_MS, COUNTED_MAX, &failures, err);
	if (rc != RC_OK)
		return rc;
	int64_t wait = wait_for(rule, &failures, throttle->now_ms);
	if (wait > *wait_ms)
		*wait_ms = wait;
	return RC_OK;
}

enum rc throttle_check(struct db_ro *traffic, const struct throttle *throttle, int64_t *wait_ms, struct err *err)
{
	bool known = !str_given(throttle->address);
	*wait_ms = 0;
	const struct rule *rule = throttle->reader ? &of_reader : known ? &of_device : &of_account;
	enum rc rc = check(traffic, throttle, LOGIN_BY_ACCOUNT, throttle->account, rule, wait_ms, err);
	if (rc == RC_OK && !known)
		rc = check(traffic, throttle, LOGIN_BY_ADDRESS, throttle->address, &of_address, wait_ms, err);
	if (rc != RC_OK || *wait_ms == 0)
		return rc;
	return err_set(err, RC_LIMIT, "too many wrong passwords: wait %lld s", (long long)(*wait_ms + 999) / 1000);
}

enum rc throttle_note(struct db_tx *traffic, const struct throttle *throttle, bool succeeded, struct err *err)
{
	int64_t id;
	return login_note(traffic, throttle->now_ms, throttle->account, throttle->noted, succeeded, &id, err);
}

enum rc throttle_take(struct db_rw *traffic, const struct throttle *throttle, int64_t *attempt, int64_t *wait_ms,
		      struct err *err)
{
	struct db_tx *tx;
	/* Most that are turned away need no transaction for it. */
	enum rc rc = throttle_check(db_rw_ro(traffic), throttle, wait_ms, err);
	if (rc == RC_OK)
		rc = db_begin(traffic, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = throttle_check(db_tx_ro(tx), throttle, wait_ms, err);
	if (rc == RC_OK)
		rc = login_note(tx, throttle->now_ms, throttle->account, throttle->noted, false, attempt, err);
	return db_end(tx, rc, err);
}

enum rc throttle_right(struct db_tx *traffic, int64_t attempt, struct err *err)
{
	return login_succeed(traffic, attempt, err);
}

enum rc throttle_right_alone(struct db_rw *traffic, int64_t attempt, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(traffic, &tx, err);
	return rc == RC_OK ? db_end(tx, throttle_right(tx, attempt, err), err) : rc;
}

void throttle_forget(struct db_rw *traffic, int64_t attempt)
{
	struct err why = ERR_INIT;
	struct db_tx *tx;
	enum rc rc = db_begin(traffic, &tx, &why);
	if (rc == RC_OK)
		rc = db_end(tx, login_forget(tx, attempt, &why), &why);
	if (rc != RC_OK)
		log_err(LOG_WARN, "cannot take back an attempt to sign in", &why);
}
