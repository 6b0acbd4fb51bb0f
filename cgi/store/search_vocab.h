/* search_vocab.h: collects how the number of posts that have a word changes, and writes it. Private to
 * store/; search_bulk_begin() and search_bulk_end() are in search.h. */
#ifndef PLATEN_STORE_SEARCH_VOCAB_H
#define PLATEN_STORE_SEARCH_VOCAB_H

#include "db/db.h"
#include "store/search.h"

struct delta;

struct search_bulk {
	struct arena words;
	struct delta *slots; /* a hash table */
	size_t cap, count;
	uint64_t post;       /* raised by the caller for each post: a word counts once a post */
};

void search_bulk_init(struct search_bulk *bulk);
void search_bulk_release(struct search_bulk *bulk);
/* `text` is index text: words with blanks between. `change` is +1 or -1. RC_LIMIT: too many words. */
NODISCARD enum rc search_bulk_count(struct search_bulk *bulk, struct str text, int change, struct err *err);
NODISCARD enum rc search_bulk_write(struct search_bulk *bulk, struct db_tx *tx, struct err *err);

#endif
