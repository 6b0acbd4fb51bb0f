/* access_log.c: the log line of a request. */
#include "base/base.h"

#include "base/log.h"
#include "web/access_log.h"

struct str access_log_path(const struct http_request *req)
{
	static const char *const secret[] = { "/preview/", "/admin/welcome/" };
	for (size_t i = 0; i < COUNT_OF(secret); i++)
		if (str_istarts(req->path, str_of(secret[i])))
			return str_of(secret[i]);
	return req->raw_path;
}

void access_log(const struct http_request *req, const struct http_response *res, int64_t sent_b, int64_t duration_us)
{
	/* An answer from memory holds nothing that the web server's own log does not have, and telling it took
	 * a sixth of its time. */
	enum log_level level = str_given(res->prepared) ? LOG_DEBUG : LOG_INFO;
	if (!log_enabled(level))
		return;
	/* The query stays out: it may hold what somebody searched for, or a token. */
	LOG(level, "request", LOG_S("id", str_of(req->id)), LOG_S("method", req->method_name),
	    LOG_S("path", access_log_path(req)), LOG_I("status", res->status), LOG_I("sent_b", sent_b),
	    LOG_I("duration_us", duration_us), LOG_S("remote", req->remote_addr));
}
