/* path.c: file paths as text; nothing here asks the file system. */
#include "base/base.h"
#include "base/path.h"

const char *path_join(struct arena *arena, const char *a, const char *b)
{
	if (b[0] == '/' || a[0] == '\0')
		return arena_cstr(arena, str_of(b));
	size_t n = strlen(a);
	while (n > 1 && a[n - 1] == '/')
		n--;
	bool slash = a[n - 1] != '/';
	return ARENA_JOIN(arena, str_n(a, n), slash ? STR("/") : STR(""), str_of(b)).p;
}

const char *path_join3(struct arena *arena, const char *a, const char *b, const char *c)
{
	return path_join(arena, path_join(arena, a, b), c);
}

bool path_is_absolute(struct str path)
{
	return path.n > 0 && path.p[0] == '/';
}

/* Removes the last segment of out[0..n); the length that is left. */
static size_t drop_last(const char *out, size_t n, size_t root)
{
	while (n > root && out[n - 1] != '/')
		n--;
	return n > root ? n - 1 : root;
}

static bool ends_in_dots(const char *out, size_t n, size_t root)
{
	return n >= root + 2 && memcmp(out + n - 2, "..", 2) == 0 && (n == root + 2 || out[n - 3] == '/');
}

struct str path_normalise(struct arena *arena, struct str path)
{
	char *out = arena_try(arena, path.n + 2);
	if (!out)
		mem_fail();
	size_t root = path_is_absolute(path) ? 1 : 0, n = root;
	if (root)
		out[0] = '/';
	struct str rest = path, part;
	while (str_split(&rest, '/', &part)) {
		if (part.n == 0 || str_is(part, "."))
			continue;
		if (str_is(part, "..")) {
			if (root && n == root)
				continue;
			if (n > root && !ends_in_dots(out, n, root)) {
				n = drop_last(out, n, root);
				continue;
			}
		}
		if (n > root)
			out[n++] = '/';
		memcpy(out + n, part.p, part.n);
		n += part.n;
	}
	if (n == 0)
		out[n++] = '.';
	out[n] = '\0';
	return str_n(out, n);
}

enum rc path_safe_join(struct arena *arena, const char *root, struct str rel, const char **out,
		       struct err *err)
{
	if (rel.n == 0)
		return err_set(err, RC_INVALID, "the path is empty");
	if (memchr(rel.p, '\0', rel.n) || memchr(rel.p, '\\', rel.n))
		return err_set(err, RC_INVALID, "the path '%.*s' holds a character that it may not",
			       STR_ARG(rel));
	if (path_is_absolute(rel))
		return err_set(err, RC_INVALID, "the path '%.*s' is absolute", STR_ARG(rel));
	struct str clean = path_normalise(arena, rel);
	if (str_is(clean, "..") || str_starts(clean, STR("../")))
		return err_set(err, RC_INVALID, "the path '%.*s' leads out of its folder", STR_ARG(rel));
	*out = path_join(arena, root, clean.p);
	return RC_OK;
}

static struct str without_slashes(struct str path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

struct str path_base(struct str path)
{
	path = without_slashes(path);
	if (str_is(path, "/"))
		return path;
	return str_from(path, (size_t)(str_rfind_char(path, '/') + 1));
}

struct str path_dir(struct str path)
{
	path = without_slashes(path);
	ptrdiff_t at = str_rfind_char(path, '/');
	if (at < 0)
		return STR(".");
	return at == 0 ? STR("/") : without_slashes(str_sub(path, 0, (size_t)at));
}

/* Position of the dot of the extension, or the length. */
static size_t ext_at(struct str base)
{
	ptrdiff_t dot = str_rfind_char(base, '.');
	return dot > 0 && !str_is(base, "..") ? (size_t)dot : base.n;
}

struct str path_stem(struct str path)
{
	struct str base = path_base(path);
	return str_sub(base, 0, ext_at(base));
}

struct str path_ext(struct str path)
{
	struct str base = path_base(path);
	size_t dot = ext_at(base);
	return dot < base.n ? str_from(base, dot + 1) : STR("");
}
