/* edit.h: a post on its way between the store and the page where it is written. */
#ifndef PLATEN_WEB_EDIT_H
#define PLATEN_WEB_EDIT_H

#include "core/desk.h"
#include "store/post.h"
#include "web/admin.h"

/* A post as the page shows it: from the store, or as it was typed. Texts live in the visit's arena. */
struct edit {
	struct post post;             /* id 0: a new one */
	struct str tags;              /* "Ink, Paper" */
	struct str at;                /* "2026-11-21T10:00" in the site's zone, as typed; "": none */
	bool slug_typed;
	struct str key;               /* what unsaved text is kept by: the public id, or the new page's own name */
	int64_t known_ms;             /* when the unsaved text that stands in the form was kept; 0: none does */
	/* What is said above the form. */
	struct str problem;           /* STR_NONE: none */
	const struct post *theirs;    /* saved by somebody else meanwhile; NULL: nothing */
	const struct autosave *offer; /* typed once and not saved; NULL: nothing */
};

/* The post that the address names. RC_NOTFOUND; RC_DENIED: somebody else's. */
NODISCARD enum rc edit_load(struct visit *v, struct db_ro *db, struct edit *e, struct err *err);
/* A new one. */
void edit_begin(struct visit *v, struct edit *e);
/* What was typed, over what is there. */
void edit_take_form(struct visit *v, struct edit *e);
/* The names between commas; `out` has room for POST_TAGS_MAX. */
void edit_split_tags(struct str text, struct str *out, size_t *count);

/* The fields beside title and text, as JSON; and the way back. */
NODISCARD enum rc edit_fields(struct visit *v, const struct edit *e, struct str *out, struct err *err);
NODISCARD enum rc edit_take_unsaved(struct visit *v, const struct autosave *unsaved, struct edit *e,
				    struct err *err);

/* "2026-11-21T10:00" in the site's zone; "" for 0. "21 November 2026, 10:00" for people. */
struct str edit_local_time(struct visit *v, int64_t at_ms);
struct str edit_when(struct visit *v, int64_t at_ms);
/* "/admin/posts/ID" + tail. */
struct str edit_path(struct visit *v, const struct edit *e, struct str tail);

#endif
