/* encode.h: compresses an answer as its visitor accepts it. */
#ifndef PLATEN_WEB_ENCODE_H
#define PLATEN_WEB_ENCODE_H

#include "http/negotiate.h"
#include "web/visit.h"

/* Whether compressing the answer is worth it and safe. */
bool encode_is_worth_it(const struct visit *v);

/* Which coding the answer will have; adds Vary where another visitor gets another one. Identity for
 * what does not shrink, is small, is a part of a file, or is personal: a compressed page that mixes
 * a secret with what an attacker can choose gives the secret away (BREACH). */
enum http_coding encode_choose(struct visit *v);

/* Compresses the body in that coding, a file read into memory first. Quick levels: this is the way
 * of pages that no cache holds. On failure the answer stays as it was. */
void encode_body(struct visit *v, enum http_coding coding);

#endif
