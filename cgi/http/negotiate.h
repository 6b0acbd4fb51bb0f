/* negotiate.h: what a client accepts: codings and media types with their weights (RFC 9110 section
 * 12.5). A malformed element is passed over. */
#ifndef PLATEN_HTTP_NEGOTIATE_H
#define PLATEN_HTTP_NEGOTIATE_H

#include <stdbool.h>

#include "base/str.h"

enum http_coding { HTTP_IDENTITY, HTTP_GZIP, HTTP_BROTLI, HTTP_CODING__MAX };

/* "" for identity, else the name for Content-Encoding. */
const char *http_coding_name(enum http_coding coding);
/* The best coding of those in `available` (bits 1 << coding; identity is always there) that an
 * Accept-Encoding value allows: the highest weight, and of equal ones brotli before gzip before
 * identity. STR_NONE (no header): identity. */
enum http_coding negotiate_coding(struct str accept_encoding, unsigned available);

/* The weight in thousandths (0 to 1000) that an Accept value gives `type` ("text/html"), by its most
 * specific range. STR_NONE: 1000. */
int negotiate_weight(struct str accept, const char *type);
/* True when application/json or application/problem+json weighs more than text/html. */
bool negotiate_wants_json(struct str accept);

#endif
