/* lint.h: refuses what cannot be escaped safely, and says for each marker where it stands.
 *
 * ctemplate follows a template in a straight line and knows HTML 4. This looks at the same text
 * first and is stricter: a section must end where it began (otherwise what follows stands in two
 * places), names of elements and attributes and unquoted values cannot be filled in, scripts that
 * are data or event attributes neither. */
#ifndef PLATEN_TMPL_LINT_H
#define PLATEN_TMPL_LINT_H

#include "tmpl/program.h"

/* Bytes that no template may have: NUL, \x01 and \x02 (the delimiters towards ctemplate), and what is
 * not UTF-8 (a byte 0xFF makes ctemplate read outside of its tables). False: a fatal problem. */
bool lint_bytes(struct problems *problems, const char *file, struct str text);

/* Walks the steps of every unit and sets their `place`. A unit that another template includes and
 * that is no whole piece of HTML becomes unusable by itself; any other gets a fatal problem. */
void lint_units(struct program *program);

/* A partial that contains itself has to be usable by itself. After emit_units(). */
void lint_includes(struct program *program);

#endif
