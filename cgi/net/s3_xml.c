/* s3_xml.c: reads the XML that S3 servers answer with. */
#include "base/base.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/enc.h"
#include "base/utf8.h"
#include "net/s3_xml.h"

struct reader;
/* Called at the begin of each element (`text` STR_NONE) and at its end, with the text that stood in it alone. */
typedef enum rc element_fn(void *ctx, const struct reader *r, struct str text, struct err *err);

struct reader {
	struct str rest;
	struct str open[S3_XML_DEPTH_MAX]; /* names without their prefix, borrowed */
	size_t depth;
	bool ended;                        /* the outermost element is closed */
	struct buf text;
	element_fn *element;
	void *ctx;
};

static enum rc bad(struct err *err, const char *what)
{
	return err_set(err, RC_CORRUPT, "the server's answer is no proper XML: %s", what);
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '_' ||
	       c == '-' || c == '.';
}

static struct str take_name(struct reader *r)
{
	struct str name = r->rest;
	size_t n = 0;
	while (n < name.n && is_name(name.p[n]))
		n++;
	r->rest = str_from(r->rest, n);
	name = str_sub(name, 0, n);
	return str_from(name, (size_t)(str_rfind_char(name, ':') + 1));
}

/* Whatever begins with `begin` goes, up to and with `end`. */
static bool skip_to(struct reader *r, struct str end)
{
	ptrdiff_t at = str_find(r->rest, end);
	if (at >= 0)
		r->rest = str_from(r->rest, (size_t)at + end.n);
	return at >= 0;
}

/* Behind a start tag's name, to behind its ">". Attributes are passed over. */
static bool skip_attributes(struct reader *r, bool *empty)
{
	char quote = '\0';
	for (size_t i = 0; i < r->rest.n; i++) {
		char c = r->rest.p[i];
		if (quote) {
			quote = c == quote ? '\0' : quote;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '<') {
			return false;
		} else if (c == '>') {
			*empty = i > 0 && r->rest.p[i - 1] == '/';
			r->rest = str_from(r->rest, i + 1);
			return true;
		}
	}
	return false;
}

static enum rc end_element(struct reader *r, struct err *err)
{
	enum rc rc = buf_status(&r->text, "a text of the server's answer", err);
	if (rc == RC_OK)
		rc = r->element(r->ctx, r, str_or_empty(buf_view(&r->text)), err);
	buf_clear(&r->text);
	r->depth--;
	r->ended = r->depth == 0;
	return rc;
}

static enum rc start_tag(struct reader *r, struct err *err)
{
	bool empty = false;
	struct str name = take_name(r);
	if (r->ended || str_empty(name) || !skip_attributes(r, &empty))
		return bad(err, "a start tag");
	if (r->depth == S3_XML_DEPTH_MAX)
		return err_set(err, RC_LIMIT, "the server's answer is more than %d levels deep", S3_XML_DEPTH_MAX);
	r->open[r->depth++] = name;
	buf_clear(&r->text);
	enum rc rc = r->element(r->ctx, r, STR_NONE, err);
	return rc == RC_OK && empty ? end_element(r, err) : rc;
}

static enum rc end_tag(struct reader *r, struct err *err)
{
	struct str name = take_name(r);
	while (str_starts(r->rest, STR(" ")) || str_starts(r->rest, STR("\n")))
		r->rest = str_from(r->rest, 1);
	if (r->depth == 0 || !str_eq(name, r->open[r->depth - 1]) || !str_starts(r->rest, STR(">")))
		return bad(err, "an end tag");
	r->rest = str_from(r->rest, 1);
	return end_element(r, err);
}

/* "<" was seen. */
static enum rc take_tag(struct reader *r, struct err *err)
{
	struct str rest = r->rest;
	if (str_starts(rest, STR("<!--")))
		return skip_to(r, STR("-->")) ? RC_OK : bad(err, "a comment");
	if (str_starts(rest, STR("<?")))
		return skip_to(r, STR("?>")) ? RC_OK : bad(err, "an instruction");
	if (str_starts(rest, STR("<![CDATA["))) {
		if (!skip_to(r, STR("]]>")))
			return bad(err, "a CDATA section");
		buf_str(&r->text, str_sub(rest, 9, rest.n - r->rest.n - 3));
		return RC_OK;
	}
	if (str_starts(rest, STR("</"))) {
		r->rest = str_from(rest, 2);
		return end_tag(r, err);
	}
	r->rest = str_from(rest, 1);
	return start_tag(r, err);
}

static bool number_reference(struct str digits, struct buf *out)
{
	bool hex = str_starts(digits, STR("x"));
	uint32_t c = 0;
	digits = str_from(digits, hex);
	if (digits.n == 0 || digits.n > 7)
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		int digit = enc_hex_digit(digits.p[i]);
		if (digit < 0 || (!hex && digit > 9))
			return false;
		c = c * (hex ? 16 : 10) + (uint32_t)digit;
	}
	char bytes[4];
	size_t n = c && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF) ? utf8_encode(c, bytes) : 0;
	buf_put(out, bytes, n);
	return n > 0;
}

/* "&" was seen. */
static enum rc take_reference(struct reader *r, struct err *err)
{
	static const struct { struct str name; char c; } known[] = {
		{ STR("amp"), '&' }, { STR("lt"), '<' }, { STR("gt"), '>' }, { STR("quot"), '"' }, { STR("apos"), '\'' },
	};
	struct str name = str_until(str_sub(r->rest, 1, 12), ';');
	r->rest = str_from(r->rest, name.n + 2);
	if (str_starts(name, STR("#")))
		return number_reference(str_from(name, 1), &r->text) ? RC_OK : bad(err, "a character reference");
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (str_eq(name, known[i].name)) {
			buf_char(&r->text, known[i].c);
			return RC_OK;
		}
	return bad(err, "an entity that is not known");
}

static enum rc take_text(struct reader *r)
{
	size_t n = 0;
	while (n < r->rest.n && r->rest.p[n] != '<' && r->rest.p[n] != '&')
		n++;
	buf_str(&r->text, str_sub(r->rest, 0, n));
	r->rest = str_from(r->rest, n);
	return RC_OK;
}

static enum rc read_xml(struct str xml, element_fn *element, void *ctx, struct err *err)
{
	struct reader r = { .rest = xml, .text = BUF_INIT(S3_XML_TEXT_MAX_B), .element = element, .ctx = ctx };
	enum rc rc = RC_OK;
	while (rc == RC_OK && r.rest.n > 0) {
		if (r.rest.p[0] == '<')
			rc = take_tag(&r, err);
		else
			rc = r.rest.p[0] == '&' ? take_reference(&r, err) : take_text(&r);
	}
	if (rc == RC_OK && !r.ended)
		rc = bad(err, "it ends in the middle");
	buf_release(&r.text);
	return rc;
}

/* --- the kinds of answers --- */

static bool is_at(const struct reader *r, const char *second, const char *third)
{
	size_t depth = third ? 3 : 2;
	return r->depth == depth && str_is(r->open[1], second) && (!third || str_is(r->open[2], third));
}

static enum rc check_root(const struct reader *r, const char *name, struct err *err)
{
	if (r->depth > 1 || str_is(r->open[0], name))
		return RC_OK;
	return err_set(err, RC_CORRUPT, "the server answers with '%.*s' instead of '%s'", STR_ARG(str_sub(r->open[0], 0, 64)),
		       name);
}

static enum rc take_text_of(struct arena *arena, struct str text, struct str *out, struct err *err)
{
	char *copy = arena_try(arena, text.n + 1);
	if (!copy)
		return err_set(err, RC_LIMIT, "the server's answer does not fit into memory");
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	*out = str_n(copy, text.n);
	return RC_OK;
}

struct failure_reader {
	struct arena *arena;
	struct s3_failure *out;
};

static enum rc failure_element(void *ctx, const struct reader *r, struct str text, struct err *err)
{
	struct failure_reader *f = ctx;
	if (!str_given(text))
		return check_root(r, "Error", err);
	if (is_at(r, "Code", NULL))
		return take_text_of(f->arena, text, &f->out->code, err);
	if (is_at(r, "Region", NULL))
		return take_text_of(f->arena, text, &f->out->region, err);
	return RC_OK;
}

enum rc s3_xml_failure(struct str xml, struct arena *arena, struct s3_failure *out, struct err *err)
{
	struct failure_reader f = { arena, out };
	return read_xml(xml, failure_element, &f, err);
}

/* A moment as servers write it; 0 when it is none. */
static int64_t moment_ms(struct str text)
{
	struct date_parsed when;
	return date_parse(text, NULL, &when, NULL) == RC_OK ? when.ms : 0;
}

/* Keys come percent-encoded, since XML cannot hold all of them; a space is "+" or "%20". */
static enum rc take_key(struct arena *arena, struct str text, struct str *out, struct err *err)
{
	char *key = arena_try(arena, text.n + 1);
	size_t n;
	if (!key)
		return err_set(err, RC_LIMIT, "the server's list does not fit into memory");
	if (!enc_percent_decode_into(key, text, true, &n) || n > S3_KEY_MAX_B)
		return err_set(err, RC_CORRUPT, "the server's list has a key that cannot be");
	key[n] = '\0';
	*out = str_n(key, n);
	return RC_OK;
}

struct list_reader {
	struct arena *arena;
	struct s3_list list;
	bool truncated;
};

static enum rc list_element(void *ctx, const struct reader *r, struct str text, struct err *err)
{
	struct list_reader *l = ctx;
	struct s3_item *item = l->list.count ? &l->list.items[l->list.count - 1] : NULL;
	if (!str_given(text)) {
		if (is_at(r, "Contents", NULL) && l->list.count++ == S3_LIST_MAX)
			return err_set(err, RC_LIMIT, "the server lists more than %d objects at once", S3_LIST_MAX);
		return check_root(r, "ListBucketResult", err);
	}
	if (is_at(r, "Contents", "Key"))
		return take_key(l->arena, text, &item->key, err);
	if (is_at(r, "Contents", "Size") && (!str_to_i64(text, &item->size_b) || item->size_b < 0))
		return err_set(err, RC_CORRUPT, "the server's list has a size that is none");
	if (is_at(r, "Contents", "LastModified"))
		item->modified_ms = moment_ms(text);
	if (is_at(r, "IsTruncated", NULL))
		l->truncated = str_is(text, "true");
	if (is_at(r, "NextContinuationToken", NULL))
		return take_text_of(l->arena, text, &l->list.next, err);
	return RC_OK;
}

enum rc s3_xml_list(struct str xml, struct arena *arena, struct s3_list *out, struct err *err)
{
	struct list_reader l = { .arena = arena, .list.items = ARENA_ARRAY(arena, S3_LIST_MAX + 1, struct s3_item) };
	enum rc rc = read_xml(xml, list_element, &l, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < l.list.count; i++)
		if (str_empty(l.list.items[i].key))
			return err_set(err, RC_CORRUPT, "the server's list has an object without a key");
	if (!l.truncated)
		l.list.next = STR_NONE;
	else if (str_empty(l.list.next))
		return err_set(err, RC_CORRUPT, "the server's list goes on, but it does not say where");
	*out = l.list;
	return RC_OK;
}

struct uploads_reader {
	struct arena *arena;
	struct s3_uploads uploads;
};

static enum rc uploads_element(void *ctx, const struct reader *r, struct str text, struct err *err)
{
	struct uploads_reader *u = ctx;
	struct s3_upload *upload = u->uploads.count ? &u->uploads.items[u->uploads.count - 1] : NULL;
	if (!str_given(text)) {
		if (is_at(r, "Upload", NULL) && u->uploads.count++ == S3_LIST_MAX)
			return err_set(err, RC_LIMIT, "the server lists more than %d uploads at once", S3_LIST_MAX);
		return check_root(r, "ListMultipartUploadsResult", err);
	}
	if (is_at(r, "Upload", "Key"))
		return take_key(u->arena, text, &upload->key, err);
	if (is_at(r, "Upload", "UploadId"))
		return take_text_of(u->arena, text, &upload->id, err);
	if (is_at(r, "Upload", "Initiated"))
		upload->begun_ms = moment_ms(text);
	if (is_at(r, "IsTruncated", NULL))
		u->uploads.more = str_is(text, "true");
	return RC_OK;
}

enum rc s3_xml_uploads(struct str xml, struct arena *arena, struct s3_uploads *out, struct err *err)
{
	struct uploads_reader u = { .arena = arena, .uploads.items = ARENA_ARRAY(arena, S3_LIST_MAX + 1, struct s3_upload) };
	enum rc rc = read_xml(xml, uploads_element, &u, err);
	for (size_t i = 0; rc == RC_OK && i < u.uploads.count; i++)
		if (str_empty(u.uploads.items[i].key) || str_empty(u.uploads.items[i].id))
			rc = err_set(err, RC_CORRUPT, "the server lists an upload without a key");
	if (rc == RC_OK)
		*out = u.uploads;
	return rc;
}

struct parts_reader {
	struct arena *arena;
	struct s3_parts parts;
	bool more;
};

static enum rc parts_element(void *ctx, const struct reader *r, struct str text, struct err *err)
{
	struct parts_reader *p = ctx;
	struct s3_part *part = p->parts.count ? &p->parts.items[p->parts.count - 1] : NULL;
	if (!str_given(text)) {
		if (is_at(r, "Part", NULL) && p->parts.count++ == S3_LIST_MAX)
			return err_set(err, RC_LIMIT, "the server lists more than %d parts at once", S3_LIST_MAX);
		return check_root(r, "ListPartsResult", err);
	}
	if (is_at(r, "Part", "ETag"))
		return take_text_of(p->arena, text, &part->etag, err);
	if (is_at(r, "Part", "Size") && (!str_to_i64(text, &part->size_b) || part->size_b < 0))
		return err_set(err, RC_CORRUPT, "the server's list has a size that is none");
	if (is_at(r, "Part", "PartNumber") && (!str_to_i64(text, &part->number) || part->number < 1))
		return err_set(err, RC_CORRUPT, "the server's list has a part without a number");
	if (is_at(r, "IsTruncated", NULL))
		p->more = str_is(text, "true");
	return RC_OK;
}

enum rc s3_xml_parts(struct str xml, struct arena *arena, struct s3_parts *out, struct err *err)
{
	struct parts_reader p = { .arena = arena, .parts.items = ARENA_ARRAY(arena, S3_LIST_MAX + 1, struct s3_part) };
	enum rc rc = read_xml(xml, parts_element, &p, err);
	if (rc == RC_OK && p.more)
		rc = err_set(err, RC_LIMIT, "the server lists more than %d parts", S3_LIST_MAX);
	for (size_t i = 0; rc == RC_OK && i < p.parts.count; i++)
		if (str_empty(str_or_empty(p.parts.items[i].etag)) || p.parts.items[i].number <= (i ? p.parts.items[i - 1].number : 0))
			rc = err_set(err, RC_CORRUPT, "the server's list of parts is in no order");
	if (rc == RC_OK)
		*out = p.parts;
	return rc;
}

static enum rc upload_id_element(void *ctx, const struct reader *r, struct str text, struct err *err)
{
	struct failure_reader *f = ctx;
	if (!str_given(text))
		return check_root(r, "InitiateMultipartUploadResult", err);
	if (is_at(r, "UploadId", NULL))
		return take_text_of(f->arena, text, &f->out->code, err);
	return RC_OK;
}

enum rc s3_xml_upload_id(struct str xml, struct arena *arena, struct str *out, struct err *err)
{
	struct s3_failure found = { STR(""), STR("") };
	struct failure_reader f = { arena, &found };
	enum rc rc = read_xml(xml, upload_id_element, &f, err);
	if (rc == RC_OK && str_empty(found.code))
		rc = err_set(err, RC_CORRUPT, "the server begins an upload without a name");
	if (rc == RC_OK)
		*out = found.code;
	return rc;
}

static enum rc root_element(void *ctx, const struct reader *r, struct str text, struct err *err)
{
	(void)err, (void)text;
	*(struct str *)ctx = r->open[0];
	return RC_OK;
}

struct str s3_xml_root(struct str xml)
{
	struct str name = STR_NONE;
	return read_xml(xml, root_element, &name, NULL) == RC_OK ? name : STR_NONE;
}
