/* translation.h: posts that are translations of each other share a word, their translation group. */
#ifndef PLATEN_CORE_TRANSLATION_H
#define PLATEN_CORE_TRANSLATION_H

#include "core/post_save.h"

/* The word that a translation of `post` gets: its own, or for one that has none yet its public id. Borrowed. */
struct str translation_word(const struct post *post);

/* Sees to it that the post has translation_word() stored: where it has none this is a save of its own, by the rights
 * of whoever wrote its text, and needs an actor who may change it (RC_DENIED). RC_CONFLICT: it has another word than
 * `word` by now; RC_NOTFOUND. */
NODISCARD enum rc translation_join(struct db_tx *tx, const struct site *site, struct actor actor, int64_t post_id,
				   struct str word, int64_t now_ms, struct arena *arena, struct err *err);

#endif
