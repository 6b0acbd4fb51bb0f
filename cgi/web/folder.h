/* folder.h: the page folder of a process that renders: which finished pages go there, and when it moves.
 *
 * Everything but folder_wants() happens in one thread, the keeper's. core/pages.h has the rules. */
#ifndef PLATEN_WEB_FOLDER_H
#define PLATEN_WEB_FOLDER_H

#include "conf/conf.h"
#include "web/app.h"
#include "web/cached_page.h"

struct folder;

/* `conf` must outlive it. Touches nothing yet. */
struct folder *folder_new(const struct conf *conf);
void folder_free(struct folder *folder); /* NULL allowed */

/* Looks after the link; `edition` is what the process renders with now (NULL: nothing yet). Gives the
 * milliseconds until it wants to be called again. */
int folder_tick(struct folder *folder, const struct edition *edition);

/* For plain CGI, where nothing ticks: `edition` is what this request was rendered with. Removes a bounded
 * part of what nobody reads. */
void folder_take(struct folder *folder, const struct edition *edition);

/* Any thread, a load and a compare: the page should be written, and is taken for written from now on
 * (until the folder moves, or page->written_in is 0 again). */
bool folder_wants(const struct folder *folder, struct cached_page *page);

/* Writes the page as it is, or compressed. True: it was not, and should be. */
bool folder_write(struct folder *folder, struct cached_page *page, bool packed);

#endif
