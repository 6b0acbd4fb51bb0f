/* bulk_list.c: the posts of an action that a job does, as lines of a file. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "core/bulk_list.h"
#include "core/job_progress.h"

#define PATH_ROOM 4096
#define FLUSH_B ((size_t)64 << 10)
#define LINE_MAX_B ((size_t)128 << 10)

struct bulk_list {
	const char *data_dir;
	char path[PATH_ROOM];
	int fd;              /* writing; -1 */
	FILE *file;          /* reading; NULL */
	struct buf buf;
	char *line;          /* of getline() */
	size_t line_cap;
	enum rc rc;          /* the first failure */
	struct err err;
};

static enum rc new_list(const struct conf *conf, struct str token, struct bulk_list **out, struct err *err)
{
	struct bulk_list *list = mem_new(sizeof *list);
	*list = (struct bulk_list){ .data_dir = conf->data_dir, .fd = -1, .buf = BUF_INIT(FLUSH_B + LINE_MAX_B), .err = ERR_INIT };
	int n = snprintf(list->path, sizeof list->path, "%s/jobs/%.*s.posts", conf->data_dir, STR_ARG(token));
	if (n > 0 && n < PATH_ROOM) {
		*out = list;
		return RC_OK;
	}
	free(list);
	return err_set(err, RC_LIMIT, "the path of the data folder is too long");
}

void bulk_list_close(struct bulk_list *list)
{
	if (!list)
		return;
	if (list->fd >= 0)
		close(list->fd);
	if (list->file)
		fclose(list->file);
	buf_release(&list->buf);
	free(list->line);
	free(list);
}

/* --- writing --- */

enum rc bulk_list_begin(const struct conf *conf, struct str token, struct bulk_list **out, struct err *err)
{
	struct arena arena;
	struct bulk_list *list = NULL;
	arena_init(&arena, PATH_ROOM * 4);
	enum rc rc = file_mkdirs(job_progress_dir(conf, &arena), 0700, err);
	arena_release(&arena);
	if (rc == RC_OK)
		rc = new_list(conf, token, &list, err);
	if (rc != RC_OK)
		return rc;
	list->fd = open(list->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (list->fd < 0) {
		rc = file_fail(err, errno, "make", list->path);
		bulk_list_close(list);
		return rc;
	}
	*out = list;
	return RC_OK;
}

static void flush(struct bulk_list *list)
{
	if (list->rc == RC_OK)
		list->rc = buf_status(&list->buf, "a list of posts", &list->err);
	if (list->rc == RC_OK)
		list->rc = file_write_fd(list->fd, list->path, buf_view(&list->buf), &list->err);
	buf_clear(&list->buf);
}

/* What a post was is JSON on one line, which holds no tab. */
void bulk_list_add(struct bulk_list *list, const struct bulk_item *item)
{
	struct str before = str_given(item->before) ? item->before : STR("");
	buf_str(&list->buf, item->public_id);
	buf_printf(&list->buf, "\t%lld\t%lld\t", (long long)item->post_id, (long long)item->version);
	buf_str(&list->buf, before);
	buf_char(&list->buf, '\n');
	if (list->buf.len >= FLUSH_B)
		flush(list);
}

/* The folder may be new, too. */
static enum rc sync_names(struct bulk_list *list)
{
	struct arena arena;
	arena_init(&arena, PATH_ROOM * 4);
	enum rc rc = file_sync_dir(path_join(&arena, list->data_dir, "jobs"), &list->err);
	if (rc == RC_OK)
		rc = file_sync_dir(list->data_dir, &list->err);
	arena_release(&arena);
	return rc;
}

enum rc bulk_list_end(struct bulk_list *list, struct err *err)
{
	flush(list);
	if (list->rc == RC_OK && fsync(list->fd) != 0)
		list->rc = file_fail(&list->err, errno, "sync", list->path);
	if (list->rc == RC_OK)
		list->rc = sync_names(list);
	enum rc rc = list->rc;
	if (rc != RC_OK && err)
		*err = list->err;
	bulk_list_close(list);
	return rc;
}

void bulk_list_drop(const struct conf *conf, struct str token)
{
	struct bulk_list *list = NULL;
	if (new_list(conf, token, &list, NULL) == RC_OK)
		unlink(list->path);
	bulk_list_close(list);
}

/* --- reading --- */

enum rc bulk_list_open(const struct conf *conf, struct str token, size_t skip, struct bulk_list **out, struct err *err)
{
	struct bulk_list *list = NULL;
	enum rc rc = new_list(conf, token, &list, err);
	if (rc != RC_OK)
		return rc;
	list->file = fopen(list->path, "re");
	if (!list->file) {
		rc = file_fail(err, errno, "read", list->path);
		bulk_list_close(list);
		return rc;
	}
	for (; skip > 0 && getline(&list->line, &list->line_cap, list->file) > 0; skip--)
		;
	*out = list;
	return RC_OK;
}

static bool read_line(struct str line, struct arena *arena, struct bulk_item *out)
{
	struct str id, post, version;
	if (!str_ends(line, STR("\n")))
		return false;
	line.n--;
	if (!str_split(&line, '\t', &id) || !str_split(&line, '\t', &post) || !str_split(&line, '\t', &version))
		return false;
	*out = (struct bulk_item){ .public_id = arena_str(arena, id),
				   .before = str_empty(line) ? STR_NONE : arena_str(arena, line) };
	return str_to_i64(post, &out->post_id) && str_to_i64(version, &out->version);
}

enum rc bulk_list_next(struct bulk_list *list, size_t max, struct arena *arena, struct bulk_item *items, size_t *count,
		       struct err *err)
{
	ssize_t n = 0;
	*count = 0;
	while (*count < max && (n = getline(&list->line, &list->line_cap, list->file)) > 0) {
		if (!read_line(str_n(list->line, (size_t)n), arena, &items[*count]))
			return err_set(err, RC_CORRUPT, "'%s' is damaged", list->path);
		++*count;
	}
	return ferror(list->file) ? err_set(err, RC_IO, "cannot read '%s'", list->path) : RC_OK;
}
