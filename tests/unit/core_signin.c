/* core_signin.c: signing in, sessions and their end, and what wrong passwords cost. */
#include "unit.h"
#include "folder.h"

#include <unistd.h>

#include "core/access.h"
#include "core/people.h"
#include "core/place.h"
#include "core/signin.h"
#include "crypt/password.h"
#include "store/schema.h"

#define NOW INT64_C(1700000000000)
#define EMAIL "Ada@Example.org"
#define PASSWORD "correct horse battery"
#define HOME "203.0.113.7"

struct place {
	char folder[64];
	struct conf conf;
	struct db_rw *db, *traffic;
	struct site *site;
	struct arena arena;
	struct err err;
	int64_t ada;
};

static enum rc attempt(struct place *p, const char *email, const char *password, const char *addr, struct str device,
		       int64_t now_ms, struct signin_tokens *out, int64_t *wait_ms)
{
	struct signin signin = {
		.email = str_of(email), .password = str_of(password), .device = device, .remote_addr = str_of(addr),
		.user_agent = STR("Test"), .now_ms = now_ms,
	};
	return signin_password(p->site, p->db, p->traffic, &signin, &p->arena, out, wait_ms, &p->err);
}

static struct signin_tokens sign_in(struct place *p, int64_t now_ms)
{
	struct signin_tokens tokens;
	int64_t wait_ms;
	assert_ok(attempt(p, EMAIL, PASSWORD, HOME, STR_NONE, now_ms, &tokens, &wait_ms), &p->err);
	return tokens;
}

static enum rc find(struct place *p, struct str token, int64_t now_ms, struct signed_in *out)
{
	return signin_find(db_rw_ro(p->db), p->traffic, token, STR(HOME), now_ms, &p->arena, out, &p->err);
}

static void whoever_knows_the_password_gets_a_session(void **state)
{
	struct place *p = *state;
	struct signed_in who;
	struct signin_tokens one = sign_in(p, NOW), two = sign_in(p, NOW + 1);
	assert_false(str_eq(one.session, two.session));
	assert_ok(find(p, one.session, NOW + 2, &who), &p->err);
	assert_int_equal(who.user.id, p->ada);
	assert_int_equal(who.actor.role, ROLE_EDITOR);
	assert_int_equal(find(p, one.device, NOW, &who), RC_DENIED);
	assert_int_equal(find(p, STR(""), NOW, &who), RC_DENIED);
	assert_int_equal(find(p, STR_NONE, NOW, &who), RC_DENIED);
	assert_ok(find(p, one.session, NOW + 2, &who), &p->err);
	assert_ok(signin_end(p->traffic, &who, &p->err), &p->err);
	assert_ok(signin_end(p->traffic, &who, &p->err), &p->err);
	assert_int_equal(find(p, one.session, NOW + 3, &who), RC_DENIED);
	assert_ok(find(p, two.session, NOW + 3, &who), &p->err);
}

static void nobody_else_does(void **state)
{
	struct place *p = *state;
	static const struct { const char *email, *password; } wrong[] = {
		{ EMAIL, "wrong" }, { EMAIL, "" }, { "nobody@example.org", PASSWORD }, { "", PASSWORD }, { "bea@example.org", PASSWORD },
	};
	struct signin_tokens tokens;
	int64_t wait_ms;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_equal(attempt(p, wrong[i].email, wrong[i].password, HOME, STR_NONE, NOW, &tokens, &wait_ms), RC_DENIED);
		assert_false(str_given(tokens.session));
		assert_string_equal(p->err.msg, "wrong address or password");
	}
}

static void a_session_ends_by_itself(void **state)
{
	struct place *p = *state;
	struct signed_in who;
	struct str token = sign_in(p, NOW).session;
	int64_t now_ms = NOW;
	assert_int_equal(find(p, sign_in(p, NOW).session, NOW + SESSION_IDLE_MS, &who), RC_DENIED);
	while (find(p, token, now_ms, &who) == RC_OK)
		now_ms += SESSION_IDLE_MS / 2;
	assert_true(now_ms >= NOW + SESSION_MAX_MS && now_ms < NOW + SESSION_MAX_MS + SESSION_IDLE_MS);
}

static void a_new_password_ends_all_sessions(void **state)
{
	struct place *p = *state;
	struct signed_in who;
	struct db_tx *tx;
	struct str token = sign_in(p, NOW).session, hash;
	assert_ok(people_hash(STR("another password"), &p->arena, &hash, &p->err), &p->err);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(people_set_password(tx, ACTOR_SYSTEM, p->ada, hash, NOW, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	assert_int_equal(find(p, token, NOW + 1, &who), RC_DENIED);
}

static void a_form_belongs_to_one_session(void **state)
{
	struct place *p = *state;
	struct signed_in one, two;
	struct str token;
	assert_ok(find(p, sign_in(p, NOW).session, NOW, &one), &p->err);
	assert_ok(find(p, sign_in(p, NOW).session, NOW, &two), &p->err);
	assert_ok(signin_form_token(p->site, &one, NOW, &p->arena, &token, &p->err), &p->err);
	assert_true(signin_form_is_ours(p->site, &one, token, NOW, &p->arena));
	assert_false(signin_form_is_ours(p->site, &two, token, NOW, &p->arena));
	assert_false(signin_form_is_ours(p->site, &one, str_sub(token, 1, token.n), NOW, &p->arena));
	assert_false(signin_form_is_ours(p->site, &one, STR_NONE, NOW, &p->arena));
	assert_false(signin_form_is_ours(p->site, &one, STR(""), NOW, &p->arena));
}

/* Guesses as fast as they are let: how many were judged in an hour. */
static int guesses(struct place *p, const char *email, const char *addr_begin, int addresses, int64_t *now_ms)
{
	struct signin_tokens tokens;
	int64_t wait_ms, until_ms = *now_ms + 3600000;
	int judged = 0;
	while (*now_ms < until_ms) {
		const char *addr = arena_printf(&p->arena, "%s%d", addr_begin, judged % addresses).p;
		enum rc rc = attempt(p, email, "", addr, STR_NONE, *now_ms, &tokens, &wait_ms);
		judged += rc == RC_DENIED;
		assert_true(rc == RC_DENIED || (rc == RC_LIMIT && wait_ms > 0));
		*now_ms += rc == RC_LIMIT ? wait_ms : 1;
	}
	return judged;
}

static void guessing_is_slow_from_one_address_and_from_many(void **state)
{
	struct place *p = *state;
	int64_t now_ms = NOW;
	assert_in_range(guesses(p, "nobody@example.org", "198.51.100.", 1, &now_ms), 10, 30);
	now_ms += 7200000;
	assert_in_range(guesses(p, EMAIL, "192.0.2.", 250, &now_ms), 10, 140);
	now_ms += 7200000; /* a network of IPv6 is one address */
	assert_in_range(guesses(p, "other@example.org", "2001:db8::", 250, &now_ms), 10, 30);
}

static void guesses_of_others_never_keep_the_owner_out(void **state)
{
	struct place *p = *state;
	struct signin_tokens tokens;
	int64_t now_ms = NOW + 1000, wait_ms;
	struct str device = sign_in(p, NOW).device;
	guesses(p, EMAIL, "192.0.2.", 250, &now_ms);
	assert_int_equal(attempt(p, EMAIL, PASSWORD, HOME, STR_NONE, now_ms - 1, &tokens, &wait_ms), RC_LIMIT);
	assert_true(wait_ms <= 30000);
	assert_ok(attempt(p, EMAIL, PASSWORD, HOME, device, now_ms - 1, &tokens, &wait_ms), &p->err);
	/* Another's device proves nothing, and a known one guesses no faster. */
	struct str other = sign_in(p, now_ms + wait_ms + 30000).device;
	assert_int_equal(attempt(p, "bea@example.org", "", "192.0.2.1", other, now_ms + 40000, &tokens, &wait_ms), RC_DENIED);
	now_ms += 60000;
	for (int i = 0; i < 10; i++)
		assert_int_equal(attempt(p, EMAIL, "x", HOME, device, now_ms, &tokens, &wait_ms), RC_DENIED);
	assert_int_equal(attempt(p, EMAIL, PASSWORD, HOME, device, now_ms, &tokens, &wait_ms), RC_LIMIT);
}

static enum rc unlock(struct place *p, struct str hash, const char *password, const char *addr, int64_t now_ms, int64_t *wait_ms)
{
	struct access_try try = { STR("abc"), hash, str_of(password), str_of(addr), now_ms };
	struct str token = STR_NONE;
	enum rc rc = access_unlock(p->site, p->traffic, &try, &p->arena, &token, wait_ms, &p->err);
	assert_true(str_given(token) == (rc == RC_OK));
	return rc;
}

static void readers_guess_slowly_and_apart_from_people(void **state)
{
	struct place *p = *state;
	struct password_cost cheap = { 64, 1, 1 };
	char hash[PASSWORD_HASH_MAX_B];
	struct signin_tokens tokens;
	int64_t now_ms = NOW, wait_ms, waited_ms = 0;
	int judged = 0;
	assert_ok(password_hash(STR("open sesame"), &cheap, hash, &p->err), &p->err);
	for (int i = 0; i < 50; i++) /* who knows it is counted nowhere */
		assert_ok(unlock(p, str_of(hash), "open sesame", HOME, now_ms, &wait_ms), &p->err);
	while (now_ms < NOW + 50 * 60000) {
		enum rc rc = unlock(p, str_of(hash), "wrong", HOME, now_ms, &wait_ms);
		assert_true(rc == RC_DENIED || (rc == RC_LIMIT && wait_ms > 0));
		judged += rc == RC_DENIED;
		waited_ms = wait_ms ? wait_ms : waited_ms;
		now_ms += wait_ms;
	}
	assert_in_range(judged, 21, 45);
	assert_int_equal(waited_ms, 5 * 60000);
	/* Not even the right one is judged then; from elsewhere it is, and whoever signs in there did nothing wrong. */
	now_ms--;
	assert_int_equal(unlock(p, str_of(hash), "open sesame", HOME, now_ms, &wait_ms), RC_LIMIT);
	assert_int_equal(wait_ms, 1);
	assert_ok(unlock(p, str_of(hash), "open sesame", "203.0.113.8", now_ms, &wait_ms), &p->err);
	assert_ok(attempt(p, EMAIL, PASSWORD, HOME, STR_NONE, now_ms, &tokens, &wait_ms), &p->err);
	assert_int_equal(unlock(p, STR("damaged"), "open sesame", "203.0.113.8", now_ms, &wait_ms), RC_CORRUPT);
}

static void a_cheap_hash_is_made_anew(void **state)
{
	struct place *p = *state;
	struct password_cost cheap = { 8192, 1, 1 };
	char hash[PASSWORD_HASH_MAX_B];
	struct signed_in who;
	struct user user;
	struct db_tx *tx;
	assert_ok(password_hash(STR(PASSWORD), &cheap, hash, &p->err), &p->err);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(user_set_password(tx, p->ada, str_of(hash), NOW, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	struct str token = sign_in(p, NOW).session;
	assert_ok(user_get(db_rw_ro(p->db), p->ada, NOW, &p->arena, &user, &p->err), &p->err);
	assert_false(password_needs_rehash(user.password_hash, NULL));
	assert_ok(find(p, token, NOW, &who), &p->err);
}

static int64_t person(struct place *p, const char *email, const char *password)
{
	struct str hash = STR_NONE;
	struct db_tx *tx;
	int64_t id;
	struct user_new new = { .email = str_of(email), .name = STR("Ada"), .password = str_of(password), .role = ROLE_EDITOR };
	if (*password)
		assert_ok(people_hash(new.password, &p->arena, &hash, &p->err), &p->err);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(people_create(tx, ACTOR_SYSTEM, &new, hash, NOW, &id, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	return id;
}

static int setup(void **state)
{
	struct place *p = mem_new(sizeof *p);
	snprintf(p->folder, sizeof p->folder, "%s/platen-test-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(p->folder));
	p->conf.data_dir = p->folder;
	p->conf.url = STR("https://example.org");
	p->conf.busy_timeout_ms = 20000;
	arena_init(&p->arena, ARENA_MAX_B);
	assert_ok(place_init(&p->conf, NOW, &p->err), &p->err);
	assert_ok(place_open_rw(&p->conf, &p->db, &p->err), &p->err);
	assert_ok(place_open_traffic(&p->conf, &p->traffic, &p->err), &p->err);
	assert_ok(site_load(db_rw_ro(p->db), &p->conf, &p->site, &p->err), &p->err);
	p->ada = person(p, EMAIL, PASSWORD);
	person(p, "bea@example.org", ""); /* without a password: an author only */
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	site_free(p->site);
	db_rw_close(p->traffic);
	db_rw_close(p->db);
	assert_ok(file_remove_tree(p->folder, &p->err), &p->err);
	arena_release(&p->arena);
	free(p);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whoever_knows_the_password_gets_a_session),
		TEST(nobody_else_does),
		TEST(a_session_ends_by_itself),
		TEST(a_new_password_ends_all_sessions),
		TEST(a_form_belongs_to_one_session),
		TEST(guessing_is_slow_from_one_address_and_from_many),
		TEST(guesses_of_others_never_keep_the_owner_out),
		TEST(readers_guess_slowly_and_apart_from_people),
		TEST(a_cheap_hash_is_made_anew),
	};
	return cmocka_run_group_tests_name("sign in", tests, NULL, NULL);
}
