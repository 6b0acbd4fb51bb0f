/* lock.h: the password forms of a private site and of protected posts. */
#ifndef PLATEN_WEB_LOCK_H
#define PLATEN_WEB_LOCK_H

#include <stdbool.h>

#include "base/err.h"
#include "store/post.h"
#include "web/visit.h"

/* Lets a visitor of a private site pass who has given its password (*answered false); else answers
 * with the form, or takes what was posted from it. A refusal for a machine (feeds, images) is 403
 * too, with the same page. */
NODISCARD enum rc lock_site(struct visit *v, bool *answered, struct err *err);

/* The same for a post's own password, on GET and on POST. */
NODISCARD enum rc lock_post(struct visit *v, const struct post *post, bool *answered, struct err *err);

/* Whether this visitor has opened the post already; nothing is answered. Marks the visit personal. */
bool lock_post_is_open(struct visit *v, const struct post *post);

#endif
