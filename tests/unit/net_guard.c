/* net_guard.c: tests of which addresses are public. */
#include "unit.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "net/guard.h"

static bool is_public(const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return guard_is_public((struct sockaddr *)&in);
	if (inet_pton(AF_INET6, text, &in6.sin6_addr) != 1)
		fail_msg("%s is no address", text);
	return guard_is_public((struct sockaddr *)&in6);
}

static void addresses_of_everybody_are_public(void **state)
{
	(void)state;
	static const char *const all[] = {
		"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
		"128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
		"192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
		"2001:200::1", "3ffe::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
	};
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (!is_public(all[i]))
			fail_msg("%s is public", all[i]);
}

static void addresses_of_this_machine_and_its_neighbours_are_not(void **state)
{
	(void)state;
	static const char *const all[] = {
		"0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
		"127.255.255.255", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
		"192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.255", "224.0.0.1",
		"239.255.255.255", "240.0.0.0", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
		"::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::808:808",
		"100::1", "2001::1", "2001:1ff::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::1", "3fff::1", "fc00::1",
		"fd00:ec2::254", "fdff::1", "fe80::1", "fec0::1", "ff02::1", "4000::1",
	};
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (is_public(all[i]))
			fail_msg("%s is not public", all[i]);
}

static bool is_listed(const char *list, const char *text, int port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return guard_is_listed(str_of(list), (struct sockaddr *)&in);
	assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
	return guard_is_listed(str_of(list), (struct sockaddr *)&in6);
}

static void a_list_has_whole_addresses_with_or_without_their_port(void **state)
{
	(void)state;
	static const char *const list = "10.0.0.7, 127.0.0.1:8080\tfd00::1 [::1]:8080,,";
	assert_true(is_listed(list, "10.0.0.7", 80));
	assert_true(is_listed(list, "127.0.0.1", 8080));
	assert_true(is_listed(list, "fd00::1", 443));
	assert_true(is_listed(list, "::1", 8080));
	assert_false(is_listed(list, "127.0.0.1", 80));
	assert_false(is_listed(list, "127.0.0.1", 808));
	assert_false(is_listed(list, "10.0.0.70", 80));
	assert_false(is_listed(list, "10.0.0.1", 80));
	assert_false(is_listed(list, "::1", 80));
	assert_false(is_listed(list, "fd00::10", 80));
	assert_false(is_listed("", "127.0.0.1", 80));
	assert_false(is_listed("localhost", "127.0.0.1", 80));
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/run/x" };
	assert_false(guard_is_listed(STR("/run/x"), (struct sockaddr *)&un));
}

static void other_kinds_of_addresses_are_not_public(void **state)
{
	(void)state;
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/run/x" };
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	assert_false(guard_is_public((struct sockaddr *)&un));
	assert_false(guard_is_public(&none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_of_everybody_are_public),
		cmocka_unit_test(addresses_of_this_machine_and_its_neighbours_are_not),
		cmocka_unit_test(other_kinds_of_addresses_are_not_public),
		cmocka_unit_test(a_list_has_whole_addresses_with_or_without_their_port),
	};
	return cmocka_run_group_tests_name("net guard", tests, NULL, NULL);
}
