/* bulk_list.h: the posts of an action that a job does: DATA/jobs/TOKEN.posts, a line each. */
#ifndef PLATEN_CORE_BULK_LIST_H
#define PLATEN_CORE_BULK_LIST_H

#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "core/bulk.h"

struct bulk_list;

/* Writing; `conf` outlives the list. A failure on the way is told by bulk_list_end(), which also frees the list; then
 * the file is durable, and so is its name. */
NODISCARD enum rc bulk_list_begin(const struct conf *conf, struct str token, struct bulk_list **out, struct err *err);
void bulk_list_add(struct bulk_list *list, const struct bulk_item *item);
NODISCARD enum rc bulk_list_end(struct bulk_list *list, struct err *err);

/* Reading, from behind the first `skip` posts. RC_NOTFOUND: there is no such list. */
NODISCARD enum rc bulk_list_open(const struct conf *conf, struct str token, size_t skip, struct bulk_list **out,
				 struct err *err);
/* Up to `max` of them, in `arena`; *count 0: the end. RC_CORRUPT. */
NODISCARD enum rc bulk_list_next(struct bulk_list *list, size_t max, struct arena *arena, struct bulk_item *items,
				 size_t *count, struct err *err);
void bulk_list_close(struct bulk_list *list); /* NULL allowed */

void bulk_list_drop(const struct conf *conf, struct str token);

#endif
