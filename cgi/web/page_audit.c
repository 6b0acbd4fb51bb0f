/* page_audit.c: who did what, for owners: by person, action and time. */
#include "base/base.h"

#include "base/date.h"
#include "base/enc.h"
#include "base/zone.h"
#include "store/audit.h"
#include "store/user.h"
#include "web/admin.h"
#include "web/pages.h"

#define AT_ONCE 50
#define PEOPLE_SHOWN 500
#define NOBODY "-"            /* in the address: what no account did */
#define YEAR_MAX 9999

/* Everything that is ever noted, in the order of the filter. The phrase is "audit_" and the word. */
static const char *const actions[] = {
	"signin", "signin_failed", "signout", "signout_there", "recovery_code",
	"first", "welcome", "invite", "link", "role", "disable", "enable", "delete", "user_add", "user_passwd",
	"login", "profile", "second_on", "second_off", "second_codes",
	"post_publish", "post_unpublish", "post_send_back", "post_trash", "post_restore", "draft_link", "draft_unlink",
	"bulk_publish", "bulk_unpublish", "bulk_trash", "bulk_restore", "bulk_delete", "bulk_tag_add", "bulk_tag_remove",
	"bulk_author", "bulk_feature", "bulk_unfeature", "bulk_visibility", "bulk_undo",
	"tag_add", "tag_change", "tag_merge", "tag_delete",
	"menu", "redirect_add", "redirect_change", "redirect_delete", "redirects",
	"missing_ignore", "missing_unignore", "missing_delete", "missing_clear",
	"settings", "theme", "theme_upload", "theme_delete",
	"export", "export_delete", "import", "import_check", "import_drop", "job_retry", "job_delete", "job_now", "task_run",
	"hook_key",
	"cancelled_job", "media_save", "media_pin", "media_unpin", "media_trash", "media_restore", "media_again", "media_delete",
	"media_edit", "media_original",
};

/* What the address asks for, as it came, and for the store. */
struct asked {
	struct str who, action, from, until;
	struct audit_query query;
};

/* --- the address --- */

/* "2026-11-21": the day's beginning, or the next one's; 0: not a date. */
static int64_t day_ms(struct visit *v, struct str text, bool next)
{
	struct str rest = text, year_text, month_text;
	int64_t year, month, day;
	if (text.n != 10 || !str_split(&rest, '-', &year_text) || !str_split(&rest, '-', &month_text) ||
	    !str_to_i64(year_text, &year) || !str_to_i64(month_text, &month) || !str_to_i64(rest, &day) || year < 1970 ||
	    year > YEAR_MAX || month < 1 || month > 12 || day < 1 || day > 31)
		return 0;
	return date_day_ms(admin_zone(v, NULL), (int)year, (int)month, (int)day + next);
}

/* "1700000000000-42". */
static void read_before(struct visit *v, struct audit_query *query)
{
	struct str rest = admin_asked(v, "before", 60), at;
	int64_t at_ms, id;
	if (str_split(&rest, '-', &at) && str_to_i64(at, &at_ms) && str_to_i64(rest, &id) && at_ms > 0) {
		query->before_ms = at_ms;
		query->before_id = id;
	}
}

static bool is_known(struct str action)
{
	for (size_t i = 0; i < COUNT_OF(actions); i++)
		if (str_is(action, actions[i]))
			return true;
	return false;
}

static enum rc read_asked(struct visit *v, struct asked *out, struct err *err)
{
	struct asked asked = {
		.who = admin_asked(v, "who", 60), .action = admin_asked(v, "action", 60),
		.from = admin_asked(v, "from", 10), .until = admin_asked(v, "until", 10),
	};
	struct audit_query *query = &asked.query;
	struct user user;
	struct err absent = ERR_INIT;
	enum rc rc = RC_NOTFOUND;
	if (!str_empty(asked.who) && !str_is(asked.who, NOBODY))
		rc = user_by_public_id(v->db, asked.who, v->now_ms, v->arena, &user, &absent);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return err_set(err, rc, "%s", absent.msg);
	query->user_id = rc == RC_OK ? user.id : str_is(asked.who, NOBODY) ? AUDIT_BY_NOBODY : AUDIT_BY_ANYBODY;
	query->action = is_known(asked.action) ? asked.action : STR("");
	query->from_ms = day_ms(v, asked.from, false);
	query->until_ms = day_ms(v, asked.until, true);
	query->limit = AT_ONCE + 1;
	read_before(v, query);
	*out = asked;
	return RC_OK;
}

static struct str link_to(struct visit *v, const struct asked *asked, const struct audit *last)
{
	struct str link = arena_printf(v->arena, "%.*s?who=%.*s&action=%.*s&from=%.*s&until=%.*s",
				       STR_ARG(visit_link(v, STR("/admin/audit"))),
				       STR_ARG(enc_percent_dup(v->arena, asked->who, ENC_QUERY)),
				       STR_ARG(enc_percent_dup(v->arena, asked->action, ENC_QUERY)),
				       STR_ARG(enc_percent_dup(v->arena, asked->from, ENC_QUERY)),
				       STR_ARG(enc_percent_dup(v->arena, asked->until, ENC_QUERY)));
	return last ? arena_printf(v->arena, "%.*s&before=%lld-%lld", STR_ARG(link), (long long)last->at_ms, (long long)last->id)
		    : link;
}

/* --- the page --- */

static struct str action_text(struct visit *v, struct str action)
{
	return i18n_text(v->admin->i18n, arena_printf(v->arena, "audit_%.*s", STR_ARG(action)).p);
}

static void choice(struct visit *v, struct value *list, struct str value, struct str label, struct str now)
{
	struct value *item = value_item(v->arena, list);
	value_text(v->arena, item, "value", value);
	value_text(v->arena, item, "label", label);
	value_bool(v->arena, item, "selected", str_eq(value, now));
}

static enum rc filter_values(struct visit *v, struct value *root, const struct asked *asked, struct err *err)
{
	struct users users;
	struct value *people = value_list(v->arena, root, "people"), *list = value_list(v->arena, root, "actions");
	enum rc rc = user_list(v->db, 0, v->now_ms, PEOPLE_SHOWN, v->arena, &users, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < users.count; i++)
		choice(v, people, users.items[i].public_id, users.items[i].name, asked->who);
	choice(v, people, STR(NOBODY), i18n_text(v->admin->i18n, "audit_no_account"), asked->who);
	for (size_t i = 0; i < COUNT_OF(actions); i++)
		choice(v, list, str_of(actions[i]), action_text(v, str_of(actions[i])), asked->action);
	value_text(v->arena, root, "from", asked->query.from_ms ? asked->from : STR(""));
	value_text(v->arena, root, "until", asked->query.until_ms ? asked->until : STR(""));
	return RC_OK;
}

static void entry_values(struct visit *v, struct value *item, const struct audit *entry)
{
	value_text(v->arena, item, "who", str_empty(entry->who) ? i18n_text(v->admin->i18n, "audit_nobody") : entry->who);
	value_text(v->arena, item, "action", action_text(v, entry->action));
	value_text(v->arena, item, "object", entry->object);
	value_text(v->arena, item, "address", entry->remote_addr);
	value_text(v->arena, item, "at", admin_moment(v, entry->at_ms));
}

enum rc page_audit(struct visit *v, struct err *err)
{
	struct asked asked;
	struct audits entries;
	struct value *root = value_root(v->arena), *list = value_list(v->arena, root, "entries");
	enum rc rc = read_asked(v, &asked, err);
	if (rc == RC_OK)
		rc = audit_find(v->db, &asked.query, v->arena, &entries, err);
	if (rc == RC_OK)
		rc = filter_values(v, root, &asked, err);
	if (rc != RC_OK)
		return rc;
	size_t shown = entries.count > AT_ONCE ? AT_ONCE : entries.count;
	for (size_t i = 0; i < shown; i++)
		entry_values(v, value_item(v->arena, list), &entries.items[i]);
	value_text(v->arena, root, "older", entries.count > shown ? link_to(v, &asked, &entries.items[shown - 1]) : STR(""));
	value_text(v->arena, root, "first", asked.query.before_ms ? link_to(v, &asked, NULL) : STR(""));
	value_bool(v->arena, root, "has_entries", shown > 0);
	return admin_render(v, "audit", "people", i18n_text(v->admin->i18n, "audit"), root, 200, err);
}
