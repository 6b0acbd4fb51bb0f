/* settings_form.h: a page of the site's settings on its way between the table of settings, the store and
 * the browser.
 *
 * Each field comes with a mark of the value that the page was made with. Only a field whose text is another
 * one than that was changed by this person; when what is stored is another one by then, too, somebody else
 * was faster: nothing is written, and the page tells of both. */
#ifndef PLATEN_WEB_SETTINGS_FORM_H
#define PLATEN_WEB_SETTINGS_FORM_H

#include "core/settings.h"
#include "web/admin.h"

/* How a setting is shown. */
enum settings_control {
	SET_LINE,      /* one line */
	SET_LINES,     /* several */
	SET_CODE,      /* HTML by an owner */
	SET_PICTURE,   /* the address of one */
	SET_CHECK,
	SET_NUMBER,
	SET_CHOICE,
	SET_LANG,      /* a line with suggestions, as the next two */
	SET_ZONE,
	SET_PAGE,      /* the address of a page that is there */
	SET_PATH,
	SET_PATTERN,   /* of addresses */
	SET_LINKS,     /* rows of name, label and address */
	SET_TIMES,     /* a line for each task of the maintenance */
	SET_PASSWORD,  /* never shown; only a new one is written */
	SET_CONTROL__MAX
};

struct settings_field {
	const char *key;
	enum settings_control control;
};

#define SETTINGS_FIELDS_MAX 10
struct settings_page {
	const char *name;      /* in the address; the phrases have it as "set_in_NAME" */
	struct settings_field fields[SETTINGS_FIELDS_MAX + 1]; /* ends with a key of NULL */
};

extern const struct settings_page settings_pages[]; /* ends with a name of NULL */
/* NULL: there is none of that name. */
const struct settings_page *settings_page_find(struct str name);

/* A field on its way. Texts are in the visit's arena. */
struct settings_entry {
	const struct settings_field *field;
	const struct setting_def *def;
	struct str stored;     /* in the form that it is typed in; the default when nobody has set it */
	struct str shown;      /* as typed, or stored */
	struct str mark;       /* as it came; STR_NONE: the field was not on the form */
	bool changed;          /* typed is another one than the page was made with */
	bool theirs;           /* somebody else has changed it meanwhile */
	struct str wrong;      /* a sentence; STR_NONE: nothing */
};

struct settings_form {
	const struct settings_page *page;
	struct settings_entry entries[SETTINGS_FIELDS_MAX];
	size_t count;
};

#define SETTINGS_MARK_CHARS 32
/* The mark of a text. */
struct str settings_mark(struct str text, struct arena *arena);
/* A problem of the entry: the phrase of that key, filled in. */
void settings_wrong(struct visit *v, struct settings_entry *entry, const char *phrase);
/* The entry of that setting; NULL: not on this page. */
struct settings_entry *settings_entry(struct settings_form *form, const char *key);

/* What is stored. */
NODISCARD enum rc settings_load(struct visit *v, struct db_ro *db, const struct settings_page *page,
				struct settings_form *out, struct err *err);
/* What was typed, over what is there. */
void settings_take(struct visit *v, struct settings_form *form);
/* Checks what has changed and writes it with an entry of the audit log; what must be made again because of
 * it is ordered. *saved: the keys that were written, with ", " between; "" when nothing has changed.
 * RC_INVALID: at least one entry is wrong; RC_CONFLICT: theirs; nothing was written then. */
NODISCARD enum rc settings_save(struct visit *v, struct settings_form *form, struct str *saved, struct err *err);

/* Hangs "fields" into `root` for settings.mustache. */
NODISCARD enum rc settings_values(struct visit *v, struct db_ro *db, const struct settings_form *form,
				  struct value *root, struct err *err);
/* "sections", the pages to choose from, of which `name` is shown. */
void settings_sections(struct visit *v, struct value *root, const char *name);

/* For pages that save in parts: does what a change ordered (rebuild.h) for a moment, so that a small site is
 * up to date when the page comes back. */
void settings_catch_up(struct visit *v);

#endif
