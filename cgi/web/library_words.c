/* library_words.c: what the form of a file's page says of it, beside what is stored. */
#include "base/base.h"

#include "core/media_take.h"
#include "http/form.h"
#include "web/admin.h"
#include "web/library_words.h"
#include "web/settings_form.h"

#define TEXT_MAX_B 2000

static const char *const names[WORD__MAX] = {
	[WORD_NAME] = "name", [WORD_ALT] = "alt", [WORD_CAPTION] = "caption", [WORD_CREDIT] = "credit",
	[WORD_FOCAL_X] = "focal_x", [WORD_FOCAL_Y] = "focal_y",
};

/* A form has whole percents. */
static struct str percents(struct visit *v, int64_t thousandths)
{
	return arena_printf(v->arena, "%lld", (long long)(thousandths + 5) / 10);
}

static bool thousandths_of(struct str text, int64_t *thousandths)
{
	int64_t n;
	if (!str_to_i64(text, &n) || n < 0 || n > 100)
		return false;
	*thousandths = n * 10;
	return true;
}

void library_words_of(struct visit *v, const struct media_item *item, struct library_words *out)
{
	const struct str stored[WORD__MAX] = {
		[WORD_NAME] = item->name, [WORD_ALT] = item->alt, [WORD_CAPTION] = item->caption, [WORD_CREDIT] = item->credit,
		[WORD_FOCAL_X] = percents(v, item->focal_x), [WORD_FOCAL_Y] = percents(v, item->focal_y),
	};
	*out = (struct library_words){ .problem = NULL };
	for (int i = 0; i < WORD__MAX; i++)
		out->at[i].stored = out->at[i].shown = str_trim(form_lf(v->arena, stored[i]));
}

void library_words_take(struct visit *v, struct library_words *words)
{
	for (int i = 0; i < WORD__MAX; i++) {
		struct str mark = form_get(&v->admin->form, arena_printf(v->arena, "was.%s", names[i]).p);
		struct str typed = form_get(&v->admin->form, names[i]), stored = words->at[i].stored;
		if (!str_given(mark) || !str_given(typed))
			continue;
		typed = str_trim(form_lf(v->arena, typed));
		if (str_eq(settings_mark(typed, v->arena), mark))
			continue;
		words->changed = words->at[i].changed = true;
		words->at[i].shown = typed;
		words->at[i].theirs = !str_eq(settings_mark(stored, v->arena), mark) && !str_eq(stored, typed);
	}
}

static bool refuse(struct library_words *words, const char *phrase, int status)
{
	words->problem = phrase;
	words->status = status;
	return false;
}

bool library_words_put(struct visit *v, struct library_words *words, struct media_item *item)
{
	struct media_item put = *item;
	struct str *const texts[WORD__MAX] = {
		[WORD_NAME] = &put.name, [WORD_ALT] = &put.alt, [WORD_CAPTION] = &put.caption, [WORD_CREDIT] = &put.credit,
	};
	int64_t *const numbers[WORD__MAX] = { [WORD_FOCAL_X] = &put.focal_x, [WORD_FOCAL_Y] = &put.focal_y };
	bool theirs = false;
	for (int i = 0; i < WORD__MAX; i++) {
		struct str typed = words->at[i].shown;
		if (!words->at[i].changed)
			continue;
		theirs = theirs || words->at[i].theirs;
		if (numbers[i] ? !thousandths_of(typed, numbers[i]) : typed.n > TEXT_MAX_B || (i == WORD_NAME && str_empty(typed)))
			return refuse(words, "media_wrong_fields", 422);
		if (texts[i])
			*texts[i] = typed;
	}
	if (theirs)
		return refuse(words, "media_wrong_theirs", 409);
	if (words->at[WORD_NAME].changed)
		put.name = media_name(v->arena, put.name, put.mime.p ? arena_cstr(v->arena, put.mime) : "");
	*item = put;
	return true;
}

void library_words_values(struct visit *v, const struct library_words *words, struct value *item)
{
	struct value *all = value_object(v->arena, item, "words");
	for (int i = 0; i < WORD__MAX; i++) {
		struct value *word = value_object(v->arena, all, names[i]);
		value_text(v->arena, word, "value", words->at[i].shown);
		value_text(v->arena, word, "mark", settings_mark(words->at[i].stored, v->arena));
		value_bool(v->arena, word, "theirs", words->at[i].theirs);
		value_text(v->arena, word, "stored", words->at[i].stored);
	}
}
