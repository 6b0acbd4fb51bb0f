/* conditional.h: entity tags and conditional requests (RFC 9110 sections 8.8 and 13). */
#ifndef PLATEN_HTTP_CONDITIONAL_H
#define PLATEN_HTTP_CONDITIONAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"
#include "http/request.h"
#include "http/response.h"

#define ETAG_MAX_B 48

/* Writes a strong tag with its quotes, "\"<32 hex digits>\"", or with "-SUFFIX" behind the digits
 * ("-br": another coding of the same page is another representation). `suffix` may be NULL or at
 * most 8 ASCII letters. NUL-terminated; gives the text. */
struct str etag_write(char out[ETAG_MAX_B], struct hash128 hash, const char *suffix);

/* Whether the list of an If-Match or If-None-Match header ("*", or quoted tags with or without W/)
 * holds `etag`, by weak or strong comparison (section 8.8.3.2). A malformed list ends where it goes
 * wrong. */
bool etag_list_has(struct str list, struct str etag, bool weak);

struct conditional {
	struct str etag;      /* with quotes and W/ if weak; STR_NONE: none */
	int64_t modified_ms;  /* -1: not known */
};

enum conditional_result {
	CONDITIONAL_SEND,         /* answer as if there were no condition */
	CONDITIONAL_NOT_MODIFIED, /* 304 */
	CONDITIONAL_FAILED,       /* 412 */
	CONDITIONAL_RESULT__MAX
};

/* Evaluates If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since in the order of
 * section 13.2.2 for a resource that exists. */
enum conditional_result conditional_check(const struct http_request *req,
					  const struct conditional *now);

/* Makes 304 or 412 of a complete response with status 200 when the request has a condition on its ETag
 * that says so. Our answers have no Last-Modified: conditions on a date are not met or broken by them. */
void conditional_answer(const struct http_request *req, struct http_response *res);

#endif
