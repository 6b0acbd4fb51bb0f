/* admin_menu.c: where one can go in the admin: THE table of its menu. */
#include "base/base.h"

#include "web/admin.h"

/* A page is in the first entry that has its section (admin_render()); the phrase is of templates/admin/lang. */
static const struct {
	const char *section, *path, *phrase;
	enum role least;
} entries[] = {
	{ "home", "/admin", "home", ROLE_CONTRIBUTOR },
	{ "posts", "/admin/posts", "posts", ROLE_CONTRIBUTOR },
	{ "pages", "/admin/posts?show=pages", "posts_pages", ROLE_CONTRIBUTOR },
	{ "media", "/admin/media", "media", ROLE_CONTRIBUTOR },
	{ "review", "/admin/review", "review_queue", ROLE_EDITOR },
	{ "tags", "/admin/tags", "tags", ROLE_EDITOR },
	{ "menus", "/admin/menus", "menus", ROLE_OWNER },
	{ "redirects", "/admin/redirects", "redirects", ROLE_EDITOR },
	{ "people", "/admin/people", "people", ROLE_OWNER },
	{ "settings", "/admin/settings", "set_settings", ROLE_OWNER },
	{ "jobs", "/admin/jobs", "jobs", ROLE_OWNER },
};

void admin_menu(struct visit *v, const char *section, struct value *root)
{
	struct value *list = value_list(v->arena, root, "menu");
	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		if (!v->admin->who.user.id || v->admin->who.actor.role < entries[i].least)
			continue;
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "label", i18n_text(v->admin->i18n, entries[i].phrase));
		value_text(v->arena, item, "url", admin_link(v, str_of(entries[i].path)));
		value_bool(v->arena, item, "current", strcmp(section, entries[i].section) == 0);
	}
}
