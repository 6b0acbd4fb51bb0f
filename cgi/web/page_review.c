/* page_review.c: what was submitted and waits for an editor: publish it, or send it back with a note. */
#include "base/base.h"

#include "core/review.h"
#include "http/form.h"
#include "store/post.h"
#include "store/post_list.h"
#include "web/admin.h"
#include "web/pages.h"
#include "web/remarks.h"

#define AT_ONCE 50

static struct str author_names(struct visit *v, const struct post_card *card)
{
	struct buf names = BUF_INIT((size_t)16 << 10);
	for (size_t i = 0; i < card->author_count; i++) {
		buf_cstr(&names, i ? ", " : "");
		buf_str(&names, card->authors[i].name);
	}
	struct str text = arena_str(v->arena, buf_view(&names));
	buf_release(&names);
	return text;
}

/* What was typed about that post, when the page comes again with what was wrong. */
static struct str typed_note(const struct visit *v, struct str public_id)
{
	return str_eq(admin_field(v, "post"), public_id) ? admin_field(v, "note") : STR("");
}

/* What publishing it in its editing page would have told first. */
static enum rc found_values(struct visit *v, struct db_ro *db, struct value *item, const struct post_card *card,
			    struct remarks *left, struct err *err)
{
	struct arena arena;
	struct post post;
	struct remarks_found found = { false, 0, 0 };
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = post_get(db, card->id, &arena, &post, err);
	if (rc == RC_OK)
		rc = remarks_find(v, db, &post, left, &found, err);
	arena_release(&arena);
	value_text(v->arena, item, "found", found.looked ? remarks_count(v, found.count) : STR(""));
	value_text(v->arena, item, "check_url", found.count ? remarks_url(v, card->public_id) : STR(""));
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* Of the one that was published by the page before this one. */
static enum rc published_values(struct visit *v, struct db_ro *db, struct value *root, struct err *err)
{
	struct post post;
	struct err absent = ERR_INIT;
	struct str id = request_param(v->req, "published");
	value_share(v->arena, root, "remarks", NULL);
	enum rc rc = str_empty(id) ? RC_NOTFOUND : post_by_public_id(db, id, v->arena, &post, &absent);
	if (rc == RC_OK)
		return remarks_values(v, db, root, &post.id, 1, 1, err);
	return rc == RC_NOTFOUND ? RC_OK : err_set(err, rc, "%s", absent.msg);
}

static void card_values(struct visit *v, struct value *item, const struct post_card *card)
{
	value_text(v->arena, item, "title", str_empty(str_trim(card->title)) ? i18n_text(v->admin->i18n, "untitled") : card->title);
	value_text(v->arena, item, "url", visit_link(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), card->public_id)));
	value_text(v->arena, item, "id", card->public_id);
	value_int(v->arena, item, "version", card->version);
	value_text(v->arena, item, "authors", author_names(v, card));
	value_text(v->arena, item, "when", admin_moment(v, card->updated_ms));
	value_text(v->arena, item, "words", i18n_count(v->admin->i18n, "edit_words", card->word_count, v->arena));
	value_text(v->arena, item, "excerpt", card->excerpt);
	value_text(v->arena, item, "note", typed_note(v, card->public_id));
}

static enum rc show(struct visit *v, struct db_ro *db, const char *problem, int status, struct err *err)
{
	struct post_cards cards;
	struct value *root = value_root(v->arena), *list = value_list(v->arena, root, "posts");
	enum rc rc = post_list_any(db, 0, STR(""), STR(POST_STATUS_REVIEW), INT64_MAX, INT64_MAX, AT_ONCE, POST_LIST_REFS,
				   v->arena, &cards, err);
	struct str left = problem ? admin_field(v, "note") : STR("");
	struct remarks looks = REMARKS_INIT;
	if (rc == RC_OK)
		rc = published_values(v, db, root, err);
	for (size_t i = 0; rc == RC_OK && i < cards.count; i++) {
		struct value *item = value_item(v->arena, list);
		card_values(v, item, &cards.items[i]);
		rc = found_values(v, db, item, &cards.items[i], &looks, err);
		if (str_eq(cards.items[i].public_id, admin_field(v, "post")))
			left = STR("");
	}
	if (rc != RC_OK)
		return rc;
	value_bool(v->arena, root, "has_posts", cards.count > 0);
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/review")));
	value_text(v->arena, root, "left_note", left); /* of a post that waits no more */
	value_text(v->arena, root, "problem", problem ? i18n_text(v->admin->i18n, problem) : STR(""));
	return admin_render(v, "review", "review", i18n_text(v->admin->i18n, "review_queue"), root, status, err);
}

enum rc page_review(struct visit *v, struct err *err)
{
	return show(v, v->db, NULL, 200, err);
}

enum rc page_review_form(struct visit *v, struct err *err)
{
	struct db_rw *db;
	struct post post;
	struct post_saved saved;
	const struct http_pairs *form = &v->admin->form;
	struct str id = form_get(form, "post"), text = form_get(form, "version"), note = form_get(form, "note");
	struct str button = form_get(form, "button");
	bool back = str_given(button) && str_is(button, "back");
	int64_t version = 0;
	struct site site = *v->site;
	site.phrases = v->basis->phrases;
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = post_by_public_id(db_rw_ro(db), str_given(id) ? id : STR(""), v->arena, &post, err);
	if (rc != RC_OK)
		return rc;
	if (!str_given(text) || !str_to_i64(text, &version))
		version = 0;
	struct audit entry = admin_entry(v, back ? "post_send_back" : "post_publish", post.title);
	if (back)
		rc = review_send_back(db, &site, v->admin->who.actor, post.id, version,
				      str_given(note) ? str_trim(note) : STR(""), &entry, v->now_ms, v->arena, &saved, err);
	else
		rc = review_publish(db, &site, v->admin->who.actor, post.id, version, &entry, v->now_ms, v->arena,
				    &saved, err);
	if (rc == RC_CONFLICT)
		return show(v, db_rw_ro(db), "wrong_review", 409, err);
	if (rc == RC_LIMIT || rc == RC_INVALID)
		return show(v, db_rw_ro(db), "wrong_long", 422, err);
	if (rc != RC_OK)
		return rc;
	return back ? admin_redirect(v, STR("/admin/review"), "sent_back", err)
		    : admin_redirect(v, ARENA_JOIN(v->arena, STR("/admin/review?published="), post.public_id), "approved", err);
}
