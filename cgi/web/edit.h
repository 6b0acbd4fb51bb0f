/* edit.h: a post on its way between the store and the page where it is written. */
#ifndef PLATEN_WEB_EDIT_H
#define PLATEN_WEB_EDIT_H

#include "core/desk.h"
#include "store/post.h"
#include "web/admin.h"

#define EDIT_WRONG_MAX 16
#define EDIT_CUSTOM_MAX 100      /* own fields of a form */

/* What is wrong with a field: stands below it. */
struct edit_wrong {
	const char *field;            /* as the form calls it */
	struct str text;
};

struct edit_merge;
struct json;
struct report;

/* A post as the page shows it: from the store, or as it was typed. Texts live in the visit's arena. */
struct edit {
	struct post post;             /* id 0: a new one */
	struct str tags;              /* "Ink, Paper" */
	struct str at;                /* "2026-11-21T10:00" in the person's zone, as typed; "": none */
	struct str authors[POST_AUTHORS_MAX]; /* as core/author.h names them, in their order */
	size_t author_count;
	bool authors_typed;           /* by somebody who may: they are written */
	struct str parent;            /* public id of the page above; "": none */
	struct str password;          /* STR_NONE: none was typed, what is there stays */
	bool slug_typed;
	struct str translation_of;    /* the post that it is said to be a translation of, as typed; "": nothing is said */
	struct str translate_lang;    /* the language that it is to be translated into, as typed */
	int64_t joins_id;             /* the post whose word it gets, stored with it; 0: none */
	struct str key;               /* what unsaved text is kept by: the public id, or the new page's own name */
	int64_t known_ms;             /* when the unsaved text that stands in the form was kept; 0: none does */
	int64_t base_id;              /* the revision that the writer began with; 0: nobody knows */
	struct str newer;             /* who saved meanwhile, as edit_newer() has it; "" or STR_NONE: nobody */
	/* What is said above the form and below its fields. */
	struct str problem;           /* STR_NONE: none */
	struct edit_wrong wrong[EDIT_WRONG_MAX];
	size_t wrong_count;
	const struct edit_merge *merge; /* with what somebody else saved meanwhile; NULL: nothing (edit_merge.h) */
	const struct report *report;  /* what was looked for before publishing; NULL: nothing was (core/report.h) */
	bool publishes;               /* it was asked for by who wanted to publish */
	const struct autosave *offer; /* typed once and not saved; NULL: nothing */
};

/* --- from the store (edit.c) --- */

/* The post that the address names. RC_NOTFOUND; RC_DENIED: somebody else's. */
NODISCARD enum rc edit_load(struct visit *v, struct db_ro *db, struct edit *e, struct err *err);
/* A new one. */
NODISCARD enum rc edit_begin(struct visit *v, struct db_ro *db, struct edit *e, struct err *err);
/* The one that the address names, or a new one where it names none. */
NODISCARD enum rc edit_open(struct visit *v, struct db_ro *db, struct edit *e, struct err *err);
/* The draft that core saves. `tags` has room for POST_TAGS_MAX, and lives as long as the draft does. */
struct post_draft edit_draft(struct visit *v, const struct edit *e, struct str *tags);

/* What is typed was begun with e->post.version, and version `stored` is there now: who saved that and when, in words, and
 * what becomes of it. *out "": it is the same. */
NODISCARD enum rc edit_newer(struct visit *v, struct db_ro *db, const struct edit *e, int64_t stored, struct str *out,
			     struct err *err);

/* "2026-11-21T10:00" in the person's zone; "" for 0. "21 November 2026, 10:00" for people. */
struct str edit_local_time(struct visit *v, int64_t at_ms);
struct str edit_when(struct visit *v, int64_t at_ms);
/* "/admin/posts/ID" + tail. */
struct str edit_path(struct visit *v, const struct edit *e, struct str tail);

/* --- as it was typed (edit_form.c) --- */

/* The fields of one text each, beside title, Markdown and slug: their names in forms and in revisions. */
struct edit_text {
	const char *name;
	size_t at;                    /* in struct post */
	size_t max_b;
	bool is_address;
};
extern const struct edit_text edit_texts[];
extern const size_t edit_text_count;
struct str *edit_text_of(struct post *post, const struct edit_text *text);

/* What was typed, over what is there. */
void edit_take_form(struct visit *v, struct edit *e);
/* The names between commas; `out` has room for POST_TAGS_MAX. */
void edit_split_tags(struct str text, struct str *out, size_t *count);
/* Looks at every field, resolves the ones that name something. RC_INVALID: e->wrong has what is wrong. */
NODISCARD enum rc edit_check(struct visit *v, struct db_ro *db, struct edit *e, struct err *err);
/* `phrase` stands below the field. */
void edit_complain(struct visit *v, struct edit *e, const char *field, const char *phrase);

/* --- the same post in other languages (edit_translation.c) --- */

/* What the form says of it; part of edit_take_form(). */
void edit_translation_take(struct visit *v, struct edit *e);
/* Finds the post that was named; part of edit_check(). */
NODISCARD enum rc edit_translation_check(struct visit *v, struct db_ro *db, struct edit *e, struct err *err);
/* For the copy that is to be translated: its language and word. False: the language is not right, with a complaint. */
bool edit_translation_begin(struct visit *v, struct edit *e);
NODISCARD enum rc edit_translation_values(struct visit *v, struct db_ro *db, struct value *root, const struct edit *e,
					  struct err *err);

/* --- what nobody has saved yet (edit_unsaved.c) --- */

/* The fields beside title and text, as JSON; and the way back. */
NODISCARD enum rc edit_fields(struct visit *v, const struct edit *e, struct str *out, struct err *err);
/* "Ink, Paper" of a list of texts. */
struct str edit_joined(struct visit *v, const struct json *list);
NODISCARD enum rc edit_take_unsaved(struct visit *v, const struct autosave *unsaved, struct edit *e,
				    struct err *err);

/* --- the page (edit_values.c, page_presence.c) --- */

/* Who else has the post open, in words; notes that this person has. "": nobody. */
struct str edit_others(struct visit *v, struct db_ro *db, int64_t post_id);

/* Everything that the form's fields show. */
NODISCARD enum rc edit_values(struct visit *v, struct db_ro *db, struct value *root, const struct edit *e, struct err *err);

#endif
