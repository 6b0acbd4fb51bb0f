/* html_entity.h: character references (&amp; &#39; &#x27;) of HTML. */
#ifndef PLATEN_TEXT_HTML_ENTITY_H
#define PLATEN_TEXT_HTML_ENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* With text[*at] being '&': the code point of the reference that stands there, and *at moves behind
 * it; false, and *at stays, when none does. Numeric references end with or without a semicolon and
 * follow the HTML standard (13.2.5.80: zero, surrogates and what lies beyond Unicode are U+FFFD,
 * 0x80 to 0x9F are windows-1252); names need the semicolon and are those of HTML 4 and of ASCII. */
bool html_entity(struct str text, size_t *at, uint32_t *code);

/* Appends `text` with its references replaced by what they mean. */
void html_decode(struct buf *out, struct str text);

/* How many bytes from text[at] ('&') on have the form of a reference that may be copied as it is:
 * a name or a number of an assigned range, with its semicolon. 0: none. */
size_t html_entity_form(struct str text, size_t at);

#endif
