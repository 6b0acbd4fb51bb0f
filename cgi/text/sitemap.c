/* sitemap.c: writes sitemaps and sitemap indexes (sitemaps.org protocol 0.9). */
#include "base/base.h"

#include "base/date.h"
#include "base/xml.h"
#include "text/sitemap.h"

static void element(struct buf *out, const char *name, struct str text)
{
	if (str_empty(text))
		return;
	buf_printf(out, "<%s>", name);
	xml_escape(out, text);
	buf_printf(out, "</%s>", name);
}

static void changed(struct buf *out, int64_t at_ms)
{
	if (!at_ms)
		return;
	BUF_LIT(out, "<lastmod>");
	date_put_rfc3339(out, NULL, at_ms);
	BUF_LIT(out, "</lastmod>");
}

void sitemap_begin(struct buf *out)
{
	BUF_LIT(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		     "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""
		     " xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\""
		     " xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n");
}

void sitemap_url(struct buf *out, struct str url, int64_t changed_ms, struct str image,
		 const struct sitemap_alternate *alternates, size_t count)
{
	BUF_LIT(out, "<url>");
	element(out, "loc", url);
	changed(out, changed_ms);
	for (size_t i = 0; i < count; i++) {
		BUF_LIT(out, "<xhtml:link rel=\"alternate\" hreflang=\"");
		xml_escape(out, alternates[i].lang);
		BUF_LIT(out, "\" href=\"");
		xml_escape(out, alternates[i].url);
		BUF_LIT(out, "\"/>");
	}
	if (!str_empty(image)) {
		BUF_LIT(out, "<image:image>");
		element(out, "image:loc", image);
		BUF_LIT(out, "</image:image>");
	}
	BUF_LIT(out, "</url>\n");
}

void sitemap_end(struct buf *out)
{
	BUF_LIT(out, "</urlset>\n");
}

void sitemap_index_begin(struct buf *out)
{
	BUF_LIT(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		     "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
}

void sitemap_index_part(struct buf *out, struct str url, int64_t changed_ms)
{
	BUF_LIT(out, "<sitemap>");
	element(out, "loc", url);
	changed(out, changed_ms);
	BUF_LIT(out, "</sitemap>\n");
}

void sitemap_index_end(struct buf *out)
{
	BUF_LIT(out, "</sitemapindex>\n");
}
