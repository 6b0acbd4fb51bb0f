/* crypt.c: tests of digests, random texts, password hashes and tokens. */
#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/enc.h"
#include "crypt/digest.h"
#include "crypt/password.h"
#include "crypt/rand.h"
#include "crypt/token.h"

#define CHEAP (&(struct password_cost){ 64, 1, 1 })

static void sha256_gives_the_published_digests(void **state)
{
	(void)state;
	char hex[SHA256_HEX_B];
	sha256_hex(STR(""), hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	sha256_hex(STR("abc"), hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	uint8_t whole[SHA256_B], parts[SHA256_B];
	struct sha256 *pieces = sha256_new();
	sha256(STR("abcdef"), whole);
	sha256_add(pieces, "abc", 3);
	sha256_add(pieces, "", 0);
	sha256_add(pieces, "def", 3);
	sha256_end(pieces, parts);
	assert_memory_equal(whole, parts, SHA256_B);
}

/* RFC 4231, test cases 1, 2 and 6. */
static void hmac_gives_the_published_codes(void **state)
{
	(void)state;
	char key[131], hex[SHA256_HEX_B];
	uint8_t out[SHA256_B];
	memset(key, 0x0b, 20);
	hmac_sha256(str_n(key, 20), STR("Hi There"), out);
	enc_hex_into(hex, out, sizeof out);
	assert_string_equal(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
	enc_hex_into(hex, out, sizeof out);
	assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, 131);
	hmac_sha256(str_n(key, 131), STR("Test Using Larger Than Block-Size Key - Hash Key First"), out);
	enc_hex_into(hex, out, sizeof out);
	assert_string_equal(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void random_texts_use_their_alphabet_and_differ(void **state)
{
	(void)state;
	char a[65], b[65];
	rand_base62(a, 64);
	rand_base62(b, 64);
	assert_string_not_equal(a, b);
	assert_int_equal(strlen(a), 64);
	assert_int_equal(strspn(a, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), 64);
	rand_base32(a, 64);
	assert_int_equal(strspn(a, "0123456789abcdefghjkmnpqrstvwxyz"), 64);
	for (int i = 0; i < 1000; i++)
		assert_true(rand_below(7) < 7);
	assert_int_equal(rand_below(1), 0);
}

static void a_password_is_recognised_and_no_other(void **state)
{
	(void)state;
	char hash[PASSWORD_HASH_MAX_B], again[PASSWORD_HASH_MAX_B];
	struct err err = ERR_INIT;
	assert_ok(password_hash(STR("correct horse"), CHEAP, hash, &err), &err);
	assert_ok(password_hash(STR("correct horse"), CHEAP, again, &err), &err);
	assert_string_not_equal(hash, again);
	assert_ok(password_verify(str_of(hash), STR("correct horse"), &err), &err);
	assert_int_equal(password_verify(str_of(hash), STR("correct horsf"), &err), RC_DENIED);
	assert_int_equal(password_verify(str_of(hash), STR(""), &err), RC_DENIED);
	assert_int_equal(password_hash(STR(""), CHEAP, hash, &err), RC_INVALID);
	assert_true(password_needs_rehash(str_of(again), NULL));
	assert_false(password_needs_rehash(str_of(again), CHEAP));
}

static void damaged_and_costly_hashes_are_refused_unrun(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	const char *bad[] = {
		"", "x", "$argon2id$v=19$", "$argon2id$v=19$m=65536,t=3,p=4$", "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
		"$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA",
		"$argon2id$v=19$m=64,t=100000,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA",
		"$argon2id$v=19$m=64,t=1,p=99999999999$c2FsdA$aGFzaA",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(password_verify(str_of(bad[i]), STR("x"), &err), RC_CORRUPT);
}

struct flood {
	enum rc (*verify)(struct str hash, struct str password, struct err *err);
	_Atomic int done, busy;
	char hash[PASSWORD_HASH_MAX_B];
};

static void *flood_one(void *arg)
{
	struct flood *flood = arg;
	struct err err = ERR_INIT;
	if (flood->verify(str_of(flood->hash), STR("wrong"), &err) == RC_BUSY)
		flood->busy++;
	flood->done++;
	return NULL;
}

static void a_flood_is_refused_beyond_the_queue(void **state)
{
	(void)state;
	enum { THREADS = PASSWORD_AT_ONCE + PASSWORD_WAITING_MAX + 40 };
	static struct flood flood = { .verify = password_verify };
	struct err err = ERR_INIT;
	pthread_t threads[THREADS];
	assert_ok(password_hash(STR("right"), NULL, flood.hash, &err), &err);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, flood_one, &flood), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(flood.done, THREADS);
	assert_in_range(flood.busy, 1, 40);
	assert_ok(password_verify(str_of(flood.hash), STR("right"), &err), &err);
}

static void readers_leave_room_for_those_who_sign_in(void **state)
{
	(void)state;
	enum { THREADS = PASSWORD_AT_ONCE + PASSWORD_WAITING_MAX + 20, MORE = PASSWORD_WAITING_MAX };
	static struct flood readers = { .verify = password_verify_reader }, people = { .verify = password_verify };
	struct err err = ERR_INIT;
	pthread_t threads[THREADS + MORE];
	assert_ok(password_hash(STR("right"), NULL, readers.hash, &err), &err);
	memcpy(people.hash, readers.hash, sizeof people.hash);
	for (int i = 0; i < THREADS + MORE; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, flood_one, i < THREADS ? &readers : &people), 0);
	for (int i = 0; i < THREADS + MORE; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(people.busy, 0);
	assert_true(readers.busy > 0);
	assert_ok(password_verify_reader(str_of(readers.hash), STR("right"), &err), &err);
}

/* One process each, as in plain CGI; its exit code tells whether it was judged or refused. */
static void start_tries(int count, const struct flood *flood)
{
	for (int i = 0; i < count; i++) {
		struct err err = ERR_INIT;
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			_exit((int)flood->verify(str_of(flood->hash), STR("right"), &err));
	}
}

static void expect_ends(int count, enum rc wanted)
{
	for (int i = 0, status; i < count; i++) {
		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), wanted);
	}
}

static void hold(int fd, short type, off_t from, off_t count)
{
	struct flock what = { .l_type = type, .l_whence = SEEK_SET, .l_start = from, .l_len = count };
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &what), 0);
}

/* Two others compute: 32 more wait, and all beyond are refused at once. Of readers 4 wait for the one place they have,
 * while people get the other. */
static void processes_that_share_a_file_count_as_one(void **state)
{
	(void)state;
	char path[] = "/tmp/platen-crypt-XXXXXX";
	struct err err = ERR_INIT;
	struct flood people = { .verify = password_verify }, readers = { .verify = password_verify_reader };
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_ok(password_hash(STR("right"), CHEAP, people.hash, &err), &err);
	memcpy(readers.hash, people.hash, sizeof people.hash);
	password_share(path);

	hold(fd, F_WRLCK, 0, PASSWORD_AT_ONCE);
	start_tries(40, &people);
	expect_ends(40 - PASSWORD_WAITING_MAX, RC_BUSY);
	hold(fd, F_UNLCK, 0, PASSWORD_AT_ONCE);
	expect_ends(PASSWORD_WAITING_MAX, RC_OK);

	hold(fd, F_WRLCK, 0, PASSWORD_READERS_AT_ONCE);
	start_tries(20, &readers);
	expect_ends(20 - PASSWORD_READERS_WAITING_MAX, RC_BUSY);
	assert_ok(password_verify(str_of(people.hash), STR("right"), &err), &err);
	hold(fd, F_UNLCK, 0, PASSWORD_READERS_AT_ONCE);
	expect_ends(PASSWORD_READERS_WAITING_MAX, RC_OK);
	close(fd);
	unlink(path);

	assert_ok(password_verify(str_of(people.hash), STR("right"), &err), &err);
	assert_int_equal(unlink(path), 0); /* it was made */
	password_share("/nonexistent/password.lock");
	assert_int_equal(password_verify(str_of(people.hash), STR("right"), &err), RC_IO);
	assert_true(str_find(str_of(err.msg), STR("/nonexistent/password.lock")) >= 0);
	password_share("");
}

static void tokens_hold_for_their_purpose_secret_and_time(void **state)
{
	(void)state;
	struct arena arena;
	struct str secret = STR("0123456789abcdef0123456789abcdef"), token, payload = STR("untouched");
	struct err err = ERR_INIT;
	arena_init(&arena, ARENA_MAX_B);
	assert_ok(token_sign(&arena, secret, "preview", STR("post 7"), 1000, &token, &err), &err);
	assert_int_equal(token_verify(&arena, secret, "preview", token, 1000, &payload, &err), RC_TIMEOUT);
	assert_int_equal(token_verify(&arena, secret, "csrf", token, 999, &payload, &err), RC_DENIED);
	assert_int_equal(token_verify(&arena, STR("another secret of 32 bytes ....."), "preview", token, 999, &payload, &err),
			 RC_DENIED);
	assert_str(payload, "untouched");
	for (size_t i = 0; i < token.n; i++) {
		char *changed = arena_cstr(&arena, token);
		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		assert_int_equal(token_verify(&arena, secret, "preview", str_of(changed), 999, &payload, &err), RC_DENIED);
		assert_int_equal(token_verify(&arena, secret, "preview", str_sub(token, 0, i), 999, &payload, &err), RC_DENIED);
	}
	assert_ok(token_verify(&arena, secret, "preview", token, 999, &payload, &err), &err);
	assert_str(payload, "post 7");
	static char longest[TOKEN_PAYLOAD_MAX_B + 1];
	memset(longest, 'x', TOKEN_PAYLOAD_MAX_B);
	assert_ok(token_sign(&arena, secret, "preview", str_of(longest), 1000, &token, &err), &err);
	assert_ok(token_verify(&arena, secret, "preview", token, 999, &payload, &err), &err);
	assert_str(payload, longest);
	token = ARENA_JOIN(&arena, token, STR("AAAA")); /* more than a token can hold */
	assert_int_equal(token_verify(&arena, secret, "preview", token, 999, &payload, &err), RC_DENIED);
	assert_int_equal(token_sign(&arena, STR("short"), "preview", STR(""), 1, &token, &err), RC_INVALID);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_gives_the_published_digests),
		cmocka_unit_test(hmac_gives_the_published_codes),
		cmocka_unit_test(random_texts_use_their_alphabet_and_differ),
		cmocka_unit_test(a_password_is_recognised_and_no_other),
		cmocka_unit_test(damaged_and_costly_hashes_are_refused_unrun),
		cmocka_unit_test(a_flood_is_refused_beyond_the_queue),
		cmocka_unit_test(readers_leave_room_for_those_who_sign_in),
		cmocka_unit_test(processes_that_share_a_file_count_as_one),
		cmocka_unit_test(tokens_hold_for_their_purpose_secret_and_time),
	};
	return cmocka_run_group_tests_name("crypt", tests, NULL, NULL);
}
