/* import_address.c: where a generator puts a page, and where it will be here. */
#include "base/base.h"

#include "base/date.h"
#include "base/enc.h"
#include "base/path.h"
#include "core/address.h"
#include "core/import_impl.h"
#include "text/slug.h"

#define PATTERN_MAX_B 2048

/* Jekyll's built-in permalink styles. */
static const struct {
	const char *name, *pattern;
} styles[] = {
	{ "date", "/:categories/:year/:month/:day/:title:output_ext" },
	{ "pretty", "/:categories/:year/:month/:day/:title/" },
	{ "ordinal", "/:categories/:year/:y_day/:title:output_ext" },
	{ "none", "/:categories/:title:output_ext" },
};

struct pattern {
	struct importer *im;
	struct import_page *page;
	struct date date;
	struct buf out;
};

static struct str slugged(struct importer *im, struct str s)
{
	return slug_make(im->arena, s, SLUG_ASCII, STR_NONE, 0);
}

/* Every part of a path as Hugo and Zola write it: lower case, blanks to hyphens; dots stay. */
static void put_path(struct pattern *p, struct str path)
{
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];

		if (c == ' ' || c == '\t')
			c = '-';
		else if (c >= 'A' && c <= 'Z' && p->im->generator != GENERATOR_JEKYLL &&
			 p->im->generator != GENERATOR_HEXO)
			c = (char)(c | 0x20);
		buf_char(&p->out, c);
	}
}

static struct str slug_key(const struct import_page *page)
{
	const struct data *slug = import_key(page->fm.fields, "slug");

	return slug && slug->type != DATA_LIST && slug->type != DATA_MAP ? slug->text : STR_NONE;
}

static void put_title(struct pattern *p)
{
	struct str slug = slug_key(p->page);

	switch (p->im->generator) {
	case GENERATOR_HUGO: /* the title itself */
		put_path(p, slugged(p->im, p->page->draft.post.title));
		break;
	case GENERATOR_HEXO: /* the path below _posts */
		put_path(p, p->page->inner);
		break;
	default:
		put_path(p, str_given(slug) ? slug : p->page->title_name);
		break;
	}
}

static void put_slug(struct pattern *p)
{
	struct str slug = slug_key(p->page);

	if (str_given(slug))
		put_path(p, slug);
	else
		put_path(p, slugged(p->im, p->im->generator == GENERATOR_HUGO ? p->page->draft.post.title
									      : p->page->title_name));
}

/* Hugo keeps a date that the name begins with. */
static struct str file_name(const struct pattern *p)
{
	return p->im->generator == GENERATOR_HUGO ? p->page->name : p->page->title_name;
}

static void put_categories(struct pattern *p, bool all)
{
	for (size_t i = 0; i < p->page->category_count && (all || i == 0); i++) {
		if (i)
			BUF_LIT(&p->out, "/");
		/* Jekyll: lower case, blanks kept as %20; here they become hyphens. */
		buf_str(&p->out, slugged(p->im, p->page->categories[i]));
	}
}

static void put_folder(struct pattern *p, bool all)
{
	struct str dir = path_dir(p->page->inner);
	ptrdiff_t slash = str_find_char(dir, '/');

	if (str_is(dir, "."))
		return;
	put_path(p, all || slash < 0 ? dir : str_sub(dir, 0, (size_t)slash));
}

enum token { T_YEAR, T_MONTH, T_I_MONTH, T_DAY, T_I_DAY, T_SHORT_YEAR, T_Y_DAY, T_HOUR, T_MINUTE, T_SECOND,
	     T_TITLE, T_SLUG, T_SLUG_OR_FILENAME, T_FILENAME, T_CATEGORIES, T_CATEGORY, T_SECTIONS, T_SECTION, T_EXT, T_PATH };

/* Longer names stand before those that they begin with. */
static const struct {
	const char *name;
	enum token token;
} tokens[] = {
	{ "year", T_YEAR }, { "monthname", T_MONTH }, { "month", T_MONTH }, { "i_month", T_I_MONTH },
	{ "day", T_DAY }, { "i_day", T_I_DAY }, { "short_year", T_SHORT_YEAR }, { "y_day", T_Y_DAY },
	{ "yearday", T_Y_DAY }, { "hour", T_HOUR }, { "minute", T_MINUTE }, { "second", T_SECOND },
	{ "title", T_TITLE }, { "post_title", T_TITLE }, { "name", T_FILENAME }, { "slugorfilename", T_SLUG_OR_FILENAME },
	{ "slugorcontentbasename", T_SLUG_OR_FILENAME }, { "slug", T_SLUG }, { "filename", T_FILENAME },
	{ "contentbasename", T_FILENAME }, { "basename", T_FILENAME }, { "categories", T_CATEGORIES },
	{ "category", T_CATEGORY }, { "sections", T_SECTIONS }, { "section", T_SECTION }, { "output_ext", T_EXT },
	{ "path", T_PATH },
};

static void put_token(struct pattern *p, enum token token)
{
	const struct date *d = &p->date;

	switch (token) {
	case T_YEAR: buf_printf(&p->out, "%04d", d->year); break;
	case T_MONTH: buf_printf(&p->out, "%02d", d->month); break;
	case T_I_MONTH: buf_printf(&p->out, "%d", d->month); break;
	case T_DAY: buf_printf(&p->out, "%02d", d->day); break;
	case T_I_DAY: buf_printf(&p->out, "%d", d->day); break;
	case T_SHORT_YEAR: buf_printf(&p->out, "%02d", d->year % 100); break;
	case T_Y_DAY: buf_printf(&p->out, "%03d", d->yearday); break;
	case T_HOUR: buf_printf(&p->out, "%02d", d->hour); break;
	case T_MINUTE: buf_printf(&p->out, "%02d", d->minute); break;
	case T_SECOND: buf_printf(&p->out, "%02d", d->second); break;
	case T_TITLE: put_title(p); break;
	case T_SLUG: put_slug(p); break;
	case T_SLUG_OR_FILENAME: put_path(p, str_given(slug_key(p->page)) ? slug_key(p->page) : file_name(p)); break;
	case T_FILENAME: put_path(p, file_name(p)); break;
	case T_CATEGORIES: put_categories(p, true); break;
	case T_CATEGORY: put_categories(p, false); break;
	case T_SECTIONS: put_folder(p, true); break;
	case T_SECTION: put_folder(p, false); break;
	case T_EXT: BUF_LIT(&p->out, ".html"); break;
	case T_PATH: put_path(p, p->page->inner); break;
	}
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

/* The address by a pattern; STR_NONE when it has a part that is not known. */
static struct str expand(struct importer *im, struct import_page *page, struct str pattern)
{
	struct pattern p = { im, page, { 0 }, BUF_INIT(PATTERN_MAX_B) };
	struct str out = STR_NONE;

	date_civil(im->zone, page->draft.post.published_ms, &p.date);
	for (size_t i = 0; i < pattern.n;) {
		size_t n = 1, t = 0;

		if (pattern.p[i] != ':' || i + 1 >= pattern.n || !is_word(pattern.p[i + 1])) {
			buf_char(&p.out, pattern.p[i++]);
			continue;
		}
		while (i + n < pattern.n && is_word(pattern.p[i + n]))
			n++;
		while (t < COUNT_OF(tokens) && !str_is(str_sub(pattern, i + 1, i + n), tokens[t].name))
			t++;
		if (t == COUNT_OF(tokens))
			goto out;
		put_token(&p, tokens[t].token);
		i += n;
	}
	if (p.out.rc == RC_OK)
		out = arena_str(im->arena, buf_view(&p.out));
out:
	buf_release(&p.out);
	return out;
}

static struct str style(struct str pattern)
{
	for (size_t i = 0; i < COUNT_OF(styles); i++)
		if (str_is(pattern, styles[i].name))
			return str_of(styles[i].pattern);
	return pattern;
}

/* Hugo: permalinks.SECTION or permalinks.page.SECTION. */
static struct str hugo_pattern(struct importer *im, struct import_page *page)
{
	ptrdiff_t slash = str_find_char(page->inner, '/');
	struct data *table = import_dotted(im->config, STR("permalinks")), *found;
	char section[200];

	snprintf(section, sizeof(section), "%.*s", STR_ARG(str_sub(page->inner, 0, slash < 0 ? 0 : (size_t)slash)));
	found = import_key(table, section);
	if (!found)
		found = import_key(import_key(table, "page"), section);
	return found && found->type == DATA_TEXT ? found->text : STR_NONE;
}

static struct str by_folder(struct importer *im, struct import_page *page, bool strip_date)
{
	struct pattern p = { im, page, { 0 }, BUF_INIT(PATTERN_MAX_B) };
	struct str dir = path_dir(page->inner), slug = slug_key(page), out = STR_NONE;

	if (str_given(page->name_lang) && !str_eq(page->name_lang, im->lang)) {
		BUF_LIT(&p.out, "/");
		put_path(&p, page->name_lang);
	}
	if (!str_is(dir, ".")) {
		BUF_LIT(&p.out, "/");
		put_path(&p, dir);
	}
	BUF_LIT(&p.out, "/");
	put_path(&p, str_given(slug) ? slug : strip_date ? page->title_name : page->name);
	if (p.out.rc == RC_OK)
		out = arena_str(im->arena, buf_view(&p.out));
	buf_release(&p.out);
	return out;
}

static struct str default_address(struct importer *im, struct import_page *page)
{
	bool post = page->in_posts;
	struct str pattern = import_config(im, "permalink");

	if (page->in_drafts)
		return STR_NONE;
	switch (im->generator) {
	case GENERATOR_JEKYLL:
		if (post)
			return expand(im, page, style(str_empty(pattern) ? STR("date") : pattern));
		return page->bundle ? by_folder(im, page, false)
				    : ARENA_JOIN(im->arena, by_folder(im, page, false), STR(".html"));
	case GENERATOR_HEXO:
		if (post)
			return expand(im, page, str_empty(pattern) ? STR(":year/:month/:day/:title/") : pattern);
		return page->bundle ? by_folder(im, page, false)
				    : ARENA_JOIN(im->arena, by_folder(im, page, false), STR(".html"));
	case GENERATOR_HUGO:
		pattern = hugo_pattern(im, page);
		return str_given(pattern) ? expand(im, page, pattern) : by_folder(im, page, false);
	case GENERATOR_ZOLA:
		return by_folder(im, page, true);
	case GENERATOR_PLATEN:
		return STR_NONE;
	default:
		return by_folder(im, page, false);
	}
}

static void add_alias(struct importer *im, struct import_page *page, struct str alias)
{
	struct post_draft *draft = &page->draft;
	struct str *list = ARENA_ARRAY(im->arena, draft->alias_count + 1, struct str);

	for (size_t i = 0; i < draft->alias_count; i++)
		list[i] = draft->aliases[i];
	list[draft->alias_count++] = alias;
	draft->aliases = list;
}

/* An address of its own, when it is one that a post may have. */
static void fix_path(struct importer *im, struct import_page *page, struct str path, bool said)
{
	struct err err = ERR_INIT;

	if (!str_given(path))
		return;
	if (address_check(path, &err) == RC_OK)
		page->draft.path = path;
	else if (said)
		IMPORT_WARN(im, page, 0, "the address %.*s cannot be kept: %s", STR_ARG(path), err.msg);
}

static struct str without_html(struct str path)
{
	return str_iends(path, STR(".html")) ? str_sub(path, 0, path.n - 5) : path;
}

static void hugo_aliases(struct importer *im, struct import_page *page)
{
	struct str *list = ARENA_ARRAY(im->arena, page->draft.alias_count + 1, struct str);

	for (size_t i = 0; i < page->draft.alias_count; i++) {
		struct str alias = page->draft.aliases[i];
		bool relative = alias.n && alias.p[0] != '/' && str_find(alias, STR("://")) < 0;

		if (relative && str_given(page->address))
			alias = path_normalise(im->arena, ARENA_JOIN(im->arena, path_dir(page->address), STR("/"), alias));
		list[i] = alias;
	}
	page->draft.aliases = list;
}

static struct str expected_path(struct importer *im, struct import_page *page)
{
	struct permalink_values values = { .slug = page->draft.post.slug };
	const struct zone *zone = zone_utc();
	struct err err = ERR_INIT;
	struct date date;

	if (str_given(page->draft.path))
		return page->draft.path;
	if (str_empty(page->draft.post.slug))
		return STR_NONE;
	if (str_is(page->draft.post.kind, POST_KIND_PAGE))
		return ARENA_JOIN(im->arena, STR("/"), page->draft.post.slug);
	if (str_find(im->site->permalink.pattern, STR(":id")) >= 0 ||
	    str_find(im->site->permalink.pattern, STR(":author")) >= 0 ||
	    str_find(im->site->permalink.pattern, STR(":tag")) >= 0)
		return STR_NONE;
	if (zone_get(im->site->timezone, &zone, &err) != RC_OK)
		zone = zone_utc();
	date_civil(zone, page->draft.post.published_ms, &date);
	values.year = date.year;
	values.month = date.month;
	values.day = date.day;
	return permalink_path(im->site->permalink, &values, im->arena);
}

/* Translations have the same slug as the original: only their language's folder tells them apart. */
static bool is_translation(const struct importer *im, const struct import_page *page)
{
	return im->lang_dirs && str_given(page->name_lang) && !str_eq(page->name_lang, im->lang);
}

void import_address(struct importer *im, struct import_page *page)
{
	bool template = str_find(page->given, STR("{{")) >= 0;
	struct str given = page->given, derived;

	page->address = page->expected = page->draft.path = STR_NONE;
	if (template) {
		IMPORT_WARN(im, page, 0, "the address '%.*s' is a template: not used", STR_ARG(given));
		given = STR_NONE;
	} else if (str_find_char(given, ':') >= 0 && str_find(given, STR("://")) < 0) {
		given = expand(im, page, style(given));
	}
	derived = str_given(given) ? given : default_address(im, page);
	if (str_given(derived))
		page->address = address_tidy(derived, im->arena);
	if (im->generator == GENERATOR_HUGO)
		hugo_aliases(im, page);
	if (str_given(given))
		fix_path(im, page, page->address, true);
	else if (str_given(page->address) &&
		 (str_is(page->draft.post.kind, POST_KIND_PAGE) || is_translation(im, page)))
		fix_path(im, page, without_html(page->address), false);
	if (str_given(page->address) && !str_eq(page->address, page->draft.path))
		add_alias(im, page, page->address);
	page->expected = expected_path(im, page);
}

static int by_path(const void *a, const void *b)
{
	const struct import_address *x = a, *y = b;
	int order = str_cmp(x->path, y->path);

	return order ? order : x->page < y->page ? -1 : x->page > y->page;
}

static void add_address(struct importer *im, struct str path, struct import_page *page)
{
	if (str_given(path))
		im->addresses[im->address_count++] = (struct import_address){ path, page };
}

/* A page whose certain address another one takes first gets its own only when it is stored. */
static void find_collisions(struct importer *im)
{
	for (size_t i = 1; i < im->address_count; i++) {
		struct import_address *a = &im->addresses[i - 1], *b = &im->addresses[i];

		if (!str_eq(a->path, b->path) || a->page == b->page)
			continue;
		if (str_eq(b->page->expected, b->path) && str_eq(a->page->expected, a->path))
			b->page->expected = STR_NONE;
		b->page = a->page;
	}
}

enum rc import_address_table(struct importer *im)
{
	size_t count = 0;

	for (size_t i = 0; i < im->page_count; i++)
		count += im->pages[i].draft.alias_count + 3;
	im->addresses = ARENA_ARRAY(im->arena, count + 1, struct import_address);
	for (size_t i = 0; i < im->page_count; i++) {
		struct import_page *page = &im->pages[i];

		if (page->failed || page->skipped)
			continue;
		add_address(im, page->expected, page);
		add_address(im, page->address, page);
		for (size_t k = 0; k < page->draft.alias_count; k++)
			add_address(im, address_tidy(page->draft.aliases[k], im->arena), page);
	}
	if (im->address_count)
		qsort(im->addresses, im->address_count, sizeof(*im->addresses), by_path);
	find_collisions(im);
	return RC_OK;
}

static struct import_page *exact(const struct importer *im, struct str path)
{
	size_t low = 0, high = im->address_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (str_cmp(im->addresses[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < im->address_count && str_eq(im->addresses[low].path, path) ? im->addresses[low].page : NULL;
}

struct import_page *import_page_at(struct importer *im, struct str path)
{
	struct str tidy = address_tidy(path, &im->scratch);
	struct import_page *page;

	if (!str_given(tidy))
		return NULL;
	page = exact(im, tidy);
	if (!page && str_iends(tidy, STR(".html")))
		page = exact(im, without_html(tidy));
	else if (!page)
		page = exact(im, ARENA_JOIN(&im->scratch, tidy, STR(".html")));
	return page;
}

struct str import_link_to(const struct import_page *page)
{
	if (str_given(page->expected))
		return page->expected;
	return page->address;
}
