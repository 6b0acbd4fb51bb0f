/* post_meet.h: the posts that several indexes have, all of them in the same order: walked side by side, so that
 * what two common filters share is found without a look at what only one of them has. Private to store/. */
#ifndef PLATEN_STORE_POST_MEET_H
#define PLATEN_STORE_POST_MEET_H

#include "store/post_find.h"

#define POST_MEET_MAX 8

/* The entries of one value: id and key, in order. ?1 is the value, ?2 a key. */
struct post_meet_index {
	const char *rest;            /* those whose key is behind ?2 */
	const char *ties;            /* those with that key whose id is behind ?3 */
	struct str text;             /* the value, or STR_NONE: */
	int64_t number;
};

/* Two statements, since one that compares key and id does so for each entry, which was a third of the cost. Their
 * literals are of one index each. */
struct post_meet {
	struct db_ro *db;
	struct post_meet_index of[POST_MEET_MAX];
	size_t count;                /* 2 at least */
	bool rises;                  /* the order, of key and id */
	struct post_mark at;         /* it goes on behind this; id 0: from the start */
	int64_t looks;               /* so many entries may still be looked at */
	bool ended;                  /* there are no others */
	struct { struct db_stmt *st; bool in_ties; int64_t key; } walks[POST_MEET_MAX]; /* its own, zeroed before */
};

/* The next that all of them have; *found false: `ended`, or no looks are left, and all up to `at` were passed. */
NODISCARD enum rc post_meet_next(struct post_meet *meet, struct post_mark *out, bool *found, struct err *err);
/* In any state, also before the first. */
void post_meet_done(struct post_meet *meet);

#endif
