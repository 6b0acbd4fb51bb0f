/* access_log.h: the log line of a request. */
#ifndef PLATEN_WEB_ACCESS_LOG_H
#define PLATEN_WEB_ACCESS_LOG_H

#include "http/request.h"
#include "http/response.h"

/* The path as logs may have it: where it holds a token that opens something, only what stands before it. */
struct str access_log_path(const struct http_request *req);
/* After the answer was written or given up; `sent_b` and `duration_us` as `done` of front.h has them. */
void access_log(const struct http_request *req, const struct http_response *res, int64_t sent_b, int64_t duration_us);

#endif
