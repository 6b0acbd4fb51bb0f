/* media_direct.h: uploads that a browser sends straight to S3 (PLATEN_S3_DIRECT; blob/direct.h). */
#ifndef PLATEN_CORE_MEDIA_DIRECT_H
#define PLATEN_CORE_MEDIA_DIRECT_H

#include "blob/direct.h"
#include "conf/conf.h"
#include "core/media_take.h"
#include "store/media_upload.h"

/* Where the browser connects to; STR_NONE: it is not wanted, or the store is no bucket. */
struct str media_direct_origin(const struct conf *conf, struct arena *arena);

/* Begins one with the upload's name and size: upload->direct, in `arena`. It stays STR_NONE where this is not wanted or not
 * possible at the moment: then the pieces come to us. */
void media_direct_begin(const struct conf *conf, struct media_upload *upload, struct arena *arena);

/* Where what is to be sent. `ask`: the store is asked what is there already. Codes as media_store_fault(). */
NODISCARD enum rc media_direct_parts(const struct conf *conf, const struct media_upload *upload, bool ask,
				     struct arena *arena, struct blob_direct_parts *out, struct err *err);

/* media_take_put() for what was sent so: told by its content and proven by its hash before it is at its place. A picture
 * is fetched for its copy without metadata, all else only read. RC_CORRUPT: it is not there, or not what was announced;
 * RC_LIMIT: a picture of more bytes than are decoded; RC_NOSPACE: the disk has no room to fetch it to. */
NODISCARD enum rc media_direct_put(const struct conf *conf, struct blob_store *blobs, struct str types,
				   const struct media_upload *upload, struct arena *arena, struct media_taken *out,
				   struct err *err);

/* Removes what has arrived; what stays is swept a day later. */
void media_direct_drop(const struct conf *conf, const struct media_upload *upload);

#endif
