/* tmpl_slot.c: tests of the current generation of a theme: keeping the last good one, and threads. */
#include "folder.h"

#include "tmpl/theme_slot.h"

#include <pthread.h>
#include <stdatomic.h>

#define RENDERERS 4

static void assert_page(struct theme_slot *slot, const char *expected)
{
	struct buf out = BUF_INIT(1 << 16);
	struct err err = ERR_INIT;
	struct theme_hold hold = theme_slot_acquire(slot);
	assert_ok(theme_render(hold.theme, "home", NULL, &out, &err), &err);
	assert_str(buf_view(&out), expected);
	theme_slot_release(slot, hold);
	buf_release(&out);
}

static void a_broken_edit_keeps_the_last_good_generation(void **state)
{
	(void)state;
	struct folder folder;
	struct theme_slot *slot;
	struct err err = ERR_INIT;
	struct theme_report report;
	bool changed;
	folder_make(&folder);
	folder_put(&folder, "home.mustache", STR("one"));
	assert_ok(theme_slot_open(folder.path, NULL, &slot, &err), &err);
	assert_page(slot, "one");
	assert_ok(theme_slot_reload(slot, false, &changed, &err), &err);
	assert_false(changed);

	folder_put(&folder, "home.mustache", STR("two\n{{#x}}"));
	assert_int_equal(theme_slot_reload(slot, false, &changed, &err), RC_INVALID);
	assert_false(changed);
	assert_page(slot, "one");
	assert_int_equal(theme_slot_report(slot, &folder.arena, &report, &err), RC_INVALID);
	assert_int_equal(report.count, 1);
	assert_string_equal(report.items[0].file, "home.mustache");
	assert_int_equal(report.items[0].line, 2);
	/* Not tried again until something changes. */
	assert_ok(theme_slot_reload(slot, false, &changed, &err), &err);
	assert_int_equal(theme_slot_report(slot, &folder.arena, &report, &err), RC_INVALID);

	folder_put(&folder, "home.mustache", STR("three"));
	struct theme_hold old = theme_slot_acquire(slot);
	assert_ok(theme_slot_reload(slot, false, &changed, &err), &err);
	assert_true(changed);
	assert_page(slot, "three");
	assert_ok(theme_slot_report(slot, &folder.arena, &report, &err), &err);
	assert_int_equal(report.count, 0);
	struct buf out = BUF_INIT(100);
	assert_ok(theme_render(old.theme, "home", NULL, &out, &err), &err);
	assert_str(buf_view(&out), "one"); /* whoever held it still has it */
	buf_release(&out);
	theme_slot_release(slot, old);
	theme_slot_close(slot);
	folder_remove(&folder);
}

static void a_theme_broken_from_the_start_leaves_the_fallback(void **state)
{
	(void)state;
	struct folder folder, fallback;
	struct theme_slot *slot = NULL;
	struct err err = ERR_INIT;
	struct theme_report report;
	bool changed;
	folder_make(&folder);
	folder_make(&fallback);
	folder_put(&folder, "home.mustache", STR("{{"));
	folder_put(&fallback, "home.mustache", STR("default"));
	assert_int_equal(theme_slot_open(folder.path, NULL, &slot, &err), RC_INVALID);
	assert_null(slot);
	assert_ok(theme_slot_open(folder.path, fallback.path, &slot, &err), &err);
	assert_page(slot, "default");
	assert_int_equal(theme_slot_report(slot, &folder.arena, &report, &err), RC_INVALID);
	assert_int_equal(report.count, 1);
	folder_put(&folder, "home.mustache", STR("mine"));
	assert_ok(theme_slot_reload(slot, false, &changed, &err), &err);
	assert_page(slot, "mine");
	theme_slot_close(slot);
	folder_remove(&folder);
	folder_remove(&fallback);
}

static void generations_that_are_held_are_bounded(void **state)
{
	(void)state;
	struct folder folder;
	struct theme_slot *slot;
	struct err err = ERR_INIT;
	struct theme_hold holds[8];
	folder_make(&folder);
	folder_put(&folder, "home.mustache", STR("x"));
	assert_ok(theme_slot_open(folder.path, NULL, &slot, &err), &err);
	for (int i = 0; i < 8; i++) {
		holds[i] = theme_slot_acquire(slot);
		enum rc rc = theme_slot_reload(slot, true, NULL, &err);
		assert_int_equal(rc, i < 7 ? RC_OK : RC_BUSY);
	}
	assert_page(slot, "x");
	theme_slot_release(slot, holds[3]);
	assert_ok(theme_slot_reload(slot, true, NULL, &err), &err);
	assert_int_equal(theme_slot_acquire(slot).generation, 9);
	for (int i = 0; i < 8; i++)
		if (i != 3)
			theme_slot_release(slot, holds[i]);
	theme_slot_close(slot);
	folder_remove(&folder);
}

struct crowd {
	struct theme_slot *slot;
	const struct value *root;
	atomic_bool stop;
	atomic_int renders, failures;
};

static void *render_on(void *user)
{
	struct crowd *crowd = user;
	struct buf out = BUF_INIT(1 << 20);
	while (!atomic_load(&crowd->stop)) {
		struct err err = ERR_INIT;
		struct theme_hold hold = theme_slot_acquire(crowd->slot);
		buf_clear(&out);
		enum rc rc = theme_render(hold.theme, "home", crowd->root, &out, &err);
		theme_slot_release(crowd->slot, hold);
		bool good = rc == RC_OK && str_starts(buf_view(&out), STR("<ul><li>&lt;1&gt;")) &&
			    str_ends(buf_view(&out), STR("</ul>"));
		atomic_fetch_add(&crowd->renders, 1);
		if (!good)
			atomic_fetch_add(&crowd->failures, 1);
	}
	buf_release(&out);
	return NULL;
}

static void threads_render_while_generations_come_and_go(void **state)
{
	(void)state;
	struct folder folder;
	struct crowd crowd = { .slot = NULL };
	struct err err = ERR_INIT;
	pthread_t threads[RENDERERS];
	folder_make(&folder);
	struct arena *a = &folder.arena;
	struct value *root = value_root(a), *list = value_list(a, root, "list");
	for (int i = 1; i <= 50; i++)
		value_text(a, value_item(a, list), "n", arena_printf(a, "<%d>", i));
	crowd.root = root;
	folder_put(&folder, "home.mustache", STR("<ul>{{#list}}{{>item}}{{/list}}</ul>"));
	folder_put(&folder, "item.mustache", STR("<li>{{n}}{{>*dyn}}<a href=\"{{n}}\">{{#no}}{{>item}}{{/no}}</a></li>"));
	assert_ok(theme_slot_open(folder.path, NULL, &crowd.slot, &err), &err);
	for (int i = 0; i < RENDERERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, render_on, &crowd), 0);
	int loaded = 0;
	for (int i = 0; i < 100 || (atomic_load(&crowd.renders) < 500 && i < 100000); i++) {
		bool changed = false;
		enum rc rc = theme_slot_reload(crowd.slot, true, &changed, &err);
		assert_true(rc == RC_OK || rc == RC_BUSY);
		loaded += changed;
	}
	atomic_store(&crowd.stop, true);
	for (int i = 0; i < RENDERERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_true(atomic_load(&crowd.renders) >= 500);
	assert_true(loaded >= 50);
	assert_int_equal(atomic_load(&crowd.failures), 0);
	theme_slot_close(crowd.slot);
	folder_remove(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_broken_edit_keeps_the_last_good_generation),
		cmocka_unit_test(a_theme_broken_from_the_start_leaves_the_fallback),
		cmocka_unit_test(generations_that_are_held_are_bounded),
		cmocka_unit_test(threads_render_while_generations_come_and_go),
	};
	return cmocka_run_group_tests_name("tmpl slot", tests, NULL, NULL);
}
