/* theme_install.c: themes of the data folder: one that was sent takes its place, and goes. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/path.h"
#include "base/zip.h"
#include "crypt/rand.h"
#include "web/skin.h"
#include "web/theme_install.h"
#include "web/theme_list.h"

#define NAME_MAX_B 64
#define WORK_CHARS 12

static const struct zip_limits limits = {
	.entries = SKIN_FILES_MAX, .file_b = INT64_C(16) << 20, .total_b = INT64_C(64) << 20,
};

static const char *themes_dir(const struct conf *conf, struct arena *arena)
{
	return path_join(arena, conf->data_dir, "themes");
}

/* A folder beside the themes, on the same disk, that is no theme by its name. */
static enum rc make_work(const struct conf *conf, struct arena *arena, const char **out, struct err *err)
{
	char random[WORK_CHARS + 1];
	rand_base62(random, WORK_CHARS);
	*out = path_join(arena, themes_dir(conf, arena), arena_printf(arena, ".new-%s", random).p);
	return file_mkdirs(*out, 0700, err);
}

static enum rc move(const char *from, const char *to, struct err *err)
{
	return rename(from, to) == 0 ? RC_OK : file_fail(err, errno, "move", from);
}

/* Themes are packed with their folder, or from within it. */
static const char *root_of(const char *unpacked, struct arena *arena)
{
	struct file_entries entries;
	if (!file_exists(path_join(arena, unpacked, "theme.json")) &&
	    file_list(unpacked, arena, &entries, NULL) == RC_OK && entries.count == 1 && entries.items[0].kind == FILE_FOLDER)
		return path_join(arena, unpacked, entries.items[0].name);
	return unpacked;
}

/* "My Theme-1.2.zip" is my-theme-1-2. "" when nothing is left. */
static struct str name_of(struct str text, struct arena *arena)
{
	char *name = arena_cstr(arena, text);
	size_t n = 0;
	for (size_t i = 0; i < text.n && n < NAME_MAX_B; i++) {
		char c = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] - 'A' + 'a') : text.p[i];
		bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
		if (kept)
			name[n++] = c;
		else if (n > 0 && name[n - 1] != '-')
			name[n++] = '-';
	}
	while (n > 0 && name[n - 1] == '-')
		n--;
	name[n] = '\0';
	return str_n(name, n);
}

/* As the site would load it, from a place of its own. */
static enum rc check(const struct conf *conf, const char *work, struct str name, struct arena *arena,
		     struct theme_report *report, struct err *err)
{
	struct skin *skin = NULL;
	struct skin_places places = { work, conf->theme_dir, conf->mount };
	struct theme_facts facts = { .dir = path_join3(arena, work, "themes", arena_cstr(arena, name)) };
	enum rc rc = skin_load(&places, name, &skin, err);
	skin_drop(skin);
	if (rc == RC_OK)
		return RC_OK;
	if (theme_problems(conf, &facts, arena, report, NULL) != RC_OK)
		report->count = 0;
	return rc == RC_NOTFOUND || rc == RC_LIMIT ? err_set(err, RC_INVALID, "the archive has no theme that can be read") : rc;
}

/* Both at once: no moment is without the theme. */
static enum rc exchange(const char *fresh, const char *place, struct err *err)
{
	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, place, RENAME_EXCHANGE) == 0)
		return RC_OK;
	return file_fail(err, errno, "exchange", place);
}

static enum rc check_place(const struct conf *conf, struct str name, bool replace, struct arena *arena, struct err *err)
{
	const char *cname = arena_cstr(arena, name);
	if (file_exists(path_join(arena, conf->theme_dir, cname)) || str_is(name, "upload"))
		return err_set(err, RC_EXISTS, "a built-in theme has the name '%s'", cname);
	if (!replace && file_exists(path_join(arena, themes_dir(conf, arena), cname)))
		return err_set(err, RC_EXISTS, "there is a theme '%s'", cname);
	return RC_OK;
}

static enum rc put_in_place(const struct conf *conf, const struct theme_arrival *arrival, struct arena *arena,
			    struct err *err)
{
	const char *place = path_join(arena, themes_dir(conf, arena), arena_cstr(arena, arrival->name));
	enum rc rc = check_place(conf, arrival->name, arrival->replace, arena, err);
	if (rc != RC_OK)
		return rc;
	int dir = open(arrival->fresh, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0) {
		syncfs(dir); /* once for all its files */
		close(dir);
	}
	return file_exists(place) ? exchange(arrival->fresh, place, err) : move(arrival->fresh, place, err);
}

static enum rc unpack(const struct conf *conf, int fd, struct str file_name, struct arena *arena,
		      struct theme_arrival *to, struct theme_report *report, struct err *err)
{
	const char *unpacked = path_join(arena, to->work, "in"), *ready = path_join(arena, to->work, "themes");
	enum rc rc = file_mkdirs(unpacked, 0700, err);
	if (rc == RC_OK)
		rc = file_mkdirs(ready, 0700, err);
	if (rc == RC_OK)
		rc = zip_read(fd, unpacked, &limits, err);
	if (rc != RC_OK)
		return rc;
	const char *root = root_of(unpacked, arena);
	to->name = name_of(root == unpacked ? path_stem(path_base(file_name)) : path_base(str_of(root)), arena);
	if (!file_exists(path_join(arena, root, "theme.json")) || str_empty(to->name))
		return err_set(err, RC_INVALID, "the archive has no theme.json");
	to->fresh = path_join(arena, ready, to->name.p);
	rc = move(root, to->fresh, err);
	if (rc == RC_OK)
		rc = check(conf, to->work, to->name, arena, report, err);
	return rc == RC_OK ? check_place(conf, to->name, to->replace, arena, err) : rc;
}

enum rc theme_unpack(const struct conf *conf, int fd, struct str file_name, bool replace, struct arena *arena,
		     struct theme_arrival *out, struct theme_report *report, struct err *err)
{
	struct theme_arrival arrival = { .replace = replace };
	*report = (struct theme_report){ NULL, 0 };
	enum rc rc = make_work(conf, arena, &arrival.work, err);
	if (rc != RC_OK)
		return rc;
	rc = unpack(conf, fd, file_name, arena, &arrival, report, err);
	if (rc == RC_OK)
		*out = arrival;
	else
		theme_forget(&arrival);
	return rc;
}

enum rc theme_place(const struct conf *conf, const struct theme_arrival *arrival, struct arena *arena, struct err *err)
{
	enum rc rc = put_in_place(conf, arrival, arena, err);
	enum rc cleared = file_remove_tree(arrival->work, rc == RC_OK ? err : NULL);
	return rc == RC_OK ? cleared : rc;
}

void theme_forget(const struct theme_arrival *arrival)
{
	struct err err = ERR_INIT;
	if (file_remove_tree(arrival->work, &err) != RC_OK)
		log_err(LOG_WARN, "cannot remove what is left of a theme", &err);
}

enum rc theme_remove(const struct conf *conf, struct str name, struct arena *arena, struct err *err)
{
	const char *work, *place = path_join(arena, themes_dir(conf, arena), arena_cstr(arena, name));
	if (!file_exists(path_join(arena, place, "theme.json")))
		return err_set(err, RC_NOTFOUND, "the data folder has no such theme");
	enum rc rc = make_work(conf, arena, &work, err);
	if (rc == RC_OK)
		rc = move(place, path_join(arena, work, "gone"), err);
	return rc == RC_OK ? file_remove_tree(work, err) : rc;
}

enum rc theme_pack(const struct conf *conf, const char *dir, struct arena *arena, int *fd, struct err *err)
{
	const char *work;
	enum rc rc = make_work(conf, arena, &work, err);
	if (rc != RC_OK)
		return rc;
	const char *path = path_join(arena, work, "theme.zip");
	rc = zip_write(dir, path, NULL, err);
	int made = rc == RC_OK ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (rc == RC_OK && made < 0)
		rc = file_fail(err, errno, "open", path);
	enum rc cleared = file_remove_tree(work, rc == RC_OK ? err : NULL);
	if (rc == RC_OK && cleared != RC_OK) {
		close(made);
		return cleared;
	}
	if (rc == RC_OK)
		*fd = made;
	return rc;
}
