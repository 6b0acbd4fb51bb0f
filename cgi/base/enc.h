/* enc.h: encodings and escapes; the escaping context is in the name.
 *
 * Encoders append to a buf (check buf_status() at the end); decoders give false for malformed input
 * and then leave `out` as it was. All are linear. */
#ifndef PLATEN_BASE_ENC_H
#define PLATEN_BASE_ENC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/* RFC 4648 section 4 with padding; section 5 (URL and file name safe) without. Decoding is strict:
 * the right alphabet, the right padding (none for url), no stray bits, no white space. */
void enc_base64(struct buf *out, struct str bytes);
void enc_base64url(struct buf *out, struct str bytes);
bool enc_base64_decode(struct buf *out, struct str text);
bool enc_base64url_decode(struct buf *out, struct str text);

void enc_hex(struct buf *out, struct str bytes);              /* lower case */
bool enc_hex_decode(struct buf *out, struct str text);        /* either case */
void enc_hex_into(char *out, const void *bytes, size_t n);    /* 2n digits and a NUL */
int enc_hex_digit(char c);                                    /* 0..15, or -1 */

/* RFC 3986: what stays as it is in each part of an address; everything else becomes %XX. */
enum enc_part {
	ENC_SEGMENT,   /* one path segment: '/' is escaped */
	ENC_PATH,      /* a path: '/' stays */
	ENC_QUERY,     /* a name or value of a query: '&', '=', '+' and '#' are escaped, space is %20 */
	ENC_STRICT,    /* unreserved characters only (AWS signatures, mailto) */
	ENC_IRI,       /* repairs an address that is there already: keeps %XX and all reserved characters */
	ENC_PART__MAX
};
void enc_percent(struct buf *out, struct str s, enum enc_part part);
struct str enc_percent_dup(struct arena *arena, struct str s, enum enc_part part);
/* Decodes %XX; a '%' without two hex digits is malformed. Bytes come as they are: NUL, '/' and bad
 * UTF-8 are the caller's to judge. `plus` also turns '+' into a space (forms). */
bool enc_percent_decode(struct buf *out, struct str s, bool plus);
/* The same into memory of s.n bytes, which may be s.p itself; no NUL is added. */
bool enc_percent_decode_into(char *out, struct str s, bool plus, size_t *n);

/* Text between tags: & < > ; a value in double or single quotes: also " and '. Neither makes a
 * struct html: for logs, XML and text/ and tmpl/, which do. */
void enc_html_text(struct buf *out, struct str s);
void enc_html_attr(struct buf *out, struct str s);

/* The inside of a JSON string, without the quotes. Malformed UTF-8 becomes U+FFFD; '<', '>', '&',
 * U+2028 and U+2029 become \uXXXX, so that the result may stand inside a script element. */
void enc_json(struct buf *out, struct str s);

#endif
