/* picture.c: pictures under the site's settings. */
#include "base/base.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "blob/unnamed.h"
#include "core/picture.h"

#define MILLION 1000000
#define CHUNK_B ((size_t)64 << 10)
#define ICON_MAX_B ((size_t)8 << 20)
#define IN_ICO 3 /* the first of img_plan_icons() stand in the .ico */

/* Each may need as much memory as one picture may. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

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

/* --- before it is taken --- */

/* The helper reads a file from its beginning to its end. */
static enum rc copy_part(int fd, int64_t from_b, int64_t size_b, int to)
{
	char *chunk = mem_array(CHUNK_B, 1);
	struct err none = ERR_INIT;
	enum rc rc = RC_OK;
	while (rc == RC_OK && size_b > 0) {
		ssize_t n = pread(fd, chunk, size_b < (int64_t)CHUNK_B ? (size_t)size_b : CHUNK_B, from_b);
		if (n < 0 && errno == EINTR)
			continue;
		rc = n > 0 ? file_write_fd(to, "a picture", str_n(chunk, (size_t)n), &none) : RC_IO;
		from_b += n;
		size_b -= n;
	}
	free(chunk);
	return rc;
}

static enum rc part_open(const struct conf *conf, int fd, int64_t from_b, int64_t size_b, int *out)
{
	struct arena arena;
	struct err none = ERR_INIT;
	arena_init(&arena, 1 << 16);
	enum rc rc = unnamed_open(path_join3(&arena, conf->data_dir, "media", "tmp"), out, &none);
	arena_release(&arena);
	return rc == RC_OK ? copy_part(fd, from_b, size_b, *out) : rc;
}

static bool is_its_fault(enum rc rc)
{
	return rc == RC_INVALID || rc == RC_LIMIT || rc == RC_CORRUPT;
}

static enum rc decode(const struct conf *conf, int fd, struct err *err)
{
	struct img_limits limits = picture_limits(conf);
	struct img_result *result = mem_new(sizeof *result);
	struct err why = ERR_INIT;
	if (limits.wall_ms > PICTURE_CHECK_MS)
		limits.wall_ms = PICTURE_CHECK_MS;
	enum rc rc = img_run(NULL, &limits, fd, NULL, 0, NULL, result, &why);
	free(result);
	return is_its_fault(rc) ? err_set(err, rc == RC_LIMIT ? rc : RC_INVALID, "%s", why.msg) : RC_OK;
}

enum rc picture_check(const struct conf *conf, int fd, int64_t from_b, int64_t size_b, struct err *err)
{
	struct timespec until;
	struct stat st;
	int own = -1;
	if (fstat(fd, &st) != 0)
		return RC_OK;
	bool whole = from_b == 0 && size_b == st.st_size;
	if (!whole && part_open(conf, fd, from_b, size_b, &own) != RC_OK)
		return RC_OK;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PICTURE_CHECK_MS / 1000;
	enum rc rc = RC_OK;
	if (pthread_mutex_timedlock(&one_at_a_time, &until) == 0) {
		rc = decode(conf, whole ? fd : own, err);
		pthread_mutex_unlock(&one_at_a_time);
	}
	if (own >= 0)
		close(own);
	return rc;
}

/* --- icons --- */

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
