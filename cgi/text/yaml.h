/* yaml.h: YAML by libyaml into a value tree, with the types that blog generators give.
 *
 * One document. Plain scalars are resolved as YAML 1.1 does (yes, no, on and off are booleans, as
 * Hugo and Jekyll read them), except that sexagesimal numbers (1:30) stay text; the written text is
 * kept beside. Dates stay text with their own type. Anchors, aliases and merge keys (<<) work; how
 * much they may multiply the document is limited (YAML_NODES_MAX). */
#ifndef PLATEN_TEXT_YAML_H
#define PLATEN_TEXT_YAML_H

#include "text/data.h"

#define YAML_MAX_B ((size_t)1 << 20)
#define YAML_NODES_MAX 100000    /* keys and values in the finished tree, aliases counted as copies */

/* Parses the first document. An empty one gives DATA_NULL. RC_INVALID, RC_EXISTS (duplicate key),
 * RC_LIMIT: the message says what, `*at` (may be NULL) where; `first_line` as in toml.h. */
NODISCARD enum rc yaml_parse(struct str source, int first_line, struct arena *arena,
			     struct data **out, struct data_at *at, struct err *err);

/* Appends `text` as a YAML scalar that reads back as the same text: plain where that is safe, else
 * in double quotes. */
void yaml_text(struct buf *out, struct str text);

#endif
