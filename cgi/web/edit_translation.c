/* edit_translation.c: the same post in other languages, on the page where one is written. */
#include "base/base.h"

#include "core/translation.h"
#include "core/whereto.h"
#include "http/form.h"
#include "store/post_tally.h"
#include "store/post_list.h"
#include "web/edit.h"

#define TYPED_MAX_B 2000
#define LANGS_MAX 50

/* --- the page --- */

static void one_value(struct visit *v, struct value *list, const struct post_card *card)
{
	struct value *item = value_item(v->arena, list);
	bool later = str_is(card->status, POST_STATUS_PUBLISHED) && card->published_ms > v->now_ms;
	const char *state = arena_printf(v->arena, "state_%.*s", STR_ARG(later ? STR("scheduled") : card->status)).p;
	value_text(v->arena, item, "lang", lang_name(str_empty(card->lang) ? v->site->lang : card->lang));
	value_text(v->arena, item, "title", str_empty(str_trim(card->title)) ? i18n_text(v->admin->i18n, "untitled") : card->title);
	value_text(v->arena, item, "state", i18n_text(v->admin->i18n, state));
	value_text(v->arena, item, "url", visit_link(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), card->public_id)));
}

/* Others' drafts are not told of. */
static enum rc group_values(struct visit *v, struct db_ro *db, struct value *root, const struct post *post, struct err *err)
{
	struct post_cards cards = { NULL, 0 };
	struct value *list = value_list(v->arena, root, "translations");
	enum rc rc = str_empty(post->translation_group) ? RC_OK
		: post_list_group(db, post->translation_group, v->arena, &cards, err);
	for (size_t i = 0; rc == RC_OK && i < cards.count; i++) {
		struct err none = ERR_INIT;
		if (cards.items[i].id == post->id || desk_check(db, v->admin->who.actor, cards.items[i].id, &none) != RC_OK)
			continue;
		one_value(v, list, &cards.items[i]);
	}
	value_bool(v->arena, root, "has_translations", value_count(list) > 0);
	return rc;
}

enum rc edit_translation_values(struct visit *v, struct db_ro *db, struct value *root, const struct edit *e, struct err *err)
{
	struct str langs[LANGS_MAX];
	size_t count = 0;
	struct value *list = value_list(v->arena, root, "langs");
	enum rc rc = group_values(v, db, root, &e->post, err);
	if (rc == RC_OK)
		rc = post_langs(db, LANGS_MAX, v->arena, langs, &count, err);
	if (rc != RC_OK)
		return rc;
	value_item_text(v->arena, list, v->site->lang);
	for (size_t i = 0; i < count; i++)
		if (!str_eq(langs[i], v->site->lang))
			value_item_text(v->arena, list, langs[i]);
	value_text(v->arena, root, "translation_of", str_or_empty(e->translation_of));
	value_text(v->arena, root, "translate_lang", str_or_empty(e->translate_lang));
	value_text(v->arena, root, "posts_url", visit_link(v, STR("/admin/complete/posts")));
	return RC_OK;
}

/* --- the form --- */

void edit_translation_take(struct visit *v, struct edit *e)
{
	e->translation_of = str_trim(admin_field(v, "translation_of"));
	e->translate_lang = str_trim(admin_field(v, "translate_lang"));
	if (str_is(admin_field(v, "unlink"), "yes"))
		e->post.translation_group = STR("");
}

/* By its address on the site, or by its public id, which a draft without one has, too. */
static enum rc find_post(struct visit *v, struct db_ro *db, struct str typed, struct post *out, struct err *err)
{
	struct str path = whereto_path(v->site, typed, v->arena);
	return str_given(path) ? post_by_path(db, path, v->arena, out, err) : post_by_public_id(db, typed, v->arena, out, err);
}

enum rc edit_translation_check(struct visit *v, struct db_ro *db, struct edit *e, struct err *err)
{
	struct post other;
	struct err why = ERR_INIT, none = ERR_INIT;
	if (str_empty(e->translation_of))
		return RC_OK;
	enum rc rc = e->translation_of.n > TYPED_MAX_B ? RC_NOTFOUND : find_post(v, db, e->translation_of, &other, &why);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return err_set(err, rc, "%s", why.msg);
	bool own = rc == RC_OK && desk_check(db, v->admin->who.actor, other.id, &none) == RC_OK;
	bool seen = rc == RC_OK && (own || (str_is(other.status, POST_STATUS_PUBLISHED) && other.published_ms <= v->now_ms));
	if (!seen || other.id == e->post.id || str_is(other.status, POST_STATUS_TRASH))
		edit_complain(v, e, "translation_of", "wrong_translation");
	else if (!own && str_empty(other.translation_group))
		edit_complain(v, e, "translation_of", "wrong_translation_other");
	else {
		e->joins_id = other.id;
		e->post.translation_group = translation_word(&other);
	}
	return RC_OK;
}

bool edit_translation_begin(struct visit *v, struct edit *e)
{
	struct str lang = e->translate_lang, now = str_empty(e->post.lang) ? v->site->lang : e->post.lang;
	if (str_empty(lang) || !lang_is_valid(lang) || str_ieq(lang, now)) {
		edit_complain(v, e, "translate_lang", "wrong_translate_lang");
		return false;
	}
	e->joins_id = e->post.id;
	e->post.translation_group = translation_word(&e->post);
	e->post.lang = str_eq(lang, v->site->lang) ? STR("") : lang;
	return true;
}
