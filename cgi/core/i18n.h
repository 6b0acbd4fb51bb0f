/* i18n.h: the phrases a visitor reads, in the site's language: templates/lang/LANG.json.
 *
 * Phrases have {n}, {name} ... placeholders; plural ones are objects {"one": ..., "other": ...}. */
#ifndef PLATEN_CORE_I18N_H
#define PLATEN_CORE_I18N_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "tmpl/value.h"

struct i18n;      /* one language */
struct i18n_set;  /* all of a folder; immutable, shared by threads */

NODISCARD enum rc i18n_load(const char *lang_dir, struct i18n_set **out, struct err *err);
void i18n_free(struct i18n_set *set);
/* Tells one state of the phrases from another. */
uint64_t i18n_stamp(const struct i18n_set *set);

/* The best match: "de-AT" takes "de"; a language without phrases takes English. Never NULL. */
const struct i18n *i18n_for(const struct i18n_set *set, struct str lang);
struct str i18n_lang(const struct i18n *i18n); /* the language that was found */

/* The phrase, or the key itself when it is missing (and a test fails). */
struct str i18n_text(const struct i18n *i18n, const char *key);
/* Digits in the groups of the language: "12,345". */
struct str i18n_number(const struct i18n *i18n, int64_t n, struct arena *arena);
/* With {n} (grouped digits) and the plural form for `n`. */
struct str i18n_count(const struct i18n *i18n, const char *key, int64_t n, struct arena *arena);
/* With placeholders replaced: pairs of name and text, `count` pairs. */
struct i18n_pair { const char *name; struct str text; };
struct str i18n_fill(const struct i18n *i18n, const char *key, const struct i18n_pair *pairs,
		     size_t count, struct arena *arena);

enum i18n_date { I18N_DATE_LONG, I18N_DATE_SHORT, I18N_DATE_DAY_MONTH, I18N_DATE_MONTH_YEAR };
/* A date in the site's zone ("21 November 2026"), in this language. */
struct str i18n_date(const struct i18n *i18n, int64_t at_ms, struct str zone_id, enum i18n_date style,
		     struct arena *arena);
struct str i18n_month(const struct i18n *i18n, int month); /* 1 to 12 */

/* All plain phrases as an object for templates ({{t.key}}); built once, shared by every render. */
const struct value *i18n_values(const struct i18n *i18n);

/* "ltr" or "rtl" of a language tag; the language's own name ("Deutsch"), or the tag. */
const char *lang_dir(struct str lang);
struct str lang_name(struct str lang);
/* A well-formed BCP 47 tag as far as language, script and region go. */
bool lang_is_valid(struct str lang);

#endif
