/* page_posts.c: the admin's list of posts and pages, the last saved first. */
#include "base/base.h"

#include "core/desk.h"
#include "store/post.h"
#include "store/post_list.h"
#include "web/admin.h"
#include "web/pages.h"

#define POSTS_AT_ONCE 50

struct filter {
	const char *key;       /* of the phrases, and in the address */
	const char *kind, *status;
};

static const struct filter filters[] = {
	{ "all", "", "" }, { "drafts", "", POST_STATUS_DRAFT }, { "review", "", POST_STATUS_REVIEW },
	{ "published", "", POST_STATUS_PUBLISHED }, { "pages", POST_KIND_PAGE, "" }, { "trash", "", POST_STATUS_TRASH },
};

static const struct filter *chosen(struct visit *v)
{
	struct str show = request_param(v->req, "show");
	for (size_t i = 0; str_given(show) && i < COUNT_OF(filters); i++)
		if (str_is(show, filters[i].key))
			return &filters[i];
	return &filters[0];
}

static struct str list_link(struct visit *v, const struct filter *filter)
{
	return arena_printf(v->arena, "%.*s?show=%s", STR_ARG(visit_link(v, STR("/admin/posts"))), filter->key);
}

static void filter_values(struct visit *v, struct value *root, const struct filter *now)
{
	struct value *list = value_list(v->arena, root, "filters");
	for (size_t i = 0; i < COUNT_OF(filters); i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "label",
			   i18n_text(v->admin->i18n, arena_printf(v->arena, "posts_%s", filters[i].key).p));
		value_text(v->arena, item, "url", list_link(v, &filters[i]));
		value_bool(v->arena, item, "current", &filters[i] == now);
	}
}

/* "draft", "review", "scheduled", "published", "trash": a phrase and a class of the style sheet. */
static const char *state_of(const struct visit *v, const struct post_card *card)
{
	static const char *const known[] = { POST_STATUS_DRAFT, POST_STATUS_REVIEW, POST_STATUS_TRASH };
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (str_is(card->status, known[i]))
			return known[i];
	return card->published_ms > v->now_ms ? "scheduled" : "published";
}

static void card_values(struct visit *v, struct value *item, const struct post_card *card)
{
	const struct i18n *t = v->admin->i18n;
	const char *state = state_of(v, card);
	bool dated = card->published_ms && str_is(card->status, POST_STATUS_PUBLISHED);
	struct buf names = BUF_INIT((size_t)16 << 10);
	value_text(v->arena, item, "title", str_empty(str_trim(card->title)) ? i18n_text(t, "untitled") : card->title);
	value_text(v->arena, item, "url",
		   visit_link(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), card->public_id)));
	value_text(v->arena, item, "state", i18n_text(t, arena_printf(v->arena, "state_%s", state).p));
	value_text(v->arena, item, "state_class", str_of(state));
	value_text(v->arena, item, "date", admin_date(v, dated ? card->published_ms : card->updated_ms));
	value_bool(v->arena, item, "is_page", str_is(card->kind, POST_KIND_PAGE));
	value_bool(v->arena, item, "is_hidden", !str_is(card->visibility, POST_VISIBILITY_PUBLIC));
	value_text(v->arena, item, "visibility",
		   i18n_text(t, arena_printf(v->arena, "visibility_%.*s", STR_ARG(card->visibility)).p));
	for (size_t i = 0; i < card->author_count; i++) {
		buf_cstr(&names, i ? ", " : "");
		buf_str(&names, card->authors[i].name);
	}
	value_text(v->arena, item, "authors", arena_str(v->arena, buf_view(&names)));
	buf_release(&names);
}

/* "before=1700000000000-42": behind the post with that time and number. */
static void read_before(struct visit *v, int64_t *ms, int64_t *id)
{
	struct str rest = request_param(v->req, "before"), first;
	*ms = *id = INT64_MAX;
	if (str_given(rest) && str_split(&rest, '-', &first) && (!str_to_i64(first, ms) || !str_to_i64(rest, id)))
		*ms = *id = INT64_MAX;
}

static enum rc list_values(struct visit *v, struct value *root, const struct filter *filter, struct err *err)
{
	struct post_cards cards;
	int64_t before_ms, before_id;
	read_before(v, &before_ms, &before_id);
	enum rc rc = post_list_any(v->db, desk_sees(v->admin->who.actor), str_of(filter->kind), str_of(filter->status),
				   before_ms, before_id, POSTS_AT_ONCE + 1, POST_LIST_REFS, v->arena, &cards, err);
	if (rc != RC_OK)
		return rc;
	size_t shown = cards.count > POSTS_AT_ONCE ? POSTS_AT_ONCE : cards.count;
	struct value *list = value_list(v->arena, root, "posts");
	for (size_t i = 0; i < shown; i++)
		card_values(v, value_item(v->arena, list), &cards.items[i]);
	value_share(v->arena, root, "older", NULL);
	if (cards.count > shown)
		value_text(v->arena, root, "older",
			   arena_printf(v->arena, "%.*s&before=%lld-%lld", STR_ARG(list_link(v, filter)),
					(long long)cards.items[shown - 1].updated_ms, (long long)cards.items[shown - 1].id));
	value_text(v->arena, root, "newest", before_ms == INT64_MAX ? STR("") : list_link(v, filter));
	value_bool(v->arena, root, "has_posts", shown > 0);
	value_bool(v->arena, root, "is_all", filter == &filters[0]);
	return RC_OK;
}

enum rc page_posts(struct visit *v, struct err *err)
{
	struct value *root = value_root(v->arena);
	const struct filter *filter = chosen(v);
	filter_values(v, root, filter);
	enum rc rc = list_values(v, root, filter, err);
	return rc == RC_OK ? admin_render(v, "posts", "posts", i18n_text(v->admin->i18n, "posts"), root, 200, err) : rc;
}
