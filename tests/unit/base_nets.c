/* base_nets.c: tests of addresses, networks and lists of them. */
#include "unit.h"

#include "base/nets.h"

static struct err err = ERR_INIT;
static struct nets nets;

static bool has(const char *address)
{
	struct ip ip;
	if (!ip_parse(str_of(address), &ip))
		fail_msg("%s is an address", address);
	return nets_have(&nets, &ip);
}

static void addresses_have_one_form(void **state)
{
	(void)state;
	const struct { const char *given, *form; } cases[] = {
		{ "192.0.2.1", "192.0.2.1" }, { "::ffff:192.0.2.1", "192.0.2.1" }, { "::FFFF:c000:201", "192.0.2.1" },
		{ "2001:DB8:0:0::1", "2001:db8::1" }, { "::", "::" }, { "::1", "::1" },
		{ "1111:2222:3333:4444:5555:6666:7777:8888", "1111:2222:3333:4444:5555:6666:7777:8888" },
	};
	char text[IP_TEXT_MAX_B];
	struct ip ip;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_true(ip_parse(str_of(cases[i].given), &ip));
		assert_str(ip_write(&ip, text), cases[i].form);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4:80", "010.0.0.1", "0x7f.1", "[::1]",
		"fe80::1%eth0", "::1::", "12345::", "unix", "localhost", "-1.2.3.4", "1.2.3.4/32",
		"0000:0000:0000:0000:0000:ffff:255.255.255.255:00000000000000000000000",
	};
	struct ip ip;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (ip_parse(str_of(cases[i]), &ip))
			fail_msg("'%s' was taken", cases[i]);
	assert_false(ip_parse(STR("1.2.3.4\0x"), &ip));
	assert_false(ip_parse(STR("1.2.3.4\0"), &ip));
}

static void networks_have_what_begins_with_their_bits(void **state)
{
	(void)state;
	assert_ok(nets_parse(STR("10.1.2.3/8, 192.0.2.129/25\t203.0.113.7 2001:db8:80::/41,fd00::1 "), &nets, &err), &err);
	assert_int_equal(nets.count, 5);
	assert_false(nets.unix_sockets);
	static const char *const in[] = { "10.0.0.0", "10.255.255.255", "::ffff:10.9.9.9", "192.0.2.128", "203.0.113.7", "2001:db8:ff::1", "fd00::1" };
	static const char *const out[] = { "9.255.255.255", "11.0.0.0", "192.0.2.127", "203.0.113.6", "2001:db8:7f::1", "2001:db8:100::", "fd00::2", "::10.0.0.1" };
	for (size_t i = 0; i < COUNT_OF(in); i++)
		if (!has(in[i]))
			fail_msg("%s is not in it", in[i]);
	for (size_t i = 0; i < COUNT_OF(out); i++)
		if (has(out[i]))
			fail_msg("%s is in it", out[i]);
}

static void all_of_one_family_is_nothing_of_the_other(void **state)
{
	(void)state;
	assert_ok(nets_parse(STR("0.0.0.0/0"), &nets, &err), &err);
	assert_true(has("1.2.3.4") && !has("::1"));
	assert_ok(nets_parse(STR("::/0"), &nets, &err), &err);
	assert_true(has("::1") && !has("1.2.3.4"));
	assert_ok(nets_parse(STR("::ffff:10.0.0.0/104"), &nets, &err), &err);
	assert_true(has("10.1.1.1") && !has("11.1.1.1") && !has("::1"));
}

static void sockets_are_a_word(void **state)
{
	(void)state;
	assert_ok(nets_parse(STR(" , "), &nets, &err), &err);
	assert_true(nets_empty(&nets));
	assert_ok(nets_parse(STR("unix"), &nets, &err), &err);
	assert_true(nets.unix_sockets && !nets_empty(&nets) && nets.count == 0);
	assert_false(has("127.0.0.1"));
}

static void what_is_wrong_is_named(void **state)
{
	(void)state;
	static const char *const cases[] = { "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "fd00::/129", "*", "UNIX", "example.org", "10.0.0.0/8;::1" };
	static const char one[] = "192.0.2.1 ";
	char text[sizeof one * (NETS_MAX + 2)] = "";
	struct nets before = nets;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		snprintf(text, sizeof text, "::1 %s", cases[i]);
		assert_int_equal(nets_parse(str_of(text), &nets, &err), RC_INVALID);
		assert_true(str_find(str_of(err.msg), str_of(cases[i])) >= 0);
	}
	for (size_t i = 0; i <= NETS_MAX; i++)
		memcpy(text + i * (sizeof one - 1), one, sizeof one);
	assert_int_equal(nets_parse(str_of(text), &nets, &err), RC_LIMIT);
	assert_memory_equal(&nets, &before, sizeof nets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_have_one_form),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(networks_have_what_begins_with_their_bits),
		cmocka_unit_test(all_of_one_family_is_nothing_of_the_other),
		cmocka_unit_test(sockets_are_a_word),
		cmocka_unit_test(what_is_wrong_is_named),
	};
	return cmocka_run_group_tests_name("base nets", tests, NULL, NULL);
}
