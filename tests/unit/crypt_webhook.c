/* crypt_webhook.c: signatures by the Standard Webhooks specification, right and wrong. */
#include "unit.h"

#include "base/arena.h"
#include "crypt/webhook.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define OTHER "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
#define ID "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define AT 1614265330
#define BODY "{\"test\": 2432232314}"
#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static struct webhook_message message(const char *signature)
{
	return (struct webhook_message){ STR(ID), STR("1614265330"), str_of(signature), STR(BODY) };
}

static struct webhook_keys keys_of(const char *text)
{
	struct webhook_keys keys;
	struct err err = ERR_INIT;
	assert_ok(webhook_keys_parse(str_of(text), &keys, &err), &err);
	return keys;
}

static enum rc verify_with(const char *keys_text, const struct webhook_message *m, int64_t now_s)
{
	struct webhook_keys keys = keys_of(keys_text);
	struct err err = ERR_INIT;
	int64_t skew_s = 0;
	return webhook_verify(&keys, m, now_s, &skew_s, &err);
}

static enum rc verify(const char *signature)
{
	struct webhook_message m = message(signature);
	return verify_with(SECRET, &m, AT);
}

static void the_known_answer(void **state)
{
	struct webhook_keys keys = keys_of(SECRET);
	struct webhook_message m = message(NULL);
	struct buf out = BUF_INIT(1000);
	struct err err = ERR_INIT;
	(void)state;
	assert_ok(webhook_sign(&keys, &m, &out, &err), &err);
	assert_str(buf_view(&out), SIGNATURE);
	buf_release(&out);
	assert_int_equal(verify(SIGNATURE), RC_OK);
}

static void signatures_right_and_wrong(void **state)
{
	static const struct { const char *signature; enum rc want; } cases[] = {
		{ "v1,AAAA " SIGNATURE, RC_OK },
		{ "v2,abc v1a,xyz " SIGNATURE " v1,b", RC_OK },
		{ SIGNATURE " ", RC_OK },
		{ NULL, RC_INVALID },
		{ "", RC_INVALID },
		{ "v1", RC_DENIED },
		{ "v1,", RC_DENIED },
		{ ",", RC_DENIED },
		{ "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", RC_DENIED },
		{ "v1,h0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", RC_DENIED },
		{ "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE", RC_DENIED },
		{ "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ", RC_DENIED },
		{ "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", RC_DENIED },
		{ "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", RC_DENIED },
		{ "V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", RC_DENIED },
		{ "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", RC_DENIED },
		/* The seventeenth is not looked at. */
		{ "v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a " SIGNATURE, RC_DENIED },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(verify(cases[i].signature), cases[i].want);
}

static void every_signed_byte_counts(void **state)
{
	struct webhook_message m = message(SIGNATURE);
	(void)state;
	m.id = STR("msg_p5jXN8AQM9LWM0D4loKWxJeK");
	assert_int_equal(verify_with(SECRET, &m, AT), RC_DENIED);
	m = message(SIGNATURE);
	m.timestamp = STR("1614265331");
	assert_int_equal(verify_with(SECRET, &m, AT), RC_DENIED);
	m = message(SIGNATURE);
	m.body = STR("{\"test\": 2432232314} ");
	assert_int_equal(verify_with(SECRET, &m, AT), RC_DENIED);
	m = message(SIGNATURE);
	assert_int_equal(verify_with(OTHER, &m, AT), RC_DENIED);
}

static void headers_that_are_none(void **state)
{
	static const char *const ids[] = { NULL, "", "a b", "a.b", "a\tb", "\xC3\xA4" };
	static const char *const times[] = { NULL, "", "-1", "+1", " 1614265330", "1614265330.0", "0x60", "9999999999999" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		struct webhook_message m = message(SIGNATURE);
		m.id = str_of(ids[i]);
		assert_int_equal(verify_with(SECRET, &m, AT), RC_INVALID);
	}
	for (size_t i = 0; i < COUNT_OF(times); i++) {
		struct webhook_message m = message(SIGNATURE);
		m.timestamp = str_of(times[i]);
		assert_int_equal(verify_with(SECRET, &m, AT), RC_INVALID);
	}
}

static void a_message_is_of_now_five_minutes_either_way(void **state)
{
	static const struct { int64_t off_s; enum rc want; } cases[] = {
		{ 0, RC_OK }, { 300, RC_OK }, { -300, RC_OK }, { 301, RC_TIMEOUT }, { -301, RC_TIMEOUT }, { 1 << 30, RC_TIMEOUT },
	};
	struct webhook_keys keys = keys_of(SECRET);
	struct err err = ERR_INIT;
	int64_t skew_s;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct webhook_message m = message(SIGNATURE);
		assert_int_equal(webhook_verify(&keys, &m, AT + cases[i].off_s, &skew_s, &err), cases[i].want);
		assert_int_equal(skew_s, -cases[i].off_s);
	}
	/* Whoever has no key learns nothing else than that, however old his message. */
	struct webhook_message m = message("v1,AAAA");
	assert_int_equal(webhook_verify(&keys, &m, AT + 1000, &skew_s, &err), RC_DENIED);
}

static void several_keys_while_they_are_changed(void **state)
{
	struct webhook_message m = message(NULL);
	struct webhook_keys both = keys_of(OTHER ", " SECRET);
	struct buf out = BUF_INIT(1000);
	struct err err = ERR_INIT;
	(void)state;
	assert_int_equal(both.count, 2);
	assert_ok(webhook_sign(&both, &m, &out, &err), &err);
	buf_char(&out, '\0');
	m.signature = str_of(out.bytes);
	assert_int_equal(verify_with(SECRET, &m, AT), RC_OK);
	assert_int_equal(verify_with(OTHER, &m, AT), RC_OK);
	m.signature = STR(SIGNATURE);
	assert_int_equal(verify_with(OTHER " " SECRET, &m, AT), RC_OK);
	buf_release(&out);
}

static void ed25519_by_key_pairs(void **state)
{
	char private[WEBHOOK_KEY_TEXT_MAX_B], public[WEBHOOK_KEY_TEXT_MAX_B], stranger[WEBHOOK_KEY_TEXT_MAX_B];
	struct webhook_message m = message(NULL);
	struct buf out = BUF_INIT(1000);
	struct err err = ERR_INIT;
	(void)state;
	webhook_key_make(WEBHOOK_PRIVATE, private);
	webhook_key_make(WEBHOOK_PRIVATE, stranger);
	struct webhook_keys keys = keys_of(private), others = keys_of(stranger);
	webhook_key_public(&keys.items[0], public);
	assert_true(str_starts(str_of(public), STR("whpk_")));
	assert_ok(webhook_sign(&keys, &m, &out, &err), &err);
	assert_true(str_starts(buf_view(&out), STR("v1a,")));
	m.signature = buf_view(&out);
	assert_int_equal(verify_with(public, &m, AT), RC_OK);
	assert_int_equal(verify_with(private, &m, AT), RC_OK);
	assert_int_equal(verify_with(SECRET, &m, AT), RC_DENIED);
	webhook_key_public(&others.items[0], public);
	assert_int_equal(verify_with(public, &m, AT), RC_DENIED);
	struct webhook_keys only_public = keys_of(public);
	struct buf none = BUF_INIT(1000);
	assert_int_equal(webhook_sign(&only_public, &m, &none, &err), RC_INVALID);
	buf_release(&none);
	buf_release(&out);
}

/* RFC 8032, 7.1, test 2: the key and its public half. */
static void the_public_half_is_the_standards(void **state)
{
	char public[WEBHOOK_KEY_TEXT_MAX_B];
	struct webhook_keys keys = keys_of("whsk_TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=");
	(void)state;
	webhook_key_public(&keys.items[0], public);
	assert_string_equal(public, "whpk_PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=");
}

static void texts_that_are_no_keys(void **state)
{
	static const char *const bad[] = {
		"", " , ", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
		"whsec_!!KQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SECRET " x", "whpk_AAAA", "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BB",
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct webhook_keys keys;
		struct err err = ERR_INIT;
		assert_int_equal(webhook_keys_parse(str_of(bad[i]), &keys, &err), RC_INVALID);
		assert_null(strstr(err.msg, "MfKQ"));
	}
	struct webhook_keys keys;
	struct err err = ERR_INIT;
	assert_int_equal(webhook_keys_parse(STR(SECRET " " SECRET " " SECRET " " SECRET " " SECRET " " SECRET " " SECRET " "
						SECRET " " SECRET), &keys, &err), RC_LIMIT);
}

static void new_keys_are_keys(void **state)
{
	char first[WEBHOOK_KEY_TEXT_MAX_B], second[WEBHOOK_KEY_TEXT_MAX_B];
	(void)state;
	webhook_key_make(WEBHOOK_SECRET, first);
	webhook_key_make(WEBHOOK_SECRET, second);
	assert_string_not_equal(first, second);
	assert_int_equal(keys_of(first).items[0].n, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_known_answer),
		cmocka_unit_test(signatures_right_and_wrong),
		cmocka_unit_test(every_signed_byte_counts),
		cmocka_unit_test(headers_that_are_none),
		cmocka_unit_test(a_message_is_of_now_five_minutes_either_way),
		cmocka_unit_test(several_keys_while_they_are_changed),
		cmocka_unit_test(ed25519_by_key_pairs),
		cmocka_unit_test(the_public_half_is_the_standards),
		cmocka_unit_test(texts_that_are_no_keys),
		cmocka_unit_test(new_keys_are_keys),
	};
	return cmocka_run_group_tests_name("webhook signatures", tests, NULL, NULL);
}
