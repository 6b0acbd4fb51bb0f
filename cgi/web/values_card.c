/* values_card.c: a post as a card on lists; dates and people as values. */
#include "base/base.h"

#include "base/date.h"
#include "core/address.h"
#include "web/values.h"

#define WORDS_A_MINUTE 220
#define DAY_MS INT64_C(86400000)

void values_date(struct visit *v, struct value *object, const char *key, int64_t at_ms)
{
	static const struct { const char *key; enum i18n_date style; } styles[] = {
		{ "text", I18N_DATE_LONG }, { "short", I18N_DATE_SHORT }, { "day_month", I18N_DATE_DAY_MONTH },
	};
	if (!at_ms) {
		value_absent(v->arena, object, key);
		return;
	}
	struct value *date = value_object(v->arena, object, key);
	value_text(v->arena, date, "iso", date_rfc3339(v->arena, v->edition->zone, at_ms));
	for (size_t i = 0; i < COUNT_OF(styles); i++)
		value_text(v->arena, date, styles[i].key,
			   i18n_date(v->i18n, at_ms, v->site->timezone, styles[i].style, v->arena));
}

void values_counted(struct visit *v, struct value *object, struct str name, struct str path,
		    int64_t count)
{
	value_text(v->arena, object, "name", name);
	value_text(v->arena, object, "url", visit_link(v, path));
	value_int(v->arena, object, "count", count);
	value_text(v->arena, object, "count_label", i18n_count(v->i18n, "posts_count", count, v->arena));
}

/* `author` or `tag` is the first of `authors` or `tags`. */
static void people(struct visit *v, struct value *object, const struct post_card *card)
{
	struct value *list = value_list(v->arena, object, "authors");
	value_bool(v->arena, object, "has_authors", card->author_count > 0);
	value_absent(v->arena, object, "author");
	for (size_t i = 0; i < card->author_count; i++) {
		const struct card_ref *ref = &card->authors[i];
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "name", ref->name);
		value_text(v->arena, item, "url", visit_link(v, address_author(ref->slug, 1, v->arena)));
		values_portrait(v, item, ref->picture);
		value_absent(v->arena, item, "bio");
		if (i == 0)
			value_share(v->arena, object, "author", item);
	}
}

static void card_tags(struct visit *v, struct value *object, const struct post_card *card)
{
	struct value *list = value_list(v->arena, object, "tags");
	value_bool(v->arena, object, "has_tags", card->tag_count > 0);
	value_absent(v->arena, object, "tag");
	for (size_t i = 0; i < card->tag_count; i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "name", card->tags[i].name);
		value_text(v->arena, item, "url", visit_link(v, address_tag(card->tags[i].slug, 1, v->arena)));
		if (i == 0)
			value_share(v->arena, object, "tag", item);
	}
}

static void reading_time(struct visit *v, struct value *object, int64_t words)
{
	int64_t minutes = (words + WORDS_A_MINUTE / 2) / WORDS_A_MINUTE;
	value_text_or_null(v->arena, object, "reading_time",
			   words <= 0 ? STR_NONE
				      : i18n_count(v->i18n, "reading_time", minutes < 1 ? 1 : minutes, v->arena));
}

struct str title_of(const struct visit *v, struct str title, int64_t published_ms)
{
	if (!str_empty(title))
		return title;
	return i18n_date(v->i18n, published_ms, v->site->timezone, I18N_DATE_LONG, v->arena);
}

static bool is_protected(const struct post_card *card)
{
	return str_is(card->visibility, POST_VISIBILITY_PASSWORD);
}

struct str card_image(const struct post_card *card)
{
	return is_protected(card) ? STR("") : card->image;
}

struct str card_excerpt(const struct visit *v, const struct post_card *card)
{
	bool hidden = is_protected(card) && str_empty(card->excerpt);
	return hidden ? i18n_text(v->i18n, "protected_excerpt") : card->excerpt;
}

enum rc values_card(struct visit *v, struct value *object, const struct post_card *card, struct err *err)
{
	struct str lang = str_empty(card->lang) ? v->site->lang : card->lang;
	int64_t since_ms = card->edited_ms - card->published_ms;
	value_text(v->arena, object, "title", title_of(v, card->title, card->published_ms));
	value_text(v->arena, object, "url", visit_link(v, card->path));
	value_text(v->arena, object, "excerpt", card_excerpt(v, card));
	values_date(v, object, "date", card->published_ms);
	values_date(v, object, "updated", since_ms >= DAY_MS ? card->edited_ms : 0);
	reading_time(v, object, is_protected(card) ? 0 : card->word_count);
	people(v, object, card);
	card_tags(v, object, card);
	value_bool(v->arena, object, "featured", card->featured);
	value_text(v->arena, object, "lang", lang);
	value_text(v->arena, object, "dir", str_of(lang_dir(lang)));
	value_absent(v->arena, object, "snippet");
	value_absent(v->arena, object, "is_first");
	value_absent(v->arena, object, "is_last");
	value_absent(v->arena, object, "index");
	return values_image(v, object, card_image(card), card->image_alt, err);
}

enum rc values_cards(struct visit *v, struct value *object, const char *key, const char *has_key,
		     const struct post_cards *cards, struct err *err)
{
	struct value *list = value_list(v->arena, object, key);
	value_bool(v->arena, object, has_key, cards->count > 0);
	for (size_t i = 0; i < cards->count; i++) {
		struct value *item = value_item(v->arena, list);
		enum rc rc = values_card(v, item, &cards->items[i], err);
		if (rc != RC_OK)
			return rc;
		value_bool(v->arena, item, "is_first", i == 0);
		value_bool(v->arena, item, "is_last", i + 1 == cards->count);
		value_int(v->arena, item, "index", (int64_t)i + 1);
	}
	return RC_OK;
}
