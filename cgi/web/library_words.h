/* library_words.h: what the form of a file's page says of it, beside what is stored: two who write at the same time lose
 * nothing of each other. */
#ifndef PLATEN_WEB_LIBRARY_WORDS_H
#define PLATEN_WEB_LIBRARY_WORDS_H

#include <stdbool.h>

#include "store/media_item.h"
#include "tmpl/value.h"
#include "web/visit.h"

enum library_word { WORD_NAME, WORD_ALT, WORD_CAPTION, WORD_CREDIT, WORD_FOCAL_X, WORD_FOCAL_Y, WORD__MAX };

/* Texts are in the visit's arena or the item's. */
struct library_words {
	struct {
		struct str stored;
		struct str shown;      /* as typed, or stored */
		bool changed;          /* typed is another one than the page was made with */
		bool theirs;           /* and somebody else has changed it meanwhile */
	} at[WORD__MAX];
	bool changed;                  /* anything */
	const char *problem;           /* a phrase; NULL: none */
	int status;                    /* that suits it */
};

/* What is stored. */
void library_words_of(struct visit *v, const struct media_item *item, struct library_words *out);
/* What was typed, over what is there. A field without "was.NAME", the mark of what its page was made with, is none of the
 * form. */
void library_words_take(struct visit *v, struct library_words *words);
/* What was changed, into the item that the words are of. False: something is too long, empty or no number, or somebody else
 * has changed the same; `problem` says it, and the item is as it was. */
bool library_words_put(struct visit *v, struct library_words *words, struct media_item *item);
/* Into `item`: words, with name alt caption credit focal_x focal_y, and of each: value mark theirs stored. */
void library_words_values(struct visit *v, const struct library_words *words, struct value *item);

#endif
