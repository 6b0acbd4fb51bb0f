/* address.c: the one builder of the site's addresses. */
#include "base/base.h"

#include "base/enc.h"
#include "base/utf8.h"
#include "core/address.h"

/* First segments that the program's own addresses begin with (DESIGN section 5). */
static const char *const reserved[] = {
	".well-known", "admin", "api", "apple-touch-icon.png", "archive", "assets", "author", "cronhooks",
	"favicon.ico", "feed.json", "feed.xml", "healthz", "index.html", "llms.txt", "media",
	"metrics", "page", "preview", "readyz", "robots.txt", "rss.xml", "search", "site.webmanifest",
	"sitemap", "sitemap.xml", "tag",
};

static struct str first_segment(struct str path)
{
	struct str rest = str_from(path, 1);
	ptrdiff_t slash = str_find_char(rest, '/');
	return slash < 0 ? rest : str_sub(rest, 0, (size_t)slash);
}

bool address_is_reserved(struct str path)
{
	if (path.n <= 1)
		return true;
	struct str segment = first_segment(path);
	for (size_t i = 0; i < COUNT_OF(reserved); i++)
		if (str_ieq(segment, str_of(reserved[i])))
			return true;
	return false;
}

static bool is_dots(struct str segment)
{
	return str_is(segment, ".") || str_is(segment, "..");
}

/* The documents of folders, which web/gate.c takes for the folder: the names of other generators. */
static bool ends_with_index(struct str path)
{
	return str_ends(path, STR("/index.html")) || str_ends(path, STR("/index.htm")) ||
	       str_ends(path, STR("/index.php"));
}

enum rc address_check(struct str path, struct err *err)
{
	if (path.n == 0 || path.p[0] != '/')
		return err_set(err, RC_INVALID, "the address '%.*s' does not begin with '/'", STR_ARG(path));
	if (path.n > ADDRESS_PATH_MAX_B)
		return err_set(err, RC_LIMIT, "an address is longer than %d bytes", ADDRESS_PATH_MAX_B);
	if (!utf8_valid(path))
		return err_set(err, RC_INVALID, "an address is not valid UTF-8");
	struct str rest = str_from(path, 1), segment;
	if (rest.n == 0 || rest.p[rest.n - 1] == '/')
		return err_set(err, RC_INVALID, "the address '%.*s' ends with '/'", STR_ARG(path));
	while (str_split(&rest, '/', &segment))
		if (segment.n == 0 || is_dots(segment))
			return err_set(err, RC_INVALID, "the address '%.*s' has an empty or dot segment",
				       STR_ARG(path));
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];
		if (c < 0x20 || c == 0x7F || c == '?' || c == '#' || c == '\\' || c == '%')
			return err_set(err, RC_INVALID,
				       "the address '%.*s' has a character that cannot stand in one",
				       STR_ARG(path));
	}
	if (str_iends(path, STR(".md")))
		return err_set(err, RC_INVALID, "the address '%.*s' ends with '.md', where a post's Markdown is",
			       STR_ARG(path));
	if (ends_with_index(path))
		return err_set(err, RC_INVALID, "the address '%.*s' is another name of the one without its last part",
			       STR_ARG(path));
	if (address_is_reserved(path))
		return err_set(err, RC_INVALID, "the address '%.*s' is taken by the program itself", STR_ARG(path));
	return RC_OK;
}

static struct str without_origin(struct str written)
{
	struct str after = STR_NONE;
	if (str_istarts(written, STR("http://")))
		after = str_from(written, 7);
	else if (str_istarts(written, STR("https://")))
		after = str_from(written, 8);
	else if (str_starts(written, STR("//")))
		after = str_from(written, 2);
	if (!str_given(after))
		return written;
	ptrdiff_t slash = str_find_char(after, '/');
	return slash < 0 ? STR("") : str_from(after, (size_t)slash);
}

struct str address_tidy(struct str written, struct arena *arena)
{
	struct str rest = str_until(str_until(without_origin(str_trim(written)), '#'), '?');
	struct buf path = BUF_INIT(ADDRESS_PATH_MAX_B * 4), decoded = BUF_INIT(ADDRESS_PATH_MAX_B * 4);
	struct str out = STR_NONE, segment;
	if (!enc_percent_decode(&decoded, rest, false))
		goto out;
	rest = buf_view(&decoded);
	while (str_split(&rest, '/', &segment)) {
		if (segment.n == 0 || is_dots(segment))
			continue;
		if (rest.n == 0 && (str_ieq(segment, STR("index.html")) || str_ieq(segment, STR("index.htm"))))
			continue;
		buf_char(&path, '/');
		buf_str(&path, segment);
	}
	if (path.len > 1 && path.rc == RC_OK)
		out = arena_str(arena, buf_view(&path));
out:
	buf_release(&path);
	buf_release(&decoded);
	return out;
}

/* The pattern's next placeholder: its position, or -1; *name is without the colon. */
static ptrdiff_t next_placeholder(struct str pattern, struct str *name)
{
	ptrdiff_t at = str_find_char(pattern, ':');
	if (at < 0)
		return -1;
	size_t end = (size_t)at + 1;
	while (end < pattern.n && ((pattern.p[end] >= 'a' && pattern.p[end] <= 'z') || pattern.p[end] == '_'))
		end++;
	*name = str_sub(pattern, (size_t)at + 1, end);
	return at;
}

enum placeholder { P_YEAR, P_MONTH, P_DAY, P_SLUG, P_ID, P_AUTHOR, P_TAG, P__MAX };
static const char *const placeholders[P__MAX] = {
	[P_YEAR] = "year", [P_MONTH] = "month", [P_DAY] = "day", [P_SLUG] = "slug",
	[P_ID] = "id", [P_AUTHOR] = "author", [P_TAG] = "tag",
};

static enum placeholder placeholder_of(struct str name)
{
	int p = 0;
	while (p < P__MAX && !str_is(name, placeholders[p]))
		p++;
	return (enum placeholder)p;
}

enum rc permalink_check(struct str pattern, struct err *err)
{
	struct str rest = pattern, name;
	bool unique = false;
	ptrdiff_t at;
	while ((at = next_placeholder(rest, &name)) >= 0) {
		enum placeholder p = placeholder_of(name);
		if (p == P__MAX)
			return err_set(err, RC_INVALID,
				       "permalink pattern '%.*s': ':%.*s' is none of :year :month :day :slug :id "
				       ":author :tag", STR_ARG(pattern), STR_ARG(name));
		unique |= p == P_SLUG || p == P_ID;
		rest = str_from(rest, (size_t)at + 1 + name.n);
	}
	if (!unique)
		return err_set(err, RC_INVALID, "permalink pattern '%.*s' has neither :slug nor :id",
			       STR_ARG(pattern));
	/* What the pattern gives must be an address: checked with values that are one segment each. */
	struct arena arena;
	arena_init(&arena, 64 << 10);
	struct permalink_values sample = { .slug = STR("x0"), .public_id = STR("x1"), .author_slug = STR("x2"),
					   .tag_slug = STR("x3"), .year = 2000, .month = 1, .day = 1 };
	struct permalink permalink = { pattern };
	enum rc rc = address_check(permalink_path(permalink, &sample, &arena), err);
	if (rc != RC_OK)
		err_prefix(err, "permalink pattern '%.*s'", STR_ARG(pattern));
	arena_release(&arena);
	return rc;
}

struct str permalink_path(struct permalink permalink, const struct permalink_values *values,
			  struct arena *arena)
{
	struct buf out = BUF_INIT(ADDRESS_PATH_MAX_B * 4);
	struct str rest = permalink.pattern, name;
	ptrdiff_t at;
	while ((at = next_placeholder(rest, &name)) >= 0) {
		buf_str(&out, str_sub(rest, 0, (size_t)at));
		switch (placeholder_of(name)) {
		case P_YEAR: buf_printf(&out, "%04d", values->year); break;
		case P_MONTH: buf_printf(&out, "%02d", values->month); break;
		case P_DAY: buf_printf(&out, "%02d", values->day); break;
		case P_SLUG: buf_str(&out, values->slug); break;
		case P_ID: buf_str(&out, values->public_id); break;
		case P_AUTHOR: buf_str(&out, str_empty(values->author_slug) ? STR("anonymous") : values->author_slug); break;
		case P_TAG: buf_str(&out, str_empty(values->tag_slug) ? STR("untagged") : values->tag_slug); break;
		case P__MAX: break;
		}
		rest = str_from(rest, (size_t)at + 1 + name.n);
	}
	buf_str(&out, rest);
	struct str path = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return path;
}

static void put_link(struct buf *out, const struct address_base *base, struct str path)
{
	buf_str(out, base->mount);
	enc_percent(out, path, ENC_PATH);
	/* The home of a mounted site is "/blog/", as the web server's location has it. */
	if (path.n == 0)
		buf_char(out, '/');
}

static struct str taken(struct buf *out, struct arena *arena)
{
	struct str s = arena_str(arena, buf_view(out));
	buf_release(out);
	return s;
}

struct str address_link(const struct address_base *base, struct str path, struct arena *arena)
{
	struct buf out = BUF_INIT(ADDRESS_PATH_MAX_B * 8);
	put_link(&out, base, path);
	return taken(&out, arena);
}

struct str address_absolute(const struct address_base *base, struct str path, struct arena *arena)
{
	struct buf out = BUF_INIT(ADDRESS_PATH_MAX_B * 8);
	buf_str(&out, base->origin);
	put_link(&out, base, path);
	return taken(&out, arena);
}

static bool is_below(struct str written, struct str mount)
{
	return mount.n > 0 && str_starts(written, mount) &&
	       (written.n == mount.n || written.p[mount.n] == '/' || written.p[mount.n] == '?' ||
		written.p[mount.n] == '#');
}

/* "/media/x" of "/media/x" or, below a mount, of "/blog/media/x"; STR_NONE: not a file of ours. */
static struct str media_path(const struct address_base *base, struct str written)
{
	struct str path = is_below(written, base->mount) ? str_from(written, base->mount.n) : written;
	return str_starts(path, STR("/media/")) ? path : STR_NONE;
}

struct str address_resolve(const struct address_base *base, struct str written, struct arena *arena)
{
	bool rooted = written.n > 0 && written.p[0] == '/' && !(written.n > 1 && written.p[1] == '/');
	struct str media = rooted && str_given(base->media) ? media_path(base, written) : STR_NONE;
	if (str_given(media))
		return ARENA_JOIN(arena, base->media, media);
	if (!rooted || base->mount.n == 0 || is_below(written, base->mount))
		return written;
	return ARENA_JOIN(arena, base->mount, written);
}

static bool has_scheme(struct str s)
{
	size_t i = 0;
	while (i < s.n && ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z'))
		i++;
	return i > 0 && i < s.n && s.p[i] == ':';
}

struct str address_resolve_absolute(const struct address_base *base, struct str page_path,
				    struct str written, struct arena *arena)
{
	if (has_scheme(written))
		return written;
	if (str_starts(written, STR("//"))) {
		ptrdiff_t colon = str_find_char(base->origin, ':');
		return ARENA_JOIN(arena, str_sub(base->origin, 0, (size_t)(colon + 1)), written);
	}
	if (written.n > 0 && written.p[0] == '/') {
		struct str link = address_resolve(base, written, arena);
		return has_scheme(link) ? link : ARENA_JOIN(arena, base->origin, link);
	}
	struct str page = address_absolute(base, page_path, arena);
	if (written.n == 0 || written.p[0] == '#' || written.p[0] == '?')
		return ARENA_JOIN(arena, page, written);
	ptrdiff_t slash = str_rfind_char(page, '/');
	return ARENA_JOIN(arena, str_sub(page, 0, (size_t)slash + 1), written);
}

struct str address_home(const struct address_base *base, int page, struct arena *arena)
{
	if (page <= 1)
		return ARENA_JOIN(arena, base->mount, STR("/"));
	return arena_printf(arena, "%.*s/page/%d", STR_ARG(base->mount), page);
}

static struct str listed(const char *kind, struct str slug, int page, struct arena *arena)
{
	if (page <= 1)
		return arena_printf(arena, "/%s/%.*s", kind, STR_ARG(slug));
	return arena_printf(arena, "/%s/%.*s/page/%d", kind, STR_ARG(slug), page);
}

struct str address_tag(struct str slug, int page, struct arena *arena)
{
	return listed("tag", slug, page, arena);
}

struct str address_author(struct str slug, int page, struct arena *arena)
{
	return listed("author", slug, page, arena);
}

struct str address_archive(int year, int month, struct arena *arena)
{
	if (year == 0)
		return STR("/archive");
	if (month == 0)
		return arena_printf(arena, "/archive/%04d", year);
	return arena_printf(arena, "/archive/%04d/%02d", year, month);
}
