/* s3_object.c: one object of an S3 bucket: put, looked at, got, deleted. */
#include "base/base.h"

#include "net/s3_impl.h"

/* What is read of an answer to one request: errors and addresses. */
#define CALL_ARENA_B ((size_t)1 << 20)

static enum rc check_key(struct str key, struct err *err)
{
	if (str_given(key) && key.n > 0 && key.n <= S3_KEY_MAX_B)
		return RC_OK;
	return err_set(err, RC_INVALID, "the key of an S3 object has 1 to %d bytes", S3_KEY_MAX_B);
}

/* A call for an object, and what is read of its answer in `arena`; close_call() ends both. */
static enum rc open_call(struct s3_call *call, struct arena *arena, const char *method, struct str key, struct err *err)
{
	enum rc rc = check_key(key, err);
	if (rc != RC_OK)
		return rc;
	arena_init(arena, CALL_ARENA_B);
	s3_call_init(call, method, key);
	return RC_OK;
}

static enum rc close_call(struct s3_call *call, struct arena *arena, enum rc rc)
{
	s3_call_release(call);
	arena_release(arena);
	return rc;
}

void s3_put_headers(struct s3 *s3, struct s3_call *call, const struct s3_put *put)
{
	s3_call_header(call, STR("content-type"), str_given(put->type) ? put->type : STR("application/octet-stream"));
	s3_call_header(call, STR("cache-control"), put->cache_control);
	s3_call_header(call, STR("x-amz-storage-class"), s3->config.storage_class);
	s3_call_header(call, STR("x-amz-server-side-encryption"), s3->config.encryption);
}

static enum rc put_whole(struct s3 *s3, struct str key, const struct s3_source *source, const struct s3_put *put,
			 struct err *err)
{
	struct s3_call call;
	struct arena arena;
	enum rc rc = open_call(&call, &arena, "PUT", key, err);
	if (rc != RC_OK)
		return rc;
	call.body = source;
	if (str_given(source->sha256))
		snprintf(call.body_sha256, sizeof call.body_sha256, "%.*s", STR_ARG(source->sha256));
	s3_put_headers(s3, &call, put);
	if (put->exclusive)
		s3_call_header(&call, STR("if-none-match"), STR("*"));
	rc = s3_perform(s3, &call, &arena, err);
	return close_call(&call, &arena, rc);
}

enum rc s3_put(struct s3 *s3, struct str key, const struct s3_source *source, const struct s3_put *put, struct err *err)
{
	enum rc rc = check_key(key, err);
	if (rc != RC_OK)
		return rc;
	if (source->length_b < 0 || source->length_b > S3_OBJECT_MAX_B)
		return err_set(err, RC_LIMIT, "an S3 object has at most %lld bytes", (long long)S3_OBJECT_MAX_B);
	return source->length_b > s3->config.part_b ? s3_put_parts(s3, key, source, put, err)
						    : put_whole(s3, key, source, put, err);
}

/* The answer to HEAD has no text that says what is wrong: the first byte is asked for, whose answer has. */
static enum rc ask_why(struct s3 *s3, struct str key, struct arena *arena, struct err *err)
{
	struct s3_call call;
	s3_call_init(&call, "GET", key);
	s3_call_header(&call, STR("range"), STR("bytes=0-0"));
	enum rc rc = s3_perform(s3, &call, arena, err);
	if (rc == RC_OK)
		rc = err_set(err, RC_DENIED, "S3 bucket '%.*s' at '%.*s': objects may be read, but not looked at",
			     STR_ARG(s3->config.bucket), STR_ARG(s3->host));
	s3_call_release(&call);
	return rc;
}

enum rc s3_head(struct s3 *s3, struct str key, struct s3_object *out, struct err *err)
{
	struct s3_call call;
	struct arena arena;
	enum rc rc = open_call(&call, &arena, "HEAD", key, err);
	if (rc != RC_OK)
		return rc;
	rc = s3_perform(s3, &call, &arena, err);
	if (rc != RC_OK && call.status >= 300 && call.status < 500 && call.status != 404)
		rc = ask_why(s3, key, &arena, err);
	else if (rc == RC_OK && call.got.size_b < 0)
		rc = err_set(err, RC_CORRUPT, "'%.*s' does not tell the size of an object", STR_ARG(s3->host));
	if (rc == RC_OK)
		*out = call.got;
	return close_call(&call, &arena, rc);
}

enum rc s3_is_open(struct s3 *s3, struct str key, bool *open, struct err *err)
{
	struct s3_call call;
	struct arena arena;
	enum rc rc = open_call(&call, &arena, "HEAD", key, err);
	if (rc != RC_OK)
		return rc;
	call.anonymous = true;
	rc = s3_perform(s3, &call, &arena, err);
	bool refused = rc != RC_OK && call.status >= 400 && call.status < 500 && call.status != 429;
	if (rc == RC_OK || refused)
		*open = rc == RC_OK;
	return close_call(&call, &arena, refused ? RC_OK : rc);
}

/* All that was asked for has come, as far as the object goes. */
static enum rc check_got(struct s3 *s3, const struct s3_call *call, struct err *err)
{
	int64_t rest_b = call->object->size_b - call->from_b;
	int64_t want_b = call->length_b >= 0 && call->length_b < rest_b ? call->length_b : rest_b;
	if (call->object->size_b < 0 || call->given_b == want_b)
		return RC_OK;
	return err_set(err, RC_CORRUPT, "'%.*s' sends less of an object than was asked for", STR_ARG(s3->host));
}

enum rc s3_get(struct s3 *s3, struct str key, int64_t from_b, int64_t length_b, s3_sink_fn *sink, void *ctx,
	       struct s3_object *out, struct err *err)
{
	return s3_get_until(s3, key, from_b, length_b, sink, ctx, NULL, out, err);
}

enum rc s3_get_until(struct s3 *s3, struct str key, int64_t from_b, int64_t length_b, s3_sink_fn *sink, void *ctx,
		     const atomic_bool *stop, struct s3_object *out, struct err *err)
{
	struct s3_object object = { .size_b = -1 };
	struct s3_call call;
	struct arena arena;
	enum rc rc = open_call(&call, &arena, "GET", key, err);
	if (rc != RC_OK)
		return rc;
	call.sink = sink;
	call.sink_ctx = ctx;
	call.from_b = from_b;
	call.length_b = length_b;
	call.stop = stop;
	call.object = out ? out : &object;
	*call.object = object;
	rc = s3_perform(s3, &call, &arena, err);
	if (rc == RC_OK && call.given_b == 0)
		*call.object = call.got;
	if (rc == RC_OK)
		rc = check_got(s3, &call, err);
	else if (call.given_b > 0 && call.status == 412)
		rc = err_set(err, RC_CONFLICT, "an object of '%.*s' was replaced while it was read", STR_ARG(s3->host));
	return close_call(&call, &arena, rc);
}

/* 200 may come with a failure in it, as at the end of parts. */
enum rc s3_copy(struct s3 *s3, struct str from, struct str etag, int64_t size_b, struct str to, const struct s3_put *put,
		struct err *err)
{
	struct s3_call call;
	struct arena arena;
	enum rc rc = open_call(&call, &arena, "PUT", to, err);
	if (rc != RC_OK)
		return rc;
	call.work_b = size_b;
	s3_put_headers(s3, &call, put);
	s3_call_header(&call, STR("x-amz-copy-source"),
		       sigv4_path(&arena, ARENA_JOIN(&arena, s3->config.bucket, STR("/"), from)));
	s3_call_header(&call, STR("x-amz-copy-source-if-match"), etag);
	s3_call_header(&call, STR("x-amz-metadata-directive"), STR("REPLACE"));
	rc = s3_perform(s3, &call, &arena, err);
	if (rc == RC_OK && !str_is(s3_xml_root(buf_view(&call.answer)), "CopyObjectResult"))
		rc = s3_fail(s3, &call, &arena, err);
	return close_call(&call, &arena, rc);
}

enum rc s3_delete(struct s3 *s3, struct str key, struct err *err)
{
	struct s3_call call;
	struct arena arena;
	enum rc rc = open_call(&call, &arena, "DELETE", key, err);
	if (rc != RC_OK)
		return rc;
	rc = s3_perform(s3, &call, &arena, err);
	return close_call(&call, &arena, rc == RC_NOTFOUND ? RC_OK : rc);
}
