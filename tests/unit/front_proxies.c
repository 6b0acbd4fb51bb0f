/* front_proxies.c: tests of who the visitor is behind web servers that are trusted. */
#include "unit.h"

#include "front/proxies.h"

static struct arena arena;
static struct nets nets;
static struct err err = ERR_INIT;

static struct str visitor(const char *addr, const char *const *lines, size_t count)
{
	arena_reset(&arena);
	struct http_pair *items = ARENA_ARRAY(&arena, count + 2, struct http_pair);
	items[0] = (struct http_pair){ STR("forwarded"), STR("for=198.51.100.99") };
	for (size_t i = 0; i < count; i++)
		items[i + 1] = (struct http_pair){ STR("x-forwarded-for"), str_of(lines[i]) };
	items[count + 1] = (struct http_pair){ STR("x-real-ip"), STR("198.51.100.98") };
	struct http_request req = { .arena = &arena, .remote_addr = str_of(addr), .headers = { items, count + 2 } };
	proxies_apply(&nets, &req);
	return req.remote_addr;
}

#define VISITOR(addr, ...) \
	visitor(addr, (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void trust(const char *list)
{
	assert_ok(nets_parse(str_of(list), &nets, &err), &err);
}

static void the_header_of_anybody_is_ignored(void **state)
{
	(void)state;
	static const char *const lists[] = { "", "unix", "10.0.0.0/8 fd00::/8" };
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		trust(lists[i]);
		assert_str(VISITOR("192.0.2.1", "198.51.100.7"), "192.0.2.1");
		assert_str(VISITOR("2001:DB8::1", "10.0.0.1, 198.51.100.7"), "2001:DB8::1");
		assert_str(VISITOR("::1%eth0", "198.51.100.7"), "::1%eth0");
		assert_str(VISITOR("nonsense", "198.51.100.7"), "nonsense");
	}
	trust("10.0.0.0/8");
	assert_str(VISITOR("", "198.51.100.7"), "");
	assert_str(VISITOR("unix:", "198.51.100.7"), "unix:");
}

static void the_rightmost_that_is_not_trusted_is_the_visitor(void **state)
{
	(void)state;
	trust("10.0.0.0/8 192.0.2.7 fd00::/8 unix");
	static const struct { const char *addr, *header, *visitor; } cases[] = {
		{ "10.0.0.1", "198.51.100.7", "198.51.100.7" },
		{ "::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7" },
		{ "10.0.0.1", "203.0.113.1, 198.51.100.7", "198.51.100.7" },
		{ "10.0.0.1", "203.0.113.1,198.51.100.7 ,\t192.0.2.7,10.9.9.9", "198.51.100.7" },
		{ "10.0.0.1", "127.0.0.1, 10.0.0.9, 198.51.100.7, 10.0.0.2", "198.51.100.7" },
		{ "fd00::1", "2001:DB8::0:7", "2001:db8::7" },
		{ "10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7" },
		{ "", "198.51.100.7", "198.51.100.7" },
		{ "unix:", "203.0.113.1, 198.51.100.7, unix:", "198.51.100.7" },
		{ "@", "198.51.100.7", "198.51.100.7" },
		/* With ports, as some balancers write them. */
		{ "10.0.0.1", "198.51.100.7:4711", "198.51.100.7" },
		{ "10.0.0.1", "[2001:db8::7]:4711, [fd00::2]", "2001:db8::7" },
		/* All are trusted: the first of them. */
		{ "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3" },
		/* Somebody wrote nonsense: whoever passed it on is the last who is known. */
		{ "10.0.0.1", "198.51.100.7, unknown", "10.0.0.1" },
		{ "10.0.0.1", "198.51.100.7, _hidden, 10.0.0.2", "10.0.0.2" },
		{ "10.0.0.1", "198.51.100.7, 10.0.0.300", "10.0.0.1" },
		{ "10.0.0.1", "198.51.100.7, [10.0.0.2", "10.0.0.1" },
		{ "10.0.0.1", "", "10.0.0.1" },
		{ "", "nonsense", "" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str found = VISITOR(cases[i].addr, cases[i].header);
		if (!str_is(found, cases[i].visitor))
			fail_msg("%s behind %s is %.*s", cases[i].header, cases[i].addr, STR_ARG(found));
	}
	assert_str(visitor("10.0.0.1", NULL, 0), "10.0.0.1");
}

static void several_lines_are_one_list(void **state)
{
	(void)state;
	trust("10.0.0.0/8");
	assert_str(VISITOR("10.0.0.1", "203.0.113.1", "198.51.100.7, 10.0.0.3", "10.0.0.2"), "198.51.100.7");
	assert_str(VISITOR("10.0.0.1", "203.0.113.1", "198.51.100.7"), "198.51.100.7");
}

static void a_chain_without_end_is_left(void **state)
{
	(void)state;
	static char text[40000];
	trust("10.0.0.0/8");
	size_t n = (size_t)snprintf(text, sizeof text, "198.51.100.7");
	for (int i = 1; i < PROXIES_HOPS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, ",10.0.0.2");
	assert_str(VISITOR("10.0.0.1", text), "198.51.100.7");
	snprintf(text + n, sizeof text - n, ",10.0.0.3");
	assert_str(VISITOR("10.0.0.1", text), "10.0.0.2");
	memset(text, ',', sizeof text - 1);
	assert_str(VISITOR("10.0.0.1", text), "10.0.0.1");
	memset(text, '1', sizeof text - 1);
	assert_str(VISITOR("10.0.0.1", text), "10.0.0.1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_of_anybody_is_ignored),
		cmocka_unit_test(the_rightmost_that_is_not_trusted_is_the_visitor),
		cmocka_unit_test(several_lines_are_one_list),
		cmocka_unit_test(a_chain_without_end_is_left),
	};
	arena_init(&arena, 1u << 20);
	int failed = cmocka_run_group_tests_name("front proxies", tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
