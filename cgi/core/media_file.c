/* media_file.c: the bytes of a media object, for whoever sends them. */
#include "base/base.h"

#include "base/url.h"
#include "blob/stream.h"
#include "core/media_file.h"
#include "core/media_store.h"

#define DAY_S 86400
#define OBJECT_S 7200 /* as long as one answer may take: the pieces of a film are fetched as they are seen */

enum rc media_file_open(const struct conf *conf, struct str hash, int *fd, int64_t *size_b, struct err *err)
{
	struct blob_store *store = NULL;
	enum rc rc = media_store_open(conf, &store, err);
	if (rc == RC_OK)
		rc = blob_open(store, hash, fd, size_b, err);
	media_store_close(store);
	return rc;
}

enum rc media_file_open_part(const struct conf *conf, struct str hash, int64_t from_b, int64_t length_b, int *fd,
			     int64_t *size_b, struct err *err)
{
	struct blob_store *store = NULL;
	enum rc rc = media_store_open(conf, &store, err);
	if (rc == RC_OK)
		rc = blob_open_part(store, hash, from_b, length_b, fd, size_b, err);
	media_store_close(store);
	return rc;
}

enum rc media_file_stream(const struct conf *conf, struct str hash, int64_t from_b, int64_t length_b, int *fd,
			  int64_t *size_b, struct blob_stream **out, struct err *err)
{
	struct blob_store *store = NULL;
	enum rc rc = media_store_open(conf, &store, err);
	if (rc == RC_OK)
		rc = blob_stream_open(store, hash, from_b, length_b, fd, size_b, out, err);
	media_store_close(store);
	return rc;
}

int64_t media_file_await(void *stream, int64_t at_b)
{
	return blob_stream_await(stream, at_b);
}

void media_file_end(void *stream)
{
	blob_stream_close(stream);
}

bool media_file_is_local(const struct conf *conf)
{
	return media_store_is_local(conf);
}

enum rc media_file_link(const struct conf *conf, struct str hash, const struct media_link *link, struct arena *arena,
			struct str *out, int *fresh_s, struct err *err)
{
	struct blob_link wanted = { link->type, link->disposition, link->expires_s, link->head };
	struct blob_store *store = NULL;
	*out = STR_NONE;
	if (conf->media_delivery != CONF_REDIRECT || media_store_is_local(conf))
		return RC_OK;
	enum rc rc = media_store_open(conf, &store, err);
	if (rc != RC_OK)
		return rc;
	*out = blob_link(store, hash, &wanted, arena);
	*fresh_s = conf->s3_public ? DAY_S : link->expires_s / 4 * 3;
	media_store_close(store);
	return RC_OK;
}

enum rc media_file_object(const struct conf *conf, struct str hash, struct arena *arena, struct str *out, struct err *err)
{
	struct blob_link wanted = { STR_NONE, STR_NONE, OBJECT_S, false };
	struct blob_store *store = NULL;
	struct url url;
	*out = STR_NONE;
	if (media_store_is_local(conf))
		return RC_OK;
	enum rc rc = media_store_open(conf, &store, err);
	if (rc != RC_OK)
		return rc;
	struct str link = blob_link(store, hash, &wanted, arena);
	media_store_close(store);
	rc = url_parse_web(link, &url, err);
	if (rc == RC_OK)
		*out = str_from(link, (size_t)(url.path.p - link.p));
	return rc;
}
