/* pages_path.c: where things are in the page folder, and which paths can be files of it. */
#include "core/pages_impl.h"

#include <errno.h>
#include <unistd.h>

const char *const pages_extension[PAGES_CODING__MAX] = { "", ".gz", ".br" };

char *pages_path(const char *data_dir)
{
	char *path;
	if (asprintf(&path, "%s/pages", data_dir) < 0)
		mem_fail();
	return path;
}

bool pages_readlink(int dir_fd, const char *link, struct pages_name *out)
{
	char text[PAGES_NAME_B];
	ssize_t n = readlinkat(dir_fd, link, text, sizeof text);
	if (n < 0 && errno != EINVAL) /* EINVAL: there is something, but no link */
		return false;
	if (n < 0 || !pages_name_parse(str_n(text, (size_t)n), out))
		*out = (struct pages_name){ .text = "" };
	return true;
}

static bool ends_like_a_file(struct str part)
{
	static const char *const ends[] = { ".html", ".gz", ".br" };
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (str_ends(part, str_of(ends[i])))
			return true;
	return false;
}

static bool part_is_fit(struct str part)
{
	if (part.n == 0 || part.n > PAGES_NAME_MAX_B || part.p[0] == '.')
		return false;
	for (size_t i = 0; i < part.n; i++)
		if ((unsigned char)part.p[i] < ' ' || part.p[i] == 0x7F || part.p[i] == '\\')
			return false;
	return true;
}

/* A folder that is called as a file would be: a web server that looks for the file finds the folder and
 * sends the visitor to it. A file named x.gz would be sent for x. */
bool pages_path_is_fit(enum pages_kind kind, struct str path)
{
	struct str rest = str_from(path, 1), part = STR_NONE;
	int depth = 0;
	if (path.n == 0 || path.n > PAGES_PATH_MAX_B || path.p[0] != '/')
		return false;
	if (path.n == 1)
		return kind == PAGES_HTML;
	if (path.p[path.n - 1] == '/')
		return false;
	while (str_split(&rest, '/', &part))
		if (++depth > PAGES_DEPTH_MAX || !part_is_fit(part) ||
		    (ends_like_a_file(part) && (rest.n > 0 || kind == PAGES_FILE)))
			return false;
	return true;
}
