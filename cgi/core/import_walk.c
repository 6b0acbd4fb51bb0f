/* import_walk.c: finds the Markdown files of a folder and reads their front matter. */
#include "base/base.h"

#include <unistd.h>

#include "base/path.h"
#include "base/utf8.h"
#include "core/import_impl.h"

static const char *const markdown_exts[] = { "md", "markdown", "mkd", "mkdn", "mdown", "mdx", NULL };
/* Formats of posts that Platen cannot read: worth a word when they stand among the posts. */
static const char *const foreign_exts[] = { "adoc", "asciidoc", "rst", "org", "textile", "ipynb", NULL };
/* Folders of generators and tools that hold no posts. */
static const char *const foreign_dirs[] = {
	"node_modules", "_site", "_layouts", "_includes", "_sass", "_plugins", "_data", "themes", "layouts",
	"archetypes", "vendor", "scaffolds", "bower_components", "__pycache__", NULL
};

static bool has_ext(struct str rel, const char *const *exts)
{
	struct str ext = path_ext(rel);

	for (; *exts; exts++)
		if (str_ieq(ext, str_of(*exts)))
			return true;
	return false;
}

/* The folder on the way to `rel` that is hidden or belongs to a tool; STR_NONE: there is none. */
static struct str foreign_folder(struct str rel)
{
	struct str rest = path_dir(rel), part;

	while (str_split(&rest, '/', &part)) {
		struct str folder = str_n(rel.p, (size_t)(part.p + part.n - rel.p));

		if (part.n > 1 && part.p[0] == '.')
			return folder;
		for (size_t i = 0; foreign_dirs[i]; i++)
			if (str_is(part, foreign_dirs[i]))
				return folder;
	}
	return STR_NONE;
}

static bool below(struct str rel, const char *folder)
{
	struct str rest = path_dir(rel), part;

	while (str_split(&rest, '/', &part))
		if (str_is(part, folder))
			return true;
	return false;
}

static bool among_posts(struct str rel)
{
	return below(rel, "_posts") || below(rel, "_drafts");
}

/* HTML is a post only where Jekyll and Hexo look for posts. */
static bool is_page_file(struct str rel)
{
	if (str_given(foreign_folder(rel)) || path_base(rel).p[0] == '.')
		return false;
	return has_ext(rel, markdown_exts) ||
	       (among_posts(rel) && (str_iends(rel, STR(".html")) || str_iends(rel, STR(".htm"))));
}

const struct file_entry *import_find_file(const struct importer *im, struct str rel)
{
	size_t low = 0, high = im->tree.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = str_cmp(str_of(im->tree.items[middle].name), rel);

		if (order == 0)
			return &im->tree.items[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static enum rc load(struct importer *im, struct import_page *page, struct str *out, struct err *err)
{
	const char *rel = arena_cstr(im->arena, page->rel);
	struct buf text = BUF_INIT(IMPORT_TEXT_MAX_B + 1);
	struct file_info info;
	enum rc rc;
	int fd;

	rc = file_open_below(im->options->dir, rel, &fd, err);
	if (rc != RC_OK)
		return rc;
	rc = file_read_fd(fd, rel, IMPORT_TEXT_MAX_B, &text, err);
	close(fd);
	if (rc == RC_OK && !utf8_valid(buf_view(&text)))
		rc = err_set(err, RC_INVALID, "not valid UTF-8 (byte %zu)", utf8_valid_up_to(buf_view(&text)));
	if (rc == RC_OK && memchr(buf_view(&text).p ? buf_view(&text).p : "", 0, text.len))
		rc = err_set(err, RC_INVALID, "not a text file: it holds a NUL byte");
	if (rc == RC_OK && im->text_b + text.len > IMPORT_TEXTS_MAX_B)
		rc = err_set(err, RC_LIMIT, "the files before it have %zu bytes already: import the folder in parts",
			     im->text_b);
	im->text_b += rc == RC_OK ? text.len : 0;
	if (rc == RC_OK)
		*out = arena_str(im->arena, buf_view(&text));
	buf_release(&text);
	if (file_stat(path_join(im->arena, im->options->dir, rel), &info, NULL) == RC_OK)
		page->mtime_ms = info.mtime_ns / 1000000;
	return rc;
}

static void read_page(struct importer *im, struct import_page *page)
{
	struct err err = ERR_INIT;
	struct data_at at = { 0, 0 };
	struct str text;
	enum rc rc = load(im, page, &text, &err);

	if (rc == RC_OK)
		rc = frontmatter_read(text, im->arena, &page->fm, &at, &err);
	if (rc != RC_OK) {
		page->fm.fields = data_new(im->arena, DATA_MAP, 1);
		page->fm.body = STR("");
		import_page_failed(im, page, at.line, &err);
	}
}

static void add_page(struct importer *im, struct str rel)
{
	struct import_page *page = &im->pages[im->page_count++];
	struct str dir = path_dir(rel);

	page->rel = rel;
	page->dir = str_is(dir, ".") ? STR("") : dir;
	page->html = !has_ext(rel, markdown_exts);
	read_page(im, page);
}

/* A folder of posts may happen to be called like one of a tool's: what is left out is said, once each. */
static void tell_foreign(struct importer *im)
{
	struct str told = STR_NONE;

	for (size_t i = 0; i < im->tree.count; i++) {
		struct str rel = str_of(im->tree.items[i].name), folder = foreign_folder(rel);

		if (!str_given(folder) || str_eq(folder, told) || !has_ext(rel, markdown_exts) ||
		    path_base(folder).p[0] == '.' || str_is(path_base(folder), "node_modules"))
			continue;
		told = folder;
		import_problem(im, IMPORT_NOTE, folder, 0, "a folder of generators and tools: what is in it is not taken");
	}
}

enum rc import_walk(struct importer *im)
{
	enum rc rc = file_tree(im->options->dir, im->arena, &im->tree, im->err);
	size_t count = 0;

	if (rc != RC_OK)
		return rc;
	if (im->tree.count > IMPORT_FILES_MAX)
		return err_set(im->err, RC_LIMIT, "'%s' has more than %d files", im->options->dir, IMPORT_FILES_MAX);
	for (size_t i = 0; i < im->tree.count; i++)
		count += is_page_file(str_of(im->tree.items[i].name));
	im->pages = ARENA_ARRAY(im->arena, count + 1, struct import_page);
	tell_foreign(im);
	for (size_t i = 0; rc == RC_OK && i < im->tree.count; i++) {
		struct str rel = str_of(im->tree.items[i].name);
		bool page = is_page_file(rel);

		if (page)
			rc = IMPORT_PROGRESS(im, "reading", im->page_count, count, rel);
		if (im->tree.items[i].kind == FILE_REGULAR && page)
			add_page(im, rel);
		else if (im->tree.items[i].kind == FILE_LINK && page)
			import_problem(im, IMPORT_WARNING, rel, 0, "a symbolic link is not followed");
		else if (among_posts(rel) && has_ext(rel, foreign_exts))
			import_problem(im, IMPORT_WARNING, rel, 0, "not Markdown: not taken");
	}
	return rc;
}
