/* import_fields.c: front matter, as the generators write it, to the fields of a post. */
#include "base/base.h"

#include "base/date.h"
#include "base/json.h"
#include "base/path.h"
#include "core/i18n.h"
#include "core/import_impl.h"
#include "text/slug.h"

enum { FIELD_UNUSED, FIELD_USED }; /* data.mark: is it left over for the custom fields */

struct data *import_key(const struct data *map, const char *key)
{
	struct str name = str_of(key);

	if (!map || map->type != DATA_MAP)
		return NULL;
	DATA_EACH(child, map)
		if (str_ieq(child->key, name))
			return child;
	return NULL;
}

static bool is_scalar(const struct data *d)
{
	return d && d->type != DATA_LIST && d->type != DATA_MAP && d->type != DATA_NULL;
}

/* The first of the keys (NULL-terminated) that is there and not empty, at the top or, if `nested`, in
 * Hugo's params and Zola's extra. What is found at the top is used up. */
static struct data *take(struct import_page *page, bool nested, const char *const *keys)
{
	static const char *const tables[] = { "params", "extra" };
	struct data *d;

	for (size_t i = 0; keys[i]; i++) {
		d = import_key(page->fm.fields, keys[i]);
		if (!d)
			continue;
		d->mark = FIELD_USED;
		if (d->type != DATA_NULL)
			return d;
	}
	for (size_t t = 0; nested && t < COUNT_OF(tables); t++)
		for (size_t i = 0; keys[i]; i++) {
			d = import_key(import_key(page->fm.fields, tables[t]), keys[i]);
			if (d && d->type != DATA_NULL)
				return d;
		}
	return NULL;
}
#define KEYS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* White space of several lines becomes one blank each. An export says exactly what it means. */
static struct str one_line(struct importer *im, struct str s)
{
	char *copy;
	size_t n = 0;

	if (im->generator == GENERATOR_PLATEN)
		return s;
	s = str_trim(s);
	copy = arena_alloc(im->arena, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t' ? ' ' : s.p[i];

		if (c != ' ' || (n && copy[n - 1] != ' '))
			copy[n++] = c;
	}
	return str_n(copy, n);
}

static struct str text_of(struct importer *im, struct import_page *page, struct data *d)
{
	if (!d)
		return STR("");
	if (!is_scalar(d)) {
		IMPORT_WARN(im, page, d->line, "%.*s is a %s; kept as a custom field", STR_ARG(d->key),
			    data_type_name(d->type));
		d->mark = FIELD_UNUSED;
		return STR("");
	}
	return one_line(im, d->text);
}

static bool truth_of(const struct data *d)
{
	if (!d)
		return false;
	if (d->type == DATA_TEXT)
		return str_ieq(d->text, STR("true")) || str_ieq(d->text, STR("yes"));
	return d->type == DATA_BOOL ? d->boolean : d->type == DATA_INT && d->integer != 0;
}

/* Yes or no; what says something else ("featured: picture.jpg") stays a custom field. */
static bool flag_of(struct data *d)
{
	static const char *const words[] = { "true", "false", "yes", "no", "" };
	bool said = !d || d->type == DATA_BOOL || d->type == DATA_INT;

	for (size_t i = 0; !said && d->type == DATA_TEXT && i < COUNT_OF(words); i++)
		said = str_ieq(d->text, str_of(words[i]));
	if (!said)
		d->mark = FIELD_UNUSED;
	return truth_of(d);
}

struct texts {
	struct str *items;
	size_t count, max;
	size_t dropped;      /* for which there was no room */
};

static void add_text(struct importer *im, struct texts *out, struct str s)
{
	s = one_line(im, s);
	if (str_empty(s))
		return;
	for (size_t i = 0; i < out->count; i++)
		if (str_eq(out->items[i], s))
			return;
	if (out->count < out->max)
		out->items[out->count++] = s;
	else
		out->dropped++;
}

/* A list that is too long is taken in part; the whole of it stays among the custom fields. */
static void tell_dropped(struct importer *im, struct import_page *page, struct texts *list, struct data *d,
			 const char *what)
{
	if (!list->dropped)
		return;
	IMPORT_WARN(im, page, d ? d->line : 0, "%zu %s more than %zu; all are kept as a custom field", list->dropped,
		    what, list->max);
	if (d)
		d->mark = FIELD_UNUSED;
}

/* A list, a list of lists (Hexo's nested categories), maps with a name, or one text, which is split
 * at commas, and in Jekyll (`blanks`) at blanks. */
static void add_names(struct importer *im, struct texts *out, const struct data *d, bool commas, bool blanks)
{
	struct str rest, part;

	if (!d || d->type == DATA_NULL)
		return;
	if (d->type == DATA_LIST) {
		DATA_EACH(child, d)
			add_names(im, out, child, false, false);
	} else if (d->type == DATA_MAP) {
		const struct data *name = import_key(d, "name");

		if (is_scalar(name))
			add_text(im, out, name->text);
	} else {
		rest = d->text;
		if (!commas || str_find_char(rest, ',') >= 0)
			blanks = false;
		if (!commas && !blanks) {
			add_text(im, out, rest);
			return;
		}
		while (str_split(&rest, blanks ? ' ' : ',', &part))
			add_text(im, out, part);
	}
}

static void take_tags(struct importer *im, struct import_page *page)
{
	struct post_draft *draft = &page->draft;
	struct texts tags = { ARENA_ARRAY(im->arena, POST_TAGS_MAX, struct str), 0, POST_TAGS_MAX, 0 };
	struct texts categories = { page->categories, page->category_count, POST_TAGS_MAX, 0 };
	bool blanks = im->generator == GENERATOR_JEKYLL;
	struct data *taxonomies = import_key(page->fm.fields, "taxonomies");
	struct data *d = take(page, true, KEYS("categories"));

	add_names(im, &categories, d, true, blanks);
	add_names(im, &categories, take(page, true, KEYS("category")), false, false);
	add_names(im, &categories, import_key(taxonomies, "categories"), false, false);
	tell_dropped(im, page, &categories, d, "categories");
	for (size_t i = 0; i < categories.count; i++)
		add_text(im, &tags, categories.items[i]);
	page->category_count = categories.count;
	d = take(page, true, KEYS("tags", "tag"));
	add_names(im, &tags, d, true, blanks);
	add_names(im, &tags, import_key(taxonomies, "tags"), false, false);
	tell_dropped(im, page, &tags, d, "tags");
	draft->tags = tags.items;
	draft->tag_count = tags.count;
}

/* A key of Jekyll's _data/authors.yml stands for the name there. */
static struct str author_name(struct importer *im, struct str key)
{
	const struct data *author = data_get(im->authors, key), *name;

	if (is_scalar(author))
		return author->text;
	name = import_key(author, "name");
	if (!name)
		name = import_key(author, "display_name");
	return is_scalar(name) ? name->text : key;
}

static void take_authors(struct importer *im, struct import_page *page)
{
	struct texts names = { ARENA_ARRAY(im->arena, POST_AUTHORS_MAX, struct str), 0, POST_AUTHORS_MAX, 0 };
	struct data *d = take(page, true, KEYS("authors", "author"));

	add_names(im, &names, d, false, false);
	add_names(im, &names, import_key(import_key(page->fm.fields, "taxonomies"), "authors"), false, false);
	tell_dropped(im, page, &names, d, "authors");
	for (size_t i = 0; i < names.count; i++)
		names.items[i] = author_name(im, names.items[i]);
	/* A table says more than the name: it stays among the custom fields. */
	if (d && (d->type == DATA_MAP || (d->type == DATA_LIST && d->first && d->first->type == DATA_MAP)))
		d->mark = FIELD_UNUSED;
	page->draft.authors = names.items;
	page->draft.author_count = names.count;
}

static int64_t date_of(struct importer *im, struct import_page *page, struct data *d)
{
	struct date_parsed parsed;
	struct err err = ERR_INIT;

	if (!d)
		return 0;
	if (is_scalar(d) && date_parse(d->text, im->zone, &parsed, &err) == RC_OK)
		return parsed.ms;
	if (!is_scalar(d) || !str_empty(str_trim(d->text))) {
		IMPORT_WARN(im, page, d->line, "'%.*s' is not a date that can be read; kept as a custom field",
			    STR_ARG(is_scalar(d) ? str_sub(d->text, 0, 80) : STR("a list or table")));
		d->mark = FIELD_UNUSED;
	}
	return 0;
}

/* "2017/07/20/Rust-1.19": many sites have the date in the address and nowhere else. */
static bool date_in_address(struct str address, int *year, int *month, int *day)
{
	struct str part;
	int64_t n[3];
	size_t have = 0;

	while (have < 3 && str_split(&address, '/', &part)) {
		bool number = part.n == (have == 0 ? 4 : 2) && str_to_i64(part, &n[have]);

		if (!number && have > 0 && part.n == 1)
			number = str_to_i64(part, &n[have]);
		have = number ? have + 1 : 0;
	}
	if (have < 3 || !date_is_valid((int)n[0], (int)n[1], (int)n[2]))
		return false;
	*year = (int)n[0];
	*month = (int)n[1];
	*day = (int)n[2];
	return true;
}

/* "published: 2020-01-31" is a date, "published: no" is none. */
static int64_t published_date(struct importer *im, struct import_page *page)
{
	struct data *d = import_key(page->fm.fields, "published");
	struct date_parsed parsed;

	if (!d || (d->type != DATA_DATE && d->type != DATA_TEXT) ||
	    date_parse(d->text, im->zone, &parsed, NULL) != RC_OK)
		return 0;
	d->mark = FIELD_USED;
	return parsed.ms;
}

/* True when it is known, not guessed from the file's own time. */
static bool take_dates(struct importer *im, struct import_page *page)
{
	struct post *post = &page->draft.post;
	int64_t date = date_of(im, page, take(page, false, KEYS("date", "published_at", "pubDate", "publish_date")));
	int64_t publish = date_of(im, page, take(page, false, KEYS("publishDate", "pubdate", "published_date")));
	int64_t updated = date_of(im, page, take(page, false, KEYS("lastmod", "updated", "modified",
								   "last_modified_at", "last_updated", "updated_at")));
	int64_t created = date_of(im, page, take(page, false, KEYS("created", "created_at")));
	bool known;
	int year, month, day;

	if (!date && !publish)
		date = published_date(im, page);
	known = date || publish || page->name_year;
	if (!date && page->name_year)
		date = date_day_ms(im->zone, page->name_year, page->name_month, page->name_day);
	if (!date && !publish && date_in_address(page->given, &year, &month, &day)) {
		date = date_day_ms(im->zone, year, month, day);
		known = true;
	}
	post->published_ms = publish ? publish : date;
	if (!post->published_ms && im->generator != GENERATOR_PLATEN)
		post->published_ms = created;
	post->created_ms = created;
	page->draft.updated_ms = updated;
	return known || created;
}

static void take_status(struct importer *im, struct import_page *page)
{
	static const char *const known[] = { "draft", "review", "published", "publish", "public", "hidden", "private" };
	struct post *post = &page->draft.post;
	struct data *published = import_key(page->fm.fields, "published"), *d = take(page, false, KEYS("status"));
	struct str status = text_of(im, page, d);
	bool is_draft = flag_of(take(page, false, KEYS("draft"))) || page->in_drafts ||
			str_ieq(status, STR(POST_STATUS_DRAFT)), said = str_empty(status);

	if (published && published->mark == FIELD_UNUSED &&
	    (published->type == DATA_BOOL || published->type == DATA_TEXT)) {
		published->mark = FIELD_USED;
		is_draft |= !flag_of(published);
	}
	post->status = is_draft ? STR(POST_STATUS_DRAFT) : STR(POST_STATUS_PUBLISHED);
	if (str_ieq(status, STR(POST_STATUS_REVIEW)))
		post->status = STR(POST_STATUS_REVIEW);
	for (size_t i = 0; !said && i < COUNT_OF(known); i++)
		said = str_ieq(status, str_of(known[i]));
	if (!said)
		d->mark = FIELD_UNUSED;
	post->visibility = STR(POST_VISIBILITY_PUBLIC);
	if (str_ieq(status, STR("hidden")))
		post->visibility = STR(POST_VISIBILITY_UNLISTED);
	if (flag_of(take(page, false, KEYS("private"))) || str_ieq(status, STR("private")))
		post->visibility = STR(POST_VISIBILITY_TEAM);
}

/* What says that not everybody shall read it, in a word that means nothing here, must not publish it. */
static void unknown_visibility(struct importer *im, struct import_page *page, struct data *d)
{
	page->draft.post.status = STR(POST_STATUS_DRAFT);
	d->mark = FIELD_UNUSED;
	IMPORT_WARN(im, page, d->line, "the visibility '%.*s' is not known: imported as a draft",
		    STR_ARG(str_sub(d->text, 0, 80)));
}

static void take_visibility(struct importer *im, struct import_page *page)
{
	struct post *post = &page->draft.post;
	struct data *d = take(page, false, KEYS("visibility"));
	struct str visibility = text_of(im, page, d);
	struct str password = text_of(im, page, take(page, false, KEYS("password")));
	bool team = str_is(post->visibility, POST_VISIBILITY_TEAM);

	if (!team && (flag_of(take(page, false, KEYS("unlisted", "hidden"))) ||
		      str_is(visibility, POST_VISIBILITY_UNLISTED)))
		post->visibility = STR(POST_VISIBILITY_UNLISTED);
	else if (str_is(visibility, POST_VISIBILITY_TEAM))
		post->visibility = STR(POST_VISIBILITY_TEAM);
	else if (!str_empty(visibility) && !str_ieq(visibility, STR(POST_VISIBILITY_PUBLIC)) &&
		 !str_is(visibility, POST_VISIBILITY_UNLISTED) && !str_is(visibility, POST_VISIBILITY_PASSWORD))
		unknown_visibility(im, page, d);
	page->draft.password = STR_NONE;
	if (!str_empty(password)) {
		post->visibility = STR(POST_VISIBILITY_PASSWORD);
		page->draft.password = password;
	} else if (str_is(visibility, POST_VISIBILITY_PASSWORD)) {
		/* An export has no passwords: one that nobody knows protects it until a new one is set. */
		post->visibility = STR(POST_VISIBILITY_PASSWORD);
		page->draft.password = import_random(im, 20);
		page->password_made = true;
	}
}

static void take_expiry(struct importer *im, struct import_page *page)
{
	struct data *d = import_key(page->fm.fields, "expiryDate");
	int64_t ms = d ? date_of(im, page, d) : 0;

	if (!ms)
		return;
	if (ms <= im->now_ms)
		page->draft.post.status = STR(POST_STATUS_DRAFT);
	IMPORT_WARN(im, page, d->line, ms <= im->now_ms ? "it has expired: imported as a draft"
			: "it would expire: there are no expiry dates here, it stays public");
}

struct picture {
	struct str source, alt, caption;
	bool whole;          /* there is no more in the value than that */
};

/* The text of a value, or of the member of a table that holds an image's address. */
static void read_picture(const struct data *d, struct picture *out)
{
	static const char *const members[] = { "src", "url", "path", "image", "relative_src", "feature", "teaser" };

	if (d && d->type == DATA_LIST) {
		read_picture(d->first, out);
		out->whole &= d->count == 1;
	} else if (is_scalar(d) && d->type != DATA_BOOL) {
		*out = (struct picture){ str_trim(d->text), STR(""), STR(""), true };
	}
	if (!d || d->type != DATA_MAP)
		return;
	for (size_t i = 0; i < COUNT_OF(members); i++) {
		const struct data *member = import_key(d, members[i]), *alt = import_key(d, "alt");
		const struct data *caption = import_key(d, "caption");

		if (!is_scalar(member) || member->type == DATA_BOOL)
			continue;
		*out = (struct picture){ .source = str_trim(member->text),
					 .alt = is_scalar(alt) ? alt->text : STR(""),
					 .caption = is_scalar(caption) ? caption->text : STR("") };
		out->whole = d->count == 1u + is_scalar(alt) + is_scalar(caption);
		return;
	}
}

static bool is_web(struct str s)
{
	return str_istarts(s, STR("http://")) || str_istarts(s, STR("https://"));
}

/* A file of the tree becomes media, an absolute address stays unless it is fetched; all else remains a custom field. */
static struct picture take_picture(struct importer *im, struct import_page *page, struct data *d, struct str alt)
{
	struct picture picture = { STR(""), STR(""), STR(""), false };
	struct str address;

	if (!d)
		return picture;
	read_picture(d, &picture);
	if (!picture.whole)
		d->mark = FIELD_UNUSED;
	if (str_empty(picture.source) || str_starts(picture.source, STR("/media/")))
		return picture;
	im->alt = !str_empty(alt) ? alt : !str_empty(picture.alt) ? picture.alt : STR_NONE;
	address = is_web(picture.source) ? import_remote_take(im, picture.source, page, d->line)
					 : import_resolve(im, page, picture.source, true, d->line);
	im->alt = STR_NONE;
	if (!str_given(address) && is_web(picture.source))
		return picture;
	if (!str_given(address))
		d->mark = FIELD_UNUSED;
	picture.source = str_given(address) ? address : STR("");
	return picture;
}

static void take_images(struct importer *im, struct import_page *page)
{
	struct post *post = &page->draft.post;
	struct data *image = take(page, true, KEYS("image", "cover", "featured_image", "featuredImage",
						   "feature_image", "thumbnail", "banner", "hero", "heroImage",
						   "cover_image", "coverImage"));
	struct data *images = take(page, false, KEYS("images", "social_image", "og_image"));
	struct str alt = text_of(im, page, take(page, true, KEYS("image_alt", "imageAlt", "cover_alt", "heroAlt")));
	struct str caption = text_of(im, page, take(page, false, KEYS("image_caption", "caption")));
	struct picture picture = take_picture(im, page, image, alt);

	post->image = picture.source;
	post->image_alt = str_empty(alt) ? picture.alt : alt;
	post->image_caption = str_empty(caption) ? picture.caption : caption;
	post->social_image = take_picture(im, page, images, STR("")).source;
}

static void take_lang(struct importer *im, struct import_page *page)
{
	struct post *post = &page->draft.post;
	struct data *d = take(page, false, KEYS("lang", "language", "locale"));
	struct str lang = text_of(im, page, d);
	char *fixed;

	if (str_empty(lang))
		lang = str_given(page->name_lang) ? page->name_lang : STR("");
	fixed = arena_cstr(im->arena, lang);
	for (size_t i = 0; i < lang.n; i++)
		if (fixed[i] == '_')
			fixed[i] = '-';
	post->lang = str_n(fixed, lang.n);
	if (!str_empty(lang) && !lang_is_valid(post->lang)) {
		IMPORT_WARN(im, page, d ? d->line : 0, "'%.*s' is not a language tag; kept as a custom field",
			    STR_ARG(str_sub(lang, 0, 80)));
		post->lang = STR("");
		if (d)
			d->mark = FIELD_UNUSED;
	}
	page->group = text_of(im, page, take(page, false, KEYS("translationKey", "translation_key",
							       "translation_group", "ref_id")));
}

static void take_given_address(struct importer *im, struct import_page *page)
{
	static const char *const keys[] = { "url", "path", "permalink", NULL };
	struct data *d = take(page, false, keys);

	page->given = STR_NONE;
	/* Eleventy's `permalink: false` means that there is no page at all. */
	if (d && d->type == DATA_BOOL) {
		page->draft.post.status = STR(POST_STATUS_DRAFT);
		IMPORT_WARN(im, page, d->line, "it has no address (permalink: false): imported as a draft");
	} else if (is_scalar(d) && !str_empty(str_trim(d->text))) {
		page->given = str_trim(d->text);
	}
}

static size_t leaves(const struct data *d)
{
	size_t n = d && d->type != DATA_LIST;

	if (d && d->type == DATA_LIST)
		DATA_EACH(child, d)
			n += leaves(child);
	return n;
}

static void take_aliases(struct importer *im, struct import_page *page)
{
	struct data *d = take(page, false, KEYS("aliases", "alias"));
	struct data *from = take(page, false, KEYS("redirect_from", "redirects"));
	size_t room = leaves(d) + leaves(from);
	/* One place is for the address at its generator. */
	struct texts list = { ARENA_ARRAY(im->arena, room + 1, struct str), 0, POST_ALIASES_MAX - 1, 0 };

	add_names(im, &list, d, false, false);
	tell_dropped(im, page, &list, d, "old addresses");
	list.dropped = 0;
	add_names(im, &list, from, false, false);
	tell_dropped(im, page, &list, from, "old addresses");
	page->draft.aliases = list.items;
	page->draft.alias_count = list.count;
}

static struct str without_html(struct str s)
{
	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	if (str_iends(s, STR("/index.html")))
		s.n -= 11;
	if (str_iends(s, STR(".html")))
		s.n -= 5;
	return s;
}

static void take_slug(struct importer *im, struct import_page *page)
{
	struct post *post = &page->draft.post;
	struct data *d = take(page, false, KEYS("slug"));
	struct str wanted = text_of(im, page, d), slug;
	bool pattern = str_find_char(page->given, ':') >= 0 || str_find_char(page->given, '{') >= 0;

	if (str_empty(wanted) && str_given(page->given) && !pattern)
		wanted = path_base(without_html(page->given));
	if (str_empty(wanted))
		wanted = page->title_name;
	if (str_find_char(wanted, '/') >= 0)
		wanted = path_base(without_html(wanted));
	slug = slug_is_valid(wanted) ? wanted
				     : slug_make(im->arena, wanted, SLUG_ASCII, post->lang, 0);
	post->slug = slug;
}

/* The first heading of level 1 or, without one, a name made from the file's. */
static void make_title(struct importer *im, struct import_page *page)
{
	struct str rest = page->fm.body, line;
	int at = page->fm.body_line;
	char *copy;

	for (; str_line(&rest, &line); at++) {
		if (str_empty(str_trim(line)))
			continue;
		if (str_starts(line, STR("# "))) {
			struct str title = str_trim(str_from(line, 2));

			while (title.n && title.p[title.n - 1] == '#')
				title.n--;
			page->draft.post.title = str_trim(title);
			/* It would stand on the page twice. */
			page->fm.body = rest;
			page->fm.body_line = at + 1;
			IMPORT_TELL(im, page, at, "no title: taken from the first heading");
			return;
		}
		break;
	}
	copy = arena_cstr(im->arena, page->title_name);
	for (char *p = copy; *p; p++)
		if (*p == '-' || *p == '_')
			*p = ' ';
	if (copy[0] >= 'a' && copy[0] <= 'z')
		copy[0] = (char)(copy[0] - 'a' + 'A');
	page->draft.post.title = str_of(copy);
	if (!str_empty(str_of(copy)))
		IMPORT_TELL(im, page, 0, "no title: made from the file's name");
}

static bool has_type(const struct data *d, const char *type)
{
	return is_scalar(d) && str_ieq(d->text, str_of(type));
}

/* Sections that hold posts even when these have no date. */
static bool in_posts_section(const struct import_page *page)
{
	static const char *const names[] = { "post", "posts", "blog", "blogs", "article", "articles", "news", "note",
					     "notes", "writing", "writings", "journal", "til", "tutorials", "stories" };
	ptrdiff_t slash = str_find_char(page->inner, '/');
	struct str section = str_sub(page->inner, 0, slash < 0 ? 0 : (size_t)slash);

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (str_ieq(section, str_of(names[i])))
			return true;
	return false;
}

/* A post or a page? Said by `type` or `layout`, told by the folder, else by whether it has a date. */
static bool is_page(struct importer *im, struct import_page *page, bool dated)
{
	static const char *const known[] = { "about", "contact", "imprint", "impressum", "privacy", "datenschutz",
					     "colophon", "uses", "now", "404", "search", "archive", "archives", NULL };
	struct data *type = import_key(page->fm.fields, "type"), *layout = import_key(page->fm.fields, "layout");
	bool top = str_find_char(page->inner, '/') < 0;

	if (im->generator == GENERATOR_PLATEN)
		return has_type(type, "page");
	if (has_type(type, "page") || has_type(layout, "page"))
		return true;
	if (page->in_posts || page->in_drafts || has_type(type, "post") || has_type(layout, "post"))
		return false;
	if (im->generator == GENERATOR_JEKYLL || im->generator == GENERATOR_HEXO)
		return true;
	for (size_t i = 0; !dated && known[i]; i++)
		if (str_ieq(page->name, str_of(known[i])))
			return true;
	if (im->generator == GENERATOR_HUGO || im->generator == GENERATOR_ZOLA)
		return !dated && (top || !in_posts_section(page));
	return false;
}

static void take_layout(struct importer *im, struct import_page *page)
{
	static const char *const usual[] = { "post", "posts", "page", "default", "single", "article", "blog", "home" };
	struct data *layout = import_key(page->fm.fields, "layout"), *type = import_key(page->fm.fields, "type");
	struct str name = text_of(im, page, take(page, false, KEYS("template")));

	if (layout && is_scalar(layout)) {
		layout->mark = FIELD_USED;
		if (str_empty(name))
			name = path_stem(path_base(layout->text));
	}
	if (has_type(type, "post") || has_type(type, "posts") || has_type(type, "page"))
		type->mark = FIELD_USED;
	if (im->generator == GENERATOR_PLATEN) {
		page->draft.post.template_name = name;
		return;
	}
	name = str_iends(name, STR(".html")) ? str_sub(name, 0, name.n - 5) : name;
	for (size_t i = 0; i < COUNT_OF(usual); i++)
		if (str_ieq(name, str_of(usual[i])))
			name = STR("");
	page->draft.post.template_name = name;
}

static void take_excerpt(struct importer *im, struct import_page *page)
{
	struct post *post = &page->draft.post;
	struct data *summary = take(page, false, KEYS("excerpt", "summary", "subtitle_excerpt"));
	struct data *description = take(page, false, KEYS("description"));
	struct data *seo = take(page, false, KEYS("seo_description"));

	if (is_scalar(summary) && str_empty(one_line(im, summary->text)))
		summary = NULL;
	if (summary && seo && description)
		description->mark = FIELD_UNUSED;
	post->excerpt = text_of(im, page, summary ? summary : description);
	post->seo_description = text_of(im, page, seo ? seo : summary ? description : NULL);
	post->seo_title = text_of(im, page, take(page, false, KEYS("seo_title")));
	post->seo_canonical = text_of(im, page, take(page, false, KEYS("canonicalURL", "canonical_url", "canonical")));
	post->seo_noindex = flag_of(take(page, false, KEYS("noindex")));
	post->social_title = text_of(im, page, take(page, false, KEYS("social_title")));
	post->social_description = text_of(im, page, take(page, false, KEYS("social_description")));
}

static void take_rest(struct importer *im, struct import_page *page)
{
	struct data *map = data_new(im->arena, DATA_MAP, 1), *copy, *custom;
	struct buf out = BUF_INIT(POST_CUSTOM_MAX_B);
	struct json *json;
	struct err err = ERR_INIT;

	/* Platen's own export has its custom fields in a table of their own. */
	custom = im->generator == GENERATOR_PLATEN ? import_key(page->fm.fields, "custom") : NULL;
	if (custom && custom->type == DATA_MAP) {
		custom->mark = FIELD_USED;
		map = custom;
	}
	DATA_EACH(child, page->fm.fields) {
		if (child->mark == FIELD_USED || child->type == DATA_NULL || map == custom)
			continue;
		copy = data_new(im->arena, child->type, child->line);
		*copy = *child;
		data_append(map, copy);
	}
	json = data_to_json(map);
	json_write(json, JSON_SORTED_KEYS, &out);
	json_free(json);
	if (buf_status(&out, "the custom fields", &err) == RC_OK)
		page->draft.post.custom = arena_str(im->arena, buf_view(&out));
	else
		IMPORT_WARN(im, page, 1, "%s", err.msg);
	buf_release(&out);
}

void import_fields(struct importer *im, struct import_page *page)
{
	struct post *post = &page->draft.post;
	struct data *weight;
	bool dated;

	/* The parsers keep their own notes in `mark`; from here on it says what is used up. */
	DATA_EACH(child, page->fm.fields)
		child->mark = FIELD_UNUSED;
	post->title = text_of(im, page, take(page, false, KEYS("title")));
	if (str_empty(post->title) && im->generator != GENERATOR_PLATEN)
		make_title(im, page);
	take_given_address(im, page);
	dated = take_dates(im, page);
	take_status(im, page);
	take_visibility(im, page);
	take_expiry(im, page);
	take_lang(im, page);
	take_slug(im, page);
	take_tags(im, page);
	take_authors(im, page);
	take_excerpt(im, page);
	take_aliases(im, page);
	post->kind = is_page(im, page, dated) ? STR(POST_KIND_PAGE) : STR(POST_KIND_POST);
	take_layout(im, page);
	post->featured = flag_of(take(page, true, KEYS("featured", "pinned", "sticky")));
	weight = take(page, false, KEYS("weight", "menu_order", "nav_order"));
	post->menu_order = weight && weight->type == DATA_INT ? weight->integer : 0;
	if (weight && weight->type != DATA_INT)
		weight->mark = FIELD_UNUSED;
	if (!post->published_ms && str_is(post->status, POST_STATUS_PUBLISHED)) {
		post->published_ms = page->mtime_ms < im->now_ms ? page->mtime_ms : im->now_ms;
		if (!str_is(post->kind, POST_KIND_PAGE))
			IMPORT_WARN(im, page, 0, "no date: the time of the file was taken");
	}
	post->import_key = page->rel;
	page->draft.revision_kind = "import";
	if (!page->draft.updated_ms)
		page->draft.updated_ms = post->published_ms && post->published_ms < im->now_ms
						 ? post->published_ms : im->now_ms;
}

/* Images and the custom fields need the addresses of all pages, so they come after them. */
void import_fields_late(struct importer *im, struct import_page *page)
{
	take_images(im, page);
	take_rest(im, page);
}
