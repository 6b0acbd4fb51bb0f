/* remarks.c: how much there is to look at in posts that are published without being opened. */
#include "base/base.h"

#include "core/report.h"
#include "store/post.h"
#include "web/admin.h"
#include "web/remarks.h"

#define SHOWN_MAX 20

enum rc remarks_find(struct visit *v, struct db_ro *db, const struct post *post, struct remarks *left,
		     struct remarks_found *out, struct err *err)
{
	struct arena arena;
	struct report report;
	*out = (struct remarks_found){ false, 0, 0 };
	if (!left->posts_left || post->markdown.n > left->text_left_b)
		return RC_OK;
	left->posts_left--;
	left->text_left_b -= post->markdown.n;
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = report_make(db, v->site, post, v->now_ms, &arena, &report, err);
	if (rc == RC_OK)
		*out = (struct remarks_found){ true, report.count, report.serious };
	arena_release(&arena);
	return rc;
}

struct str remarks_count(struct visit *v, size_t count)
{
	return i18n_count(v->admin->i18n, "report_count", (int64_t)count, v->arena);
}

struct str remarks_url(struct visit *v, struct str public_id)
{
	return admin_link(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), public_id, STR("?check=1")));
}

static void put(struct visit *v, struct value *list, const struct post *post, size_t count)
{
	struct value *item = value_item(v->arena, list);
	value_text(v->arena, item, "title", str_empty(str_trim(post->title)) ? i18n_text(v->admin->i18n, "untitled")
									     : arena_str(v->arena, post->title));
	value_text(v->arena, item, "url", remarks_url(v, post->public_id));
	value_text(v->arena, item, "count", remarks_count(v, count));
}

enum rc remarks_values(struct visit *v, struct db_ro *db, struct value *parent, const int64_t *post_ids, size_t count,
		       size_t total, struct err *err)
{
	struct remarks left = REMARKS_INIT;
	size_t looked = 0, with = 0;
	enum rc rc = RC_OK;
	value_share(v->arena, parent, "remarks", NULL);
	struct value *object = value_root(v->arena), *list = value_list(v->arena, object, "items");
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		struct arena arena;
		struct post post;
		struct remarks_found found = { true, 0, 0 };
		arena_init(&arena, ARENA_MAX_B);
		rc = post_get(db, post_ids[i], &arena, &post, err);
		if (rc == RC_OK && str_is(post.status, POST_STATUS_PUBLISHED))
			rc = remarks_find(v, db, &post, &left, &found, err);
		rc = rc == RC_NOTFOUND ? RC_OK : rc; /* deleted since, or not published any more */
		looked += found.looked;
		if (rc == RC_OK && found.serious && with++ < SHOWN_MAX)
			put(v, list, &post, found.count);
		arena_release(&arena);
	}
	if (rc != RC_OK || !with)
		return rc;
	size_t named = with < SHOWN_MAX ? with : SHOWN_MAX;
	const struct i18n *t = v->admin->i18n;
	value_text(v->arena, object, "text", i18n_count(t, "report_published", (int64_t)with, v->arena));
	value_text(v->arena, object, "more", with > named ? i18n_count(t, "bulk_others", (int64_t)(with - named), v->arena) : STR(""));
	value_text(v->arena, object, "unseen", total > looked ? i18n_count(t, "report_unseen", (int64_t)(total - looked), v->arena) : STR(""));
	value_share(v->arena, parent, "remarks", object);
	return RC_OK;
}
