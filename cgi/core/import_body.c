/* import_body.c: the text of a post: shortcodes into Markdown, addresses to where things are now. */
#include "base/base.h"

#include "base/enc.h"
#include "base/path.h"
#include "base/url.h"
#include "base/utf8.h"
#include "core/import_impl.h"
#include "text/markdown_survey.h"
#include "text/mdlink.h"
#include "text/shortcode.h"

struct body {
	struct importer *im;
	struct import_page *page;
	struct shortcode_result converted;
	struct survey_item *shown;  /* the pictures that the text shows, by address; NULL: not looked for yet */
	size_t shown_count;
};

static const enum shortcode_dialect dialects[GENERATOR__MAX] = {
	[GENERATOR_UNKNOWN] = SHORTCODE_ANY, [GENERATOR_HUGO] = SHORTCODE_HUGO,
	[GENERATOR_JEKYLL] = SHORTCODE_LIQUID, [GENERATOR_HEXO] = SHORTCODE_HEXO,
	[GENERATOR_ZOLA] = SHORTCODE_ZOLA, [GENERATOR_ELEVENTY] = SHORTCODE_LIQUID,
};

static struct str join(struct importer *im, struct str dir, struct str rest)
{
	if (str_empty(dir))
		return rest;
	return ARENA_JOIN(&im->scratch, dir, STR("/"), rest);
}

/* The page of a file; pages are in the order of their paths. */
static struct import_page *page_of_file(const struct importer *im, struct str rel)
{
	size_t low = 0, high = im->page_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = str_cmp(im->pages[middle].rel, rel);

		if (order == 0) {
			struct import_page *page = &im->pages[middle];

			return page->failed || page->skipped ? NULL : page;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* A path below the folder, dot segments resolved; STR_NONE when it leads out of it. */
static struct str tidy_rel(struct importer *im, struct str rel)
{
	struct str clean = path_normalise(&im->scratch, rel);

	while (clean.n && clean.p[0] == '/')
		clean = str_from(clean, 1);
	if (str_is(clean, ".") || str_is(clean, "..") || str_starts(clean, STR("../")))
		return STR_NONE;
	return clean;
}

struct found {
	struct import_page *page;
	struct str file;
};

/* A page or another file at that path of the tree. */
static bool find_rel(struct importer *im, struct str rel, struct found *out)
{
	static const char *const tails[] = { "", ".md", "/index.md", ".markdown" };
	const struct file_entry *entry;

	rel = tidy_rel(im, rel);
	if (str_empty(rel))
		return false;
	entry = import_find_file(im, rel);
	for (size_t i = 0; i < COUNT_OF(tails); i++) {
		out->page = page_of_file(im, ARENA_JOIN(&im->scratch, rel, str_of(tails[i])));
		if (out->page)
			return true;
	}
	out->file = rel;
	return entry && entry->kind == FILE_REGULAR;
}

/* "/images/x.png": where the generators keep what they copy to the top of the site. */
static bool find_static(struct importer *im, struct str path, struct found *out)
{
	static const char *const folders[] = { "static", "source", "public", "assets", "src" };

	path = str_from(path, 1);
	for (size_t i = 0; i < COUNT_OF(folders); i++)
		if (find_rel(im, join(im, im->root, ARENA_JOIN(&im->scratch, str_of(folders[i]), STR("/"), path)), out))
			return true;
	return find_rel(im, join(im, im->content, path), out) || find_rel(im, join(im, im->root, path), out);
}

static bool find_absolute(struct importer *im, struct str path, struct found *out)
{
	struct str base = import_config(im, "baseurl");

	if (base.n > 1 && base.p[0] == '/' && str_starts(path, base) && path.n > base.n && path.p[base.n] == '/')
		path = str_from(path, base.n);
	if (find_static(im, path, out))
		return true;
	out->page = import_page_at(im, path);
	return out->page != NULL;
}

/* "../other/", meant by the address of the page rather than by its file. */
static bool find_by_address(struct importer *im, struct import_page *page, struct str path, struct found *out)
{
	struct str base = str_given(page->address) ? page->address : page->expected;

	if (!str_given(base))
		return false;
	if (str_iends(base, STR(".html")))
		base = path_dir(base);
	path = path_normalise(&im->scratch, ARENA_JOIN(&im->scratch, base, STR("/"), path));
	return path.n > 1 && path.p[0] == '/' && find_absolute(im, path, out);
}

static bool find_relative(struct importer *im, struct import_page *page, struct str path, struct found *out)
{
	if (find_rel(im, join(im, page->dir, path), out))
		return true;
	if (find_by_address(im, page, path, out))
		return true;
	/* A bundle's neighbours by name. */
	if (page->bundle && find_rel(im, join(im, path_dir(page->dir), path), out) && out->page)
		return true;
	/* Hugo's resources; Hexo's folder of the post; what lies at the top of the content. */
	return find_rel(im, join(im, im->root, ARENA_JOIN(&im->scratch, STR("assets/"), path)), out) ||
	       find_rel(im, join(im, page->dir, ARENA_JOIN(&im->scratch, page->name, STR("/"), path)), out) ||
	       find_rel(im, join(im, im->content, path), out);
}

static bool looks_like_media(struct str path)
{
	static const char *const exts[] = { "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "pdf", "mp4", "webm",
					    "mp3", "ogg", "zip", "gz", "ico", "bmp", "tiff", "mov", "wav" };
	struct str ext = path_ext(path);

	for (size_t i = 0; i < COUNT_OF(exts); i++)
		if (str_ieq(ext, str_of(exts[i])))
			return true;
	return false;
}

static struct str decoded(struct importer *im, struct str path)
{
	struct buf out = BUF_INIT(ADDRESS_PATH_MAX_B * 4);
	struct str s = path;

	if (enc_percent_decode(&out, path, false) && out.len && utf8_valid(buf_view(&out)) &&
	    !memchr(out.bytes, 0, out.len))
		s = arena_str(&im->scratch, buf_view(&out));
	buf_release(&out);
	return s;
}

static struct str address_of(struct importer *im, struct import_page *page, const struct found *found,
			     struct str suffix, int line)
{
	const struct import_media *media;
	struct str link;

	if (found->page == page && suffix.n && suffix.p[0] == '#')
		return suffix;
	if (found->page) {
		link = import_link_to(found->page);
		if (!str_given(link))
			return STR_NONE;
		return ARENA_JOIN(&im->scratch, enc_percent_dup(&im->scratch, link, ENC_PATH), suffix);
	}
	media = import_media_take(im, found->file, page, line);
	return media ? ARENA_JOIN(&im->scratch, media->address, suffix) : STR_NONE;
}

static size_t suffix_at(struct str address)
{
	size_t i = 0;

	while (i < address.n && address.p[i] != '?' && address.p[i] != '#')
		i++;
	return i;
}

/* Zola's "@/blog/hello.md" */
static bool find_internal(struct importer *im, struct str path, struct found *out)
{
	return find_rel(im, join(im, im->content, str_from(path, 2)), out);
}

static bool is_symlink(struct importer *im, const struct import_page *page, struct str path)
{
	const struct file_entry *entry = import_find_file(im, tidy_rel(im, join(im, page->dir, path)));

	return entry && entry->kind == FILE_LINK;
}

/* An export has changed the addresses of the files beside a post and nothing else. */
static struct str resolve_beside(struct importer *im, struct import_page *page, struct str path, struct str suffix,
				 int line)
{
	struct found found = { NULL, STR_NONE };
	bool there = page->bundle && find_rel(im, join(im, page->dir, decoded(im, path)), &found) && !found.page;

	return there ? address_of(im, page, &found, suffix, line) : STR_NONE;
}

static struct str resolve(struct importer *im, struct import_page *page, struct str address, bool media, int line)
{
	size_t at = suffix_at(address);
	struct str path = str_sub(address, 0, at), suffix = str_from(address, at);
	struct found found = { NULL, STR_NONE };
	bool ok, internal = str_starts(path, STR("@/"));

	if (str_empty(path) || url_is_absolute(path) || path.n > ADDRESS_PATH_MAX_B ||
	    str_starts(path, STR("{{")) || str_starts(path, STR("{%")))
		return STR_NONE;
	/* What an export wrote is an address of Platen already. */
	if (str_starts(path, STR("/media/")))
		return STR_NONE;
	if (im->generator == GENERATOR_PLATEN)
		return resolve_beside(im, page, path, suffix, line);
	path = decoded(im, path);
	if (internal)
		ok = find_internal(im, path, &found);
	else if (path.p[0] == '/')
		ok = find_absolute(im, path, &found);
	else
		ok = find_relative(im, page, path, &found);
	if (ok)
		return address_of(im, page, &found, suffix, line);
	if (media || looks_like_media(path))
		IMPORT_WARN(im, page, line, is_symlink(im, page, path) ? "a symbolic link is not followed: %.*s"
			    : "missing file: %.*s", STR_ARG(address));
	else if (internal || path.p[0] != '/')
		IMPORT_TELL(im, page, line, "the link %.*s leads to nothing in this folder", STR_ARG(address));
	return STR_NONE;
}

/* What it took to find the address goes at once: a text may have a million of them. */
static struct str keep(struct importer *im, struct str address)
{
	struct str kept = str_given(address) ? arena_str(im->arena, address) : STR_NONE;

	arena_reset(&im->scratch);
	return kept;
}

struct str import_resolve(struct importer *im, struct import_page *page, struct str address, bool media, int line)
{
	return keep(im, resolve(im, page, address, media, line));
}

static int by_name(const void *a, const void *b)
{
	const struct import_name *x = a, *y = b;
	int order = str_cmp(x->name, y->name);

	return order ? order : x->page < y->page ? -1 : x->page > y->page;
}

static void list_names(struct importer *im)
{
	im->names = ARENA_ARRAY(im->arena, im->page_count * 5 + 1, struct import_name);
	for (size_t i = 0; i < im->page_count; i++) {
		struct import_page *page = &im->pages[i];
		const struct str names[] = { page->inner, page->name, page->title_name, page->draft.post.slug,
					     import_below(page->rel, im->content) };

		for (size_t k = 0; !page->failed && !page->skipped && k < COUNT_OF(names); k++)
			if (str_given(names[k]))
				im->names[im->name_count++] = (struct import_name){ names[k], page };
	}
	if (im->name_count)
		qsort(im->names, im->name_count, sizeof(*im->names), by_name);
}

/* The first in the same language, else the first. */
static struct import_page *page_by_name(struct importer *im, struct str name, struct str lang)
{
	struct import_page *first = NULL;
	size_t low = 0, high;

	if (!im->names)
		list_names(im);
	for (high = im->name_count; low < high;) {
		size_t middle = (low + high) / 2;

		if (str_cmp(im->names[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < im->name_count && str_eq(im->names[low].name, name); low++) {
		struct import_page *page = im->names[low].page;

		if (page->failed)
			continue;
		if (str_eq(page->name_lang, lang))
			return page;
		if (!first)
			first = page;
	}
	return first;
}

static struct str link_with(struct importer *im, const struct import_page *page, struct str suffix)
{
	struct str link = import_link_to(page);

	return str_given(link) ? ARENA_JOIN(&im->scratch, enc_percent_dup(&im->scratch, link, ENC_PATH), suffix) : STR_NONE;
}

/* A post by any of the names that post_url, ref and post_link take. */
static struct str find_post(struct body *b, struct str name)
{
	struct importer *im = b->im;
	size_t at = suffix_at(name);
	struct str suffix = str_from(name, at), bare = str_sub(name, 0, at);
	struct found found = { NULL, STR_NONE };

	if (str_empty(bare))
		return str_empty(suffix) ? STR_NONE : suffix;
	if (bare.p[0] != '/' && find_rel(im, join(im, b->page->dir, bare), &found) && found.page)
		return link_with(im, found.page, suffix);
	if (b->page->bundle && bare.p[0] != '/' && find_rel(im, join(im, path_dir(b->page->dir), bare), &found) &&
	    found.page)
		return link_with(im, found.page, suffix);
	if (find_rel(im, join(im, im->content, bare), &found) && found.page)
		return link_with(im, found.page, suffix);
	if (str_ends(bare, STR(".md")))
		bare = str_sub(bare, 0, bare.n - 3);
	while (bare.n && bare.p[bare.n - 1] == '/')
		bare.n--;
	if (bare.n && bare.p[0] == '/')
		bare = str_from(bare, 1);
	found.page = page_by_name(im, bare, b->page->name_lang);
	return found.page ? link_with(im, found.page, suffix) : STR_NONE;
}

static struct str find_target(void *ctx, enum shortcode_target kind, struct str name)
{
	struct body *b = ctx;
	struct found found = { NULL, STR_NONE };

	if (name.n > ADDRESS_PATH_MAX_B)
		return STR_NONE;
	if (kind == SHORTCODE_POST)
		return keep(b->im, find_post(b, name));
	if (!find_rel(b->im, join(b->im, b->im->root, name), &found) &&
	    !find_rel(b->im, join(b->im, b->im->content, name), &found))
		return STR_NONE;
	return keep(b->im, address_of(b->im, NULL, &found, STR(""), 0));
}

static struct str find_variable(void *ctx, struct str name)
{
	struct body *b = ctx;
	const struct data *d;

	/* Links are written from the site's top; where that is, the site knows. */
	if (str_is(name, "site.baseurl") || str_is(name, "site.url"))
		return STR("");
	if (str_is(name, "page.url"))
		return import_link_to(b->page);
	if (str_starts(name, STR("site.")))
		return import_config(b->im, arena_cstr(b->im->arena, str_from(name, 5)));
	if (!str_starts(name, STR("page.")))
		return STR_NONE;
	d = import_dotted(b->page->fm.fields, str_from(name, 5));
	return d && d->type != DATA_LIST && d->type != DATA_MAP && d->type != DATA_NULL ? d->text : STR_NONE;
}

static void report(void *ctx, int line, const char *message)
{
	struct body *b = ctx;

	IMPORT_WARN(b->im, b->page, line, "%s", message);
}

/* An address with a template expression that nobody knows: its blanks would end the link. */
static struct str with_blanks(struct importer *im, enum mdlink_kind kind, struct str address)
{
	bool html = kind == MDLINK_HTML_LINK || kind == MDLINK_HTML_IMAGE;
	char *copy;

	if (html || im->generator == GENERATOR_PLATEN || str_find_char(address, '>') >= 0 ||
	    str_find_char(address, '<') >= 0)
		return STR_NONE;
	copy = arena_cstr(im->arena, address);
	for (char *p = copy; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	return ARENA_JOIN(im->arena, STR("<"), str_of(copy), STR(">"));
}

static int by_address(const void *a, const void *b)
{
	const struct survey_item *x = a, *y = b;

	return str_cmp(x->address, y->address);
}

/* By the tree that the text is rendered from: definitions are pictures or links by who uses them. A text that is too
 * large for it fails later, where it is rendered. */
static void list_shown(struct body *b)
{
	struct survey survey = { NULL, 0 };
	size_t n = 0;

	if (markdown_survey(b->converted.text, b->im->arena, &survey, NULL) != RC_OK)
		survey.count = 0;
	b->shown = survey.items ? survey.items : ARENA_ARRAY(b->im->arena, 1, struct survey_item);
	for (size_t i = 0; i < survey.count; i++)
		if (survey.items[i].kind == SURVEY_IMAGE)
			b->shown[n++] = survey.items[i];
	b->shown_count = n;
	if (n)
		qsort(b->shown, n, sizeof(*b->shown), by_address);
}

/* The picture with that address, NULL when the text shows none. */
static const struct survey_item *find_shown(struct body *b, struct str address)
{
	struct survey_item wanted = { .address = address };

	if (!b->shown)
		list_shown(b);
	return b->shown_count ? bsearch(&wanted, b->shown, b->shown_count, sizeof(wanted), by_address) : NULL;
}

static struct str rewrite(void *ctx, enum mdlink_kind kind, struct str address, int line)
{
	struct body *b = ctx;
	bool media = kind == MDLINK_IMAGE || kind == MDLINK_HTML_IMAGE;
	const struct survey_item *shown = NULL;
	struct str made;

	if (str_find(address, STR("{{")) >= 0 || str_find(address, STR("{%")) >= 0)
		return with_blanks(b->im, kind, address);
	line = shortcode_source_line(&b->converted, b->page->fm.body_line, line);
	if (media || kind == MDLINK_DEFINITION)
		shown = find_shown(b, address);
	b->im->alt = shown && !shown->raw && !str_empty(shown->text) ? shown->text : STR_NONE;
	made = url_is_absolute(address) ? shown ? import_remote_take(b->im, address, b->page, line) : STR_NONE
					: import_resolve(b->im, b->page, address, media, line);
	b->im->alt = STR_NONE;
	return made;
}

/* "<!-- more -->" as Hexo writes it. */
static struct str tidy_more(struct importer *im, struct str text)
{
	ptrdiff_t at = str_find(text, STR("<!-- more -->"));

	if (at < 0 || str_find(text, STR("<!--more-->")) >= 0)
		return text;
	return ARENA_JOIN(im->arena, str_sub(text, 0, (size_t)at), STR("<!--more-->"),
			  str_from(text, (size_t)at + 13));
}

/* "## Title {#anchor}": Goldmark and kramdown take it for an attribute. */
static void report_heading_ids(struct body *b)
{
	struct str rest = b->page->fm.body, line;
	int at = b->page->fm.body_line;

	for (; str_line(&rest, &line); at++) {
		line = str_trim(line);
		if (str_starts(line, STR("#")) && str_ends(line, STR("}")) && str_find(line, STR("{#")) > 0)
			IMPORT_TELL(b->im, b->page, at, "a heading with an anchor of its own: %.*s",
				    STR_ARG(str_sub(line, 0, 100)));
	}
}

static enum rc convert(struct body *b, struct str text, struct err *err)
{
	struct shortcode_options options = {
		.dialect = dialects[b->im->generator], .first_line = b->page->fm.body_line,
		.target = find_target, .variable = find_variable, .report = report, .ctx = b,
	};

	if (b->im->generator == GENERATOR_PLATEN) {
		b->converted = (struct shortcode_result){ .text = text };
		return RC_OK;
	}
	report_heading_ids(b);
	return shortcode_convert(tidy_more(b->im, text), &options, b->im->arena, &b->converted, err);
}

void import_body(struct importer *im, struct import_page *page)
{
	struct body body = { .im = im, .page = page };
	struct str text = page->fm.body;
	struct err err = ERR_INIT;
	enum rc rc;

	/* One empty line behind the front matter is part of the form, not of the text. */
	if (str_starts(text, STR("\n"))) {
		page->fm.body = text = str_from(text, 1);
		page->fm.body_line++;
	}
	rc = convert(&body, text, &err);
	if (rc == RC_OK)
		rc = mdlink_rewrite(body.converted.text, rewrite, &body, im->arena, &page->draft.post.markdown, &err);
	if (rc != RC_OK)
		import_page_failed(im, page, 0, &err);
}
