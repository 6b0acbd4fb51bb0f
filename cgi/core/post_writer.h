/* post_writer.h: by whose rights the raw HTML of a post stands. */
#ifndef PLATEN_CORE_POST_WRITER_H
#define PLATEN_CORE_POST_WRITER_H

#include "core/actor.h"
#include "db/db.h"
#include "store/revision.h"

/* Whoever wrote the text that is saved: what others do with the post beside its text (publishing it from the queue,
 * tagging it among many) lends it no rights of theirs. ACTOR_SYSTEM where nobody is known: the command line. */
NODISCARD enum rc post_writer(struct db_ro *db, int64_t post_id, int64_t now_ms, struct arena *arena, struct actor *out,
			      struct err *err);
/* The same of one of its revisions, an autosave too: bringing it back lends it no rights either. */
NODISCARD enum rc post_writer_of(struct db_ro *db, const struct revision *revision, int64_t now_ms,
				 struct arena *arena, struct actor *out, struct err *err);

#endif
