/* progress.h: a progress bar on standard error, when that is a terminal. */
#ifndef PLATEN_CLI_PROGRESS_H
#define PLATEN_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* `ctx` is the verb as a C string ("importing"). Draws at most ten times a second. */
void progress_show(void *ctx, int64_t done, int64_t total);
/* The same as `tell` of struct progress; `ctx` is not used. Never stops anything. */
bool progress_bar(void *ctx, const char *stage, int64_t done, int64_t total, struct str item);
void progress_end(void); /* clears the line */

#endif
