/* picture.c: pictures under the site's settings. */
#include "base/base.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "core/picture.h"

#define MILLION 1000000
#define ICON_MAX_B ((size_t)8 << 20)
#define IN_ICO 3 /* the first of img_plan_icons() stand in the .ico */

struct img_limits picture_limits(const struct conf *conf)
{
	struct img_limits limits = IMG_LIMITS_DEFAULT;
	limits.pixels = (int64_t)conf->image_megapixels * MILLION;
	limits.memory_b = conf->image_memory_b;
	limits.wall_ms = conf->image_timeout_s > INT32_MAX / 1000 ? INT32_MAX : conf->image_timeout_s * 1000;
	limits.cpu_s = conf->image_timeout_s;
	return limits;
}

enum rc picture_make(const struct conf *conf, int fd_in, const struct img_variant *plan, size_t count, const int *fds_out,
		     struct img_result *out, struct err *err)
{
	const struct img_limits limits = picture_limits(conf);
	return img_run(NULL, &limits, fd_in, plan, count, fds_out, out, err);
}

enum rc picture_probe(const struct conf *conf, int fd_in, struct img_info *out, struct err *err)
{
	const struct img_limits limits = picture_limits(conf);
	return img_run_probe(NULL, &limits, fd_in, out, err);
}

static enum rc files_new(int *fds, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		fds[i] = memfd_create("icon", MFD_CLOEXEC);
		if (fds[i] < 0)
			return err_set(err, RC_BUSY, "there is no memory for an icon");
	}
	return RC_OK;
}

static enum rc file_take(int fd, struct buf *out, struct err *err)
{
	if (lseek(fd, 0, SEEK_SET) != 0)
		return err_set(err, RC_IO, "cannot read an icon");
	return file_read_fd(fd, "an icon", out->max_b, out, err);
}

static enum rc take_icons(const int *fds, size_t count, const struct picture_icons *out, struct err *err)
{
	struct buf *const single[] = { out->apple, out->small, out->large };
	struct buf small[IN_ICO] = { BUF_INIT(ICON_MAX_B), BUF_INIT(ICON_MAX_B), BUF_INIT(ICON_MAX_B) };
	struct str pngs[IN_ICO];
	size_t in_ico = count < IN_ICO ? count : IN_ICO;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		rc = file_take(fds[i], i < IN_ICO ? &small[i] : single[i - IN_ICO], err);
	for (size_t i = 0; i < in_ico; i++)
		pngs[i] = buf_view(&small[i]);
	if (rc == RC_OK)
		rc = img_ico(pngs, in_ico, out->ico, err);
	for (size_t i = 0; i < IN_ICO; i++)
		buf_release(&small[i]);
	return rc;
}

enum rc picture_icons(const struct conf *conf, int fd_in, int focus_x, int focus_y, const struct picture_icons *out,
		      struct err *err)
{
	struct img_variant plan[IMG_ICONS_MAX];
	struct img_result *result = mem_new(sizeof *result);
	struct img_info info;
	int fds[IMG_ICONS_MAX] = { -1, -1, -1, -1, -1, -1 };
	size_t count = 0;
	enum rc rc = picture_probe(conf, fd_in, &info, err);
	if (rc == RC_OK) {
		count = img_plan_icons(&info, focus_x, focus_y, plan);
		rc = files_new(fds, count, err);
	}
	if (rc == RC_OK)
		rc = picture_make(conf, fd_in, plan, count, fds, result, err);
	if (rc == RC_OK)
		rc = take_icons(fds, count, out, err);
	for (size_t i = 0; i < IMG_ICONS_MAX; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(result);
	return rc;
}
