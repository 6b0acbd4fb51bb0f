/* import.c: the order of an import: read, understand, resolve, render, write. */
#include "base/base.h"

#include "base/path.h"
#include "core/import_impl.h"
#include "crypt/digest.h"

static void skip(struct importer *im, struct import_page *page, const char *why)
{
	page->skipped = true;
	IMPORT_TELL(im, page, 0, "skipped: %s", why);
}

/* Files of a repository rather than of a blog. */
static bool is_repository_file(struct str rel)
{
	static const char *const stems[] = { "README", "LICENSE", "CHANGELOG", "CONTRIBUTING", "CODE_OF_CONDUCT",
					     "SECURITY", "CHANGES", "AUTHORS", "LICENCE", "SUMMARY", "TODO" };
	struct str stem = path_stem(path_base(rel));

	for (size_t i = 0; i < COUNT_OF(stems); i++)
		if (str_ieq(stem, str_of(stems[i])))
			return true;
	return false;
}

static bool is_false(const struct data *d)
{
	return d && ((d->type == DATA_BOOL && !d->boolean) || (d->type == DATA_TEXT && str_is(d->text, "never")));
}

/* Pages that their generator does not make: Zola's render, Hugo's build.render. */
static bool is_unrendered(const struct import_page *page)
{
	const struct data *build = import_key(page->fm.fields, "build");

	if (!build)
		build = import_key(page->fm.fields, "_build");
	return is_false(import_key(page->fm.fields, "render")) || is_false(import_key(build, "render"));
}

/* posts/NAME.md, posts/NAME/index.md, and the same below pages/ */
static bool is_exported(struct str rel)
{
	struct str rest = str_from(rel, 6);
	ptrdiff_t slash = str_find_char(rest, '/');

	if (!str_starts(rel, STR("posts/")) && !str_starts(rel, STR("pages/")))
		return false;
	return slash < 0 || str_is(str_from(rest, (size_t)slash), "/index.md");
}

static void choose(struct importer *im, struct import_page *page)
{
	bool bare = page->fm.format == FRONTMATTER_NONE;
	bool inside = str_given(import_below(page->rel, im->content));

	if (page->failed)
		return;
	if (im->generator == GENERATOR_PLATEN && !is_exported(page->rel))
		skip(im, page, "not part of the export");
	else if (!inside && im->generator != GENERATOR_UNKNOWN)
		skip(im, page, "outside of the content folder");
	else if (page->section)
		skip(im, page, "describes a folder, is no post");
	else if (bare && is_repository_file(page->rel))
		skip(im, page, "belongs to the repository, not to the blog");
	else if (bare && (im->generator == GENERATOR_JEKYLL || im->generator == GENERATOR_HEXO) && !page->in_posts &&
		 !page->in_drafts)
		skip(im, page, "without front matter it is no page");
	else if (is_unrendered(page))
		skip(im, page, "its generator makes no page of it either");
}

/* Files that differ in their language only are translations of each other. */
static int by_inner(const void *a, const void *b)
{
	const struct import_page *x = *(struct import_page *const *)a, *y = *(struct import_page *const *)b;
	int order = str_cmp(x->inner, y->inner);

	return order ? order : str_cmp(x->rel, y->rel);
}

/* A group's name has a maximum, a path has a longer one. */
static struct str group_name(struct importer *im, struct str inner)
{
	char hash[SHA256_HEX_B];

	if (inner.n <= POST_GROUP_MAX_B)
		return inner;
	sha256_hex(inner, hash);
	return arena_str(im->arena, str_of(hash));
}

static void group_translations(struct importer *im)
{
	struct import_page **sorted = ARENA_ARRAY(im->arena, im->page_count + 1, struct import_page *);
	size_t n = 0;

	for (size_t i = 0; i < im->page_count; i++) {
		struct import_page *page = &im->pages[i];

		if (page->failed || page->skipped)
			continue;
		if (!str_empty(page->group))
			page->draft.post.translation_group = page->group;
		sorted[n++] = page;
	}
	if (n)
		qsort(sorted, n, sizeof(struct import_page *), by_inner);
	for (size_t i = 0, end; i < n; i = end) {
		bool lang = false;

		for (end = i; end < n && str_eq(sorted[end]->inner, sorted[i]->inner); end++)
			lang |= str_given(sorted[end]->name_lang);
		for (size_t k = i; lang && end - i > 1 && k < end; k++)
			if (str_empty(sorted[k]->group))
				sorted[k]->draft.post.translation_group = group_name(im, sorted[i]->inner);
	}
}

static bool is_live(const struct import_page *page)
{
	return !page->failed && !page->skipped;
}

/* Everything that needs no database. */
static enum rc understand(struct importer *im)
{
	enum rc rc = import_walk(im);

	if (rc != RC_OK)
		return rc;
	import_detect(im);
	rc = import_library_read(im);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < im->page_count; i++) {
		import_name(im, &im->pages[i]);
		choose(im, &im->pages[i]);
		if (!is_live(&im->pages[i]))
			continue;
		import_fields(im, &im->pages[i]);
		import_address(im, &im->pages[i]);
	}
	group_translations(im);
	rc = import_address_table(im);
	for (size_t i = 0; rc == RC_OK && i < im->page_count; i++) {
		if (!is_live(&im->pages[i]))
			continue;
		rc = IMPORT_PROGRESS(im, "resolving", i, im->page_count, im->pages[i].rel);
		import_fields_late(im, &im->pages[i]);
		import_body(im, &im->pages[i]);
	}
	if (rc == RC_OK)
		rc = import_own_media(im);
	if (rc == RC_OK)
		import_media_sort(im);
	return rc;
}

static void release(struct importer *im)
{
	for (size_t i = 0; i < im->page_count; i++) {
		if (!im->pages[i].arena)
			continue;
		arena_release(im->pages[i].arena);
		free(im->pages[i].arena);
	}
	arena_release(&im->scratch);
	free(im->media_index);
	free(im->media);
	free(im->items);
	free(im->problems);
}

enum rc import_run(struct db_rw *db, const struct site *site, struct blob_store *blobs,
		   const struct import_options *options, int64_t now_ms, struct arena *arena,
		   struct import_report *out, struct err *err)
{
	struct err own_err = ERR_INIT;
	struct site own_site = *site;
	struct data *settings;
	struct importer im = {
		.options = options, .site = &own_site, .db = db, .blobs = blobs, .now_ms = now_ms, .arena = arena,
		.err = err ? err : &own_err, .alt = STR_NONE,
	};
	struct import_report report = { .files = 0 };
	enum rc rc;

	own_site.fresh_media = import_media_size;
	own_site.fresh_ctx = &im;
	arena_init(&im.scratch, ARENA_MAX_B);
	rc = import_settings_read(options, arena, &settings, im.err);
	if (rc == RC_OK) {
		im.settings = settings;
		rc = understand(&im);
	}
	if (rc == RC_OK)
		rc = import_prepare(&im);
	if (rc == RC_OK)
		rc = import_store(&im, &report);
	if (rc == RC_OK)
		*out = report;
	import_media_forget(&im);
	release(&im);
	return rc;
}
