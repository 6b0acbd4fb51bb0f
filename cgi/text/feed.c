/* feed.c: writes a feed as Atom (RFC 4287), RSS 2.0 or JSON Feed 1.1. */
#include "base/base.h"

#include "base/date.h"
#include "base/enc.h"
#include "base/xml.h"
#include "text/absolute.h"
#include "text/feed.h"

#define MEDIA_RSS "http://search.yahoo.com/mrss/"

/* Nothing at all when the text is empty. */
static void element(struct xml *x, const char *name, struct str text)
{
	if (!str_empty(text))
		xml_element(x, name, text);
}

static void attribute(struct xml *x, const char *name, struct str value)
{
	if (!str_empty(value))
		xml_attr(x, name, value);
}

/* The content with absolute addresses; a failure of the scratch buffer becomes one of the document. */
static struct buf content_of(const struct feed_entry *e, struct buf *out)
{
	struct buf html = BUF_INIT(out->max_b);
	html_absolute(e->content, e->url, &html);
	if (html.rc != RC_OK && out->rc == RC_OK)
		out->rc = html.rc;
	return html;
}

static void content_element(struct xml *x, const struct feed_entry *e)
{
	struct buf html = content_of(e, x->out);
	xml_text(x, buf_view(&html));
	xml_close(x);
	buf_release(&html);
}

static void time_element(struct xml *x, const char *name, int64_t at_ms,
			 void (*put)(struct buf *out, const struct zone *zone, int64_t ms))
{
	struct buf text = BUF_INIT(64);
	put(&text, NULL, at_ms);
	xml_element(x, name, buf_view(&text));
	buf_release(&text);
}

static void atom_time(struct xml *x, const char *name, int64_t at_ms)
{
	time_element(x, name, at_ms, date_put_rfc3339);
}

static void atom_link(struct xml *x, const char *rel, const char *type, struct str href)
{
	xml_open(x, "link");
	xml_attr(x, "rel", str_of(rel));
	xml_attr(x, "type", str_of(type));
	xml_attr(x, "href", href);
	xml_close(x);
}

static void size_attribute(struct xml *x, const char *name, int64_t size_b)
{
	char text[24];
	snprintf(text, sizeof text, "%lld", (long long)size_b);
	xml_attr(x, name, str_of(text));
}

static void atom_file(struct xml *x, const struct feed_file *file)
{
	xml_open(x, "link");
	xml_attr(x, "rel", STR("enclosure"));
	xml_attr(x, "type", file->type);
	size_attribute(x, "length", file->size_b);
	attribute(x, "title", file->title);
	xml_attr(x, "href", file->url);
	xml_close(x);
}

/* Media RSS 1.5.1, which readers of Atom know as well: neither has a place for a picture of its own. */
static void media_image(struct xml *x, struct str image)
{
	if (str_empty(image))
		return;
	xml_open(x, "media:content");
	xml_attr(x, "url", image);
	xml_attr(x, "medium", STR("image"));
	xml_close(x);
}

static void atom_author(struct xml *x, struct str name, struct str url)
{
	xml_open(x, "author");
	xml_element(x, "name", name);
	element(x, "uri", url);
	xml_close(x);
}

static void atom_entry(struct xml *x, const struct feed_entry *e)
{
	xml_open(x, "entry");
	attribute(x, "xml:lang", e->lang);
	xml_element(x, "id", e->id);
	xml_element(x, "title", str_given(e->title) ? e->title : STR("")); /* required: RFC 4287, 4.1.2 */
	atom_link(x, "alternate", "text/html", e->url);
	for (size_t i = 0; i < e->file_count; i++)
		atom_file(x, &e->files[i]);
	media_image(x, e->image);
	atom_time(x, "published", e->published_ms);
	atom_time(x, "updated", e->updated_ms);
	for (size_t i = 0; i < e->author_count; i++)
		atom_author(x, e->authors[i].name, e->authors[i].url);
	for (size_t i = 0; i < e->category_count; i++) {
		xml_open(x, "category");
		xml_attr(x, "term", e->categories[i]);
		xml_close(x);
	}
	element(x, "summary", e->summary);
	if (e->content.n) {
		xml_open(x, "content");
		xml_attr(x, "type", STR("html"));
		content_element(x, e);
	}
	xml_close(x);
}

static void write_atom(const struct feed *f, struct xml *x)
{
	xml_open(x, "feed");
	xml_attr(x, "xmlns", STR("http://www.w3.org/2005/Atom"));
	attribute(x, "xml:lang", f->lang);
	xml_attr(x, "xmlns:media", STR(MEDIA_RSS));
	xml_element(x, "id", f->id);
	xml_element(x, "title", f->title);
	element(x, "subtitle", f->subtitle);
	atom_time(x, "updated", f->updated_ms);
	atom_link(x, "self", "application/atom+xml", f->self_url);
	atom_link(x, "alternate", "text/html", f->home_url);
	/* An entry without an author takes the feed's: one of them must be there (RFC 4287, 4.1.1). */
	atom_author(x, f->title, f->home_url);
	xml_element(x, "generator", STR("Platen"));
	element(x, "icon", f->icon);
	element(x, "logo", f->logo);
	element(x, "rights", f->copyright);
	for (size_t i = 0; i < f->entry_count; i++)
		atom_entry(x, &f->entries[i]);
	xml_close(x);
}

static void rss_time(struct xml *x, const char *name, int64_t at_ms)
{
	time_element(x, name, at_ms, date_put_rfc822);
}

/* One: what has several is understood in as many ways (RSS Advisory Board, Best Practices, enclosure). */
static void rss_file(struct xml *x, const struct feed_entry *e)
{
	if (!e->file_count)
		return;
	xml_open(x, "enclosure");
	xml_attr(x, "url", e->files[0].url);
	size_attribute(x, "length", e->files[0].size_b);
	xml_attr(x, "type", e->files[0].type);
	xml_close(x);
}

static void rss_item(struct xml *x, const struct feed_entry *e)
{
	xml_open(x, "item");
	element(x, "title", e->title);
	xml_element(x, "link", e->url);
	xml_open(x, "guid");
	xml_attr(x, "isPermaLink", STR("false"));
	xml_text(x, e->id);
	xml_close(x);
	rss_time(x, "pubDate", e->published_ms);
	/* <author> wants an e-mail address; dc:creator takes a name. */
	for (size_t i = 0; i < e->author_count; i++)
		xml_element(x, "dc:creator", e->authors[i].name);
	for (size_t i = 0; i < e->category_count; i++)
		xml_element(x, "category", e->categories[i]);
	rss_file(x, e);
	media_image(x, e->image);
	if (!str_empty(e->summary))
		xml_element(x, "description", e->summary);
	else if (str_empty(e->title)) /* one of the two must be there */
		xml_element(x, "description", e->url);
	if (e->content.n) {
		xml_open(x, "content:encoded");
		content_element(x, e);
	}
	xml_close(x);
}

static void rss_image(struct xml *x, const struct feed *f)
{
	struct str url = str_empty(f->logo) ? f->icon : f->logo;
	if (str_empty(url))
		return;
	xml_open(x, "image");
	xml_element(x, "url", url);
	xml_element(x, "title", f->title);
	xml_element(x, "link", f->home_url);
	xml_close(x);
}

static void write_rss(const struct feed *f, struct xml *x)
{
	xml_open(x, "rss");
	xml_attr(x, "version", STR("2.0"));
	xml_attr(x, "xmlns:atom", STR("http://www.w3.org/2005/Atom"));
	xml_attr(x, "xmlns:content", STR("http://purl.org/rss/1.0/modules/content/"));
	xml_attr(x, "xmlns:dc", STR("http://purl.org/dc/elements/1.1/"));
	xml_attr(x, "xmlns:media", STR(MEDIA_RSS));
	xml_open(x, "channel");
	xml_element(x, "title", f->title);
	xml_element(x, "link", f->home_url);
	xml_element(x, "description", str_empty(f->subtitle) ? f->title : f->subtitle); /* required */
	xml_open(x, "atom:link");
	xml_attr(x, "rel", STR("self"));
	xml_attr(x, "type", STR("application/rss+xml"));
	xml_attr(x, "href", f->self_url);
	xml_close(x);
	element(x, "language", f->lang);
	element(x, "copyright", f->copyright);
	rss_time(x, "lastBuildDate", f->updated_ms);
	xml_element(x, "generator", STR("Platen"));
	rss_image(x, f);
	for (size_t i = 0; i < f->entry_count; i++)
		rss_item(x, &f->entries[i]);
	xml_close(x);
	xml_close(x);
}

static void json_text(struct buf *out, struct str s)
{
	BUF_LIT(out, "\"");
	enc_json(out, s);
	BUF_LIT(out, "\"");
}

static void json_member(struct buf *out, const char *name, struct str value)
{
	if (str_empty(value))
		return;
	buf_printf(out, ",\"%s\":", name);
	json_text(out, value);
}

static void json_time(struct buf *out, const char *name, int64_t at_ms)
{
	buf_printf(out, ",\"%s\":\"", name);
	date_put_rfc3339(out, NULL, at_ms);
	BUF_LIT(out, "\"");
}

static void json_person(struct buf *out, const struct feed_person *person)
{
	BUF_LIT(out, "{\"name\":");
	json_text(out, person->name);
	json_member(out, "url", person->url);
	json_member(out, "avatar", person->picture);
	BUF_LIT(out, "}");
}

static void json_content(struct buf *out, const struct feed_entry *e)
{
	struct buf html = content_of(e, out);
	BUF_LIT(out, ",\"content_html\":");
	json_text(out, buf_view(&html));
	buf_release(&html);
}

static void json_files(const struct feed_entry *e, struct buf *out)
{
	for (size_t i = 0; i < e->file_count; i++) {
		buf_cstr(out, i ? ",{\"url\":" : ",\"attachments\":[{\"url\":");
		json_text(out, e->files[i].url);
		json_member(out, "mime_type", e->files[i].type);
		json_member(out, "title", e->files[i].title);
		buf_printf(out, ",\"size_in_bytes\":%lld}", (long long)e->files[i].size_b);
	}
	if (e->file_count)
		BUF_LIT(out, "]");
}

static void json_item(const struct feed_entry *e, struct buf *out)
{
	BUF_LIT(out, "{\"id\":");
	json_text(out, e->id);
	json_member(out, "url", e->url);
	json_member(out, "title", e->title);
	json_member(out, "summary", e->summary);
	if (e->content.n) {
		json_content(out, e);
	} else { /* one of the two contents must be there */
		BUF_LIT(out, ",\"content_text\":");
		json_text(out, e->summary);
	}
	json_member(out, "image", e->image);
	json_member(out, "language", e->lang);
	json_time(out, "date_published", e->published_ms);
	json_time(out, "date_modified", e->updated_ms);
	for (size_t i = 0; i < e->author_count; i++) {
		buf_cstr(out, i ? "," : ",\"authors\":[");
		json_person(out, &e->authors[i]);
	}
	if (e->author_count)
		BUF_LIT(out, "]");
	for (size_t i = 0; i < e->category_count; i++) {
		buf_cstr(out, i ? "," : ",\"tags\":[");
		json_text(out, e->categories[i]);
	}
	if (e->category_count)
		BUF_LIT(out, "]");
	json_files(e, out);
	BUF_LIT(out, "}");
}

static void write_json(const struct feed *f, struct buf *out)
{
	BUF_LIT(out, "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":");
	json_text(out, f->title);
	json_member(out, "home_page_url", f->home_url);
	json_member(out, "feed_url", f->self_url);
	json_member(out, "description", f->subtitle);
	json_member(out, "icon", f->logo);
	json_member(out, "favicon", f->icon);
	json_member(out, "language", f->lang);
	BUF_LIT(out, ",\"items\":[");
	for (size_t i = 0; i < f->entry_count; i++) {
		if (i)
			BUF_LIT(out, ",");
		json_item(&f->entries[i], out);
	}
	BUF_LIT(out, "]}\n");
}

void feed_write(const struct feed *feed, enum feed_format format, struct buf *out)
{
	struct xml x;
	if (format == FEED_JSON) {
		write_json(feed, out);
		return;
	}
	xml_begin(&x, out);
	if (format == FEED_ATOM)
		write_atom(feed, &x);
	else
		write_rss(feed, &x);
	/* Elements are balanced above; a full buffer shows in `out`. */
	if (xml_end(&x, "the feed", NULL) != RC_OK && out->rc == RC_OK)
		out->rc = RC_INTERNAL;
}

const char *feed_content_type(enum feed_format format)
{
	static const char *const type[FEED_FORMAT__MAX] = {
		[FEED_ATOM] = "application/atom+xml; charset=utf-8",
		[FEED_RSS] = "application/rss+xml; charset=utf-8",
		[FEED_JSON] = "application/feed+json; charset=utf-8",
	};
	return type[format];
}

void feed_tag_uri(struct str origin, int64_t day_ms, struct str kind, struct str id, struct buf *out)
{
	ptrdiff_t slashes = str_find(origin, STR("://"));
	struct str host = slashes < 0 ? origin : str_from(origin, (size_t)slashes + 3);
	ptrdiff_t port = str_rfind_char(host, ':');
	if (port >= 0 && str_rfind_char(host, ']') < port)
		host = str_sub(host, 0, (size_t)port);
	BUF_LIT(out, "tag:");
	/* An IPv6 host's brackets and colons have no place in an authority name (RFC 4151, 2.1). */
	for (size_t i = 0; i < host.n; i++) {
		bool plain = host.p[i] != '[' && host.p[i] != ']' && host.p[i] != ':';
		buf_char(out, plain ? host.p[i] : '-');
	}
	BUF_LIT(out, ",");
	date_put_iso(out, NULL, day_ms);
	BUF_LIT(out, ":");
	buf_str(out, kind);
	BUF_LIT(out, "/");
	enc_percent(out, id, ENC_SEGMENT);
}
