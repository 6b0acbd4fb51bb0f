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
 * tells what is there: *found, in `arena` or borrowed from `wanted`. Commit before anything is done. */
NODISCARD enum rc receipt_take(struct db_tx *tx, const struct receipt *wanted, struct arena *arena,
			       enum receipt_state *state, struct receipt *found, struct err *err);
/* RC_NOTFOUND: there is no such receipt that runs. */
NODISCARD enum rc receipt_finish(struct db_tx *tx, struct str id, int64_t now_ms, struct str result,
				 struct err *err);
/* It was tried and failed: whoever sends the message again has it done again. RC_NOTFOUND as above. */
NODISCARD enum rc receipt_release(struct db_tx *tx, struct str id, struct err *err);

#endif
