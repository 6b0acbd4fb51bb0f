/* values_post.c: a post or page on its own page: content, neighbours, relations, and its head. */
#include "base/base.h"

#include "base/json.h"
#include "core/address.h"
#include "store/user.h"
#include "web/values.h"
#include "web/visible.h"

#define PAGE_CHILDREN_MAX 200
#define PAGE_DEPTH_MAX 12

struct post_view {
	const struct post *post;
	struct post_card card;
	struct value *object;
	struct page *page;
	bool is_page;
};

/* What somebody wrote, as people expect to find it again: text, number, flag, list, object. */
static void custom_value(struct visit *v, struct value *object, const char *key, const struct json *json);

static void custom_list(struct visit *v, struct value *object, const char *key, const struct json *json)
{
	struct value *list = value_list(v->arena, object, key);
	for (size_t i = 0; i < json_count(json); i++) {
		const struct json *item = json_at(json, i);
		if (json_kind(item) != JSON_KIND_OBJECT) {
			struct value *holder = value_root(v->arena);
			custom_value(v, holder, "x", item);
			value_share_item(v->arena, list, value_get(holder, value_key_of(STR("x"))));
			continue;
		}
		struct value *child = value_item(v->arena, list);
		struct json_iter it = { 0 };
		while (json_next(item, &it))
			custom_value(v, child, arena_cstr(v->arena, it.key), it.value);
	}
}

static void custom_object(struct visit *v, struct value *object, const char *key, const struct json *json)
{
	struct value *child = value_object(v->arena, object, key);
	struct json_iter it = { 0 };
	while (json_next(json, &it))
		custom_value(v, child, arena_cstr(v->arena, it.key), it.value);
}

static void custom_value(struct visit *v, struct value *object, const char *key, const struct json *json)
{
	switch (json_kind(json)) {
	case JSON_KIND_BOOL:
		value_bool(v->arena, object, key, json_bool(json, false));
		break;
	case JSON_KIND_INT:
		value_int(v->arena, object, key, json_int(json, 0));
		break;
	case JSON_KIND_REAL:
		value_text(v->arena, object, key, arena_printf(v->arena, "%.15g", json_number(json, 0)));
		break;
	case JSON_KIND_TEXT:
		value_text(v->arena, object, key, arena_str(v->arena, json_text(json, STR(""))));
		break;
	case JSON_KIND_LIST:
		custom_list(v, object, key, json);
		break;
	case JSON_KIND_OBJECT:
		custom_object(v, object, key, json);
		break;
	default:
		value_absent(v->arena, object, key);
	}
}

static void custom(struct visit *v, struct post_view *view)
{
	struct json *json = NULL;
	if (json_parse(view->post->custom, JSON_MAX_B, &json, NULL) != RC_OK)
		json = NULL; /* the store holds objects only; a damaged one is no reason to hide the post */
	custom_object(v, view->object, "custom", json);
	json_free(json);
}

static enum rc authors(struct visit *v, struct post_view *view, struct err *err)
{
	struct users users;
	enum rc rc = user_list_of_post(v->db, view->post->id, v->arena, &users, err);
	if (rc != RC_OK)
		return rc;
	struct value *list = value_list(v->arena, view->object, "authors");
	struct head_person *persons = ARENA_ARRAY(v->arena, users.count + 1, struct head_person);
	value_bool(v->arena, view->object, "has_authors", users.count > 0);
	value_absent(v->arena, view->object, "author");
	for (size_t i = 0; i < users.count; i++) {
		const struct user *user = &users.items[i];
		struct str path = address_author(user->slug, 1, v->arena);
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "name", user->name);
		value_text(v->arena, item, "url", visit_link(v, path));
		values_portrait(v, item, user->picture);
		value_html(v->arena, item, "bio", html_stored(user->bio_html));
		persons[i] = (struct head_person){ user->name, visit_absolute(v, path) };
		if (i == 0)
			value_share(v->arena, view->object, "author", item);
	}
	view->page->head.authors = persons;
	view->page->head.author_count = users.count;
	return RC_OK;
}

static enum rc neighbour(struct visit *v, struct value *object, const char *key, bool there,
			 const struct post_card *card, struct err *err)
{
	if (!there) {
		value_absent(v->arena, object, key);
		return RC_OK;
	}
	return values_card(v, value_object(v->arena, object, key), card, err);
}

static enum rc around(struct visit *v, struct post_view *view, struct err *err)
{
	struct post_around near = { 0 };
	enum rc rc = RC_OK;
	if (!view->is_page)
		rc = post_list_around(v->db, view->post->id, view->post->published_ms, v->now_ms, v->arena,
				      &near, err);
	value_bool(v->arena, view->object, "has_around", near.has_older || near.has_newer);
	if (rc == RC_OK)
		rc = neighbour(v, view->object, "prev", near.has_older, &near.older, err);
	if (rc == RC_OK)
		rc = neighbour(v, view->object, "next", near.has_newer, &near.newer, err);
	return rc;
}

static enum rc related(struct visit *v, struct post_view *view, struct err *err)
{
	struct post_cards cards = { NULL, 0 };
	enum rc rc = RC_OK;
	if (!view->is_page && v->site->related_count > 0)
		rc = post_list_related(v->db, view->post->id, v->now_ms, v->site->related_count,
				       POST_LIST_REFS, v->arena, &cards, err);
	return rc == RC_OK ? values_cards(v, view->object, "related", "has_related", &cards, err) : rc;
}

static struct str lang_of(const struct visit *v, struct str lang)
{
	return str_empty(lang) ? v->site->lang : lang;
}

/* `translations` leaves the post itself out; hreflang names it too, as search engines want. */
static enum rc translations(struct visit *v, struct post_view *view, struct err *err)
{
	struct post_cards cards = { NULL, 0 };
	enum rc rc = RC_OK;
	if (!str_empty(view->post->translation_group))
		rc = post_list_translations(v->db, view->post->translation_group, v->now_ms, v->arena,
					    &cards, err);
	struct head_alternate *alternates = ARENA_ARRAY(v->arena, cards.count + 1, struct head_alternate);
	struct value *list = value_list(v->arena, view->object, "translations");
	for (size_t i = 0; rc == RC_OK && i < cards.count; i++) {
		const struct post_card *card = &cards.items[i];
		struct str lang = lang_of(v, card->lang);
		alternates[i] = (struct head_alternate){ lang, visit_absolute(v, card->path) };
		if (card->id == view->post->id)
			continue;
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "lang", lang);
		value_text(v->arena, item, "name", lang_name(lang));
		value_text(v->arena, item, "url", visit_link(v, card->path));
	}
	bool others = cards.count > 1;
	value_bool(v->arena, view->object, "has_translations", others);
	view->page->head.alternates = alternates;
	view->page->head.alternate_count = others ? cards.count : 0;
	return rc;
}

/* An unlisted page is not told of by the pages below it. */
static bool is_named(const struct visit *v, const struct post_card *card)
{
	enum visible seen = visible_at(card->status, card->visibility, card->published_ms, v->now_ms);
	return (seen == VISIBLE_YES || seen == VISIBLE_PASSWORD) && str_given(card->path) &&
	       !str_is(card->visibility, POST_VISIBILITY_UNLISTED);
}

/* The pages above this one that a visitor may know of, the highest first. */
static enum rc parents(struct visit *v, int64_t parent_id, struct post_card *out, size_t *count,
		       struct err *err)
{
	struct post_card up[PAGE_DEPTH_MAX];
	size_t n = 0;
	/* Steps are counted, not pages: a circle of hidden pages would have no end. */
	for (int step = 0; parent_id && step < PAGE_DEPTH_MAX; step++) {
		enum rc rc = post_card_get(v->db, parent_id, 0, v->arena, &up[n], err);
		if (rc == RC_NOTFOUND)
			break;
		if (rc != RC_OK)
			return rc;
		parent_id = up[n].parent_id;
		if (is_named(v, &up[n]))
			n++;
	}
	for (size_t i = 0; i < n; i++)
		out[i] = up[n - 1 - i];
	*count = n;
	return RC_OK;
}

static enum rc hierarchy(struct visit *v, struct post_view *view, struct err *err)
{
	struct post_card up[PAGE_DEPTH_MAX];
	struct post_cards children = { NULL, 0 };
	size_t count = 0;
	enum rc rc = parents(v, view->post->parent_id, up, &count, err);
	if (rc == RC_OK && view->is_page)
		rc = page_list_children(v->db, view->post->id, v->now_ms, PAGE_CHILDREN_MAX, v->arena,
					&children, err);
	if (rc != RC_OK)
		return rc;
	struct value *list = value_list(v->arena, view->object, "breadcrumbs");
	value_bool(v->arena, view->object, "has_breadcrumbs", count > 0);
	value_absent(v->arena, view->object, "parent");
	for (size_t i = 0; i < count; i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "title", up[i].title);
		value_text(v->arena, item, "url", visit_link(v, up[i].path));
		page_crumb(view->page, up[i].title, visit_absolute(v, up[i].path));
		if (i + 1 == count)
			value_share(v->arena, view->object, "parent", item);
	}
	return values_cards(v, view->object, "children", "has_children", &children, err);
}

static struct str first_of(struct str a, struct str b)
{
	return str_empty(a) ? b : a;
}

static enum rc head_image(struct visit *v, struct post_view *view, struct err *err)
{
	struct head *h = &view->page->head;
	struct str image = first_of(view->post->social_image, view->post->image);
	if (str_empty(image))
		return RC_OK;
	h->image_alt = view->post->image_alt;
	return head_picture(v, view->post->path, image, h, err);
}

static enum rc describe(struct visit *v, struct post_view *view, struct err *err)
{
	const struct post *post = view->post;
	struct head *h = &view->page->head;
	struct str title = title_of(v, first_of(post->seo_title, post->title), post->published_ms);
	struct str *tags = ARENA_ARRAY(v->arena, view->card.tag_count + 1, struct str);
	for (size_t i = 0; i < view->card.tag_count; i++)
		tags[i] = view->card.tags[i].name;
	h->kind = view->is_page ? HEAD_PAGE : HEAD_POST;
	h->title = page_title(v, title);
	h->headline = title;
	h->description = first_of(post->seo_description, card_excerpt(v, &view->card));
	h->social_title = post->social_title;
	h->social_description = post->social_description;
	h->canonical = str_empty(post->seo_canonical)
			     ? visit_absolute(v, post->path)
			     : address_resolve_absolute(&v->site->base, post->path, post->seo_canonical, v->arena);
	h->noindex = h->noindex || post->seo_noindex ||
		     str_is(post->visibility, POST_VISIBILITY_UNLISTED) || v->personal;
	h->published_ms = post->published_ms;
	h->modified_ms = post->edited_ms > post->published_ms ? post->edited_ms : post->published_ms;
	h->tags = tags;
	h->tag_count = view->card.tag_count;
	h->word_count = (int)post->word_count;
	return head_image(v, view, err);
}

static void own_values(struct visit *v, struct post_view *view)
{
	const struct post *post = view->post;
	struct value *object = view->object;
	struct str link = visit_link(v, post->path);
	value_html(v->arena, object, "content", html_stored(post->html));
	value_text_or_null(v->arena, object, "summary", post->excerpt);
	value_text_or_null(v->arena, object, "caption", post->image_caption);
	value_int(v->arena, object, "word_count", post->word_count);
	value_text(v->arena, object, "id", post->public_id);
	value_bool(v->arena, object, "is_page", view->is_page);
	value_bool(v->arena, object, "has_code", post->has_code);
	value_bool(v->arena, object, "unlisted", str_is(post->visibility, POST_VISIBILITY_UNLISTED));
	value_text(v->arena, object, "share_url", visit_absolute(v, post->path));
	/* The home page has no name to hang ".md" on. */
	value_text_or_null(v->arena, object, "markdown_url",
			   str_is(post->path, "/") ? STR_NONE : ARENA_JOIN(v->arena, link, STR(".md")));
}

/* What the page shows of a post is what stands in `post`, which need not be what is stored, nor stored at all. */
static enum rc own_card(struct visit *v, const struct post *post, struct post_card *card, struct err *err)
{
	enum rc rc = post->id ? post_card_get(v->db, post->id, POST_LIST_REFS, v->arena, card, err) : RC_OK;
	if (rc != RC_OK)
		return rc;
	card->public_id = post->public_id;
	card->kind = post->kind;
	card->status = post->status;
	card->title = post->title;
	card->slug = post->slug;
	card->path = post->path;
	card->excerpt = str_empty(post->excerpt) ? post->excerpt_auto : post->excerpt;
	card->lang = post->lang;
	card->image = post->image;
	card->image_alt = post->image_alt;
	card->featured = post->featured;
	card->word_count = post->word_count;
	card->published_ms = post->published_ms;
	card->edited_ms = post->edited_ms;
	card->visibility = STR(POST_VISIBILITY_PUBLIC); /* to the visitor who came so far */
	return RC_OK;
}

enum rc values_post(struct visit *v, struct page *page, const struct post *post, struct err *err)
{
	static enum rc (*const parts[])(struct visit *v, struct post_view *view, struct err *err) = {
		authors, around, related, translations, hierarchy, describe,
	};
	struct post_view view = { .post = post, .page = page, .is_page = str_is(post->kind, POST_KIND_PAGE) };
	enum rc rc = own_card(v, post, &view.card, err);
	if (rc != RC_OK)
		return rc;
	view.object = value_object(v->arena, page->root, "post");
	rc = values_card(v, view.object, &view.card, err);
	own_values(v, &view);
	custom(v, &view);
	values_toc(v, view.object, post->toc);
	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(parts); i++)
		rc = parts[i](v, &view, err);
	page->lang = lang_of(v, post->lang);
	page->section = post->path;
	page->content = post->html;
	page_crumb(page, title_of(v, post->title, post->published_ms), visit_absolute(v, post->path));
	return rc;
}
