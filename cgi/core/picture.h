/* picture.h: img_run() (img/run.h) under the site's settings: how large a picture may be, how long it may take. */
#ifndef PLATEN_CORE_PICTURE_H
#define PLATEN_CORE_PICTURE_H

#include "base/err.h"
#include "conf/conf.h"
#include "img/run.h"

/* What PLATEN_IMAGE_PIXELS, PLATEN_IMAGE_MEMORY and PLATEN_IMAGE_TIMEOUT allow. */
struct img_limits picture_limits(const struct conf *conf);

/* img_run() and img_run_probe() with these limits and the program's own helper. */
NODISCARD enum rc picture_make(const struct conf *conf, int fd_in, const struct img_variant *plan, size_t count,
			       const int *fds_out, struct img_result *out, struct err *err);
NODISCARD enum rc picture_probe(const struct conf *conf, int fd_in, struct img_info *out, struct err *err);

/* Whether the picture in the bytes [from_b, from_b + size_b) of an open file can be decoded; nothing is kept of it. A
 * photograph takes some hundredths of a second; one at a time in a process. RC_INVALID: damaged, or it made its decoder
 * crash; RC_LIMIT: more pixels, frames, bytes or memory than are allowed. What is not the picture's fault, and one
 * that is not decoded within PICTURE_CHECK_MS, passes: its job sees to it again and has more time. */
#define PICTURE_CHECK_MS 15000
NODISCARD enum rc picture_check(const struct conf *conf, int fd, int64_t from_b, int64_t size_b, struct err *err);

/* The icons of a site, of a picture: appends one .ico of its 16, 32 and 48 px (as many as it has) to `ico`,
 * and the PNG files of 180, 192 and 512 px to apple, small and large, which stay empty where the picture
 * has too few pixels. The focal point is in thousandths. The codes of img_run(). */
struct picture_icons {
	struct buf *ico, *apple, *small, *large;
};
NODISCARD enum rc picture_icons(const struct conf *conf, int fd_in, int focus_x, int focus_y,
				const struct picture_icons *out, struct err *err);

#endif
