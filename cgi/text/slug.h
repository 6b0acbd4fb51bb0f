/* slug.h: the last part of an address, made from a title. */
#ifndef PLATEN_TEXT_SLUG_H
#define PLATEN_TEXT_SLUG_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

#define SLUG_MAX_B 200 /* of a valid slug */

enum slug_letters {
	SLUG_ASCII,  /* Latin, Greek and Cyrillic become a-z; other scripts stay. For addresses */
	SLUG_UNICODE /* every script stays, in lower case. For anchors of headings */
};

/* The title in lower case with one hyphen between words; "" when it has no letter or digit. The
 * result is at most `max_b` bytes (0: SLUG_MAX_B), cut between words where one ends in the second
 * half of it. `language` is a BCP 47 tag or STR_NONE: with "de" the umlauts become ae, oe, ue.
 * Bytes that are not UTF-8 part words. The result lives in `arena`. slug_make() of a result is that
 * result. */
struct str slug_make(struct arena *arena, struct str title, enum slug_letters letters,
		     struct str language, size_t max_b);

/* Whether a stored or typed slug may stand in an address: letters and digits without upper case,
 * with single hyphens or underscores between them, valid UTF-8, at most SLUG_MAX_B bytes. Which
 * words are reserved is for core to say. */
bool slug_is_valid(struct str slug);

#endif
