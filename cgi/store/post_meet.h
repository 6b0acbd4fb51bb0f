/* post_meet.h: the posts that several indexes have, all of them in the same order: walked side by side, so that
 * what two common filters share is found without a look at what only one of them has. Private to store/. */
#ifndef PLATEN_STORE_POST_MEET_H
#define PLATEN_STORE_POST_MEET_H

#include "store/post_find.h"

#define POST_MEET_MAX 8

struct post_meet {
	struct db_ro *db;
	/* Each gives id and key behind ?1 (key) and ?2 (id), in order; a statement of its own each. */
	const char *sql[POST_MEET_MAX];
	size_t count;                /* 2 at least */
	bool rises;                  /* the order, of key and id */
	void (*bind)(struct db_stmt *st, const void *ctx); /* what else they have */
	const void *ctx;
	struct post_mark at;         /* it goes on behind this; id 0: from the start */
	int64_t looks;               /* so many entries may still be looked at */
	bool ended;                  /* there are no others */
	struct { struct db_stmt *st; int64_t key; } walks[POST_MEET_MAX]; /* its own, zeroed before */
};

/* The next that all of them have; *found false: `ended`, or no looks are left, and all up to `at` were passed. */
NODISCARD enum rc post_meet_next(struct post_meet *meet, struct post_mark *out, bool *found, struct err *err);
/* In any state, also before the first. */
void post_meet_done(struct post_meet *meet);

#endif
