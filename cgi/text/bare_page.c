/* bare_page.c: a whole HTML page that needs nothing else. */
#include "base/base.h"

#include "base/enc.h"
#include "text/bare_page.h"

void bare_page_write(const struct bare_page *page, struct buf *out)
{
	BUF_LIT(out, "<!DOCTYPE html>\n<html lang=\"");
	enc_html_attr(out, page->lang);
	BUF_LIT(out, "\" dir=\"");
	enc_html_attr(out, page->dir);
	BUF_LIT(out, "\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n"
		     "<meta name=\"robots\" content=\"noindex\">\n<title>");
	enc_html_text(out, page->title);
	BUF_LIT(out, "</title>\n</head>\n<body>\n<main>\n<h1>");
	enc_html_text(out, page->title);
	BUF_LIT(out, "</h1>\n<p>");
	enc_html_text(out, page->message);
	BUF_LIT(out, "</p>\n");
	if (!str_empty(page->note)) {
		BUF_LIT(out, "<p><small>");
		enc_html_text(out, page->note);
		BUF_LIT(out, "</small></p>\n");
	}
	BUF_LIT(out, "</main>\n</body>\n</html>\n");
}
