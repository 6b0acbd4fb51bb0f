/* visible.h: who may see a post or page at a moment: the one predicate. */
#ifndef PLATEN_WEB_VISIBLE_H
#define PLATEN_WEB_VISIBLE_H

#include <stdint.h>

#include "base/str.h"

enum visible {
	VISIBLE_NO,        /* nobody: a draft, in the trash, or its time has not come */
	VISIBLE_YES,       /* everybody who has the address */
	VISIBLE_PASSWORD,  /* whoever knows its password */
	VISIBLE_TEAM,      /* people with a login */
};

/* Arguments as in struct post; published_ms 0: never published. What is not understood is not seen. */
enum visible visible_at(struct str status, struct str visibility, int64_t published_ms, int64_t now_ms);

#endif
