/* outbox.h: mails that wait to be sent. */
#ifndef PLATEN_STORE_OUTBOX_H
#define PLATEN_STORE_OUTBOX_H

#include "db/db.h"

/* Stands in a text where its one-time link is to stand. Links are kept as hashes alone (access_link.h), so that
 * nobody who reads the database or a copy of it can use one, and this table makes no exception: whoever sends
 * the mail makes a new link for `user_id` (team_link(), which ends the link before it and takes the mail out of
 * this table) and puts it here. */
#define OUTBOX_LINK "{link}"

/* One with a link in it goes with the link, when that is used, replaced or over. */
struct outbox_mail {
	int64_t id;
	int64_t user_id;          /* whom it is about; gone with that person */
	struct str to, subject;
	struct str text;          /* with OUTBOX_LINK, never with a link */
	int64_t made_ms, expires_ms;
};

struct outbox_mails {
	struct outbox_mail *items;
	size_t count;
};

/* In the transaction that makes what the mail tells of. `mail->id` is not looked at. RC_INVALID: no such person. */
NODISCARD enum rc outbox_add(struct db_tx *tx, const struct outbox_mail *mail, struct err *err);
/* The first made first, those whose time is over left out; texts live in `arena`. */
NODISCARD enum rc outbox_list(struct db_ro *db, int64_t now_ms, int64_t limit, struct arena *arena,
			      struct outbox_mails *out, struct err *err);
/* Those about that person; none is fine. */
NODISCARD enum rc outbox_clear(struct db_tx *tx, int64_t user_id, struct err *err);

#endif
