/* emit.h: units of a program to templates of ctemplate, with every marker's escaping written out.
 *
 * Two passes: in the first every marker has a name of its own and ctemplate's auto-escape says what
 * it would do with each; in the second that is written out, but for one thing: where it chose ":h",
 * which eats newlines, stands Mustache's own escaping. The first pass also has to agree with what
 * lint.c found; a marker that the two judge differently is refused. */
#ifndef PLATEN_TMPL_EMIT_H
#define PLATEN_TMPL_EMIT_H

#include "tmpl/program.h"
#include "tmpl/shim.h"

/* Adds every usable unit to `shim`. What is refused goes into program->problems with file and line;
 * a unit that is included elsewhere and refused by itself becomes unusable. Failures of the library
 * come back as RC_INTERNAL. */
NODISCARD enum rc emit_units(struct program *program, struct shim *shim, struct err *err);

#endif
