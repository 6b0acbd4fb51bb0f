/* pages_sweep.c: removes what of the page folder nobody reads any more. */
#include "core/pages_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define REMOVE_MAX 500   /* entries a call: a few milliseconds */
#define DEAD_MAX 64      /* generations a call */
#define DAY_S (24 * 60 * 60)
#define HOUR_S (60 * 60)

struct sweep {
	int64_t now_s;
	int left;        /* what may still be removed */
};

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static DIR *open_folder(int parent_fd, const char *name)
{
	int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

/* False: not wholly gone, because the budget is spent or something is in the way. */
static bool remove_all(struct sweep *sweep, int parent_fd, const char *name, int depth)
{
	if (sweep->left-- <= 0 || depth > PAGES_DEPTH_MAX + 4)
		return false;
	if (unlinkat(parent_fd, name, 0) == 0 || errno == ENOENT)
		return true;
	DIR *dir = open_folder(parent_fd, name);
	if (!dir)
		return false;
	bool gone = true;
	for (const struct dirent *entry; gone && (entry = readdir(dir));)
		if (!is_dots(entry->d_name))
			gone = remove_all(sweep, dirfd(dir), entry->d_name, depth + 1);
	closedir(dir);
	return gone && unlinkat(parent_fd, name, AT_REMOVEDIR) == 0;
}

struct dead {
	char names[DEAD_MAX][PAGES_NAME_B];
	size_t count;
};

/* A generation that is not linked now never will be again: new ones are made and linked under the lock,
 * and no name comes twice. */
static void list_dead(const struct pages_lock *lock, struct dead *dead)
{
	struct pages_name name;
	DIR *dir = open_folder(lock->dir_fd, ".");
	if (!dir)
		return;
	for (const struct dirent *entry; dead->count < DEAD_MAX && (entry = readdir(dir));)
		if (pages_name_parse(str_of(entry->d_name), &name) &&
		    !(lock->linked && strcmp(name.text, lock->name.text) == 0))
			memcpy(dead->names[dead->count++], name.text, sizeof name.text);
	closedir(dir);
}

static bool sweep_generations(struct sweep *sweep, const char *path, int dir_fd)
{
	struct pages_lock lock;
	struct dead *dead = mem_new(sizeof *dead);
	if (pages_lock(path, 0, &lock, NULL) != RC_OK) {
		free(dead);
		return false; /* busy: another time */
	}
	list_dead(&lock, dead);
	pages_unlock(&lock);
	bool gone = dead->count < DEAD_MAX;
	for (size_t i = 0; i < dead->count && sweep->left > 0; i++)
		gone &= remove_all(sweep, dir_fd, dead->names[i], 0);
	free(dead);
	return !gone && sweep->left <= 0;
}

static bool is_older(const struct sweep *sweep, int dir_fd, const char *name, int64_t age_s)
{
	struct stat st;
	return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_ctim.tv_sec < sweep->now_s - age_s;
}

/* Removes from `folder` what `wanted` says and is older than `age_s`. */
static void sweep_folder(struct sweep *sweep, int dir_fd, const char *folder, int64_t age_s,
			 bool (*wanted)(const char *name, struct str keep), struct str keep)
{
	DIR *dir = open_folder(dir_fd, folder);
	if (!dir)
		return;
	for (const struct dirent *entry; sweep->left > 0 && (entry = readdir(dir));)
		if (!is_dots(entry->d_name) && wanted(entry->d_name, keep) &&
		    is_older(sweep, dirfd(dir), entry->d_name, age_s))
			remove_all(sweep, dirfd(dir), entry->d_name, 0);
	closedir(dir);
}

static bool is_temporary(const char *name, struct str keep)
{
	(void)keep;
	return str_starts(str_of(name), STR(".new-"));
}

static bool is_another(const char *name, struct str keep)
{
	return !str_is(keep, name);
}

bool pages_sweep(struct pages *pages, struct str asset_hash, int64_t now_ms)
{
	struct sweep sweep = { .now_s = now_ms / 1000, .left = REMOVE_MAX };
	int dir_fd = open(pages->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0)
		return false;
	bool more = sweep_generations(&sweep, pages->dir, dir_fd);
	sweep_folder(&sweep, dir_fd, ".", HOUR_S, is_temporary, STR_NONE);
	if (str_given(asset_hash))
		sweep_folder(&sweep, dir_fd, "assets", DAY_S, is_another, asset_hash);
	close(dir_fd);
	return more || sweep.left <= 0;
}
