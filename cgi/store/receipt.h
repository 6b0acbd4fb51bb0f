/* receipt.h: which signed messages have come, and what was answered: each is done once. */
#ifndef PLATEN_STORE_RECEIPT_H
#define PLATEN_STORE_RECEIPT_H

#include "db/db.h"

struct receipt {
	struct str id;           /* webhook-id */
	struct str task;
	struct str body_hash;    /* SHA-256 of the body in hex */
	int64_t received_ms;
	int64_t lease_until_ms;
	int64_t finished_ms;     /* 0: not yet */
	struct str result;       /* STR_NONE: not yet */
};

enum receipt_state {
	RECEIPT_OURS,     /* new, or somebody died over it: do it; the row says running until its lease ends */
	RECEIPT_DONE,     /* result is there */
	RECEIPT_RUNNING,  /* somebody else does it until lease_until_ms */
	RECEIPT_OTHER,    /* the id was used for another task or body */
};

/* Takes the message `wanted` (id, task, body_hash, received_ms: now, lease_until_ms) for this caller, or
 * tells what is there: *found, in `arena` or borrowed from `wanted`. Commit before anything is done.
 *
 * Whoever takes it is known by the end of his lease, which is another one each time (who would get the same one
 * finds it running): *found of RECEIPT_OURS is what the functions below want to see. Hence a run that outlived
 * its lease neither ends nor releases what another run has taken since. */
NODISCARD enum rc receipt_take(struct db_tx *tx, const struct receipt *wanted, struct arena *arena,
			       enum receipt_state *state, struct receipt *found, struct err *err);
/* *ours false: it was taken by another run since, or is finished, and nothing is changed. */
NODISCARD enum rc receipt_finish(struct db_tx *tx, const struct receipt *taken, int64_t now_ms, struct str result,
				 bool *ours, struct err *err);
/* It was tried and failed: whoever sends the message again has it done again. *ours as above. */
NODISCARD enum rc receipt_release(struct db_tx *tx, const struct receipt *taken, bool *ours, struct err *err);
/* What there is of the message `wanted` (as for receipt_take()), taking nothing: RECEIPT_OURS is one that
 * nobody does. RC_NOTFOUND. */
NODISCARD enum rc receipt_look(struct db_ro *db, const struct receipt *wanted, struct arena *arena,
			       enum receipt_state *state, struct receipt *found, struct err *err);

#endif
