/* highlight.c: source code to HTML: which language it is, and the scanner of that language on it. */
#include "base/base.h"

#include "text/highlight.h"
#include "text/highlight_scan.h"
#include "text/html_write.h"

#define NAME_MAX_B 32

/* One of the names, which are parted by spaces but not sorted. */
static bool is_named(const char *names, const char *name, size_t n)
{
	for (;;) {
		size_t length = strcspn(names, " ");
		if (length == n && memcmp(names, name, n) == 0)
			return true;
		if (names[length] == '\0')
			return false;
		names += length + 1;
	}
}

const struct hl_language *hl_language_named(const char *name, size_t n)
{
	char lower[NAME_MAX_B];
	for (size_t i = 0; i < n && n <= sizeof lower; i++)
		lower[i] = hl_lower(name[i]);
	for (size_t i = 0; n > 0 && n <= sizeof lower && hl_languages[i]; i++)
		if (is_named(hl_languages[i]->names, lower, n))
			return hl_languages[i];
	return NULL;
}

/* What info strings put around the name: {.rust}, lang-rust, rust,ignore, rust{1,3}, rust:main.rs. */
static struct str bare_name(struct str info)
{
	info = str_trim(info);
	while (info.n > 0 && strchr("{.", info.p[0]))
		info = str_from(info, 1);
	if (str_istarts(info, STR("language-")))
		info = str_from(info, 9);
	else if (str_istarts(info, STR("lang-")))
		info = str_from(info, 5);
	for (size_t i = 0; i < info.n; i++)
		if (strchr(" \t\n,;:={}()[]\"'", info.p[i]))
			return str_sub(info, 0, i);
	return info;
}

bool highlight_html(struct str language, struct str code, struct buf *out)
{
	struct str name = bare_name(language);
	const struct hl_language *known = hl_language_named(name.p, name.n);
	if (code.n == 0)
		return known != NULL;
	if (!known) {
		html_escape(out, code);
		return false;
	}
	struct hl_pen pen = { .out = out, .text = code.p };
	hl_embed(&pen, known, code.n);
	hl_pen_finish(&pen);
	return true;
}
