/* edit_merge.h: two versions of a post put together: what somebody else saved, and what stands in the form. */
#ifndef PLATEN_WEB_EDIT_MERGE_H
#define PLATEN_WEB_EDIT_MERGE_H

#include "text/merge.h"
#include "web/edit.h"

#define EDIT_PICKS_MAX 200       /* conflicts that are decided one by one; the others are both */
#define EDIT_BOTH_MAX 24

/* A field beside the text that both changed. Texts as the form has them; of authors a line each. */
struct edit_both {
	const char *field;            /* as the form calls it */
	struct str mine, theirs;
	enum merge_pick pick;         /* MERGE_MINE or MERGE_THEIRS */
};

/* Lives in the visit's arena. */
struct edit_merge {
	struct merge text;
	int64_t base_id;              /* the revision that both began with; 0: nobody knows */
	struct str mine;              /* the text before anything was merged into it */
	enum merge_pick picks[EDIT_PICKS_MAX];
	struct revision base;         /* what both began with, if base_id is known */
	struct revision theirs;       /* who, when, title and text */
	struct edit_both both[EDIT_BOTH_MAX];
	size_t both_count;
	bool by_hand;                 /* the text was changed after merging: picks are not put in any more */
};

/* Somebody has saved: `theirs` is stored now. What stands in the form becomes both versions put together, as one
 * that was begun with the newest version. */
NODISCARD enum rc edit_merge(struct visit *v, struct db_ro *db, struct edit *e, struct edit *theirs, struct err *err);
/* The same page again: with what was picked on it put into the text. */
NODISCARD enum rc edit_merge_again(struct visit *v, struct db_ro *db, struct edit *e, struct err *err);
/* root.merge. */
void edit_merge_values(struct visit *v, struct value *root, const struct edit *e);

/* --- the fields beside the text (edit_merge_fields.c) --- */

/* Each is one thing, taken from who changed it; where both did, mine stays and m->both has it. Part of edit_merge(), with
 * m->base. */
void edit_merge_fields(struct visit *v, struct edit_merge *m, struct edit *e, const struct edit *theirs);
/* The form may be one of that page: what was picked there since it was shown becomes the field's, unless that was changed
 * by hand. `m` (NULL: nobody asks) gets the fields that were offered. After edit_take_form(). */
NODISCARD enum rc edit_merge_pick(struct visit *v, struct db_ro *db, struct edit *e, struct edit_merge *m, struct err *err);
/* `fields` of `object`. */
void edit_merge_field_values(struct visit *v, struct value *object, const struct edit_merge *m);

#endif
