/* file_dir.c: folders: make, list, walk, remove, open below, tell network file systems. */
#include "base/base.h"
#include "base/file.h"
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define REMOVE_DEPTH_MAX 256

static enum rc make_one(const char *path, unsigned mode, struct err *err)
{
	struct stat st;
	if (mkdir(path, (mode_t)mode) == 0)
		return RC_OK;
	int errnum = errno;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) /* also EROFS or EACCES above a mount point */
		return RC_OK;
	return file_fail(err, errnum, "make the folder", path);
}

enum rc file_mkdirs(const char *path, unsigned mode, struct err *err)
{
	enum rc rc = RC_OK;
	char *copy = mem_dup(path, strlen(path));
	for (char *p = copy + 1; *copy && *p && rc == RC_OK; p++) {
		if (*p != '/' || p[-1] == '/')
			continue;
		*p = '\0';
		rc = make_one(copy, mode, err);
		*p = '/';
	}
	free(copy);
	return rc == RC_OK ? make_one(path, mode, err) : rc;
}

static enum file_kind kind_of(int dir_fd, const struct dirent *entry)
{
	struct stat st;
	switch (entry->d_type) {
	case DT_REG:
		return FILE_REGULAR;
	case DT_DIR:
		return FILE_FOLDER;
	case DT_LNK:
		return FILE_LINK;
	case DT_UNKNOWN:
		break;
	default:
		return FILE_OTHER;
	}
	if (fstatat(dir_fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return FILE_OTHER;
	return S_ISREG(st.st_mode) ? FILE_REGULAR : S_ISDIR(st.st_mode) ? FILE_FOLDER :
	       S_ISLNK(st.st_mode) ? FILE_LINK : FILE_OTHER;
}

struct walk {
	struct arena *arena;
	struct file_entry *items;
	size_t count, room;
	bool deep;
	const char *root; /* for messages */
};

static enum rc walk_add(struct walk *w, const char *prefix, const struct dirent *entry,
			enum file_kind kind, struct err *err)
{
	size_t a = strlen(prefix), b = strlen(entry->d_name);
	char *name = w->count < FILE_ENTRIES_MAX ? arena_try(w->arena, a + b + 2) : NULL;
	if (!name)
		return err_set(err, RC_LIMIT, "'%s' holds more than fits (%zu entries so far)", w->root, w->count);
	snprintf(name, a + b + 2, "%s%s%s", prefix, a ? "/" : "", entry->d_name);
	if (w->count == w->room) {
		w->room = w->room ? 2 * w->room : 64;
		w->items = mem_grow(w->items, w->room, sizeof *w->items);
	}
	w->items[w->count++] = (struct file_entry){ name, kind };
	return RC_OK;
}

static enum rc walk_dir(struct walk *w, int parent_fd, const char *name, const char *prefix, int depth,
			struct err *err);

static enum rc walk_entries(struct walk *w, DIR *dir, const char *prefix, int depth, struct err *err)
{
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);
		if (!entry)
			return errno ? file_fail(err, errno, "list", w->root) : RC_OK;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		enum file_kind kind = kind_of(dirfd(dir), entry);
		enum rc rc = walk_add(w, prefix, entry, kind, err);
		if (rc == RC_OK && w->deep && kind == FILE_FOLDER)
			rc = walk_dir(w, dirfd(dir), entry->d_name, w->items[w->count - 1].name, depth + 1, err);
		if (rc != RC_OK)
			return rc;
	}
}

static enum rc walk_dir(struct walk *w, int parent_fd, const char *name, const char *prefix, int depth,
			struct err *err)
{
	if (depth > FILE_TREE_DEPTH_MAX)
		return err_set(err, RC_LIMIT, "'%s' is more than %d folders deep", w->root, FILE_TREE_DEPTH_MAX);
	int nofollow = depth > 0 ? O_NOFOLLOW : 0;
	int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | nofollow);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir) {
		enum rc rc = file_fail(err, errno, "list", name);
		if (fd >= 0)
			close(fd);
		return rc;
	}
	enum rc rc = walk_entries(w, dir, prefix, depth, err);
	closedir(dir);
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct file_entry *)a)->name, ((const struct file_entry *)b)->name);
}

static enum rc walk(const char *path, bool deep, struct arena *arena, struct file_entries *out,
		    struct err *err)
{
	struct walk w = { .arena = arena, .deep = deep, .root = path };
	enum rc rc = walk_dir(&w, AT_FDCWD, path, "", 0, err);
	if (rc == RC_OK) {
		struct file_entry *items = arena_try(arena, (w.count + 1) * sizeof *items);
		if (items) {
			if (w.count) {
				qsort(w.items, w.count, sizeof *w.items, by_name);
				memcpy(items, w.items, w.count * sizeof *items);
			}
			*out = (struct file_entries){ items, w.count };
		} else {
			rc = err_set(err, RC_LIMIT, "'%s' holds more than fits (%zu entries)", path, w.count);
		}
	}
	free(w.items);
	return rc;
}

enum rc file_list(const char *dir, struct arena *arena, struct file_entries *out, struct err *err)
{
	return walk(dir, false, arena, out, err);
}

enum rc file_tree(const char *dir, struct arena *arena, struct file_entries *out, struct err *err)
{
	return walk(dir, true, arena, out, err);
}

static enum rc remove_at(int parent_fd, const char *name, dev_t device, int depth, struct err *err);

static enum rc empty_dir(DIR *dir, dev_t device, int depth, struct err *err)
{
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);
		if (!entry)
			return errno ? err_sys(err, RC_IO, errno, "cannot list a folder") : RC_OK;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		enum rc rc = remove_at(dirfd(dir), entry->d_name, device, depth + 1, err);
		if (rc != RC_OK)
			return rc;
	}
}

static enum rc remove_folder(int parent_fd, const char *name, dev_t device, int depth, struct err *err)
{
	struct stat st;
	enum rc rc = RC_OK;
	if (depth > REMOVE_DEPTH_MAX)
		return err_set(err, RC_LIMIT, "'%s' is more than %d folders deep", name, REMOVE_DEPTH_MAX);
	int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return file_fail(err, errno, "remove", name);
	DIR *dir = fdopendir(fd);
	if (!dir) {
		rc = file_fail(err, errno, "remove", name);
		close(fd);
		return rc;
	}
	if (fstat(fd, &st) != 0)
		rc = file_fail(err, errno, "look at", name);
	else if (depth > 0 && st.st_dev != device)
		rc = err_set(err, RC_BUSY, "'%s' is another file system, which is left alone", name);
	else
		rc = empty_dir(dir, st.st_dev, depth, err);
	closedir(dir);
	if (rc == RC_OK && unlinkat(parent_fd, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
		rc = file_fail(err, errno, "remove", name);
	return rc;
}

static enum rc remove_at(int parent_fd, const char *name, dev_t device, int depth, struct err *err)
{
	struct stat st;
	if (fstatat(parent_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? RC_OK : file_fail(err, errno, "look at", name);
	if (S_ISDIR(st.st_mode))
		return remove_folder(parent_fd, name, device, depth, err);
	if (unlinkat(parent_fd, name, 0) != 0 && errno != ENOENT)
		return file_fail(err, errno, "remove", name);
	return RC_OK;
}

enum rc file_remove_tree(const char *path, struct err *err)
{
	return remove_at(AT_FDCWD, path, 0, 0, err);
}

/* For kernels before 5.6 and sandboxes without openat2: one step a segment, no links at all. */
static int open_steps(int root_fd, const char *rel)
{
	int at = dup(root_fd);
	char *copy = mem_dup(rel, strlen(rel));
	struct str rest = str_of(copy), part;
	while (at >= 0 && str_split(&rest, '/', &part)) {
		if (part.n == 0 || str_is(part, "."))
			continue;
		int fd = -1;
		char *name = mem_dup(part.p, part.n);
		if (str_is(part, ".."))
			errno = EXDEV;
		else
			fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
		int errnum = errno;
		free(name);
		close(at);
		errno = errnum;
		at = fd;
	}
	free(copy);
	return at;
}

enum rc file_open_below(const char *root, const char *rel, int *fd, struct err *err)
{
	int root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0)
		return file_fail(err, errno, "open", root);
	/* O_NONBLOCK: a FIFO must not stop us; it means nothing to a file. */
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
	int got = (int)syscall(SYS_openat2, root_fd, rel, &how, sizeof how);
	if (got < 0 && (errno == ENOSYS || errno == EPERM))
		got = open_steps(root_fd, rel);
	int errnum = errno;
	close(root_fd);
	if (got < 0 && (errnum == EXDEV || errnum == ELOOP))
		return err_set(err, RC_DENIED, "'%s' leads out of '%s'", rel, root);
	if (got < 0)
		return file_fail(err, errnum, "open", rel);
	*fd = got;
	return RC_OK;
}

bool file_type_is_nfs(long fs_type)
{
	static const uint32_t network[] = {
		NFS_SUPER_MAGIC, 0x517B /* SMB */, 0xFF534D42 /* CIFS */, 0xFE534D42 /* SMB2 */,
		AFS_SUPER_MAGIC, 0x6B414653 /* kAFS */, 0x00C36400 /* Ceph */, CODA_SUPER_MAGIC,
	};
	for (size_t i = 0; i < COUNT_OF(network); i++)
		if ((uint32_t)fs_type == network[i]) /* some architectures give it as a signed number */
			return true;
	return false;
}

enum rc file_is_nfs(const char *path, bool *out, struct err *err)
{
	struct statfs fs;
	char *at = mem_dup(path, strlen(path));
	while (statfs(at, &fs) != 0) {
		if (errno != ENOENT || strcmp(at, ".") == 0 || strcmp(at, "/") == 0) {
			enum rc rc = file_fail(err, errno, "look at the file system of", path);
			free(at);
			return rc;
		}
		struct str above = path_dir(str_of(at));
		char *next = mem_dup(above.p, above.n);
		free(at);
		at = next;
	}
	free(at);
	*out = file_type_is_nfs((long)fs.f_type);
	return RC_OK;
}
