/* web_device.c: browsers in words. */
#include "unit.h"

#include "web/device.h"

static void browsers_are_named_by_what_sets_them_apart(void **state)
{
	static const struct { const char *agent, *browser, *system; } cases[] = {
		{ "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox", "Linux" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge", "Windows" },
		{ "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36", "Chrome", "Android" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari", "iPhone" },
		{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari", "macOS" },
		{ "curl/8.5.0", "curl", NULL },
		{ "", NULL, NULL }, { "\xFF<script>", NULL, NULL },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct device device = device_of(str_of(cases[i].agent));
		assert_true(str_eq(str_of(device.browser), str_of(cases[i].browser)));
		assert_true(str_eq(str_of(device.system), str_of(cases[i].system)));
	}
	assert_null(device_of(STR_NONE).browser);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(browsers_are_named_by_what_sets_them_apart) };
	return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
