/* theme_form.h: the settings of a theme on their way between its manifest, the site's setting
 * "theme_settings" and the browser. Two people who change the same one are told, as settings_form.h says. */
#ifndef PLATEN_WEB_THEME_FORM_H
#define PLATEN_WEB_THEME_FORM_H

#include "web/admin.h"
#include "web/skin.h"
#include "web/theme_list.h"

struct theme_entry {
	const struct skin_setting *setting;
	struct str now;         /* stored, or the default */
	struct str shown;       /* as typed, or `now` */
	struct str mark;        /* as it came; STR_NONE: it was not on the form */
	bool changed, theirs, wrong;
};

/* Lives in the visit's arena; the skin must stay. */
struct theme_form {
	const struct skin *skin;
	const struct theme_facts *facts;
	struct theme_entry *entries;
	size_t count;
};

/* `written`: the site's setting, as stored. */
void theme_form_load(struct visit *v, const struct skin *skin, const struct theme_facts *facts, struct str written,
		     struct theme_form *out);
void theme_form_take(struct visit *v, struct theme_form *form);
/* `written` with the theme's part as the form shows it: what is not right stays out. RC_LIMIT. */
NODISCARD enum rc theme_form_write(struct visit *v, const struct theme_form *form, struct str written,
				   struct str *out, struct err *err);
/* Writes what was changed, in a transaction of its own. RC_INVALID: an entry is wrong; RC_CONFLICT: theirs. */
NODISCARD enum rc theme_form_save(struct visit *v, struct theme_form *form, struct err *err);
/* "fields" for theme.mustache. */
void theme_form_values(struct visit *v, const struct theme_form *form, struct value *root);

#endif
