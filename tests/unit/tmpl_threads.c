/* tmpl_threads.c: threads render a theme while others are loaded and freed. */
#include "folder.h"

#include "tmpl/theme.h"

#include <pthread.h>
#include <stdatomic.h>

#define RENDERERS 4

struct crowd {
	const struct theme *theme;
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
		buf_clear(&out);
		enum rc rc = theme_render(crowd->theme, "home", crowd->root, &out, &err);
		bool good = rc == RC_OK && str_starts(buf_view(&out), STR("<ul><li>&lt;1&gt;")) &&
			    str_ends(buf_view(&out), STR("</ul>"));
		atomic_fetch_add(&crowd->renders, 1);
		if (!good)
			atomic_fetch_add(&crowd->failures, 1);
	}
	buf_release(&out);
	return NULL;
}

static struct theme *load(struct folder *folder)
{
	struct theme *theme = NULL;
	struct err err = ERR_INIT;
	assert_ok(theme_load(folder->path, NULL, &folder->arena, &theme, NULL, &err), &err);
	return theme;
}

static void threads_render_while_generations_come_and_go(void **state)
{
	(void)state;
	struct folder folder;
	struct crowd crowd = { .theme = NULL };
	pthread_t threads[RENDERERS];
	folder_make(&folder);
	struct arena *a = &folder.arena;
	struct value *root = value_root(a), *list = value_list(a, root, "list");
	for (int i = 1; i <= 50; i++)
		value_text(a, value_item(a, list), "n", arena_printf(a, "<%d>", i));
	folder_put(&folder, "home.mustache", STR("<ul>{{#list}}{{>item}}{{/list}}</ul>"));
	folder_put(&folder, "item.mustache", STR("<li>{{n}}{{>*dyn}}<a href=\"{{n}}\">{{#no}}{{>item}}{{/no}}</a></li>"));
	struct theme *theme = load(&folder);
	crowd.theme = theme;
	crowd.root = root;
	for (int i = 0; i < RENDERERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, render_on, &crowd), 0);
	for (int i = 0; i < 100 || (atomic_load(&crowd.renders) < 500 && i < 100000); i++)
		theme_free(load(&folder));
	atomic_store(&crowd.stop, true);
	for (int i = 0; i < RENDERERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_true(atomic_load(&crowd.renders) >= 500);
	assert_int_equal(atomic_load(&crowd.failures), 0);
	theme_free(theme);
	folder_remove(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_render_while_generations_come_and_go),
	};
	return cmocka_run_group_tests_name("tmpl threads", tests, NULL, NULL);
}
