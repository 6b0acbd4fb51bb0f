/* page_palette.c: where one can go from anywhere in the admin, as JSON: actions and posts for what was typed. */
#include "base/base.h"

#include "base/json.h"
#include "base/utf8.h"
#include "core/desk.h"
#include "store/post_find.h"
#include "store/post_list.h"
#include "web/admin.h"
#include "web/pages.h"

#define POSTS_SHOWN 8
#define TYPED_MAX_B 100
#define ANSWER_MAX_B ((size_t)64 << 10)

/* Beside the pages of the menu. */
static const struct {
	const char *path, *phrase;
	enum role least;
} places[] = {
	{ "/admin/posts/new", "new_post", ROLE_CONTRIBUTOR },
	{ "/admin/posts/new?kind=page", "new_page", ROLE_CONTRIBUTOR },
	{ "/admin/posts?show=drafts", "palette_drafts", ROLE_CONTRIBUTOR },
	{ "/admin/posts?show=review", "palette_review", ROLE_CONTRIBUTOR },
	{ "/admin/posts?show=scheduled", "palette_scheduled", ROLE_CONTRIBUTOR },
	{ "/admin/posts?show=trash", "palette_trash", ROLE_CONTRIBUTOR },
	{ "/admin/profile", "profile", ROLE_CONTRIBUTOR },
	{ "/admin/second", "second", ROLE_CONTRIBUTOR },
	{ "/admin/sessions", "sessions", ROLE_CONTRIBUTOR },
	{ "/admin/audit", "audit", ROLE_OWNER },
};

/* Every word that was typed stands in the label, whatever the case of ASCII letters. */
static bool fits(struct str label, struct str typed)
{
	struct str word;
	while (str_split(&typed, ' ', &word)) {
		bool found = str_empty(word);
		for (size_t i = 0; !found && i + word.n <= label.n; i++)
			found = str_ieq(str_sub(label, i, i + word.n), word);
		if (!found)
			return false;
	}
	return true;
}

static void add(struct json *list, struct str label, struct str url, struct str hint)
{
	struct json *one = json_add_object(list);
	json_set_text(one, "label", label);
	json_set_text(one, "url", url);
	json_set_text(one, "hint", hint);
}

static struct str printed(const struct value *object, const char *key)
{
	return value_print(value_get(object, value_key_of(str_of(key))));
}

static void add_places(struct visit *v, struct json *list, struct str typed)
{
	struct value *root = value_root(v->arena);
	admin_menu(v, "", root);
	const struct value *menu = value_get(root, value_key_of(STR("menu")));
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		struct str label = i18n_text(v->admin->i18n, places[i].phrase);
		if (v->admin->who.actor.role >= places[i].least && fits(label, typed))
			add(list, label, admin_link(v, str_of(places[i].path)), STR(""));
	}
	for (size_t i = 0; i < value_count(menu); i++) {
		struct str label = printed(value_at(menu, i), "label");
		if (fits(label, typed))
			add(list, label, printed(value_at(menu, i), "url"), STR(""));
	}
	struct str site = i18n_text(v->admin->i18n, "view_site");
	if (fits(site, typed))
		add(list, site, visit_link(v, STR("/")), STR(""));
}

/* Those that have the words in title or text, or with none the last saved. */
static enum rc add_posts(struct visit *v, struct json *list, struct str typed, struct err *err)
{
	struct post_find find = { .limit = POSTS_SHOWN, .words = typed, .lang = STR_NONE,
				  .viewer_id = desk_sees(v->admin->who.actor) };
	struct post_found found;
	enum rc rc = post_find(v->db, &find, v->arena, &found, err);
	for (size_t i = 0; rc == RC_OK && i < found.count; i++) {
		const struct post_row *row = &found.rows[i];
		bool later = str_is(row->status, POST_STATUS_PUBLISHED) && row->published_ms > v->now_ms;
		struct str state = later ? STR("scheduled") : row->status;
		add(list, str_empty(str_trim(row->title)) ? i18n_text(v->admin->i18n, "untitled") : row->title,
		    visit_link(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), row->public_id)),
		    i18n_text(v->admin->i18n, arena_printf(v->arena, "state_%.*s", STR_ARG(state)).p));
	}
	return rc;
}

enum rc page_palette(struct visit *v, struct err *err)
{
	struct str typed = request_param(v->req, "q");
	struct buf body = BUF_INIT(ANSWER_MAX_B);
	struct json *json = json_new_object();
	typed = str_given(typed) ? str_trim(utf8_cut(typed, TYPED_MAX_B)) : STR("");
	add_places(v, json_set_list(json, "actions"), typed);
	enum rc rc = add_posts(v, json_set_list(json, "posts"), typed, err);
	if (rc == RC_OK) {
		json_write(json, JSON_LINE, &body);
		rc = buf_status(&body, "the answer", err);
	}
	if (rc == RC_OK)
		rc = visit_body(v, 200, "application/json", &body, err);
	json_free(json);
	buf_release(&body);
	return rc;
}
