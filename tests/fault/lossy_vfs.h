/* lossy_vfs.h: a disk that loses what was not synced when the power fails.
 *
 * Wraps SQLite's unix VFS under the name "lossy". Writes go to the files at once, so that the process
 * sees them, and into a log until the file is synced. At the crash everything unsynced is taken back
 * and then, as a disk with a cache may have done, a random part of it written again: some writes
 * whole, some cut at a sector, in their order. */
#ifndef PLATEN_TESTS_FAULT_LOSSY_VFS_H
#define PLATEN_TESTS_FAULT_LOSSY_VFS_H

#include <stdbool.h>
#include <stdint.h>

/* Registers the VFS. The process ends with LOSSY_EXIT at the `writes`-th write or sync from now;
 * `keep_some`: a part of the unsynced writes survives, chosen by `seed`. */
#define LOSSY_EXIT 77
void lossy_begin(long writes, bool keep_some, uint32_t seed);

#endif
