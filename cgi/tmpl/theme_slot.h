/* theme_slot.h: the current generation of a theme, for any number of threads, reloaded on change.
 *
 * A generation that is being used stays alive until its last user lets go; a folder that no longer
 * loads leaves the last good one in place, and its report can be shown to the author. Taking and
 * letting go is one atomic addition each. All functions are thread-safe but open and close. */
#ifndef PLATEN_TMPL_THEME_SLOT_H
#define PLATEN_TMPL_THEME_SLOT_H

#include "tmpl/theme.h"

struct theme_slot;

/* Loads the theme (see theme_load). When `dir` does not load and `fallback_dir` is given, the slot
 * opens with the fallback alone, so that a broken theme does not keep the site from starting: see
 * theme_slot_report(). Otherwise the failure of theme_load(). The caller owns *out. */
NODISCARD enum rc theme_slot_open(const char *dir, const char *fallback_dir, struct theme_slot **out,
				  struct err *err);
/* Nothing may be held any more. NULL allowed. */
void theme_slot_close(struct theme_slot *slot);

struct theme_hold {
	const struct theme *theme;
	unsigned generation; /* of this slot; a number that tells two generations apart */
	unsigned entry;      /* private */
};

/* The current generation, until the hold is given back. Never fails, takes no lock. */
struct theme_hold theme_slot_acquire(struct theme_slot *slot);
void theme_slot_release(struct theme_slot *slot, struct theme_hold hold);

/* Looks whether the folders changed since the last attempt (or `always`) and loads them anew;
 * *changed (NULL allowed) tells whether there is a new generation. One reload at a time: RC_BUSY
 * while another thread is at it, or while too many old generations are still in use. A failure
 * leaves the current generation; the next attempt waits for the next change. */
NODISCARD enum rc theme_slot_reload(struct theme_slot *slot, bool always, bool *changed,
				    struct err *err);

/* A copy of the report of the last load, good or failed, in `arena`. RC_OK when that load was good,
 * otherwise its code and message: the theme that is served is then not the one in the folder. */
NODISCARD enum rc theme_slot_report(struct theme_slot *slot, struct arena *arena,
				    struct theme_report *report, struct err *err);

#endif
