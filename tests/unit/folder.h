/* folder.h: a temporary folder of a test and the files in it. */
#ifndef PLATEN_TESTS_FOLDER_H
#define PLATEN_TESTS_FOLDER_H

#include "unit.h"

#include "base/file.h"
#include "base/path.h"

struct folder {
	struct arena arena;
	char path[40];
};

static inline void folder_make(struct folder *folder)
{
	arena_init(&folder->arena, ARENA_MAX_B);
	snprintf(folder->path, sizeof folder->path, "/tmp/platen-test-XXXXXX");
	assert_non_null(mkdtemp(folder->path));
}

static inline void folder_remove(struct folder *folder)
{
	struct err err = ERR_INIT;
	assert_ok(file_remove_tree(folder->path, &err), &err);
	arena_release(&folder->arena);
}

/* Writes or replaces a file; folders on the way are made. */
static inline void folder_put(struct folder *folder, const char *name, struct str text)
{
	struct err err = ERR_INIT;
	const char *path = path_join(&folder->arena, folder->path, name);
	const char *dir = arena_cstr(&folder->arena, path_dir(str_of(path)));
	assert_ok(file_mkdirs(dir, 0755, &err), &err);
	assert_ok(file_write(path, text, 0644, &err), &err);
}

#endif
