/* page_uploads.c: files that come in pieces, by the tus protocol 1.0 (https://tus.io/protocols/resumable-upload): core
 * with creation, termination and expiration.
 *
 * POST makes an upload and says where it is, HEAD how much of it is there, PATCH appends a piece, DELETE gives it up. When
 * the last piece has come the file is in the library: GET gives the item as JSON. The pieces are small (8 MB), so
 * that what a browser shows as sent has reached the disk, whatever server in front keeps requests until they are whole.
 *
 * An upload that was begun with "direct" among its metadata may be answered with addresses of a store elsewhere
 * (PLATEN_S3_DIRECT; Upload-Direct: 1): its bytes are PUT there, and an empty PATCH at its end says that they are. GET gives
 * the addresses again, and tells what has arrived. */
#include "base/base.h"

#include "base/date.h"
#include "base/enc.h"
#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "core/media_direct.h"
#include "core/media_incoming.h"
#include "core/media_store.h"
#include "http/form.h"
#include "web/admin.h"
#include "web/media_values.h"
#include "web/pages.h"

#define TUS_VERSION "1.0.0"
#define TUS_EXTENSIONS "creation,termination,expiration"
#define METADATA_MAX_B 4096
#define PARTS_MAX_B ((size_t)1 << 20) /* 256 parts with their addresses take a sixth of it */
#define PATH "/admin/media/uploads"

static struct str number(struct visit *v, int64_t n)
{
	return arena_printf(v->arena, "%lld", (long long)n);
}

/* Every answer has the version; a request in another one is turned away (2.2). */
static bool speaks_tus(struct visit *v)
{
	response_set(v->res, "Tus-Resumable", STR(TUS_VERSION));
	return str_is(str_or_empty(request_header(v->req, "tus-resumable")), TUS_VERSION);
}

static enum rc wrong_version(struct visit *v, struct err *err)
{
	response_set(v->res, "Tus-Version", STR(TUS_VERSION));
	return media_problem(v, 412, STR("Tus-Resumable: " TUS_VERSION), err);
}

static enum rc problem(struct visit *v, int status, const char *phrase, struct err *err)
{
	return media_problem(v, status, i18n_text(v->admin->i18n, phrase), err);
}

/* What a failure says to the person; one that is none of the file's is the gate's. */
static enum rc failed(struct visit *v, enum rc rc, const struct err *why, struct err *err)
{
	int status = 500;
	struct str text = media_problem_text(v, rc, why, &status);
	if (rc == RC_NOTFOUND)
		return problem(v, 404, "media_wrong_gone", err);
	return str_given(text) ? media_problem(v, status, text, err) : err_set(err, rc, "%s", why->msg);
}

/* A file that came wholly and is not taken. */
static enum rc refused(struct visit *v, enum rc rc, const struct err *why, struct err *err)
{
	int status = 500;
	struct str text = media_refusal_text(v, rc, why, &status);
	return str_given(text) ? media_problem(v, status, text, err) : failed(v, rc, why, err);
}

enum rc page_uploads_options(struct visit *v, struct err *err)
{
	(void)err;
	v->res->status = 204;
	response_set(v->res, "Allow", STR("OPTIONS, POST"));
	response_set(v->res, "Tus-Resumable", STR(TUS_VERSION));
	response_set(v->res, "Tus-Version", STR(TUS_VERSION));
	response_set(v->res, "Tus-Extension", STR(TUS_EXTENSIONS));
	response_set(v->res, "Tus-Max-Size", number(v, v->basis->conf->upload_max_b));
	return RC_OK;
}

/* --- creation --- */

/* "key base64,key base64": the value of a key; false: malformed. */
static bool metadata(struct visit *v, struct str header, const char *key, struct str *out)
{
	struct str pair;
	*out = STR("");
	if (header.n > METADATA_MAX_B)
		return false;
	while (str_split(&header, ',', &pair)) {
		struct str rest = str_trim(pair), name;
		if (!str_split(&rest, ' ', &name) || !str_is(name, key))
			continue;
		struct buf value = BUF_INIT(METADATA_MAX_B);
		bool good = enc_base64_decode(&value, str_trim(rest)) && utf8_valid(buf_view(&value)) &&
			    str_find_char(buf_view(&value), '\0') < 0;
		*out = arena_str(v->arena, buf_view(&value));
		buf_release(&value);
		return good;
	}
	return true;
}

static bool read_order(struct visit *v, struct incoming_order *order)
{
	struct str given = str_or_empty(request_header(v->req, "upload-metadata")), pinned, replaces, direct;
	struct str length = str_or_empty(request_header(v->req, "upload-length"));
	*order = (struct incoming_order){ .actor = v->admin->who.actor, .now_ms = v->now_ms };
	if (!str_to_i64(length, &order->size_b) || order->size_b < 0 || !metadata(v, given, "filename", &order->name) ||
	    !metadata(v, given, "library", &pinned) || !metadata(v, given, "replaces", &replaces) ||
	    !metadata(v, given, "direct", &direct))
		return false;
	order->direct = !str_empty(direct);
	order->pinned = !str_empty(pinned);
	return str_empty(replaces) || (str_to_i64(replaces, &order->replaces) && order->replaces > 0);
}

static void expires(struct visit *v, const struct media_upload *upload)
{
	response_set(v->res, "Upload-Expires", date_http(v->arena, upload->expires_ms));
}

/* The upload stays: another PATCH at its end tries again. */
static enum rc store_away(struct visit *v, const struct err *why, struct err *err)
{
	log_err(LOG_WARN, "the media store does not take an upload", why);
	response_set(v->res, "Retry-After", STR("30"));
	const struct i18n_pair pairs[] = { { "store", media_store_name(v->basis->conf, v->arena) } };
	return media_problem(v, 503, i18n_fill(v->admin->i18n, "media_wrong_store", pairs, COUNT_OF(pairs), v->arena), err);
}

/* Of one that goes straight to the store: {"parts": [{"url", "from", "size", "there"}]}. */
static enum rc answer_parts(struct visit *v, int status, const struct media_upload *upload, bool ask, struct err *err)
{
	struct blob_direct_parts parts = { NULL, 0 };
	struct buf body = BUF_INIT(PARTS_MAX_B);
	struct err why = ERR_INIT;
	enum rc rc = media_direct_parts(v->basis->conf, upload, ask, v->arena, &parts, &why);
	if (rc != RC_OK)
		return store_away(v, &why, err);
	struct json *root = json_new_object(), *list = json_set_list(root, "parts");
	for (size_t i = 0; i < parts.count; i++) {
		struct json *part = json_add_object(list);
		json_set_text(part, "url", parts.items[i].url);
		json_set_int(part, "from", parts.items[i].from_b);
		json_set_int(part, "size", parts.items[i].size_b);
		json_set_bool(part, "there", parts.items[i].there);
	}
	json_write(root, JSON_LINE, &body);
	json_free(root);
	rc = visit_body(v, status, "application/json", &body, err);
	buf_release(&body);
	return rc;
}

static void tell_direct(struct visit *v, const struct media_upload *upload)
{
	if (str_given(upload->direct))
		response_set(v->res, "Upload-Direct", STR("1"));
}

enum rc page_uploads_begin(struct visit *v, struct err *err)
{
	struct incoming_order order;
	struct media_upload upload;
	struct err why = ERR_INIT;
	struct db_rw *db;
	if (!speaks_tus(v))
		return wrong_version(v, err);
	if (!read_order(v, &order))
		return problem(v, 400, "media_wrong_request", err);
	if (order.replaces && !media_may_replace(v->admin->who.actor))
		return problem(v, 403, "media_wrong_right", err);
	enum rc rc = admin_db(v, &db, err);
	if (rc != RC_OK)
		return rc;
	rc = incoming_begin(v->basis->conf, db, &order, v->arena, &upload, &why);
	if (rc == RC_BUSY)
		return problem(v, 429, "media_wrong_many", err);
	if (rc != RC_OK)
		return failed(v, rc, &why, err);
	v->res->status = 201;
	response_set(v->res, "Location", visit_absolute(v, ARENA_JOIN(v->arena, STR(PATH "/"), upload.public_id)));
	expires(v, &upload);
	tell_direct(v, &upload);
	return str_given(upload.direct) ? answer_parts(v, 201, &upload, false, err) : RC_OK;
}

/* --- an upload --- */

static enum rc find(struct visit *v, struct db_ro *db, struct media_upload *upload, struct err *err)
{
	return media_upload_get(db, visit_arg(v, "id"), v->admin->who.user.id, v->arena, upload, err);
}

/* An hour more is a commit more: not with every piece. Of what goes to the store nobody knows here how it gets on: who asks
 * where to send it to is at it still. */
static enum rc keep(struct visit *v, struct media_upload *upload, struct err *err)
{
	struct db_tx *tx;
	int64_t until_ms = v->now_ms + INCOMING_KEPT_MS, last_ms = upload->created_ms + INCOMING_DIRECT_MS;
	if (str_given(upload->direct) && until_ms > last_ms)
		until_ms = last_ms;
	if (until_ms - upload->expires_ms < INCOMING_KEPT_MS / 2)
		return RC_OK;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	upload->expires_ms = until_ms;
	return db_end(tx, media_upload_keep(tx, upload->id, upload->expires_ms, err), err);
}

enum rc page_uploads_state(struct visit *v, struct err *err)
{
	struct media_upload upload;
	struct media_item item;
	struct err why = ERR_INIT;
	int64_t offset_b = 0;
	response_set(v->res, "Tus-Resumable", STR(TUS_VERSION));
	enum rc rc = find(v, v->db, &upload, &why);
	if (rc == RC_OK)
		rc = incoming_offset(v->basis->conf, &upload, &offset_b, &why);
	if (rc != RC_OK)
		return failed(v, rc, &why, err);
	response_set(v->res, "Upload-Offset", number(v, offset_b));
	response_set(v->res, "Upload-Length", number(v, upload.size_b));
	if (!upload.item_id) {
		bool parts = str_given(upload.direct) && v->req->method == HTTP_GET;
		if (parts && (rc = keep(v, &upload, err)) != RC_OK)
			return rc;
		expires(v, &upload);
		tell_direct(v, &upload);
		if (parts)
			return answer_parts(v, 200, &upload, true, err);
		return visit_text(v, 200, STR(""), err);
	}
	rc = media_item_get(v->db, upload.item_id, v->arena, &item, &why);
	return rc == RC_OK ? media_item_answer(v, &item, err) : failed(v, rc, &why, err);
}

static enum rc read_body(void *ctx, void *bytes, size_t room, size_t *n, struct err *err)
{
	struct http_request *req = ctx;
	*n = 0;
	return req->body ? req->body->read(req->body, bytes, room, n, err) : RC_OK;
}

static enum rc finish(struct visit *v, struct db_rw *db, const struct media_upload *upload, struct err *err)
{
	struct media_item item;
	struct err why = ERR_INIT;
	enum rc rc = incoming_finish(v->basis->conf, db, upload, v->admin->who.actor, v->site->media_types, v->now_ms, v->arena,
				     &item, &why);
	if (rc == RC_BUSY)
		return problem(v, 423, "media_wrong_twice", err);
	if (rc == RC_IO)
		return store_away(v, &why, err);
	if (rc == RC_CORRUPT)
		return problem(v, 409, "media_wrong_arrived", err);
	if (rc == RC_DENIED) /* since it was begun */
		return problem(v, 403, "media_wrong_right", err);
	return rc == RC_OK ? RC_OK : refused(v, rc, &why, err);
}

static enum rc append(struct visit *v, struct db_rw *db, struct media_upload *upload, int64_t offset_b, struct err *err)
{
	struct err why = ERR_INIT;
	bool whole = upload->item_id || offset_b == upload->size_b;
	int64_t there_b = 0;
	enum rc rc = RC_OK;
	bool direct = str_given(upload->direct) && !upload->item_id;
	if (direct && !whole)
		return problem(v, 409, "media_wrong_offset", err);
	there_b = offset_b;
	if (whole && !direct) /* a file that came wholly and was not taken, because the program ended there */
		rc = incoming_offset(v->basis->conf, upload, &there_b, &why);
	if (whole && rc == RC_OK && there_b != offset_b)
		rc = RC_CONFLICT;
	if (!whole)
		rc = incoming_append(v->basis->conf, upload, read_body, v->req, &offset_b, &why);
	if (rc == RC_BUSY)
		return problem(v, 423, "media_wrong_twice", err);
	if (rc == RC_CONFLICT)
		return problem(v, 409, "media_wrong_offset", err);
	if (rc != RC_OK)
		return failed(v, rc, &why, err);
	v->res->status = 204;
	rc = offset_b == upload->size_b && !upload->item_id ? finish(v, db, upload, err) : keep(v, upload, err);
	if (rc == RC_OK && v->res->status == 204) {
		response_set(v->res, "Upload-Offset", number(v, offset_b));
		expires(v, upload);
	}
	return rc;
}

enum rc page_uploads_piece(struct visit *v, struct err *err)
{
	struct media_upload upload;
	struct err why = ERR_INIT;
	struct db_rw *db;
	int64_t offset_b = -1;
	if (!speaks_tus(v))
		return wrong_version(v, err);
	if (!request_has_type(v->req, "application/offset+octet-stream"))
		return problem(v, 415, "media_wrong_request", err);
	if (!str_to_i64(str_or_empty(request_header(v->req, "upload-offset")), &offset_b) || offset_b < 0)
		return problem(v, 400, "media_wrong_request", err);
	if (v->req->body && v->req->body->length_b > INCOMING_PIECE_MAX_B)
		return problem(v, 413, "media_wrong_piece", err);
	enum rc rc = admin_db(v, &db, err);
	if (rc != RC_OK)
		return rc;
	rc = find(v, db_rw_ro(db), &upload, &why);
	return rc == RC_OK ? append(v, db, &upload, offset_b, err) : failed(v, rc, &why, err);
}

enum rc page_uploads_end(struct visit *v, struct err *err)
{
	struct media_upload upload;
	struct err why = ERR_INIT;
	struct db_rw *db;
	if (!speaks_tus(v))
		return wrong_version(v, err);
	enum rc rc = admin_db(v, &db, err);
	if (rc != RC_OK)
		return rc;
	rc = find(v, db_rw_ro(db), &upload, &why);
	if (rc == RC_OK)
		rc = incoming_drop(v->basis->conf, db, &upload, &why);
	if (rc == RC_BUSY)
		return problem(v, 423, "media_wrong_twice", err);
	if (rc != RC_OK)
		return failed(v, rc, &why, err);
	v->res->status = 204;
	return RC_OK;
}
