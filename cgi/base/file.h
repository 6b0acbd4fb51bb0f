/* file.h: whole files, atomic replacement, folders.
 *
 * Paths are NUL-terminated. Messages name the path. RC_NOTFOUND, RC_EXISTS, RC_NOSPACE, RC_READONLY,
 * RC_DENIED (permissions) and RC_IO are told apart. */
#ifndef PLATEN_BASE_FILE_H
#define PLATEN_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* The failure `errnum` of a system call, "cannot DOING 'PATH': TEXT", with the code that suits it. */
NODISCARD enum rc file_fail(struct err *err, int errnum, const char *doing, const char *path);

/* Appends the whole file to `out`; more than `max_b` bytes is RC_LIMIT. A folder is RC_INVALID. On
 * failure `out` is as it was. */
NODISCARD enum rc file_read(const char *path, size_t max_b, struct buf *out, struct err *err);
/* The same from an open descriptor, to its end; `path` is for messages. */
NODISCARD enum rc file_read_fd(int fd, const char *path, size_t max_b, struct buf *out, struct err *err);
/* The whole file in `arena` with a NUL behind it. */
NODISCARD enum rc file_load(const char *path, size_t max_b, struct arena *arena, struct str *out,
			    struct err *err);

/* Replaces `path` by `bytes`: temporary file in the same folder, fsync, rename, fsync of the folder.
 * A reader sees the old or the new content, never a part, also after a power loss. */
NODISCARD enum rc file_write(const char *path, struct str bytes, unsigned mode, struct err *err);
/* write(2) until all is written. */
NODISCARD enum rc file_write_fd(int fd, const char *path, struct str bytes, struct err *err);
NODISCARD enum rc file_sync_dir(const char *dir, struct err *err);

/* Makes `path` and the folders above it; one that is there already is fine. */
NODISCARD enum rc file_mkdirs(const char *path, unsigned mode, struct err *err);

enum file_kind { FILE_REGULAR, FILE_FOLDER, FILE_LINK, FILE_OTHER, FILE_KIND__MAX };

struct file_info {
	enum file_kind kind;
	int64_t size_b;
	int64_t mtime_ns; /* Unix nanoseconds */
	uint64_t inode, device;
	unsigned mode;    /* permission bits */
};

/* Follows links; file_lstat does not. */
NODISCARD enum rc file_stat(const char *path, struct file_info *out, struct err *err);
NODISCARD enum rc file_lstat(const char *path, struct file_info *out, struct err *err);
bool file_exists(const char *path); /* anything at all; links are followed */

struct file_entry {
	const char *name;    /* in file_list: within the folder; in file_tree: relative to the root */
	enum file_kind kind; /* links are not followed */
};

struct file_entries {
	struct file_entry *items;
	size_t count;
};

#define FILE_ENTRIES_MAX 1000000
#define FILE_TREE_DEPTH_MAX 64

/* The entries of one folder but "." and "..", sorted bytewise, in `arena`. More than
 * FILE_ENTRIES_MAX: RC_LIMIT. */
NODISCARD enum rc file_list(const char *dir, struct arena *arena, struct file_entries *out,
			    struct err *err);
/* Everything below `dir`, folders included, sorted by path; links are listed, not followed. */
NODISCARD enum rc file_tree(const char *dir, struct arena *arena, struct file_entries *out,
			    struct err *err);

/* Removes a file, or a folder with all below it. Links are removed, never followed; another file
 * system mounted below is RC_BUSY. Nothing there: RC_OK. Stops at the first failure. */
NODISCARD enum rc file_remove_tree(const char *path, struct err *err);

/* Opens `rel` below the folder `root` for reading, so that neither ".." nor a link leads out of it
 * (openat2 RESOLVE_BENEATH; without it links are refused altogether). The caller closes *fd. */
NODISCARD enum rc file_open_below(const char *root, const char *rel, int *fd, struct err *err);

/* Whether `path` (or the nearest folder above it that exists) lies on a network file system, where
 * SQLite's locks cannot be trusted: NFS, SMB, AFS, Ceph, Coda.
 * Not 9P: some containers have it as their root, on a disk of the same machine. */
NODISCARD enum rc file_is_nfs(const char *path, bool *out, struct err *err);
/* The same by the f_type of statfs(). */
bool file_type_is_nfs(long fs_type);

#endif
