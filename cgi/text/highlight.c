/* highlight.c: source code to HTML; knows no language yet, so it escapes only. */
#include "base/base.h"

#include "text/highlight.h"
#include "text/html_write.h"

bool highlight_html(struct str language, struct str code, struct buf *out)
{
	(void)language;
	html_escape(out, code);
	return false;
}
