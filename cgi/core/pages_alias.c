/* pages_alias.c: a page's second name, its own address, for web servers that put no ".html" behind one. */
#include "core/pages_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypt/rand.h"

struct alias {
	int dir_fd;                      /* of the generation */
	char file[PAGES_TARGET_MAX_B];   /* "page/tag/ink.html" */
	char target[PAGES_TARGET_MAX_B]; /* "path/blog/tag/ink" */
};

/* The name inside the folder that stands where the page's file would: "path/tag/ink/.page-ink". */
static void name_inside(const char *folder, char *out)
{
	if (snprintf(out, PAGES_TARGET_MAX_B, "%s/.page-%s", folder, strrchr(folder, '/') + 1) >= PAGES_TARGET_MAX_B)
		mem_fail(); /* a path and one of its parts fit */
}

static bool is_folder(int dir_fd, const char *target)
{
	struct stat st;
	return fstatat(dir_fd, target, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

/* By a third name, so that a page that is there is replaced at once. */
static bool link_file(int dir_fd, const char *file, const char *target)
{
	char name[32];
	snprintf(name, sizeof name, ".new-%016" PRIx64, rand_u64());
	if (linkat(dir_fd, file, dir_fd, name, 0) != 0)
		return false;
	bool linked = renameat(dir_fd, name, dir_fd, target) == 0;
	int errnum = errno;
	unlinkat(dir_fd, name, 0); /* still there when both names were the same file already */
	errno = errnum;
	return linked;
}

static bool link_coding(int dir_fd, const char *file, const char *target, enum pages_coding coding)
{
	char from[PAGES_TARGET_MAX_B + 8], to[PAGES_TARGET_MAX_B + 8];
	snprintf(from, sizeof from, "%s%s", file, pages_extension[coding]);
	snprintf(to, sizeof to, "%s%s", target, pages_extension[coding]);
	return link_file(dir_fd, from, to);
}

/* A page below the one at `target` comes: its file becomes a folder, with itself inside. */
static void make_way(int dir_fd, const char *file, const char *target)
{
	char name[PAGES_TARGET_MAX_B + 8], inside[PAGES_TARGET_MAX_B];
	for (int coding = 0; coding < PAGES_CODING__MAX; coding++) {
		snprintf(name, sizeof name, "%s%s", target, pages_extension[coding]);
		unlinkat(dir_fd, name, 0);
	}
	name_inside(target, inside);
	snprintf(name, sizeof name, "%s", inside);
	if (!pages_make_folders(dir_fd, name))
		return;
	for (int coding = 0; coding < PAGES_CODING__MAX; coding++)
		if (!link_coding(dir_fd, file, inside, coding))
			return;
}

/* Every page above this one whose file is in the way; `skip` is the length of "path" and the mount. */
static void make_way_above(const struct alias *alias, size_t skip)
{
	for (size_t i = skip + 1; alias->target[i]; i++) {
		char target[PAGES_TARGET_MAX_B], file[PAGES_TARGET_MAX_B + 8];
		struct stat st;
		if (alias->target[i] != '/')
			continue;
		snprintf(target, sizeof target, "%.*s", (int)i, alias->target);
		snprintf(file, sizeof file, "page%s.html", target + skip);
		if (fstatat(alias->dir_fd, target, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
			make_way(alias->dir_fd, file, target);
	}
}

static bool place(struct alias *alias, size_t skip, enum pages_coding coding)
{
	char inside[PAGES_TARGET_MAX_B];
	if (is_folder(alias->dir_fd, alias->target)) {
		name_inside(alias->target, inside);
		return link_coding(alias->dir_fd, alias->file, inside, coding);
	}
	if (link_coding(alias->dir_fd, alias->file, alias->target, coding))
		return true;
	if (errno == ENOTDIR)
		make_way_above(alias, skip);
	else if (errno != ENOENT)
		return false;
	return pages_make_folders(alias->dir_fd, alias->target) &&
	       link_coding(alias->dir_fd, alias->file, alias->target, coding);
}

void pages_alias(int dir_fd, struct str mount, struct str path, enum pages_coding coding)
{
	struct alias alias = { .dir_fd = dir_fd };
	char whole[PAGES_PATH_MAX_B + 1];
	bool home = path.n == 1;
	if (mount.n + path.n >= sizeof whole)
		return;
	snprintf(whole, sizeof whole, "%.*s%.*s", STR_ARG(mount), STR_ARG(home ? STR("/home") : path));
	/* x.gz would be sent for x. */
	if (!pages_path_is_fit(PAGES_HTML, str_of(whole)) || str_ends(path, STR(".gz")) || str_ends(path, STR(".br")))
		return;
	snprintf(alias.file, sizeof alias.file, "page%.*s.html", STR_ARG(path));
	snprintf(alias.target, sizeof alias.target, "path%.*s%.*s", STR_ARG(mount),
		 STR_ARG(home ? STR("/.page-") : path));
	place(&alias, strlen("path") + mount.n, coding);
}
