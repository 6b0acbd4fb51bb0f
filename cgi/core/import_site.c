/* import_site.c: tells which generator a folder was written for, and reads its configuration. */
#include "base/base.h"

#include <unistd.h>

#include "base/path.h"
#include "core/import_impl.h"
#include "text/toml.h"
#include "text/yaml.h"

#define CONFIG_MAX_B ((size_t)1 << 20)

static const char *const names[GENERATOR__MAX] = {
	"unknown", "Hugo", "Jekyll", "Hexo", "Zola", "Eleventy", "Platen",
};

const char *import_generator_name(enum generator generator)
{
	return names[generator];
}

/* Files that tell a generator, best first. config.* is also Zola's: its content decides. */
static const struct {
	const char *name;
	enum generator generator;
} marks[] = {
	{ "platen.json", GENERATOR_PLATEN },
	{ "hugo.toml", GENERATOR_HUGO }, { "hugo.yaml", GENERATOR_HUGO }, { "hugo.yml", GENERATOR_HUGO },
	{ "hugo.json", GENERATOR_HUGO },
	{ "zola.toml", GENERATOR_ZOLA },
	{ "_config.yml", GENERATOR_JEKYLL }, { "_config.yaml", GENERATOR_JEKYLL },
	{ "_config.toml", GENERATOR_JEKYLL },
	{ "config/_default/hugo.toml", GENERATOR_HUGO }, { "config/_default/hugo.yaml", GENERATOR_HUGO },
	{ "config/_default/config.toml", GENERATOR_HUGO }, { "config/_default/config.yaml", GENERATOR_HUGO },
	{ "config.toml", GENERATOR_HUGO }, { "config.yaml", GENERATOR_HUGO }, { "config.yml", GENERATOR_HUGO },
	{ "config.json", GENERATOR_HUGO },
	{ "eleventy.config.js", GENERATOR_ELEVENTY }, { "eleventy.config.mjs", GENERATOR_ELEVENTY },
	{ "eleventy.config.cjs", GENERATOR_ELEVENTY }, { ".eleventy.js", GENERATOR_ELEVENTY },
};

static struct str join(struct importer *im, struct str dir, const char *name)
{
	return str_empty(dir) ? str_of(name) : ARENA_JOIN(im->arena, dir, STR("/"), str_of(name));
}

static bool has_folder(struct importer *im, struct str dir, const char *name)
{
	const struct file_entry *entry = import_find_file(im, join(im, dir, name));

	return entry && entry->kind == FILE_FOLDER;
}

static struct data *parse_config(struct importer *im, struct str rel, size_t max_b)
{
	struct buf text = BUF_INIT(max_b);
	struct data *data = NULL;
	struct data_at at = { 0, 0 };
	struct err err = ERR_INIT;
	struct str source;
	enum rc rc;
	int fd;

	rc = file_open_below(im->options->dir, arena_cstr(im->arena, rel), &fd, &err);
	if (rc == RC_OK) {
		rc = file_read_fd(fd, "configuration", max_b, &text, &err);
		close(fd);
	}
	source = arena_str(im->arena, buf_view(&text));
	buf_release(&text);
	if (rc == RC_OK && str_iends(rel, STR(".toml")))
		rc = toml_parse(source, 1, im->arena, &data, &at, &err);
	else if (rc == RC_OK && str_iends(rel, STR(".json")))
		rc = data_from_json(source, im->arena, &data, &err);
	else if (rc == RC_OK)
		rc = yaml_parse(source, 1, im->arena, &data, &at, &err);
	if (rc != RC_OK)
		import_problem(im, IMPORT_WARNING, rel, at.line, "the configuration cannot be read: %s", err.msg);
	return rc == RC_OK && data->type == DATA_MAP ? data : NULL;
}

static bool ends_with_name(struct str rel, struct str name)
{
	return str_ends(rel, name) && (rel.n == name.n || rel.p[rel.n - name.n - 1] == '/');
}

static bool in_theme(struct str rel)
{
	return str_starts(rel, STR("themes/")) || str_find(rel, STR("/themes/")) >= 0 ||
	       str_find(rel, STR("node_modules/")) >= 0;
}

static size_t depth_of(struct str rel)
{
	size_t n = 0;

	for (size_t i = 0; i < rel.n; i++)
		n += rel.p[i] == '/';
	return n;
}

/* The mark nearest to the top; of several there the best. */
static int find_mark(const struct importer *im, struct str *rel, struct str *root)
{
	size_t best_depth = 4; /* deeper ones are examples and fixtures */
	int best = -1;

	for (size_t i = 0; i < im->tree.count; i++) {
		struct str path = str_of(im->tree.items[i].name);

		if (im->tree.items[i].kind != FILE_REGULAR || in_theme(path))
			continue;
		for (int m = 0; m < (int)COUNT_OF(marks); m++) {
			struct str name = str_of(marks[m].name), dir;
			size_t depth;

			if (!ends_with_name(path, name))
				continue;
			dir = str_sub(path, 0, path.n > name.n ? path.n - name.n - 1 : 0);
			depth = str_empty(dir) ? 0 : depth_of(dir) + 1;
			if (depth > best_depth || (depth == best_depth && best >= 0 && m > best))
				continue;
			best_depth = depth;
			best = m;
			*rel = path;
			*root = dir;
		}
	}
	return best;
}

static void take_mark(struct importer *im, int mark, struct str rel, struct str root)
{
	im->generator = marks[mark].generator;
	im->root = root;
	if (im->generator == GENERATOR_ELEVENTY)
		return;
	if (im->generator == GENERATOR_PLATEN) {
		im->own = parse_config(im, rel, IMPORT_OWN_MAX_B);
		return;
	}
	im->config = parse_config(im, rel, CONFIG_MAX_B);
	if (im->generator == GENERATOR_HUGO && import_key(im->config, "base_url")) {
		im->generator = GENERATOR_ZOLA;
	} else if (im->generator == GENERATOR_JEKYLL &&
		   (has_folder(im, root, "source/_posts") || has_folder(im, root, "scaffolds"))) {
		im->generator = GENERATOR_HEXO;
	}
}

/* The part of `rel` before the folder `name`; false: it is not below one. */
static bool before_folder(struct str rel, const char *name, struct str *before)
{
	struct str rest = path_dir(rel), part;

	while (str_split(&rest, '/', &part)) {
		if (!str_is(part, name))
			continue;
		*before = part.p > rel.p ? str_n(rel.p, (size_t)(part.p - rel.p) - 1) : STR("");
		return true;
	}
	return false;
}

static bool looks_like_zola(const struct import_page *page)
{
	static const char *const keys[] = { "extra", "taxonomies", "path", "sort_by", "insert_anchor_links" };

	if (page->fm.format != FRONTMATTER_TOML)
		return false;
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (import_key(page->fm.fields, keys[i]))
			return true;
	return false;
}

static bool looks_like_hugo(const struct import_page *page)
{
	static const char *const keys[] = { "params", "lastmod", "publishDate", "cascade", "menu", "url" };

	if (str_starts(path_base(page->rel), STR("_index.")) || str_find(page->fm.body, STR("{{< ")) >= 0)
		return true;
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (import_key(page->fm.fields, keys[i]))
			return true;
	return false;
}

/* Without a configuration: by the names of folders, else by what stands in the files. */
static void guess(struct importer *im)
{
	size_t zola = 0, hugo = 0, layout = 0;
	struct str before;

	for (size_t i = 0; i < im->page_count; i++) {
		const struct import_page *page = &im->pages[i];

		if (before_folder(page->rel, "_posts", &before)) {
			bool hexo = str_is(path_base(before), "source");

			im->generator = hexo ? GENERATOR_HEXO : GENERATOR_JEKYLL;
			im->root = hexo ? (before.n > 7 ? str_sub(before, 0, before.n - 7) : STR("")) : before;
			return;
		}
		zola += looks_like_zola(page);
		hugo += looks_like_hugo(page);
		layout += import_key(page->fm.fields, "layout") != NULL;
	}
	if (str_ends(str_of(im->options->dir), STR("_posts")) || str_ends(str_of(im->options->dir), STR("_posts/")))
		im->generator = GENERATOR_JEKYLL;
	else if (zola > hugo)
		im->generator = GENERATOR_ZOLA;
	else if (hugo)
		im->generator = GENERATOR_HUGO;
	else if (layout)
		im->generator = GENERATOR_JEKYLL;
	for (size_t i = 0; i < im->page_count; i++)
		if (before_folder(im->pages[i].rel, "content", &before)) {
			im->root = before;
			break;
		}
}

static void find_content(struct importer *im)
{
	const char *name = NULL, *key = NULL;
	struct str set;

	if (im->generator == GENERATOR_HUGO || im->generator == GENERATOR_ZOLA)
		key = "contentDir", name = "content";
	else if (im->generator == GENERATOR_HEXO)
		key = "source_dir", name = "source";
	else if (im->generator == GENERATOR_JEKYLL)
		key = "source";
	set = key ? import_config(im, key) : STR_NONE;
	im->content = im->root;
	if (!str_empty(set) && has_folder(im, im->root, arena_cstr(im->arena, set)))
		im->content = join(im, im->root, arena_cstr(im->arena, set));
	else if (name && has_folder(im, im->root, name))
		im->content = join(im, im->root, name);
	else if (im->generator == GENERATOR_ELEVENTY && has_folder(im, im->root, "content"))
		im->content = join(im, im->root, "content");
	else if (im->generator == GENERATOR_ELEVENTY && has_folder(im, im->root, "src"))
		im->content = join(im, im->root, "src");
}

static void find_zone(struct importer *im)
{
	struct str name = import_config(im, "timezone");
	struct err err = ERR_INIT;
	bool utc = im->generator == GENERATOR_HUGO || im->generator == GENERATOR_ZOLA;

	im->zone = zone_utc();
	if (!str_empty(name) && zone_get(name, &im->zone, &err) == RC_OK)
		return;
	if (!utc && zone_get(im->site->timezone, &im->zone, &err) != RC_OK)
		im->zone = zone_utc();
}

static void find_lang(struct importer *im)
{
	static const char *const keys[] = { "defaultContentLanguage", "default_language", "languageCode", "lang",
					    "language" };

	im->lang = STR_NONE;
	for (size_t i = 0; i < COUNT_OF(keys) && !str_given(im->lang); i++)
		im->lang = import_config(im, keys[i]);
}

/* content/de/, content/en/: the folders at the top are named for languages: all of them, or most of
 * several with the site's own among them (a section that is called "it" or "my" is no language). */
static void find_lang_dirs(struct importer *im)
{
	size_t langs = 0, others = 0;
	bool own = false;
	struct str site_lang = str_given(im->lang) ? im->lang : STR("en");
	struct str last = STR_NONE;

	for (size_t i = 0; i < im->tree.count; i++) {
		struct str inner = import_below(str_of(im->tree.items[i].name), im->content);

		if (im->tree.items[i].kind != FILE_FOLDER || str_empty(inner) || str_find_char(inner, '/') >= 0)
			continue;
		if (import_is_lang(inner)) {
			langs++;
			last = inner;
			own |= str_ieq(inner, site_lang);
		} else {
			others++;
		}
	}
	im->lang_dirs = langs && (!others || (langs >= 2 && own && langs > others));
	if (im->generator == GENERATOR_PLATEN)
		im->lang_dirs = false;
	/* The only language there is needs no part of its own in addresses. */
	if (im->lang_dirs && langs == 1)
		im->lang = last;
}

static void find_authors(struct importer *im)
{
	static const char *const files[] = { "_data/authors.yml", "_data/authors.yaml", "_data/authors.json" };

	for (size_t i = 0; i < COUNT_OF(files) && !im->authors; i++) {
		struct str rel = join(im, im->root, files[i]);
		const struct file_entry *entry = import_find_file(im, rel);

		if (entry && entry->kind == FILE_REGULAR)
			im->authors = parse_config(im, rel, CONFIG_MAX_B);
	}
}

void import_detect(struct importer *im)
{
	struct str rel = STR(""), root = STR("");
	int mark = find_mark(im, &rel, &root);

	im->root = STR("");
	if (mark >= 0)
		take_mark(im, mark, rel, root);
	else
		guess(im);
	find_content(im);
	find_zone(im);
	find_lang(im);
	find_lang_dirs(im);
	find_authors(im);
}

struct data *import_dotted(struct data *map, struct str dotted)
{
	struct str part;

	while (map && str_split(&dotted, '.', &part)) {
		struct data *found = NULL;

		if (map->type != DATA_MAP)
			return NULL;
		DATA_EACH(child, map)
			if (str_ieq(child->key, part) && !found)
				found = child;
		map = found;
	}
	return map;
}

struct str import_config(const struct importer *im, const char *dotted)
{
	const struct data *d = import_dotted(im->config, str_of(dotted));

	return d && d->type != DATA_LIST && d->type != DATA_MAP && d->type != DATA_NULL ? d->text : STR_NONE;
}
