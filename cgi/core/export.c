/* export.c: the site as a folder of files, put in its place at the end. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "core/export_impl.h"
#include "crypt/digest.h"

#define PATH_ROOM 4096
#define POST_ARENA_MAX_B ((size_t)512 << 20)

/* One post and the name of its file. */
struct entry {
	int64_t id;
	bool page, twice;
	struct str name;
	char tail[SHA256_HEX_B];  /* of what is its own: tells equal names apart, whatever the ids */
};

struct entries {
	struct entry *items;
	size_t count, cap;
};

static void add_entry(struct entries *list, const struct post *post, struct arena *names)
{
	struct entry *entry;
	struct str own = str_given(post->path) ? post->path : post->markdown;

	if (list->count == list->cap) {
		list->cap = list->cap ? list->cap * 2 : 256;
		list->items = mem_grow(list->items, list->cap, sizeof(*list->items));
	}
	entry = &list->items[list->count++];
	entry->id = post->id;
	entry->page = str_is(post->kind, POST_KIND_PAGE);
	entry->twice = false;
	entry->name = export_post_name(post, names);
	sha256_hex(own, entry->tail);
}

static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = x->page != y->page ? x->page - y->page : str_cmp(x->name, y->name);

	return order ? order : strcmp(x->tail, y->tail);
}

static enum rc collect(struct exporter *ex, struct entries *list, struct arena *names, struct arena *scratch)
{
	struct post post = { .id = 0 };
	enum rc rc;

	for (;;) {
		arena_reset(scratch);
		rc = progress_tell(&ex->options->progress, "listing", (int64_t)list->count, 0, STR(""), ex->err);
		if (rc == RC_OK)
			rc = post_next(ex->db, post.id, scratch, &post, ex->err);
		if (rc != RC_OK)
			break;
		if (!str_is(post.status, POST_STATUS_TRASH))
			add_entry(list, &post, names);
	}
	if (rc != RC_NOTFOUND)
		return rc;
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), by_name);
	for (size_t i = 1; i < list->count; i++)
		if (list->items[i].page == list->items[i - 1].page &&
		    str_eq(list->items[i].name, list->items[i - 1].name))
			list->items[i].twice = list->items[i - 1].twice = true;
	return RC_OK;
}

static enum rc write_posts(struct exporter *ex, const struct entries *list, struct arena *scratch)
{
	struct post post;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < list->count; i++) {
		const struct entry *entry = &list->items[i];
		struct str name = entry->name;

		arena_reset(scratch);
		if (entry->twice)
			name = arena_printf(scratch, "%.*s-%.8s", STR_ARG(name), entry->tail);
		rc = post_get(ex->db, entry->id, scratch, &post, ex->err);
		if (rc == RC_OK)
			rc = progress_tell(&ex->options->progress, "exporting", (int64_t)i, (int64_t)list->count, name,
					   ex->err);
		if (rc == RC_OK)
			rc = export_post(ex, &post, name, scratch);
	}
	return rc;
}

static enum rc write_all(struct exporter *ex)
{
	struct entries list = { NULL, 0, 0 };
	struct arena names, scratch;
	char path[PATH_ROOM];
	enum rc rc;

	arena_init(&names, POST_ARENA_MAX_B);
	arena_init(&scratch, POST_ARENA_MAX_B);
	snprintf(path, sizeof(path), "%s/posts", ex->dir);
	rc = file_mkdirs(path, 0755, ex->err);
	snprintf(path, sizeof(path), "%s/pages", ex->dir);
	if (rc == RC_OK)
		rc = file_mkdirs(path, 0755, ex->err);
	if (rc == RC_OK)
		rc = db_snapshot_begin(ex->db, ex->err);
	if (rc == RC_OK) {
		rc = collect(ex, &list, &names, &scratch);
		if (rc == RC_OK)
			rc = write_posts(ex, &list, &scratch);
		if (rc == RC_OK)
			rc = export_site(ex, &scratch);
		if (rc == RC_OK)
			rc = export_library(ex, &scratch);
		db_snapshot_end(ex->db);
	}
	free(list.items);
	arena_release(&names);
	arena_release(&scratch);
	return rc;
}

/* May DIR be replaced? An empty one always, an earlier export with force. */
static enum rc check_target(const struct export_options *options, bool *exists, struct err *err)
{
	struct file_entries entries;
	struct arena arena;
	enum rc rc;

	arena_init(&arena, ARENA_MAX_B);
	*exists = file_exists(options->dir);
	rc = *exists ? file_list(options->dir, &arena, &entries, err) : RC_OK;
	if (rc == RC_OK && *exists && entries.count) {
		bool own = file_exists(path_join(&arena, options->dir, "platen.json"));

		if (!own)
			rc = err_set(err, RC_EXISTS, "'%s' is not empty and no earlier export: not touched", options->dir);
		else if (!options->force)
			rc = err_set(err, RC_EXISTS, "'%s' holds an earlier export: --force replaces it", options->dir);
	}
	arena_release(&arena);
	return rc;
}

/* Everything on the disk before the name changes. */
static enum rc sync_tree(const char *dir, struct err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rc rc = RC_OK;

	if (fd < 0 || syncfs(fd) != 0)
		rc = err_sys(err, RC_IO, errno, "cannot write '%s' to the disk", dir);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* Puts the new export where the old one is, which is at `old` then. Where the file system cannot exchange
 * two names, there is a moment without any. */
static enum rc exchange(const char *fresh, const char *old, const char *dir, struct err *err)
{
	enum rc rc;

	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, dir, RENAME_EXCHANGE) == 0) {
		if (rename(fresh, old) == 0)
			return RC_OK;
		return err_sys(err, RC_IO, errno, "the old export is at '%s': cannot rename it", fresh);
	}
	if (rename(dir, old) != 0)
		return err_sys(err, RC_IO, errno, "cannot move '%s' aside", dir);
	if (rename(fresh, dir) == 0)
		return RC_OK;
	rc = err_sys(err, RC_IO, errno, "cannot move the export to '%s'", dir);
	if (rename(old, dir) != 0)
		err_prefix(err, "the old one is at '%s'", old);
	return rc;
}

/* The old export goes only when the new one is there. A .git folder moves over. */
static enum rc replace(const char *fresh, const char *dir, struct err *err)
{
	char old[PATH_ROOM], from[PATH_ROOM + 8], to[PATH_ROOM + 8];
	enum rc rc;

	snprintf(old, sizeof(old), "%s.old-%ld", dir, (long)getpid());
	rc = exchange(fresh, old, dir, err);
	if (rc != RC_OK)
		return rc;
	snprintf(from, sizeof(from), "%s/.git", old);
	snprintf(to, sizeof(to), "%s/.git", dir);
	if (rename(from, to) != 0 && errno != ENOENT)
		return err_sys(err, RC_IO, errno, "cannot move '%s'; the old export is at '%s'", from, old);
	return file_remove_tree(old, err);
}

static enum rc put_in_place(const char *fresh, const char *dir, bool exists, struct err *err)
{
	if (exists)
		return replace(fresh, dir, err);
	if (rename(fresh, dir) != 0)
		return err_sys(err, RC_IO, errno, "cannot move the export to '%s'", dir);
	return RC_OK;
}

enum rc export_run(struct db_ro *db, const struct site *site, struct blob_store *blobs,
		   const struct export_options *options, struct export_report *out, struct err *err)
{
	char fresh[PATH_ROOM], dir[PATH_ROOM - 64];
	struct export_options tidy = *options;
	struct exporter ex = { .options = &tidy, .site = site, .db = db, .blobs = blobs, .dir = fresh, .err = err,
			       .copied = BUF_INIT(SIZE_MAX) };
	size_t n = strlen(options->dir);
	bool exists;
	enum rc rc;

	while (n > 1 && options->dir[n - 1] == '/')
		n--;
	if (n >= sizeof(dir))
		return err_set(err, RC_LIMIT, "the path of the folder is too long");
	snprintf(dir, sizeof(dir), "%.*s", (int)n, options->dir);
	tidy.dir = dir;
	rc = check_target(&tidy, &exists, err);
	if (rc != RC_OK)
		return rc;
	snprintf(fresh, sizeof(fresh), "%s.new-%ld", dir, (long)getpid());
	rc = write_all(&ex);
	buf_release(&ex.copied);
	if (rc == RC_OK)
		rc = progress_tell(&options->progress, "syncing", 0, 0, STR(""), err);
	if (rc == RC_OK)
		rc = sync_tree(fresh, err);
	if (rc != RC_OK) {
		(void)!file_remove_tree(fresh, NULL);
		return rc;
	}
	/* What is left of a failure here is not removed: it may be the old export. */
	rc = put_in_place(fresh, dir, exists, err);
	if (rc == RC_OK)
		*out = ex.report;
	return rc;
}
