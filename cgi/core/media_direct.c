/* media_direct.c: uploads that a browser sends straight to S3. */
#include "base/base.h"

#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/log.h"
#include "base/path.h"
#include "blob/unnamed.h"
#include "core/media_direct.h"
#include "core/media_incoming.h"
#include "core/media_store.h"
#include "core/picture.h"
#include "crypt/digest.h"
#include "img/film.h"

_Static_assert(MEDIA_UPLOAD_ID_CHARS == BLOB_DIRECT_NAME_CHARS, "an upload's name is its name in the store");

static struct blob_direct direct_of(const struct media_upload *upload)
{
	return (struct blob_direct){ upload->public_id, upload->direct, upload->size_b };
}

struct str media_direct_origin(const struct conf *conf, struct arena *arena)
{
	struct blob_store *blobs = NULL;
	if (!conf->s3_direct || media_store_is_local(conf) || media_store_open(conf, &blobs, NULL) != RC_OK)
		return STR_NONE;
	struct str origin = blob_direct_origin(blobs, arena);
	media_store_close(blobs);
	return origin;
}

void media_direct_begin(const struct conf *conf, struct media_upload *upload, struct arena *arena)
{
	struct blob_store *blobs = NULL;
	struct err err = ERR_INIT;
	struct blob_direct direct = direct_of(upload);
	upload->direct = STR_NONE;
	if (!conf->s3_direct || media_store_is_local(conf))
		return;
	enum rc rc = media_store_open(conf, &blobs, &err);
	if (rc == RC_OK)
		rc = blob_direct_begin(blobs, &direct, arena, &err);
	media_store_close(blobs);
	if (rc == RC_OK)
		upload->direct = direct.upload;
	else
		log_err(LOG_WARN, "an upload cannot go straight to the media store", &err);
}

enum rc media_direct_parts(const struct conf *conf, const struct media_upload *upload, bool ask, struct arena *arena,
			   struct blob_direct_parts *out, struct err *err)
{
	struct blob_store *blobs = NULL;
	struct blob_direct direct = direct_of(upload);
	enum rc rc = media_store_open(conf, &blobs, err);
	if (rc == RC_OK)
		rc = blob_direct_parts(blobs, &direct, INCOMING_KEPT_MS / 1000, ask, arena, out, err);
	media_store_close(blobs);
	return media_store_fault(rc, err);
}

void media_direct_drop(const struct conf *conf, const struct media_upload *upload)
{
	struct blob_store *blobs = NULL;
	struct err err = ERR_INIT;
	struct blob_direct direct = direct_of(upload);
	enum rc rc = media_store_open(conf, &blobs, &err);
	if (rc == RC_OK)
		rc = blob_direct_drop(blobs, &direct, &err);
	media_store_close(blobs);
	if (rc != RC_OK)
		log_err(LOG_INFO, "an upload that was given up stays in the media store for a day", &err);
}

/* --- into the library --- */

struct arriving {
	const struct conf *conf;
	struct blob_store *blobs;
	struct blob_direct direct;
	struct blob_arrived arrived;
	struct buf head;
	struct sha256 *state;
	int fd;                  /* of a file without a name, for what is looked into; -1: what is read is not kept */
};

static enum rc take_head(void *ctx, const void *bytes, size_t n, struct err *err)
{
	(void)err;
	buf_str(ctx, str_n(bytes, n));
	return RC_OK;
}

static enum rc take_all(void *ctx, const void *bytes, size_t n, struct err *err)
{
	struct arriving *a = ctx;
	sha256_add(a->state, bytes, n);
	return a->fd >= 0 ? file_write_fd(a->fd, "a temporary file", str_n(bytes, n), err) : RC_OK;
}

/* What the store says of what has arrived; whatever else it says is its own fault. */
static enum rc judge(enum rc rc, struct err *err)
{
	if (rc != RC_CONFLICT && rc != RC_NOSPACE)
		return media_store_fault(rc, err);
	err->rc = rc == RC_CONFLICT ? RC_CORRUPT : rc;
	return err->rc;
}

static enum rc read_head(struct arriving *a, struct str types, struct str name, struct media_type *type, struct err *err)
{
	int64_t head_b = a->direct.size_b < (int64_t)MEDIA_HEAD_B ? a->direct.size_b : (int64_t)MEDIA_HEAD_B;
	enum rc rc = judge(blob_direct_end(a->blobs, &a->direct, &a->arrived, err), err);
	if (rc == RC_OK)
		rc = judge(blob_direct_read(a->blobs, &a->direct, &a->arrived, 0, head_b, take_head, &a->head, err), err);
	return rc == RC_OK ? media_take_tell(types, buf_view(&a->head), name, type, err) : rc;
}

static enum rc read_all(struct arriving *a, struct media_taken *taken, struct err *err)
{
	uint8_t digest[SHA256_B];
	a->state = sha256_new();
	enum rc rc = judge(blob_direct_read(a->blobs, &a->direct, &a->arrived, 0, -1, take_all, a, err), err);
	sha256_end(a->state, digest);
	enc_hex_into(taken->blob.hash, digest, sizeof digest);
	taken->blob.size_b = a->direct.size_b;
	return rc;
}

/* What a copy for readers is made of is here twice meanwhile; a picture that nobody would decode is not fetched at all. */
static enum rc room_for(const struct conf *conf, const struct media_type *type, int64_t size_b, struct err *err)
{
	const struct img_limits limits = picture_limits(conf);
	int64_t room_b = 0;
	if (type->picture.type != IMG_NONE && size_b > limits.input_b)
		return err_set(err, RC_LIMIT, "the picture has more than %lld bytes", (long long)limits.input_b);
	enum rc rc = media_room(conf, &room_b, err);
	if (rc == RC_OK && size_b > room_b / 2)
		rc = err_set(err, RC_NOSPACE, "the disk has no room for a file of %lld bytes", (long long)size_b);
	return rc;
}

static enum rc put(struct arriving *a, const char *tmp, struct str types, const struct media_upload *upload,
		   struct media_taken *taken, struct err *err)
{
	struct media_source source = { .size_b = upload->size_b, .name = upload->name };
	enum rc rc = read_head(a, types, upload->name, &taken->type, err);
	bool is_picture = rc == RC_OK && taken->type.picture.type != IMG_NONE;
	bool is_looked_into = is_picture || (rc == RC_OK && img_film_knows(str_of(taken->type.mime)));
	if (is_looked_into)
		rc = room_for(a->conf, &taken->type, upload->size_b, err);
	if (rc == RC_OK && is_looked_into)
		rc = unnamed_open(tmp, &a->fd, err);
	if (rc == RC_OK)
		rc = read_all(a, taken, err);
	if (rc == RC_OK && is_picture)
		rc = picture_check(a->conf, a->fd, 0, upload->size_b, err);
	if (rc == RC_OK)
		rc = judge(blob_direct_keep(a->blobs, &a->direct, &a->arrived, str_of(taken->blob.hash),
					    str_sub(buf_view(&a->head), 0, 64), &taken->blob.existed, err), err);
	source.fd = a->fd;
	if (rc == RC_OK && is_looked_into)
		rc = media_put_public(a->blobs, &source, &taken->type, &taken->clean, err);
	return rc;
}

enum rc media_direct_put(const struct conf *conf, struct blob_store *blobs, struct str types,
			 const struct media_upload *upload, struct arena *arena, struct media_taken *out, struct err *err)
{
	struct arriving a = { .conf = conf, .blobs = blobs, .direct = direct_of(upload), .head = BUF_INIT(MEDIA_HEAD_B), .fd = -1 };
	struct media_taken taken = { .clean = { .hash = "" } };
	struct err none = ERR_INIT;
	enum rc rc = put(&a, path_join(arena, conf->data_dir, "media/tmp"), types, upload, &taken, err);
	if (blob_direct_leave(blobs, &a.arrived, &none) != RC_OK)
		log_err(LOG_INFO, "a copy of an upload stays in the media store for a day", &none);
	if (a.fd >= 0)
		close(a.fd);
	buf_release(&a.head);
	if (rc != RC_OK)
		return rc;
	taken.name = media_name(arena, upload->name, taken.type.mime);
	*out = taken;
	return RC_OK;
}
