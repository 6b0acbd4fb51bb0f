/* page_address.c: what the script on the page to write on asks while somebody types: addresses and tags. */
#include "base/base.h"

#include "base/json.h"
#include "core/desk.h"
#include "core/i18n.h"
#include "store/post_find.h"
#include "store/post_list.h"
#include "store/tag.h"
#include "text/slug.h"
#include "web/edit.h"
#include "web/pages.h"

#define ANSWER_MAX_B ((size_t)16 << 10)
#define TYPED_MAX_B 200
#define TAGS_MAX 8
#define POSTS_MAX 12

/* Takes `json`. */
static enum rc answer(struct visit *v, struct json *json, struct err *err)
{
	struct buf body = BUF_INIT(ANSWER_MAX_B);
	json_write(json, JSON_LINE, &body);
	json_free(json);
	enum rc rc = visit_body(v, 200, "application/json", &body, err);
	buf_release(&body);
	return rc;
}

static struct str typed(struct visit *v, const char *name, size_t max_b)
{
	struct str text = request_param(v->req, name);
	return str_given(text) && text.n <= max_b ? text : STR("");
}

/* The draft as far as its address depends on it. */
static void take_query(struct visit *v, struct edit *e)
{
	struct post parent;
	struct str kind = typed(v, "kind", TYPED_MAX_B), parent_id = typed(v, "parent", TYPED_MAX_B);
	e->post.title = typed(v, "title", POST_TITLE_MAX_B);
	e->post.slug = str_trim(typed(v, "slug", TYPED_MAX_B));
	e->slug_typed = true;
	e->tags = typed(v, "tags", TYPED_MAX_B);
	if (str_is(kind, POST_KIND_PAGE) || str_is(kind, POST_KIND_POST))
		e->post.kind = kind;
	e->post.parent_id = 0;
	if (str_is(e->post.kind, POST_KIND_PAGE) && parent_id.n &&
	    post_by_public_id(v->db, parent_id, v->arena, &parent, NULL) == RC_OK &&
	    desk_check(v->db, v->admin->who.actor, parent.id, NULL) == RC_OK)
		e->post.parent_id = parent.id;
	if (str_empty(str_trim(e->post.title)))
		e->post.markdown = STR("-"); /* an address without a title has none of its words */
}

/* Where the post would be; `free` false: somebody else is there, `slug` is the nearest that is free. */
enum rc page_address(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct str tags[POST_TAGS_MAX];
	struct post_saved found;
	enum rc rc = edit_open(v, v->db, &e, err);
	if (rc != RC_OK)
		return rc;
	take_query(v, &e);
	struct post_draft draft = edit_draft(v, &e, tags);
	draft.slug_exact = e.post.slug.n > 0;
	struct json *json = json_new_object();
	rc = post_find_address(v->db, v->site, v->admin->who.actor, &draft, v->now_ms, v->arena, &found, err);
	json_set_bool(json, "free", rc == RC_OK);
	if (rc == RC_EXISTS) {
		draft.slug_exact = false;
		rc = post_find_address(v->db, v->site, v->admin->who.actor, &draft, v->now_ms, v->arena, &found, err);
		json_set_text(json, "problem", i18n_text(v->admin->i18n, "wrong_slug_taken"));
	} else if (rc == RC_INVALID || rc == RC_LIMIT) {
		json_set_text(json, "problem", i18n_text(v->admin->i18n, "wrong_slug_form"));
		return answer(v, json, err);
	}
	if (rc != RC_OK) {
		json_free(json);
		return rc;
	}
	json_set_text(json, "slug", found.slug);
	json_set_text(json, "url", visit_absolute(v, found.path));
	return answer(v, json, err);
}

/* The names that begin as `q` does, whatever its case and accents. */
enum rc page_complete_tags(struct visit *v, struct err *err)
{
	struct tags tags = { NULL, 0 };
	struct str slug = slug_make(v->arena, typed(v, "q", TYPED_MAX_B), SLUG_ASCII, v->site->lang, 0);
	enum rc rc = str_empty(slug) ? RC_OK : tag_list_beginning(v->db, slug, TAGS_MAX, v->arena, &tags, err);
	if (rc != RC_OK)
		return rc;
	struct json *json = json_new_object(), *list = json_set_list(json, "tags");
	for (size_t i = 0; i < tags.count; i++)
		json_add_text(list, tags.items[i].name);
	return answer(v, json, err);
}

/* Posts that have the words, each by the address that the form takes, with its title and language. */
enum rc page_complete_posts(struct visit *v, struct err *err)
{
	struct post_find find = { .limit = POSTS_MAX, .words = str_trim(typed(v, "q", TYPED_MAX_B)), .lang = STR_NONE,
				  .viewer_id = desk_sees(v->admin->who.actor) };
	struct post_found found = { .rows = NULL };
	struct str but = typed(v, "but", TYPED_MAX_B);
	struct json *json = json_new_object(), *list = json_set_list(json, "posts");
	enum rc rc = str_empty(find.words) ? RC_OK : post_find(v->db, &find, v->arena, &found, err);
	for (size_t i = 0; rc == RC_OK && i < found.count; i++) {
		struct post_card card;
		rc = post_card_get(v->db, found.rows[i].mark.id, 0, v->arena, &card, err);
		if (rc != RC_OK || str_eq(card.public_id, but))
			continue;
		struct json *one = json_add_object(list);
		json_set_text(one, "value", str_given(card.path) ? card.path : card.public_id);
		json_set_text(one, "label", ARENA_JOIN(v->arena, card.title, STR(" \xe2\x80\x93 "),
						       lang_name(str_empty(card.lang) ? v->site->lang : card.lang)));
	}
	if (rc == RC_OK)
		return answer(v, json, err);
	json_free(json);
	return rc;
}
