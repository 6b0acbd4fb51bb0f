/* page_posts.c: the admin's list of posts and pages. */
#include "base/base.h"

#include "base/date.h"
#include "base/json.h"
#include "base/zone.h"
#include "core/author.h"
#include "core/bulk.h"
#include "core/desk.h"
#include "http/form.h"
#include "store/post.h"
#include "store/post_names.h"
#include "store/post_tally.h"
#include "store/tag.h"
#include "web/admin.h"
#include "web/pages.h"
#include "web/remarks.h"
#include "web/shelf.h"
#include "web/work_view.h"

#define AUTHORS_SHOWN 500
#define TAGS_OFFERED 200
#define LANGS_SHOWN 50
#define REFUSED_SHOWN 20
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define RELATIVE_MS (7 * DAY_MS) /* what is older has a date */

static struct str phrase(struct visit *v, const char *prefix, struct str word)
{
	return i18n_text(v->admin->i18n, arena_printf(v->arena, "%s_%.*s", prefix, STR_ARG(word)).p);
}

static struct value *choice(struct visit *v, struct value *list, struct str value, struct str label, struct str now)
{
	struct value *item = value_item(v->arena, list);
	value_text(v->arena, item, "value", value);
	value_text(v->arena, item, "label", label);
	value_bool(v->arena, item, "selected", str_eq(value, now));
	return item;
}

static void choices(struct visit *v, struct value *root, const char *key, const char *prefix, const char *const *words,
		    struct str now)
{
	struct value *list = value_list(v->arena, root, key);
	for (; *words; words++)
		choice(v, list, str_of(*words), phrase(v, prefix, str_of(*words)), now);
}

/* --- the parts of the list --- */

static enum rc part_values(struct visit *v, struct value *root, const struct shelf *shelf, bool *is_new, struct err *err)
{
	struct post_tally tally;
	struct str now = str_empty(shelf->fields[SHELF_SHOW]) ? str_of(shelf_parts[0]) : shelf->fields[SHELF_SHOW];
	struct value *list = value_list(v->arena, root, "parts");
	enum rc rc = post_tally(v->db, shelf->find.viewer_id, v->now_ms, &tally, err);
	if (rc != RC_OK)
		return rc;
	/* In the order of shelf_parts; pages are of every status and not counted. */
	const int64_t counts[] = { tally.all, tally.drafts, tally.review, tally.scheduled, tally.published, -1, tally.trash };
	for (size_t i = 0; shelf_parts[i]; i++) {
		struct value *item = value_item(v->arena, list);
		struct str part = str_of(shelf_parts[i]);
		struct shelf other = *shelf;
		other.fields[SHELF_SHOW] = i ? part : STR("");
		value_text(v->arena, item, "label", phrase(v, "posts", part));
		value_text(v->arena, item, "url", shelf_link(v, &other, SHELF_FIELD__MAX));
		value_text(v->arena, item, "count", counts[i] < 0 ? STR("") : i18n_count(v->admin->i18n, "posts_count", counts[i], v->arena));
		value_bool(v->arena, item, "current", str_eq(part, now));
	}
	*is_new = tally.all == 0 && tally.trash == 0;
	return RC_OK;
}

/* --- filters --- */

static enum rc author_values(struct visit *v, struct value *root, const struct shelf *shelf, struct err *err)
{
	struct users users = { NULL, 0 };
	enum rc rc = RC_OK;
	if (!shelf->find.viewer_id)
		rc = user_list(v->db, 0, v->now_ms, AUTHORS_SHOWN, v->arena, &users, err);
	struct value *list = value_list(v->arena, root, "authors");
	for (size_t i = 0; rc == RC_OK && i < users.count; i++) {
		const struct user *user = &users.items[i];
		struct str label = user->name;
		rc = author_label(v->db, user->id, user->name, user->slug, v->arena, &label, err);
		choice(v, list, user->public_id, label, shelf->fields[SHELF_AUTHOR]);
	}
	value_bool(v->arena, root, "has_authors", users.count > 1);
	return rc;
}

static enum rc tag_values(struct visit *v, struct value *root, struct err *err)
{
	struct tags tags = { NULL, 0 };
	struct value *list = value_list(v->arena, root, "tags");
	enum rc rc = tag_list(v->db, TAG_BY_COUNT, true, v->now_ms, TAGS_OFFERED, v->arena, &tags, err);
	for (size_t i = 0; rc == RC_OK && i < tags.count; i++)
		value_item_text(v->arena, list, tags.items[i].name);
	return rc;
}

static struct str lang_label(struct visit *v, struct str lang)
{
	return str_is(lang, "site") ? i18n_text(v->admin->i18n, "posts_lang_site") : lang_name(lang);
}

static enum rc lang_values(struct visit *v, struct value *root, const struct shelf *shelf, struct err *err)
{
	struct str langs[LANGS_SHOWN];
	size_t count = 0;
	struct str now = shelf->fields[SHELF_LANG];
	struct value *list = value_list(v->arena, root, "langs");
	enum rc rc = post_langs(v->db, LANGS_SHOWN, v->arena, langs, &count, err);
	if (rc != RC_OK)
		return rc;
	if (count)
		choice(v, list, STR("site"), lang_label(v, STR("site")), now);
	for (size_t i = 0; i < count; i++)
		choice(v, list, langs[i], lang_label(v, langs[i]), now);
	value_bool(v->arena, root, "has_langs", count > 0);
	return RC_OK;
}

static struct str month_label(struct visit *v, const struct shelf *shelf)
{
	const struct i18n *dates = i18n_for(v->basis->phrases, i18n_lang(v->admin->i18n));
	int64_t in_it = date_day_ms(v->edition->zone, 1970, 1, 1);
	struct str text = shelf->fields[SHELF_MONTH];
	int64_t year, month;
	if (str_to_i64(str_sub(text, 0, 4), &year) && str_to_i64(str_from(text, 5), &month))
		in_it = date_day_ms(v->edition->zone, (int)year, (int)month, 15);
	return i18n_date(dates, in_it, v->site->timezone, I18N_DATE_MONTH_YEAR, v->arena);
}

/* A filter with what it is set to, to be taken off. */
static void chip_values(struct visit *v, struct value *root, const struct shelf *shelf)
{
	struct value *list = value_list(v->arena, root, "chips");
	for (int field = SHELF_Q; field < SHELF_SORT; field++) {
		struct str value = shelf->fields[field], label = value;
		if (str_empty(value))
			continue;
		const struct i18n_pair words = { "words", value };
		if (field == SHELF_Q)
			label = i18n_fill(v->admin->i18n, "posts_chip_q", &words, 1, v->arena);
		else if (field == SHELF_KIND)
			label = phrase(v, "posts_kind", value);
		else if (field == SHELF_AUTHOR)
			label = shelf->author_name;
		else if (field == SHELF_TAG)
			label = ARENA_JOIN(v->arena, STR("#"), shelf->tag_name);
		else if (field == SHELF_LANG)
			label = lang_label(v, value);
		else if (field == SHELF_MONTH)
			label = month_label(v, shelf);
		else if (field == SHELF_VISIBILITY)
			label = phrase(v, "visibility", value);
		else if (field == SHELF_FEATURED)
			label = i18n_text(v->admin->i18n, "featured");
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "label", label);
		value_text(v->arena, item, "url", shelf_link(v, shelf, (enum shelf_field)field));
	}
	struct shelf bare = { .find = shelf->find };
	bare.fields[SHELF_SHOW] = shelf->fields[SHELF_SHOW];
	bare.fields[SHELF_SORT] = shelf->fields[SHELF_SORT];
	value_text(v->arena, root, "all_url", shelf_link(v, &bare, SHELF_FIELD__MAX));
	value_bool(v->arena, root, "is_filtered", shelf_is_filtered(shelf));
}

/* The usual order has no name in the form: words that are typed there have a usual order of their own. */
static void sort_values(struct visit *v, struct value *root, const struct shelf *shelf)
{
	struct value *list = value_list(v->arena, root, "sorts");
	for (size_t i = 0; shelf_sorts[i]; i++) {
		struct str sort = str_of(shelf_sorts[i]);
		if (str_is(sort, "found") && str_empty(shelf->fields[SHELF_Q]))
			continue;
		struct str value = str_is(sort, shelf_usual_sort(shelf)) ? STR("") : sort;
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "value", value);
		value_text(v->arena, item, "label", phrase(v, "posts_sort", sort));
		value_bool(v->arena, item, "selected", str_eq(sort, shelf_sort(shelf)));
	}
}

static enum rc filter_values(struct visit *v, struct value *root, const struct shelf *shelf, struct err *err)
{
	static const char *const kinds[] = { POST_KIND_POST, POST_KIND_PAGE, NULL };
	static const char *const visibilities[] = { POST_VISIBILITY_PUBLIC, POST_VISIBILITY_UNLISTED, POST_VISIBILITY_PASSWORD,
						    POST_VISIBILITY_TEAM, NULL };
	const struct str *fields = shelf->fields;
	struct value *asked = value_object(v->arena, root, "asked");
	value_text(v->arena, asked, "show", fields[SHELF_SHOW]);
	value_text(v->arena, asked, "q", fields[SHELF_Q]);
	value_text(v->arena, asked, "tag", fields[SHELF_TAG]);
	value_text(v->arena, asked, "month", fields[SHELF_MONTH]);
	value_bool(v->arena, asked, "featured", shelf->find.featured);
	choices(v, root, "kinds", "posts_kind", kinds, fields[SHELF_KIND]);
	choices(v, root, "visibilities", "visibility", visibilities, fields[SHELF_VISIBILITY]);
	sort_values(v, root, shelf);
	chip_values(v, root, shelf);
	enum rc rc = author_values(v, root, shelf, err);
	if (rc == RC_OK)
		rc = tag_values(v, root, err);
	return rc == RC_OK ? lang_values(v, root, shelf, err) : rc;
}

/* --- rows --- */

/* "draft", "review", "scheduled", "published", "trash": a phrase and a class of the style sheet. */
static const char *state_of(const struct visit *v, const struct post_row *row)
{
	static const char *const known[] = { POST_STATUS_DRAFT, POST_STATUS_REVIEW, POST_STATUS_TRASH };
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (str_is(row->status, known[i]))
			return known[i];
	return row->published_ms > v->now_ms ? "scheduled" : "published";
}

/* A form that comes back keeps its picks. */
static bool was_picked(struct visit *v, struct str pick)
{
	struct str one;
	for (size_t at = 0; form_next(&v->admin->form, "post", &at, &one);)
		if (str_eq(one, pick))
			return true;
	return false;
}

/* "2 hours ago", "in 3 days"; what is further away has a date. */
static struct str relative(struct visit *v, int64_t at_ms)
{
	static const struct { int64_t below_ms, unit_ms; const char *name; } units[] = {
		{ HOUR_MS, MINUTE_MS, "minutes" }, { DAY_MS, HOUR_MS, "hours" }, { RELATIVE_MS, DAY_MS, "days" },
	};
	bool past = at_ms <= v->now_ms;
	int64_t away_ms = past ? v->now_ms - at_ms : at_ms - v->now_ms;
	if (past && away_ms < MINUTE_MS)
		return i18n_text(v->admin->i18n, "posts_just_now");
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (away_ms < units[i].below_ms)
			return i18n_count(v->admin->i18n,
					  arena_printf(v->arena, "posts_%s_%s", past ? "ago" : "in", units[i].name).p,
					  away_ms < units[i].unit_ms ? 1 : away_ms / units[i].unit_ms, v->arena);
	return admin_date(v, at_ms);
}

static struct str joined(struct visit *v, const struct post_names *names, struct str ids)
{
	struct buf text = BUF_INIT((size_t)32 << 10);
	struct str name;
	while (post_names_next(names, &ids, &name)) {
		buf_cstr(&text, text.len ? ", " : "");
		buf_str(&text, name);
	}
	struct str out = text.len ? arena_str(v->arena, buf_view(&text)) : STR("");
	buf_release(&text);
	return out;
}

static void one_row(struct visit *v, struct value *item, const struct post_row *row)
{
	const struct i18n *t = v->admin->i18n;
	struct str state = str_of(state_of(v, row));
	bool dated = row->published_ms && str_is(row->status, POST_STATUS_PUBLISHED);
	int64_t at_ms = dated ? row->published_ms : row->updated_ms;
	value_text(v->arena, item, "title", str_empty(str_trim(row->title)) ? i18n_text(t, "untitled") : row->title);
	value_text(v->arena, item, "url", visit_link(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), row->public_id)));
	struct str pick = arena_printf(v->arena, "%.*s.%lld", STR_ARG(row->public_id), (long long)row->version);
	value_text(v->arena, item, "pick", pick);
	value_bool(v->arena, item, "picked", was_picked(v, pick));
	value_text(v->arena, item, "id", row->public_id);
	value_text(v->arena, item, "state", phrase(v, "state", state));
	value_text(v->arena, item, "state_class", state);
	value_text(v->arena, item, "when", relative(v, at_ms));
	value_text(v->arena, item, "at", admin_moment(v, at_ms));
	value_text(v->arena, item, "iso", date_rfc3339(v->arena, zone_utc(), at_ms));
	value_bool(v->arena, item, "is_page", str_is(row->kind, POST_KIND_PAGE));
	value_bool(v->arena, item, "is_featured", row->featured);
	value_bool(v->arena, item, "is_hidden", !str_is(row->visibility, POST_VISIBILITY_PUBLIC));
	value_text(v->arena, item, "visibility", phrase(v, "visibility", row->visibility));
	value_text(v->arena, item, "lang", str_empty(row->lang) ? STR("") : lang_name(row->lang));
}

static void page_values(struct visit *v, struct value *root, const struct shelf *shelf, const struct post_found *found)
{
	const struct post_find *find = &shelf->find;
	bool behind = find->before.id ? true : found->more, before = find->before.id ? found->more : find->after.id != 0;
	struct str none = STR("");
	value_text(v->arena, root, "next", behind && found->count
		   ? shelf_link_at(v, shelf, "after", &found->rows[found->count - 1].mark) : none);
	value_text(v->arena, root, "previous", before && found->count
		   ? shelf_link_at(v, shelf, "before", &found->rows[0].mark) : none);
	value_text(v->arena, root, "first", find->after.id || find->before.id ? shelf_link(v, shelf, SHELF_FIELD__MAX) : none);
	value_text(v->arena, root, "further", found->further.id
		   ? shelf_link_at(v, shelf, find->before.id ? "before" : "after", &found->further) : none);
	value_bool(v->arena, root, "is_cut", found->cut);
}

/* The list of pages has an entry of its own in the menu. */
static bool shows_pages(const struct shelf *shelf)
{
	return str_is(shelf->fields[SHELF_SHOW], "pages");
}

static void heading_values(struct visit *v, struct value *root, const struct shelf *shelf)
{
	bool pages = shows_pages(shelf);
	struct str to = pages ? STR("/admin/posts/new?kind=" POST_KIND_PAGE) : STR("/admin/posts/new");
	value_bool(v->arena, root, "shows_pages", pages);
	value_text(v->arena, root, "new_url", admin_link(v, to));
	value_text(v->arena, root, "new_label", i18n_text(v->admin->i18n, pages ? "new_page" : "new_post"));
}

/* Why there is nothing: each has something of its own to say. */
static const char *emptiness(const struct shelf *shelf, bool is_new)
{
	if (is_new)
		return "";
	if (!str_empty(shelf->fields[SHELF_Q]))
		return "posts_empty_search";
	if (shelf_is_filtered(shelf))
		return "posts_empty_filter";
	if (shelf->find.in_trash)
		return "posts_empty_trash";
	return "empty_filter";
}

static enum rc find(struct visit *v, struct shelf *shelf, struct post_found *found, struct err *err)
{
	*found = (struct post_found){ .rows = NULL };
	if (shelf->nobody)
		return RC_OK;
	enum rc rc = post_find(v->db, &shelf->find, v->arena, found, err);
	/* Backwards to the beginning: the first page, which is full. */
	if (rc == RC_OK && shelf->find.before.id && !found->more && !found->further.id) {
		shelf->find.before = (struct post_mark){ .text = STR("") };
		rc = post_find(v->db, &shelf->find, v->arena, found, err);
	}
	return rc;
}

static enum rc row_values(struct visit *v, struct value *root, struct shelf *shelf, bool is_new, struct err *err)
{
	struct post_found found;
	struct post_names *tags = NULL, *authors = NULL;
	struct value *list = value_list(v->arena, root, "posts");
	enum rc rc = find(v, shelf, &found, err);
	if (rc == RC_OK)
		rc = post_names_tags(v->db, found.rows, found.count, v->arena, &tags, err);
	if (rc == RC_OK)
		rc = post_names_authors(v->db, found.rows, found.count, v->arena, &authors, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < found.count; i++) {
		struct value *item = value_item(v->arena, list);
		one_row(v, item, &found.rows[i]);
		value_text(v->arena, item, "by", joined(v, authors, found.rows[i].author_ids));
		value_text(v->arena, item, "tagged", joined(v, tags, found.rows[i].tag_ids));
	}
	page_values(v, root, shelf, &found);
	const char *empty = emptiness(shelf, is_new);
	bool nothing = found.count == 0 && !found.further.id;
	value_bool(v->arena, root, "has_posts", found.count > 0);
	value_bool(v->arena, root, "has_no_page", nothing && shows_pages(shelf) && !shelf_is_filtered(shelf));
	value_bool(v->arena, root, "is_new", is_new);
	value_bool(v->arena, root, "is_cut_off", found.count == 0 && found.further.id != 0);
	value_text(v->arena, root, "empty", *empty ? i18n_text(v->admin->i18n, empty) : STR(""));
	return RC_OK;
}

/* --- what can be done to many --- */

static void action_values(struct visit *v, struct value *root, const struct shelf *shelf)
{
	static const enum bulk_action usual[] = { BULK_PUBLISH, BULK_UNPUBLISH, BULK_TAG_ADD, BULK_TAG_REMOVE, BULK_FEATURE,
						  BULK_UNFEATURE, BULK_VISIBILITY, BULK_AUTHOR, BULK_TRASH },
		in_trash[] = { BULK_RESTORE, BULK_DELETE };
	bool trash = shelf->find.in_trash;
	struct value *list = value_list(v->arena, root, "actions");
	for (size_t i = 0; i < (trash ? COUNT_OF(in_trash) : COUNT_OF(usual)); i++) {
		enum bulk_action action = trash ? in_trash[i] : usual[i];
		if (v->admin->who.actor.role < bulk_least(action))
			continue;
		struct str name = str_of(bulk_action_name(action));
		choice(v, list, name, phrase(v, "bulk", name), form_get(&v->admin->form, "action"));
	}
	struct str tag = form_get(&v->admin->form, "tag");
	value_text(v->arena, root, "bulk_tag", str_given(tag) ? tag : STR(""));
	value_bool(v->arena, root, "has_actions", value_count(list) > 0);
	value_bool(v->arena, root, "has_values", !trash);
	value_text(v->arena, root, "query", shelf_here(v, shelf));
	value_text(v->arena, root, "bulk_url", visit_link(v, STR("/admin/posts/bulk")));
}

/* The job that does it, if one does. *works: it is not over, and what it has done so far is no result. */
static enum rc work_values(struct visit *v, struct value *root, bool *works, struct err *err)
{
	struct work_view view;
	struct err absent = ERR_INIT;
	int64_t id = 0;
	value_share(v->arena, root, "job", NULL);
	if (!str_to_i64(str_or_empty(request_param(v->req, "job")), &id))
		return RC_OK;
	enum rc rc = work_view_load(v, v->db, id, &view, &absent);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		*err = absent;
	if (rc != RC_OK)
		return rc == RC_NOTFOUND ? RC_OK : rc;
	*works = view.job.finished_ms == 0;
	/* That it is done says the result. */
	if (!str_is(view.job.state, JOB_STATE_DONE))
		work_view_values(v, value_object(v->arena, root, "job"), &view);
	value_bool(v->arena, root, "looks_again", *works);
	return RC_OK;
}

static void refused_values(struct visit *v, struct value *result, const struct json *refused)
{
	struct value *list = value_list(v->arena, result, "refused");
	size_t count = bulk_refused(refused), listed = json_count(refused);
	size_t shown = listed < REFUSED_SHOWN ? listed : REFUSED_SHOWN;
	for (size_t i = 0; i < shown; i++) {
		const struct json *one = json_at(refused, i);
		struct str title = arena_str(v->arena, json_get_text(one, "title", STR("")));
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "title",
			   str_empty(str_trim(title)) ? i18n_text(v->admin->i18n, "untitled") : title);
		value_text(v->arena, item, "why", phrase(v, "bulk_why", arena_str(v->arena, json_get_text(one, "why", STR("cannot")))));
	}
	value_text(v->arena, result, "not_done",
		   count ? i18n_count(v->admin->i18n, "bulk_not_done", (int64_t)count, v->arena) : STR(""));
	value_text(v->arena, result, "others",
		   count > shown ? i18n_count(v->admin->i18n, "bulk_others", (int64_t)(count - shown), v->arena) : STR(""));
}

/* Of what was published without having been opened: the first of them are looked through. */
static enum rc published_values(struct visit *v, struct value *result, const struct bulk_record *record, struct err *err)
{
	struct bulk_posts posts = { NULL, 0 };
	int64_t ids[BULK_AT_ONCE];
	size_t count = 0;
	value_share(v->arena, result, "remarks", NULL);
	if (!str_is(record->action, bulk_action_name(BULK_PUBLISH)))
		return RC_OK;
	enum rc rc = bulk_list(v->db, record->user_id, 0, BULK_AT_ONCE, v->arena, &posts, err);
	for (; rc == RC_OK && count < posts.count; count++)
		ids[count] = posts.items[count].post_id;
	return rc == RC_OK && count ? remarks_values(v, v->db, result, ids, count, (size_t)record->done, err) : rc;
}

/* What the action before this page has done, for whoever did it. */
static enum rc result_values(struct visit *v, struct value *root, struct err *err)
{
	struct bulk_record record;
	struct json *refused = NULL;
	struct err absent = ERR_INIT;
	struct str token = request_param(v->req, "bulk");
	bool can_undo = false;
	value_share(v->arena, root, "result", NULL);
	bool works = false;
	enum rc shown = work_values(v, root, &works, err);
	if (shown != RC_OK || works)
		return shown;
	if (!str_given(token) || bulk_get(v->db, v->admin->who.user.id, token, v->arena, &record, &absent) != RC_OK)
		return RC_OK;
	enum rc rc = json_parse(record.refused, JSON_MAX_B, &refused, err);
	if (rc == RC_OK)
		rc = bulk_has_posts(v->db, record.user_id, &can_undo, err);
	if (rc == RC_OK) {
		struct value *result = value_object(v->arena, root, "result");
		const char *key = arena_printf(v->arena, "bulk_done_%.*s", STR_ARG(record.action)).p;
		value_text(v->arena, result, "text", i18n_count(v->admin->i18n, key, record.done, v->arena));
		value_text(v->arena, result, "token", record.token);
		value_bool(v->arena, result, "can_undo", can_undo && record.at_ms + BULK_KEPT_MS > v->now_ms);
		value_text(v->arena, result, "undo_url", visit_link(v, STR("/admin/posts/undo")));
		refused_values(v, result, refused);
		rc = published_values(v, result, &record, err);
	}
	json_free(refused);
	return rc;
}

/* What the page before this one has put into the trash: it is one press away from being out of it again. */
static enum rc trashed_values(struct visit *v, struct value *root, struct err *err)
{
	struct post post;
	struct err absent = ERR_INIT;
	struct str id = request_param(v->req, "trashed");
	value_share(v->arena, root, "trashed", NULL);
	enum rc rc = str_empty(id) ? RC_NOTFOUND : post_by_public_id(v->db, id, v->arena, &post, &absent);
	if (rc == RC_OK && str_is(post.status, POST_STATUS_TRASH))
		rc = desk_check(v->db, v->admin->who.actor, post.id, &absent);
	else if (rc == RC_OK)
		rc = RC_NOTFOUND; /* it came back meanwhile */
	if (rc == RC_NOTFOUND || rc == RC_DENIED)
		return RC_OK;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", absent.msg);
	struct value *trashed = value_object(v->arena, root, "trashed");
	value_text(v->arena, trashed, "title", str_empty(str_trim(post.title)) ? i18n_text(v->admin->i18n, "untitled") : post.title);
	value_text(v->arena, trashed, "url", visit_link(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), post.public_id)));
	return RC_OK;
}

enum rc posts_show(struct visit *v, struct shelf *shelf, const char *problem, int status, struct err *err)
{
	struct value *root = value_root(v->arena);
	bool is_new = false;
	enum rc rc = part_values(v, root, shelf, &is_new, err);
	if (rc == RC_OK)
		rc = filter_values(v, root, shelf, err);
	if (rc == RC_OK)
		rc = row_values(v, root, shelf, is_new, err);
	if (rc == RC_OK)
		rc = result_values(v, root, err);
	if (rc == RC_OK)
		rc = trashed_values(v, root, err);
	if (rc != RC_OK)
		return rc;
	const char *section = shows_pages(shelf) ? "pages" : "posts";
	heading_values(v, root, shelf);
	action_values(v, root, shelf);
	value_text(v->arena, root, "problem", problem ? i18n_text(v->admin->i18n, problem) : STR(""));
	struct str title = i18n_text(v->admin->i18n, shows_pages(shelf) ? "posts_pages" : "posts");
	return admin_render(v, "posts", section, title, root, status, err);
}

enum rc page_posts(struct visit *v, struct err *err)
{
	struct shelf shelf;
	enum rc rc = shelf_read(v, v->db, &v->req->params, &shelf, err);
	return rc == RC_OK ? posts_show(v, &shelf, NULL, 200, err) : rc;
}
