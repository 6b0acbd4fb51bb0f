/* page_dashboard.c: the first page of the admin: what one was writing, what comes next, what went wrong. */
#include "base/base.h"

#include "base/enc.h"
#include "core/desk.h"
#include "core/media_send.h"
#include "core/second.h"
#include "core/task.h"
#include "store/job.h"
#include "store/missing.h"
#include "store/post_list.h"
#include "store/recent.h"
#include "store/totp.h"
#include "web/admin.h"
#include "web/pages.h"

#define AT_ONCE 5
#define DEAD_SEEN 100
#define OFTEN 10       /* readers who did not find an address */
#define SAVES_SEEN 60 /* of which each post is shown once */

static bool edits_all(const struct visit *v)
{
	return v->admin->who.actor.role >= ROLE_EDITOR;
}

/* A text that was never saved is found by its key: several may have been begun. */
static struct str link_of(struct visit *v, const struct recent *post)
{
	if (str_given(post->public_id))
		return visit_link(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), post->public_id));
	return admin_link(v, ARENA_JOIN(v->arena, STR("/admin/posts/new?key="), enc_percent_dup(v->arena, post->key, ENC_STRICT)));
}

static void put(struct visit *v, struct value *list, const struct recent *post, struct str when)
{
	struct value *item = value_item(v->arena, list);
	bool named = !str_empty(str_trim(post->title));
	value_text(v->arena, item, "title", named ? post->title : i18n_text(v->admin->i18n, "untitled"));
	value_text(v->arena, item, "url", link_of(v, post));
	value_text(v->arena, item, "when", when);
	value_text(v->arena, item, "who", str_given(post->who) ? post->who : STR(""));
}

/* A section of the page: a heading, its posts, where to find all of them. The first that is begun with is
 * not shown while it has no posts. */
static struct value *section(struct visit *v, struct value *sections, const char *name, const char *path)
{
	struct value *item = value_item(v->arena, sections);
	value_text(v->arena, item, "id", str_of(name));
	value_text(v->arena, item, "name",
		   i18n_text(v->admin->i18n, arena_printf(v->arena, "home_%s", name).p));
	value_text(v->arena, item, "all", path ? admin_link(v, str_of(path)) : STR(""));
	return value_list(v->arena, item, "posts");
}

static void put_recents(struct visit *v, struct value *sections, const char *name, const char *path,
			const struct recents *posts)
{
	if (!posts->count)
		return;
	struct value *list = section(v, sections, name, path);
	for (size_t i = 0; i < posts->count; i++)
		put(v, list, &posts->items[i], admin_moment(v, posts->items[i].at_ms));
}

static enum rc with_status(struct visit *v, struct value *sections, const char *name, const char *status,
			   const char *path, struct err *err)
{
	struct post_cards cards;
	enum rc rc = post_list_any(v->db, desk_sees(v->admin->who.actor), STR(""), str_of(status), INT64_MAX, INT64_MAX,
				   AT_ONCE, POST_LIST_REFS, v->arena, &cards, err);
	if (rc != RC_OK || !cards.count)
		return rc;
	struct value *list = section(v, sections, name, path);
	for (size_t i = 0; i < cards.count; i++) {
		const struct post_card *card = &cards.items[i];
		struct recent post = { .public_id = card->public_id, .title = card->title,
				       .who = card->author_count && edits_all(v) ? card->authors[0].name : STR_NONE };
		put(v, list, &post, admin_date(v, card->updated_ms));
	}
	return RC_OK;
}

static enum rc unsaved(struct visit *v, struct value *sections, struct err *err)
{
	struct recents posts;
	enum rc rc = recent_unsaved(v->db, v->admin->who.user.id, AT_ONCE, v->arena, &posts, err);
	if (rc == RC_OK)
		put_recents(v, sections, "unsaved", NULL, &posts);
	return rc;
}

static enum rc scheduled(struct visit *v, struct value *sections, struct err *err)
{
	struct recents posts;
	enum rc rc = recent_scheduled(v->db, desk_sees(v->admin->who.actor), v->now_ms, AT_ONCE, v->arena, &posts, err);
	if (rc == RC_OK)
		put_recents(v, sections, "scheduled", NULL, &posts);
	return rc;
}

static bool is_among(const struct recents *posts, struct str public_id)
{
	for (size_t i = 0; i < posts->count; i++)
		if (str_eq(posts->items[i].public_id, public_id))
			return true;
	return false;
}

/* Who saved which post last: a post that was saved ten times is one line. */
static enum rc saves(struct visit *v, struct value *sections, struct err *err)
{
	struct recents all;
	struct recent once[AT_ONCE];
	struct recents shown = { once, 0 };
	enum rc rc = recent_saves(v->db, desk_sees(v->admin->who.actor), SAVES_SEEN, v->arena, &all, err);
	for (size_t i = 0; rc == RC_OK && i < all.count && shown.count < AT_ONCE; i++)
		if (!is_among(&shown, all.items[i].public_id))
			once[shown.count++] = all.items[i];
	if (rc == RC_OK)
		put_recents(v, sections, "saves", "/admin/posts", &shown);
	return rc;
}

static enum rc section_values(struct visit *v, struct value *root, struct err *err)
{
	struct value *sections = value_list(v->arena, root, "sections");
	enum rc rc = unsaved(v, sections, err);
	if (rc == RC_OK)
		rc = with_status(v, sections, "review", POST_STATUS_REVIEW, "/admin/posts?show=review", err);
	if (rc == RC_OK)
		rc = with_status(v, sections, "drafts", POST_STATUS_DRAFT, "/admin/posts?show=drafts", err);
	if (rc == RC_OK)
		rc = scheduled(v, sections, err);
	if (rc == RC_OK)
		rc = saves(v, sections, err);
	value_bool(v->arena, root, "has_sections", value_count(sections) > 0);
	return rc;
}

/* --- what needs attention --- */

static void attend(struct visit *v, struct value *list, struct str text, const char *path)
{
	struct value *item = value_item(v->arena, list);
	value_text(v->arena, item, "text", text);
	value_text(v->arena, item, "url", admin_link(v, str_of(path)));
}

static enum rc overdue_tasks(struct visit *v, struct value *list, struct err *err)
{
	struct json *names = json_new_list();
	struct buf text = BUF_INIT((size_t)4 << 10);
	enum rc rc = tasks_overdue(v->db, v->now_ms, names, err);
	for (size_t i = 0; rc == RC_OK && i < json_count(names); i++) {
		buf_cstr(&text, i ? ", " : "");
		buf_str(&text, json_text(json_at(names, i), STR("")));
	}
	if (rc == RC_OK && json_count(names)) {
		const struct i18n_pair pair = { "names", arena_str(v->arena, buf_view(&text)) };
		attend(v, list, i18n_fill(v->admin->i18n, "home_overdue", &pair, 1, v->arena), "/admin/jobs");
	}
	buf_release(&text);
	json_free(names);
	return rc;
}

/* A check that found damage is a job that no repeat helps. */
static enum rc dead_jobs(struct visit *v, struct value *list, struct err *err)
{
	struct jobs dead;
	bool damaged = false;
	enum rc rc = job_list_state(v->db, STR(JOB_STATE_DEAD), DEAD_SEEN, v->arena, &dead, err);
	if (rc != RC_OK || !dead.count)
		return rc;
	for (size_t i = 0; i < dead.count; i++)
		damaged = damaged || str_is(dead.items[i].kind, "check");
	if (damaged)
		attend(v, list, i18n_text(v->admin->i18n, "home_damaged"), "/admin/jobs");
	attend(v, list, i18n_count(v->admin->i18n, "home_dead", (int64_t)dead.count, v->arena), "/admin/jobs");
	return RC_OK;
}

static enum rc often_missing(struct visit *v, struct value *list, struct err *err)
{
	int64_t count = 0;
	enum rc rc = missing_count(db_rw_ro(v->admin->traffic), OFTEN, &count, err);
	if (rc == RC_OK && count)
		attend(v, list, i18n_count(v->admin->i18n, "home_missing", count, v->arena), "/admin/missing");
	return rc;
}

/* A bucket that is away for a moment is nobody's business. */
static enum rc waiting_files(struct visit *v, struct value *list, struct err *err)
{
	int64_t count;
	enum rc rc = media_send_overdue(v->basis->conf, v->now_ms, &count, err);
	if (rc == RC_OK && count)
		attend(v, list, i18n_count(v->admin->i18n, "home_media_waits", count, v->arena), "/admin/jobs");
	return rc;
}

/* One's own: nobody else can renew them. */
static enum rc few_codes(struct visit *v, struct value *list, struct err *err)
{
	int64_t left, user_id = v->admin->who.user.id;
	bool on = false;
	enum rc rc = recovery_count(v->db, user_id, &left, err);
	if (rc == RC_OK && left <= SECOND_CODES_FEW)
		rc = second_is_on(v->db, user_id, &on, err);
	if (rc == RC_OK && on)
		attend(v, list, i18n_count(v->admin->i18n, "second_codes_left", left, v->arena), "/admin/second");
	return rc;
}

static enum rc attention_values(struct visit *v, struct value *root, struct err *err)
{
	struct value *list = value_list(v->arena, root, "attention");
	enum rc rc = RC_OK;
	if (v->admin->who.actor.role >= ROLE_OWNER)
		rc = overdue_tasks(v, list, err);
	if (rc == RC_OK && v->admin->who.actor.role >= ROLE_OWNER)
		rc = dead_jobs(v, list, err);
	if (rc == RC_OK && v->admin->who.actor.role >= ROLE_OWNER)
		rc = waiting_files(v, list, err);
	if (rc == RC_OK && edits_all(v))
		rc = often_missing(v, list, err);
	if (rc == RC_OK)
		rc = few_codes(v, list, err);
	value_bool(v->arena, root, "has_attention", value_count(list) > 0);
	return rc;
}

enum rc page_admin(struct visit *v, struct err *err)
{
	struct value *root = value_root(v->arena);
	int64_t last_id = 0;
	enum rc rc = attention_values(v, root, err);
	if (rc == RC_OK)
		rc = section_values(v, root, err);
	if (rc == RC_OK)
		rc = post_max_id(v->db, &last_id, err);
	value_bool(v->arena, root, "is_new", last_id == 0);
	return rc == RC_OK ? admin_render(v, "dashboard", "home", i18n_text(v->admin->i18n, "home"), root, 200, err) : rc;
}
