/* range.h: answers with a file, or the one part of it that was asked for (RFC 9110, 14). */
#ifndef PLATEN_WEB_RANGE_H
#define PLATEN_WEB_RANGE_H

#include "web/visit.h"

struct range {
	int64_t from, to;  /* inclusive */
};

enum range_result { RANGE_WHOLE, RANGE_PART, RANGE_BEYOND };

/* What this request gets of a file of `size_b` bytes, by its Range header and its conditions: *out is set for a
 * part. The answer's ETag must be set. */
enum range_result range_wanted(const struct visit *v, int64_t size_b, struct range *out);

/* Takes `fd`, whatever comes back. A single byte range gives 206; several, other units, malformed
 * ones and a failed If-Range give the whole file; one beyond the end gives 416, for which `fd` may be -1. */
NODISCARD enum rc range_answer(struct visit *v, int fd, int64_t size_b, struct err *err);

/* Reads a Range header's value for a file of `size_b` bytes. */
enum range_result range_parse(struct str header, int64_t size_b, struct range *out);

#endif
