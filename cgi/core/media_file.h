/* media_file.h: the bytes of a media object, for whoever sends them. */
#ifndef PLATEN_CORE_MEDIA_FILE_H
#define PLATEN_CORE_MEDIA_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "conf/conf.h"

/* The caller closes *fd. RC_NOTFOUND: no such bytes; RC_INVALID: not a hash. What lies in S3 is fetched first: that may
 * take as long as it takes, and fail in every way of net/s3.h. */
NODISCARD enum rc media_file_open(const struct conf *conf, struct str hash, int *fd, int64_t *size_b,
				  struct err *err);
/* The same for `length_b` bytes from `from_b` on alone; they are at their place in *fd, and *size_b is that of all. */
NODISCARD enum rc media_file_open_part(const struct conf *conf, struct str hash, int64_t from_b, int64_t length_b,
				       int *fd, int64_t *size_b, struct err *err);

/* The same for length_b bytes, -1: all that follow, of which the first may be read while the others are still on their
 * way: blob/stream.h. */
struct blob_stream;
NODISCARD enum rc media_file_stream(const struct conf *conf, struct str hash, int64_t from_b, int64_t length_b, int *fd,
				    int64_t *size_b, struct blob_stream **out, struct err *err);
/* For an answer's `await` and `release`. */
int64_t media_file_await(void *stream, int64_t at_b);
void media_file_end(void *stream);

/* Whether media lie in a folder of this machine. */
bool media_file_is_local(const struct conf *conf);

struct media_link {
	struct str type, disposition;  /* as blob_link's */
	int expires_s;
	bool head;
};
/* Where a reader gets the bytes without us, and for how many seconds at least (*fresh_s). STR_NONE and RC_OK: nowhere,
 * by the kind of the store or PLATEN_MEDIA_DELIVERY. Calls nobody, looks nothing up. */
NODISCARD enum rc media_file_link(const struct conf *conf, struct str hash, const struct media_link *link,
				  struct arena *arena, struct str *out, int *fresh_s, struct err *err);

/* The path and query of such an address, for the web server in front of us: of every bucket, and of no folder. It says
 * nothing of the type, and is good for hours: a long film is fetched in pieces while it is seen. */
NODISCARD enum rc media_file_object(const struct conf *conf, struct str hash, struct arena *arena, struct str *out,
				    struct err *err);

#endif
