/* s3_parts.c: a large object is put in parts: begun, sent one after the other, ended or aborted. */
#include "base/base.h"

#include "base/xml.h"
#include "net/s3_impl.h"

#define PARTS_ARENA_B ((size_t)8 << 20)
#define ENDING_MAX_B ((size_t)4 << 20)

struct parts {
	struct s3 *s3;
	struct str key, id;
	const struct s3_source *source;
	const struct s3_put *put;
	int64_t part_b;
	int count;
	struct str *etags;
	struct arena arena;          /* what stays: the id and the etags */
};

static enum rc begin(struct parts *p, struct err *err)
{
	static const struct s3_source nothing = { .fd = -1, .bytes = "" };
	struct s3_call call;
	s3_call_init(&call, "POST", p->key);
	s3_call_query(&call, STR("uploads"), STR(""));
	call.body = &nothing;
	s3_put_headers(p->s3, &call, p->put);
	enum rc rc = s3_perform(p->s3, &call, &p->arena, err);
	if (rc == RC_OK)
		rc = s3_xml_upload_id(buf_view(&call.answer), &p->arena, &p->id, err);
	s3_call_release(&call);
	return rc;
}

static enum rc send_part(struct parts *p, int at, struct err *err)
{
	int64_t from_b = at * p->part_b, left_b = p->source->length_b - from_b;
	struct s3_source part = *p->source;
	struct s3_call call;
	struct arena arena;
	part.from_b += from_b;
	part.bytes = part.fd < 0 ? part.bytes + from_b : NULL;
	part.length_b = left_b < p->part_b ? left_b : p->part_b;
	arena_init(&arena, PARTS_ARENA_B);
	s3_call_init(&call, "PUT", p->key);
	s3_call_query(&call, STR("partNumber"), arena_printf(&arena, "%d", at + 1));
	s3_call_query(&call, STR("uploadId"), p->id);
	call.body = &part;
	enum rc rc = s3_perform(p->s3, &call, &arena, err);
	if (rc == RC_OK && !call.got.etag[0])
		rc = err_set(err, RC_CORRUPT, "'%.*s' does not tell the tag of a part", STR_ARG(p->s3->host));
	if (rc == RC_OK)
		p->etags[at] = arena_str(&p->arena, str_of(call.got.etag));
	s3_call_release(&call);
	arena_release(&arena);
	return rc;
}

static enum rc write_ending(const struct parts *p, struct buf *out, struct err *err)
{
	struct xml x;
	xml_begin(&x, out);
	xml_open(&x, "CompleteMultipartUpload");
	for (int i = 0; i < p->count; i++) {
		xml_open(&x, "Part");
		xml_element_int(&x, "PartNumber", i + 1);
		xml_element(&x, "ETag", p->etags[i]);
		xml_close(&x);
	}
	return xml_end(&x, "the end of an upload", err);
}

/* The end may have been reached by a try whose answer was lost: then the upload is gone and the object there. */
static enum rc is_there(struct parts *p, enum rc rc, struct err *err)
{
	struct s3_object object = { .size_b = -1 };
	struct err why = ERR_INIT;
	if (s3_head(p->s3, p->key, &object, &why) == RC_OK && object.size_b == p->source->length_b)
		return RC_OK;
	return rc == RC_TIMEOUT ? rc : err_set(err, RC_IO, "an upload to '%.*s' was ended by somebody else", STR_ARG(p->s3->host));
}

/* 200 may come with a failure in it: the server sends its head before it has done the work. */
static enum rc end(struct parts *p, struct err *err)
{
	struct buf text = BUF_INIT(ENDING_MAX_B);
	struct s3_call call;
	s3_call_init(&call, "POST", p->key);
	call.work_b = p->source->length_b;
	s3_call_query(&call, STR("uploadId"), p->id);
	s3_call_header(&call, STR("content-type"), STR("application/xml"));
	if (p->put->exclusive)
		s3_call_header(&call, STR("if-none-match"), STR("*"));
	enum rc rc = write_ending(p, &text, err);
	struct s3_source body = { .fd = -1, .bytes = text.bytes, .length_b = (int64_t)text.len };
	call.body = &body;
	if (rc == RC_OK)
		rc = s3_perform(p->s3, &call, &p->arena, err);
	if (rc == RC_OK && !str_is(s3_xml_root(buf_view(&call.answer)), "CompleteMultipartUploadResult"))
		rc = s3_fail(p->s3, &call, &p->arena, err);
	if (rc == RC_NOTFOUND || rc == RC_TIMEOUT)
		rc = is_there(p, rc, err);
	s3_call_release(&call);
	buf_release(&text);
	return rc;
}

/* As few parts as can be, of whole mebibytes. */
static void plan(struct parts *p)
{
	int64_t length_b = p->source->length_b, least_b = (length_b + S3_PARTS_MAX - 1) / S3_PARTS_MAX;
	p->part_b = p->s3->config.part_b;
	if (p->part_b < least_b)
		p->part_b = (least_b + (1 << 20) - 1) >> 20 << 20;
	p->count = (int)((length_b + p->part_b - 1) / p->part_b);
	p->etags = ARENA_ARRAY(&p->arena, (size_t)p->count, struct str);
}

enum rc s3_put_parts(struct s3 *s3, struct str key, const struct s3_source *source, const struct s3_put *put,
		     struct err *err)
{
	struct parts p = { .s3 = s3, .key = key, .source = source, .put = put };
	arena_init(&p.arena, PARTS_ARENA_B);
	plan(&p);
	enum rc rc = begin(&p, err);
	for (int i = 0; rc == RC_OK && i < p.count; i++)
		rc = send_part(&p, i, err);
	if (rc == RC_OK)
		rc = end(&p, err);
	if (rc != RC_OK && str_given(p.id) && s3_abort(s3, key, p.id, NULL) != RC_OK)
		err_prefix(err, "parts of an upload are left");
	arena_release(&p.arena);
	return rc;
}

/* --- parts that others send --- */

enum rc s3_parts_begin(struct s3 *s3, struct str key, struct arena *arena, struct str *id, struct err *err)
{
	static const struct s3_put plain = { .exclusive = false };
	struct parts p = { .s3 = s3, .key = key, .put = &plain };
	arena_init(&p.arena, PARTS_ARENA_B);
	enum rc rc = begin(&p, err);
	if (rc == RC_OK)
		*id = arena_str(arena, p.id);
	arena_release(&p.arena);
	return rc;
}

enum rc s3_parts_list(struct s3 *s3, struct str key, struct str id, struct arena *arena, struct s3_parts *out, struct err *err)
{
	struct s3_call call;
	struct arena scratch;
	arena_init(&scratch, PARTS_ARENA_B);
	s3_call_init(&call, "GET", key);
	s3_call_query(&call, STR("uploadId"), id);
	s3_call_query(&call, STR("max-parts"), arena_printf(&scratch, "%d", S3_LIST_MAX));
	enum rc rc = s3_perform(s3, &call, &scratch, err);
	if (rc == RC_OK)
		rc = s3_xml_parts(buf_view(&call.answer), arena, out, err);
	s3_call_release(&call);
	arena_release(&scratch);
	return rc;
}

enum rc s3_parts_end(struct s3 *s3, struct str key, struct str id, const struct s3_parts *parts, struct err *err)
{
	static const struct s3_put plain = { .exclusive = false };
	struct s3_source whole = { .fd = -1 };
	struct parts p = { .s3 = s3, .key = key, .id = id, .put = &plain, .source = &whole, .count = (int)parts->count };
	arena_init(&p.arena, PARTS_ARENA_B);
	p.etags = ARENA_ARRAY(&p.arena, parts->count + 1, struct str);
	for (size_t i = 0; i < parts->count; i++) {
		whole.length_b += parts->items[i].size_b;
		p.etags[i] = parts->items[i].etag;
	}
	enum rc rc = end(&p, err);
	arena_release(&p.arena);
	return rc;
}

enum rc s3_abort(struct s3 *s3, struct str key, struct str upload_id, struct err *err)
{
	struct s3_call call;
	struct arena arena;
	arena_init(&arena, PARTS_ARENA_B);
	s3_call_init(&call, "DELETE", key);
	s3_call_query(&call, STR("uploadId"), upload_id);
	enum rc rc = s3_perform(s3, &call, &arena, err);
	s3_call_release(&call);
	arena_release(&arena);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}
