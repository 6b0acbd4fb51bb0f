/* lossy_vfs.c: a disk that loses what was not synced when the power fails. */
#include "base/base.h"
#include "lossy_vfs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512

struct change {
	struct change *next, *last;
	sqlite3_int64 at, size_before;
	int n, old_n;
	char *bytes, *old; /* bytes NULL: a truncation to `at` */
};

struct disk_file {
	struct disk_file *next;
	char *path;
	struct change *first, *last;
};

struct lossy_file {
	sqlite3_file base;
	struct disk_file *disk; /* NULL: a temporary file, which nobody misses */
	sqlite3_file *real;
};

static struct disk_file *disk;
static sqlite3_vfs *unix_vfs, lossy;
static long left;
static bool keep_some;
static uint32_t seed;

static uint32_t next_random(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

static sqlite3_file *real(sqlite3_file *file)
{
	return ((struct lossy_file *)file)->real;
}

static void put(int fd, const char *bytes, int n, sqlite3_int64 at)
{
	if (n > 0 && pwrite(fd, bytes, (size_t)n, at) != n)
		abort();
}

static void take_back(struct disk_file *file, int fd)
{
	for (struct change *c = file->last; c; c = c->last) {
		put(fd, c->old, c->old_n, c->at);
		if (ftruncate(fd, c->size_before) != 0)
			abort();
	}
}

static void write_some(struct disk_file *file, int fd)
{
	for (struct change *c = file->first; c; c = c->next) {
		uint32_t fate = next_random(4);
		if (fate == 0 && !c->bytes && ftruncate(fd, c->at) != 0)
			abort();
		if (fate <= 1)
			put(fd, c->bytes, c->n, c->at);
		else if (fate == 2)
			put(fd, c->bytes, c->n / SECTOR * SECTOR / 2, c->at);
	}
}

_Noreturn static void crash(void)
{
	for (struct disk_file *file = disk; file; file = file->next) {
		int fd = open(file->path, O_RDWR);
		if (fd < 0)
			continue; /* deleted meanwhile */
		take_back(file, fd);
		if (keep_some)
			write_some(file, fd);
		close(fd);
	}
	_exit(LOSSY_EXIT);
}

static void tick(void)
{
	if (--left <= 0)
		crash();
}

static struct disk_file *disk_file_of(const char *path)
{
	struct disk_file *file = disk;
	while (file && strcmp(file->path, path) != 0)
		file = file->next;
	if (!file) {
		file = mem_new(sizeof *file);
		file->path = mem_dup(path, strlen(path));
		file->next = disk;
		disk = file;
	}
	return file;
}

static void forget(struct disk_file *file)
{
	while (file->first) {
		struct change *c = file->first;
		file->first = c->next;
		free(c->bytes);
		free(c->old);
		free(c);
	}
	file->last = NULL;
}

static void note(struct lossy_file *file, const char *bytes, int n, sqlite3_int64 at, int reach)
{
	struct change *c = mem_new(sizeof *c);
	sqlite3_int64 size = 0;
	file->real->pMethods->xFileSize(file->real, &size);
	c->at = at;
	c->size_before = size;
	c->bytes = bytes ? mem_dup(bytes, (size_t)n) : NULL;
	c->n = n;
	c->old_n = size <= at ? 0 : size - at < reach ? (int)(size - at) : reach;
	c->old = mem_array((size_t)c->old_n + 1, 1);
	if (c->old_n)
		file->real->pMethods->xRead(file->real, c->old, c->old_n, at);
	c->last = file->disk->last;
	*(c->last ? &c->last->next : &file->disk->first) = c;
	file->disk->last = c;
}

static int lossy_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
	struct lossy_file *file = (struct lossy_file *)f;
	if (file->disk) {
		tick();
		note(file, bytes, n, at, n);
	}
	return file->real->pMethods->xWrite(file->real, bytes, n, at);
}

static int lossy_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct lossy_file *file = (struct lossy_file *)f;
	if (file->disk) {
		sqlite3_int64 now = 0;
		tick();
		file->real->pMethods->xFileSize(file->real, &now);
		note(file, NULL, 0, size, now > size ? (int)(now - size) : 0);
	}
	return file->real->pMethods->xTruncate(file->real, size);
}

static int lossy_sync(sqlite3_file *f, int flags)
{
	struct lossy_file *file = (struct lossy_file *)f;
	(void)flags; /* the page cache outlives this process: no need to sync for real */
	if (file->disk) {
		tick();
		forget(file->disk);
	}
	return SQLITE_OK;
}

static int lossy_close(sqlite3_file *f)
{
	return real(f)->pMethods->xClose(real(f));
}

static int lossy_read(sqlite3_file *f, void *bytes, int n, sqlite3_int64 at)
{
	return real(f)->pMethods->xRead(real(f), bytes, n, at);
}

static int lossy_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real(f)->pMethods->xFileSize(real(f), size);
}

static int lossy_lock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xLock(real(f), level);
}

static int lossy_unlock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xUnlock(real(f), level);
}

static int lossy_reserved(sqlite3_file *f, int *out)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), out);
}

static int lossy_control(sqlite3_file *f, int op, void *arg)
{
	return real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int lossy_sector(sqlite3_file *f)
{
	(void)f;
	return SECTOR;
}

/* No promise of atomic writes, nor that an overwrite leaves its neighbours alone. */
static int lossy_characteristics(sqlite3_file *f)
{
	(void)f;
	return 0;
}

static int lossy_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}

static int lossy_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

static void lossy_shm_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int lossy_shm_unmap(sqlite3_file *f, int remove_it)
{
	return real(f)->pMethods->xShmUnmap(real(f), remove_it);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, .xClose = lossy_close, .xRead = lossy_read, .xWrite = lossy_write,
	.xTruncate = lossy_truncate, .xSync = lossy_sync, .xFileSize = lossy_size, .xLock = lossy_lock,
	.xUnlock = lossy_unlock, .xCheckReservedLock = lossy_reserved, .xFileControl = lossy_control,
	.xSectorSize = lossy_sector, .xDeviceCharacteristics = lossy_characteristics, .xShmMap = lossy_shm_map,
	.xShmLock = lossy_shm_lock, .xShmBarrier = lossy_shm_barrier, .xShmUnmap = lossy_shm_unmap,
};

static int lossy_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out_flags)
{
	struct lossy_file *file = (struct lossy_file *)f;
	(void)vfs;
	file->real = (sqlite3_file *)(file + 1);
	file->disk = name && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL))
		? disk_file_of(name) : NULL;
	int code = unix_vfs->xOpen(unix_vfs, name, file->real, flags, out_flags);
	file->base.pMethods = file->real->pMethods ? &methods : NULL;
	return code;
}

void lossy_begin(long writes, bool some, uint32_t random_seed)
{
	left = writes;
	keep_some = some;
	seed = random_seed;
	unix_vfs = sqlite3_vfs_find("unix");
	lossy = *unix_vfs;
	lossy.zName = "lossy";
	lossy.szOsFile = (int)sizeof(struct lossy_file) + unix_vfs->szOsFile;
	lossy.xOpen = lossy_open;
	lossy.pNext = NULL;
	sqlite3_vfs_register(&lossy, 0);
}
