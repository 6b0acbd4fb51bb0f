/* pages_read.c: a page of the folder for plain CGI, without database and theme. */
#include "core/pages_impl.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Which of the two folders has files of that name: those with an extension that Platen gives. */
static enum pages_kind kind_of(struct str path)
{
	static const char *const ends[] = { ".xml", ".json", ".txt", ".md" };
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (str_ends(path, str_of(ends[i])))
			return PAGES_FILE;
	return PAGES_HTML;
}

static bool open_file(const char *path, struct pages_file *out)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return false;
	}
	out->fd = fd;
	out->size_b = st.st_size;
	out->mtime_s = st.st_mtim.tv_sec;
	return true;
}

static bool open_best(const char *dir, const char *generation, struct str path, unsigned codings,
		      struct pages_file *out)
{
	static const enum pages_coding order[] = { PAGES_BROTLI, PAGES_GZIP, PAGES_PLAIN };
	bool found = false;
	for (size_t i = 0; i < COUNT_OF(order) && !found; i++) {
		char *name;
		if (order[i] != PAGES_PLAIN && !(codings & 1u << order[i]))
			continue;
		if (asprintf(&name, "%s/%s/%s%.*s%s%s", dir, generation, out->kind == PAGES_HTML ? "page" : "file",
			     STR_ARG(path), out->kind == PAGES_HTML ? ".html" : "", pages_extension[order[i]]) < 0)
			mem_fail();
		found = open_file(name, out);
		free(name);
		out->coding = order[i];
	}
	return found;
}

static bool is_ours(const struct conf *conf, uint64_t program, const struct pages_name *name, int64_t now_ms)
{
	char build[PAGES_BUILD_CHARS + 1];
	pages_build(conf, program, build);
	return strncmp(name->owner.text, build, PAGES_BUILD_CHARS) == 0 && name->boot == pages_boot() &&
	       (name->expires_ms == 0 || now_ms < name->expires_ms);
}

bool pages_read(const struct conf *conf, uint64_t program, struct str path, unsigned codings, int64_t now_ms,
		struct pages_file *out)
{
	struct pages_file file = { .fd = -1, .kind = kind_of(path) };
	struct pages_name name;
	char *link, *dir;
	if (!pages_path_is_fit(file.kind, path))
		return false;
	dir = pages_path(conf->data_dir);
	if (asprintf(&link, "%s/current", dir) < 0)
		mem_fail();
	bool found = pages_readlink(AT_FDCWD, link, &name) && name.text[0] && is_ours(conf, program, &name, now_ms) &&
		     open_best(dir, name.text, path, codings, &file);
	free(link);
	free(dir);
	if (found)
		*out = file;
	return found;
}
