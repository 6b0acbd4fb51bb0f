/* theme_list.h: which themes are there, and what each says of itself. */
#ifndef PLATEN_WEB_THEME_LIST_H
#define PLATEN_WEB_THEME_LIST_H

#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "tmpl/theme.h"

#define THEMES_MAX 200

/* A setting as people read it. */
struct theme_label {
	struct str key, label, hint;   /* "": it says nothing */
};

struct theme_facts {
	struct str name;               /* of the folder: what the setting "theme" has */
	struct str title, version, author, description; /* in the language asked for; "": it says nothing */
	struct str screenshot;         /* of its assets: "screenshot.png"; "": there is none */
	const char *dir;
	bool own;                      /* in the data folder, and so nobody's but this site's */
	struct theme_label *labels;
	size_t label_count;
	struct theme_label *choices;   /* keys are "SETTING.CHOICE" */
	size_t choice_count;
};

struct theme_facts_list {
	struct theme_facts *items;     /* by name */
	size_t count;
};

/* All folders with a readable theme.json, the data folder's own before built-in ones of the same name. */
NODISCARD enum rc theme_list(const struct conf *conf, struct str lang, struct arena *arena,
			     struct theme_facts_list *out, struct err *err);
/* One of them. RC_NOTFOUND; RC_INVALID: its theme.json is wrong. */
NODISCARD enum rc theme_facts_get(const struct conf *conf, struct str name, struct str lang, struct arena *arena,
				  struct theme_facts *out, struct err *err);
/* What is wrong with its templates, in `arena`; empty: nothing. */
NODISCARD enum rc theme_problems(const struct conf *conf, const struct theme_facts *theme, struct arena *arena,
				 struct theme_report *out, struct err *err);
/* The label of a key in such a list; `otherwise` where it says nothing. */
struct str theme_label(const struct theme_label *labels, size_t count, struct str key, struct str otherwise);

#endif
