/* web_settings.c: which setting is on which page of the admin. */
#include "unit.h"

#include "web/settings_form.h"

/* What has pages of its own. */
static const char *const elsewhere[] = { "nav", "nav_second", "theme", "theme_settings" };

static int times_on_pages(const char *key)
{
	int times = 0;
	for (const struct settings_page *page = settings_pages; page->name; page++)
		for (const struct settings_field *field = page->fields; field->key; field++)
			times += strcmp(field->key, key) == 0;
	for (size_t i = 0; i < COUNT_OF(elsewhere); i++)
		times += strcmp(elsewhere[i], key) == 0;
	return times;
}

static void every_setting_has_one_place(void **state)
{
	size_t count;
	const struct setting_def *table = settings_table(&count);
	(void)state;
	for (size_t i = 0; i < count; i++) {
		if (times_on_pages(table[i].key) != 1)
			print_error("%s\n", table[i].key);
		assert_int_equal(times_on_pages(table[i].key), 1);
	}
}

static void every_field_is_a_setting_that_its_control_can_show(void **state)
{
	(void)state;
	for (const struct settings_page *page = settings_pages; page->name; page++) {
		size_t count = 0;
		assert_ptr_equal(settings_page_find(str_of(page->name)), page);
		for (const struct settings_field *field = page->fields; field->key; field++, count++) {
			const struct setting_def *def = setting_find(str_of(field->key));
			assert_non_null(def);
			assert_true((field->control == SET_CHECK) == (def->type == SETTING_BOOL));
			assert_true((field->control == SET_NUMBER) == (def->type == SETTING_INT));
			assert_true((field->control == SET_CHOICE) == (def->type == SETTING_CHOICE));
			assert_true((field->control == SET_PASSWORD) == (def->type == SETTING_SECRET));
			assert_true((field->control == SET_LINKS) == (def->type == SETTING_LINKS));
		}
		assert_in_range(count, 1, SETTINGS_FIELDS_MAX);
	}
	assert_null(settings_page_find(STR("")));
	assert_null(settings_page_find(STR("nothing")));
}

static void a_mark_tells_texts_apart(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, ARENA_MAX_B);
	assert_true(str_eq(settings_mark(STR("a"), &arena), settings_mark(STR("a"), &arena)));
	assert_false(str_eq(settings_mark(STR("a"), &arena), settings_mark(STR("b"), &arena)));
	assert_int_equal(settings_mark(STR(""), &arena).n, SETTINGS_MARK_CHARS);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_setting_has_one_place),
		cmocka_unit_test(every_field_is_a_setting_that_its_control_can_show),
		cmocka_unit_test(a_mark_tells_texts_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
