/* s3_list.c: what is in an S3 bucket: objects, and uploads that were not ended. */
#include "base/base.h"

#include "net/s3_impl.h"

enum rc s3_list(struct s3 *s3, struct str prefix, struct str after, struct str token, size_t limit, struct arena *arena,
		struct s3_list *out, struct err *err)
{
	struct s3_call call;
	s3_call_init(&call, "GET", STR_NONE);
	s3_call_query(&call, STR("list-type"), STR("2"));
	s3_call_query(&call, STR("encoding-type"), STR("url"));
	s3_call_query(&call, STR("max-keys"), arena_printf(arena, "%zu", limit < S3_LIST_MAX ? limit : S3_LIST_MAX));
	s3_call_query(&call, STR("prefix"), str_or_empty(prefix));
	if (str_given(token))
		s3_call_query(&call, STR("continuation-token"), token);
	else if (str_given(after) && after.n > 0)
		s3_call_query(&call, STR("start-after"), after);
	enum rc rc = s3_perform(s3, &call, arena, err);
	if (rc == RC_OK)
		rc = s3_xml_list(buf_view(&call.answer), arena, out, err);
	s3_call_release(&call);
	return rc;
}

enum rc s3_uploads(struct s3 *s3, struct str prefix, struct arena *arena, struct s3_uploads *out, struct err *err)
{
	struct s3_call call;
	s3_call_init(&call, "GET", STR_NONE);
	s3_call_query(&call, STR("uploads"), STR(""));
	s3_call_query(&call, STR("encoding-type"), STR("url"));
	s3_call_query(&call, STR("max-uploads"), arena_printf(arena, "%d", S3_LIST_MAX));
	s3_call_query(&call, STR("prefix"), str_or_empty(prefix));
	enum rc rc = s3_perform(s3, &call, arena, err);
	if (rc == RC_OK)
		rc = s3_xml_uploads(buf_view(&call.answer), arena, out, err);
	s3_call_release(&call);
	return rc;
}
