/* pages_write.c: a finished page becomes files of its generation. */
#include "core/pages_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "crypt/rand.h"

#define COMPLAIN_AGAIN_US (60 * 1000 * 1000)
/* What is left to the database and everybody else. */
#define FREE_PERCENT_MIN 5

void pages_complain(const char *event, const struct err *err)
{
	static _Atomic int64_t said_us = INT64_MIN;
	int64_t now_us = clock_monotonic_us(), last_us = said_us;
	if (last_us > now_us - COMPLAIN_AGAIN_US || !atomic_compare_exchange_strong(&said_us, &last_us, now_us))
		return;
	if (err)
		log_err(LOG_WARN, event, err);
	else
		log_write(LOG_WARN, event, NULL, 0);
}

int64_t pages_mtime(uint64_t hash)
{
	return 2 + (int64_t)(hash % (INT32_MAX - 1));
}

bool pages_make_folders(int dir_fd, char *target)
{
	bool made = true;
	for (char *p = target; *p && made; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		made = mkdirat(dir_fd, target, PAGES_FOLDER_MODE) == 0
			? fchmodat(dir_fd, target, PAGES_FOLDER_MODE, 0) == 0 : errno == EEXIST;
		*p = '/';
	}
	return made;
}

static bool put_in_place(int dir_fd, const char *name, char *target)
{
	if (renameat(dir_fd, name, dir_fd, target) == 0)
		return true;
	return errno == ENOENT && pages_make_folders(dir_fd, target) && renameat(dir_fd, name, dir_fd, target) == 0;
}

/* Gone: the generation was removed meanwhile. In the way: two addresses want the same name. */
static bool is_worth_a_word(int errnum)
{
	return errnum != ENOENT && errnum != ENOTDIR && errnum != EISDIR && errnum != EEXIST && errnum != ENOTEMPTY;
}

static bool fill(int fd, struct str bytes, uint64_t hash, struct err *err)
{
	struct timespec time = { .tv_sec = (time_t)pages_mtime(hash) };
	return fchmod(fd, PAGES_FILE_MODE) == 0 && file_write_fd(fd, "page", bytes, err) == RC_OK &&
	       futimens(fd, (struct timespec[]){ time, time }) == 0;
}

/* Under a name outside of all that a web server is shown, then renamed: readers see whole files. */
static bool write_file(int dir_fd, char *target, struct str bytes, uint64_t hash)
{
	struct err err = ERR_INIT;
	char name[32];
	snprintf(name, sizeof name, ".new-%016" PRIx64, rand_u64());
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, PAGES_FILE_MODE);
	int errnum = errno;
	bool written = fd >= 0;
	if (written) {
		written = fill(fd, bytes, hash, &err);
		errnum = errno;
		close(fd);
		if (written && !put_in_place(dir_fd, name, target)) {
			written = false;
			errnum = errno;
		}
		if (!written)
			unlinkat(dir_fd, name, 0);
	}
	if (!written && is_worth_a_word(errnum)) {
		if (err.rc == RC_OK && err_sys(&err, RC_IO, errnum, "cannot write '%s'", target) == RC_OK)
			return false;
		pages_complain("cannot write to the page folder", &err);
	}
	return written;
}

static bool has_room(int dir_fd)
{
	struct statvfs fs;
	struct err err = ERR_INIT;
	if (fstatvfs(dir_fd, &fs) != 0)
		return true;
	/* Some file systems make inodes as they need them, and say 0. */
	if (fs.f_bavail >= fs.f_blocks / 100 * FREE_PERCENT_MIN &&
	    (fs.f_files == 0 || fs.f_favail >= fs.f_files / 100 * FREE_PERCENT_MIN))
		return true;
	if (err_set(&err, RC_NOSPACE, "less than %d %% of its file system are free", FREE_PERCENT_MIN) != RC_OK)
		pages_complain("page folder takes no more pages", &err);
	return false;
}

static bool write_bodies(int dir_fd, const char *target, const struct str body[PAGES_CODING__MAX], uint64_t hash)
{
	char name[PAGES_TARGET_MAX_B];
	bool written = has_room(dir_fd);
	for (int coding = 0; coding < PAGES_CODING__MAX && written; coding++) {
		if (!str_given(body[coding]))
			continue;
		snprintf(name, sizeof name, "%s%s", target, pages_extension[coding]);
		written = write_file(dir_fd, name, body[coding], hash);
	}
	return written;
}

bool pages_write(struct generation *generation, const struct pages_copy *copy)
{
	static const struct { const char *folder, *suffix; } places[PAGES_KIND__MAX] = {
		[PAGES_HTML] = { "page", ".html" }, [PAGES_FILE] = { "file", "" },
	};
	const struct pages_name *name = &generation->name;
	char target[PAGES_TARGET_MAX_B];
	if (copy->public_seq != name->public_seq || copy->now_ms < generation->seen_ms ||
	    (name->expires_ms && copy->now_ms >= name->expires_ms) || !pages_path_is_fit(copy->kind, copy->path))
		return false;
	snprintf(target, sizeof target, "%s%.*s%s", places[copy->kind].folder, STR_ARG(copy->path),
		 places[copy->kind].suffix);
	bool written = write_bodies(generation->fd, target, copy->body, copy->hash);
	for (int coding = 0; coding < PAGES_CODING__MAX && copy->kind == PAGES_HTML; coding++)
		if (written && str_given(copy->body[coding]))
			pages_alias(generation->fd, generation->conf->mount, copy->path, (enum pages_coding)coding);
	return written;
}

bool pages_write_asset(struct pages *pages, struct str hash_name, struct str name,
		       const struct str body[PAGES_CODING__MAX], uint64_t hash)
{
	char target[PAGES_TARGET_MAX_B], path[PAGES_PATH_MAX_B + 1];
	if (hash_name.n > 64 || name.n + hash_name.n + 2 >= sizeof path)
		return false;
	snprintf(path, sizeof path, "/%.*s/%.*s", STR_ARG(hash_name), STR_ARG(name));
	if (!pages_path_is_fit(PAGES_FILE, str_of(path)))
		return false;
	int dir_fd = open(pages->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0)
		return false;
	snprintf(target, sizeof target, "assets%s", path);
	bool written = write_bodies(dir_fd, target, body, hash);
	close(dir_fd);
	return written;
}
