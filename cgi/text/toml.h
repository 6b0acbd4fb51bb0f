/* toml.h: a complete parser of TOML 1.0.0 (https://toml.io/en/v1.0.0). */
#ifndef PLATEN_TEXT_TOML_H
#define PLATEN_TEXT_TOML_H

#include "text/data.h"

#define TOML_MAX_B ((size_t)1 << 20)

/* Parses a document into a DATA_MAP in `arena`. Dates are DATA_DATE with their text as written.
 * `first_line` (1 for a whole file) is the line number of the first line. RC_INVALID, RC_EXISTS (a
 * key or table twice), RC_LIMIT (size, depth, keys, a number beyond 64 bits): the message says
 * what, `*at` (may be NULL) where. Linear in the source. */
NODISCARD enum rc toml_parse(struct str source, int first_line, struct arena *arena,
			     struct data **out, struct data_at *at, struct err *err);

#endif
