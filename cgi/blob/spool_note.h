/* spool_note.h: what is noted of all that waits in a spool, so that not each file is looked at for each that comes.
 *
 * Written under the spool's lock. A note that is wrong, because somebody was killed between a file and the note or the
 * machine fell, says too much for a while and never makes anything wait or go; one that is missing or cannot be read is
 * made anew by looking at all. So it is neither synced nor trusted beyond that, and may be removed at any time. */
#ifndef PLATEN_BLOB_SPOOL_NOTE_H
#define PLATEN_BLOB_SPOOL_NOTE_H

#include <stdbool.h>

#include "blob/spool.h"

/* `dir` is the spool's folder. False: there is none, and *out stays. `oldest_ms` is when the first may have come: none waits
 * for longer, but perhaps all wait for less. */
bool spool_note_read(const char *dir, struct blob_waiting *out);
/* When nothing waits, or it cannot be written, there is none afterwards. */
void spool_note_write(const char *dir, const struct blob_waiting *now);
void spool_note_drop(const char *dir);

#endif
