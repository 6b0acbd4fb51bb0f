/* import_names.c: what the path of a file says: its place, date, language and name. */
#include "base/base.h"

#include "base/date.h"
#include "base/path.h"
#include "core/import_impl.h"

/* ISO 639-1, the two-letter codes, each followed by a blank. */
static const char languages[] =
	"aa ab af am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cs cv cy da de dv dz ee el en eo es "
	"et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy id ig io is it iu ja jv ka kk kl km kn "
	"ko ks ku kv kw ky la lb lg ln lo lt lv mg mi mk ml mn mr ms mt my nb ne nl nn no oc or os pa pl ps pt qu rm "
	"rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt ug uk "
	"ur uz ve vi vo wa wo xh yi yo za zh zu ";

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool import_is_lang(struct str s)
{
	char code[4] = { 0 };

	if (s.n < 2 || !is_alpha(s.p[0]) || !is_alpha(s.p[1]))
		return false;
	code[0] = (char)(s.p[0] | 0x20);
	code[1] = (char)(s.p[1] | 0x20);
	code[2] = ' ';
	if (!strstr(languages, code))
		return false;
	if (s.n == 2)
		return true;
	if ((s.n != 5 && s.n != 7) || (s.p[2] != '-' && s.p[2] != '_'))
		return false;
	for (size_t i = 3; i < s.n; i++)
		if (!is_alpha(s.p[i]))
			return false;
	return true;
}

struct str import_below(struct str rel, struct str folder)
{
	if (str_empty(folder))
		return rel;
	if (!str_starts(rel, folder) || rel.n <= folder.n || rel.p[folder.n] != '/')
		return STR_NONE;
	return str_from(rel, folder.n + 1);
}

/* Cuts the folder `name` (and what is before it) off the front of the path. */
static bool cut_folder(struct str *path, const char *name, struct str *before)
{
	struct str rest = *path, part;

	while (str_split(&rest, '/', &part)) {
		if (!str_is(part, name) || str_empty(rest))
			continue;
		*before = str_sub(*path, 0, (size_t)(part.p - path->p));
		if (before->n)
			before->n--;
		*path = rest;
		return true;
	}
	return false;
}

static bool take_number(struct str *s, size_t min, size_t max, int *out)
{
	size_t n = 0;

	*out = 0;
	while (n < max && n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		*out = *out * 10 + (s->p[n++] - '0');
	if (n < min)
		return false;
	*s = str_from(*s, n);
	return true;
}

/* "2019-03-18-hello": the date and the rest; false: no date. */
static bool dated_name(struct str name, int *year, int *month, int *day, struct str *rest)
{
	struct str s = name;

	if (!take_number(&s, 4, 4, year) || !s.n || s.p[0] != '-')
		return false;
	s = str_from(s, 1);
	if (!take_number(&s, 1, 2, month) || !s.n || s.p[0] != '-')
		return false;
	s = str_from(s, 1);
	if (!take_number(&s, 1, 2, day) || !date_is_valid(*year, *month, *day))
		return false;
	if (s.n && s.p[0] != '-' && s.p[0] != '_' && s.p[0] != ' ')
		return false;
	*rest = str_from(s, 1);
	return true;
}

static void split_categories(struct importer *im, struct import_page *page, struct str before)
{
	struct str part;

	page->categories = ARENA_ARRAY(im->arena, POST_TAGS_MAX, struct str);
	while (page->category_count < 10 && str_split(&before, '/', &part))
		if (!str_empty(part))
			page->categories[page->category_count++] = part;
}

static void take_posts_folder(struct importer *im, struct import_page *page)
{
	struct str before = STR("");

	page->in_posts = cut_folder(&page->inner, "_posts", &before);
	page->in_drafts = !page->in_posts && cut_folder(&page->inner, "_drafts", &before);
	/* The folder that was given may itself be _posts. */
	if (!page->in_posts && im->generator == GENERATOR_JEKYLL &&
	    (str_ends(str_of(im->options->dir), STR("_posts")) || str_ends(str_of(im->options->dir), STR("_posts/"))))
		page->in_posts = true;
	split_categories(im, page, im->generator == GENERATOR_HEXO ? STR("") : before);
}

static void take_lang(struct importer *im, struct import_page *page)
{
	ptrdiff_t slash = str_find_char(page->inner, '/'), dot = str_rfind_char(page->inner, '.');

	if (im->lang_dirs && slash > 0 && import_is_lang(str_sub(page->inner, 0, (size_t)slash))) {
		page->name_lang = str_sub(page->inner, 0, (size_t)slash);
		page->inner = str_from(page->inner, (size_t)slash + 1);
		return;
	}
	if (dot > 0 && import_is_lang(str_from(page->inner, (size_t)dot + 1))) {
		page->name_lang = str_from(page->inner, (size_t)dot + 1);
		page->inner = str_sub(page->inner, 0, (size_t)dot);
	}
}

void import_name(struct importer *im, struct import_page *page)
{
	struct str ext = path_ext(page->rel), base;

	page->inner = import_below(page->rel, im->content);
	if (!str_given(page->inner))
		page->inner = page->rel;
	page->inner = str_sub(page->inner, 0, page->inner.n - ext.n - 1);
	page->name_lang = STR_NONE;
	take_posts_folder(im, page);
	if (im->generator != GENERATOR_PLATEN)
		take_lang(im, page);
	base = path_base(page->inner);
	page->bundle = str_is(base, "index");
	page->section = str_is(base, "_index");
	if (page->bundle || page->section)
		page->inner = str_sub(page->inner, 0, page->inner.n > base.n ? page->inner.n - base.n - 1 : 0);
	page->name = path_base(page->inner);
	if (str_is(page->name, "."))
		page->name = STR("");
	if (!dated_name(page->name, &page->name_year, &page->name_month, &page->name_day, &page->title_name)) {
		page->name_year = 0;
		page->title_name = page->name;
	} else if (str_empty(page->title_name)) {
		page->title_name = page->name;
	}
}
