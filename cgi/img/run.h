/* run.h: carries out a plan of variants by the helper program platen-img, which alone decodes.
 *
 * The helper is executed with an empty environment and no descriptors but those given, limits itself
 * before it reads a byte (memory, CPU, output; system calls by an allow-list) and is killed when its
 * time is over. Whatever a picture does to it, the answer is an error for that one file. Any thread may
 * call; the call lasts as long as the work (up to limits->wall_ms): never from a page. */
#ifndef PLATEN_IMG_RUN_H
#define PLATEN_IMG_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "img/plan.h"
#include "img/probe.h"

struct img_limits {
	int64_t input_b;  /* bytes of the file */
	int64_t pixels;   /* width times height, looked at before anything is decoded */
	int frames;       /* of an animation */
	int64_t memory_b; /* address space of the helper */
	int64_t output_b; /* of each file that it writes */
	int cpu_s;
	int wall_ms;
};

#define IMG_LIMITS_DEFAULT { \
	.input_b = INT64_C(256) << 20, .pixels = 100000000, .frames = 2000, \
	.memory_b = INT64_C(1536) << 20, .output_b = INT64_C(256) << 20, .cpu_s = 120, .wall_ms = 240000 }

struct img_made {
	bool kept;        /* false: it was not smaller than its rival; nothing is in its file */
	int width_px, height_px;
	int64_t size_b;
};

#define IMG_PLACEHOLDER_MAX_B 512

struct img_result {
	struct img_info info;                /* of the whole file */
	uint32_t colour;                     /* the dominant one of what the first variant shows, 0xRRGGBB */
	char placeholder[IMG_PLACEHOLDER_MAX_B]; /* "data:image/webp;base64,...": that some 16 px
					      * wide, about 150 characters; "" when there is none */
	struct img_made made[IMG_VARIANTS_MAX];
};

/* Makes `count` (0 to IMG_VARIANTS_MAX) variants of the picture that `fd_in` is (read from its beginning,
 * must be a file) into the open, empty files `fds_out`; a variant begins where its descriptor stands. With
 * a count of 0 the picture is decoded all the same: whether it is whole, its colour and its placeholder.
 * `helper`: path of the program; NULL: img_helper().
 * The message is for the person who brought the file: "the picture claims 65536 x 65536 pixels; at most
 * 100 million are taken". RC_INVALID: no picture, damaged, cut off; RC_LIMIT: too large in pixels, bytes,
 * frames, or needs more memory than allowed; RC_TIMEOUT; RC_CORRUPT: the helper crashed or did what it may
 * not; RC_IO, RC_NOSPACE: an output; RC_UNSUPPORTED: the helper is missing. What the files hold after a
 * failure is not said. `out` is then untouched. */
NODISCARD enum rc img_run(const char *helper, const struct img_limits *limits, int fd_in,
			  const struct img_variant *plan, size_t count, const int *fds_out,
			  struct img_result *out, struct err *err);

/* The whole file's type, size, orientation, animation by the helper, without decoding: a few ms. The same
 * codes. */
NODISCARD enum rc img_run_probe(const char *helper, const struct img_limits *limits, int fd_in,
				struct img_info *out, struct err *err);

/* Where the helper is: beside the running program (a build folder), else where it was installed. */
const char *img_helper(void);

#endif
