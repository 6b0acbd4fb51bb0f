/* response.c: building a response and writing its head in CGI form (RFC 3875 section 6). */
#include "base/base.h"
#include "base/log.h"
#include "http/response.h"

#if defined(__SANITIZE_ADDRESS__)
#define DEBUG_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DEBUG_BUILD 1
#endif
#endif
#ifndef DEBUG_BUILD
#define DEBUG_BUILD 0
#endif

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" },
	{ 422, "Unprocessable Content" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 507, "Insufficient Storage" },
};

const char *http_reason(int status)
{
	for (size_t i = 0; i < COUNT_OF(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "";
}

/* Field by field: `headers`, a kilobyte, need not be zeroed. */
void response_init(struct http_response *res, struct arena *arena)
{
	res->arena = arena;
	res->status = 200;
	res->prepared = STR_NONE;
	res->header_count = 0;
	res->body = STR("");
	res->file_fd = -1;
	res->file_length_b = 0;
	res->release = NULL;
	res->await = NULL;
	res->owner = NULL;
	res->head_only = false;
}

static struct response_header *find(const struct http_response *res, const char *name)
{
	for (size_t i = 0; i < res->header_count; i++)
		if (strcasecmp(res->headers[i].name, name) == 0)
			return (struct response_header *)(uintptr_t)&res->headers[i];
	return NULL;
}

/* A line break would begin another header or the body: response splitting. */
static enum rc check_value(const char *name, struct str value, struct err *err)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] == '\r' || value.p[i] == '\n' || value.p[i] == '\0')
			return err_set(err, RC_INVALID, "the value of %s holds a line break or NUL", name);
	return RC_OK;
}

static enum rc check_room(const struct http_response *res, const char *name, struct str value,
			  const struct response_header *replaced, struct err *err)
{
	size_t total_b = strlen(name) + value.n + 4;
	if (!replaced && res->header_count == RESPONSE_HEADERS_MAX)
		return err_set(err, RC_LIMIT, "the response has more than %d headers", RESPONSE_HEADERS_MAX);
	for (size_t i = 0; i < res->header_count; i++)
		if (&res->headers[i] != replaced)
			total_b += strlen(res->headers[i].name) + res->headers[i].value.n + 4;
	if (total_b > RESPONSE_HEADERS_MAX_B)
		return err_set(err, RC_LIMIT, "the response's headers are longer than the limit of %d bytes",
			       RESPONSE_HEADERS_MAX_B);
	return RC_OK;
}

static enum rc put(struct http_response *res, const char *name, struct str value,
		   struct response_header *at, struct err *err)
{
	enum rc rc = check_value(name, value, err);
	if (rc == RC_OK)
		rc = check_room(res, name, value, at, err);
	if (rc != RC_OK)
		return rc;
	if (!at)
		at = &res->headers[res->header_count++];
	*at = (struct response_header){ name, arena_str(res->arena, str_given(value) ? value : STR("")) };
	return RC_OK;
}

enum rc response_header(struct http_response *res, const char *name, struct str value, struct err *err)
{
	return put(res, name, value, NULL, err);
}

void response_set(struct http_response *res, const char *name, struct str value)
{
	struct err err = ERR_INIT;
	if (put(res, name, value, find(res, name), &err) == RC_OK)
		return;
	log_err(LOG_ERROR, "cannot set a response header", &err);
	if (DEBUG_BUILD)
		abort();
}

struct str response_get(const struct http_response *res, const char *name)
{
	const struct response_header *header = find(res, name);
	return header ? header->value : STR_NONE;
}

static void write_status(int status, struct buf *out)
{
	const char *reason = http_reason(status);
	if (status == 200)
		BUF_LIT(out, "Status: 200 OK\r\n"); /* nearly always: without printf */
	else
		buf_printf(out, "Status: %d%s%s\r\n", status, *reason ? " " : "", reason);
}

void response_write_headers(const struct http_response *res, struct buf *out)
{
	for (size_t i = 0; i < res->header_count; i++) {
		buf_cstr(out, res->headers[i].name);
		BUF_LIT(out, ": ");
		buf_str(out, res->headers[i].value);
		BUF_LIT(out, "\r\n");
	}
}

void response_write_head(const struct http_response *res, struct buf *out)
{
	write_status(res->status, out);
	buf_str(out, res->prepared);
	response_write_headers(res, out);
	/* 204 must not and 304 need not have one (RFC 9110 section 8.6). */
	if (res->status != 204 && res->status != 304 && !find(res, "Content-Length")) {
		BUF_LIT(out, "Content-Length: ");
		buf_i64(out, res->file_fd >= 0 ? res->file_length_b : (int64_t)res->body.n);
		BUF_LIT(out, "\r\n");
	}
	BUF_LIT(out, "\r\n");
}
