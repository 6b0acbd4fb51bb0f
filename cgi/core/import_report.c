/* import_report.c: the list of problems of an import, and how it is printed. */
#include "base/base.h"

#include <stdarg.h>

#include "base/json.h"
#include "base/utf8.h"
#include "core/import_impl.h"

#define PROBLEMS_MAX 100000   /* notes and warnings in all */
#define FILE_PROBLEMS_MAX 300 /* of one file, as one phase of the import finds them */

/* Control characters, C1 too, and what turns the direction of a line. */
static bool is_unfit(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* Names of files and parts of them end up on terminals and in JSON. */
static struct str printable(struct importer *im, struct str s)
{
	struct buf out = BUF_INIT(s.n * 3 + 1);
	struct str rest = s;
	bool fit = utf8_valid(s);
	uint32_t c;

	while (utf8_next(&rest, &c)) {
		fit &= !is_unfit(c);
		utf8_put(&out, is_unfit(c) ? ' ' : c);
	}
	if (!fit)
		s = arena_str(im->arena, buf_view(&out));
	buf_release(&out);
	return s;
}

static void keep(struct importer *im, enum import_severity severity, struct str file, int line, struct str message)
{
	if (im->problem_count == im->problem_cap) {
		im->problem_cap = im->problem_cap ? im->problem_cap * 2 : 64;
		im->problems = mem_grow(im->problems, im->problem_cap, sizeof(*im->problems));
	}
	im->problems[im->problem_count++] = (struct import_problem){ severity, printable(im, file), line,
								message };
}

/* A file full of broken links must not hide what is to be said of the others. */
static bool is_too_many(struct importer *im, struct str file)
{
	if (!str_eq(file, im->said_file)) {
		im->said_file = file;
		im->said = 0;
	}
	im->said++;
	if (im->said == FILE_PROBLEMS_MAX)
		keep(im, IMPORT_WARNING, file, 0, STR("there is more to say about this file: not listed"));
	if (im->problem_count == PROBLEMS_MAX)
		keep(im, IMPORT_WARNING, STR(""), 0, STR("further notes and warnings are not listed"));
	return im->said >= FILE_PROBLEMS_MAX || im->problem_count > PROBLEMS_MAX;
}

void import_problem(struct importer *im, enum import_severity severity, struct str file, int line,
		    const char *fmt, ...)
{
	char text[ERR_MSG_MAX_B];
	va_list args;

	if (severity != IMPORT_ERROR && is_too_many(im, file))
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	keep(im, severity, file, line, arena_str(im->arena, printable(im, utf8_cut(str_of(text), sizeof(text)))));
}

void import_page_failed(struct importer *im, struct import_page *page, int line, const struct err *err)
{
	import_problem(im, IMPORT_ERROR, page->rel, line, "%s", err->msg);
	page->failed = true;
}

static int by_place(const void *a, const void *b)
{
	const struct import_problem *x = a, *y = b;
	int order = str_cmp(x->file, y->file);

	if (order == 0 && x->line != y->line)
		order = x->line < y->line ? -1 : 1;
	return order ? order : str_cmp(x->message, y->message);
}

void import_report_fill(struct importer *im, struct import_report *out)
{
	size_t n = im->problem_count;

	out->generator = import_generator_name(im->generator);
	out->files = im->page_count;
	out->settings = im->settings_taken;
	out->remote = im->remote;
	out->fetched = im->fetched;
	out->fetched_before = im->remote_taken;
	for (size_t i = 0; i < im->page_count; i++) {
		out->failed += im->pages[i].failed;
		out->skipped += im->pages[i].skipped;
	}
	for (size_t i = 0; i < im->media_count; i++) {
		out->media += str_given(im->media[i].address);
		out->media_b += im->media[i].size_b;
	}
	if (n)
		qsort(im->problems, n, sizeof(*im->problems), by_place);
	out->problems = ARENA_ARRAY(im->arena, n + 1, struct import_problem);
	if (n)
		memcpy(out->problems, im->problems, n * sizeof(*im->problems));
	out->problem_count = n;
	for (size_t i = 0; i < n; i++) {
		out->warnings += out->problems[i].severity == IMPORT_WARNING;
		out->notes += out->problems[i].severity == IMPORT_NOTE;
	}
}

static const char *const severity_names[IMPORT_SEVERITY__MAX] = { "note", "warning", "error" };

/* "12 posts, 3 pages": the counts that are not 0. */
static void put_counts(const struct import_report *r, struct buf *out)
{
	const struct { size_t n; const char *one, *many; } counts[] = {
		{ r->added, "new", "new" }, { r->updated, "updated", "updated" },
		{ r->unchanged, "unchanged", "unchanged" },
		{ r->conflicts, "edited here since, left alone", "edited here since, left alone" },
		{ r->failed, "not taken", "not taken" }, { r->skipped, "skipped", "skipped" },
	};
	bool first = true;

	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		if (!counts[i].n)
			continue;
		buf_printf(out, "%s%zu %s", first ? "" : ", ", counts[i].n,
			   counts[i].n == 1 ? counts[i].one : counts[i].many);
		first = false;
	}
	if (first)
		BUF_LIT(out, "nothing to do");
}

void import_report_text(const struct import_report *r, bool dry_run, struct buf *out)
{
	for (size_t i = 0; i < r->problem_count; i++) {
		const struct import_problem *p = &r->problems[i];

		buf_str(out, str_empty(p->file) ? STR(".") : p->file);
		if (p->line)
			buf_printf(out, ":%d", p->line);
		buf_printf(out, ": %s: ", severity_names[p->severity]);
		buf_str(out, p->message);
		buf_char(out, '\n');
	}
	buf_printf(out, "%s%zu Markdown files (%s): ", dry_run ? "dry run, nothing was written: " : "", r->files,
		   r->generator);
	put_counts(r, out);
	buf_printf(out, "\n%zu posts, %zu pages, of these %zu drafts, %zu scheduled; %zu media files (%lld KiB)\n",
		   r->posts, r->pages, r->drafts, r->scheduled, r->media, (long long)(r->media_b / 1024));
	if (r->remote)
		buf_printf(out, "%zu pictures of other sites: %zu fetched, %zu fetched before, %zu stay where they are\n",
			   r->remote, r->fetched, r->fetched_before, r->remote - r->fetched - r->fetched_before);
	if (r->settings)
		buf_printf(out, "%zu settings\n", r->settings);
	buf_printf(out, "%zu warnings, %zu notes\n", r->warnings, r->notes);
}

void import_report_json(const struct import_report *r, bool dry_run, struct buf *out)
{
	struct json *json = json_new_object(), *list;
	const struct { const char *name; size_t n; } counts[] = {
		{ "files", r->files }, { "added", r->added }, { "updated", r->updated },
		{ "unchanged", r->unchanged }, { "conflicts", r->conflicts }, { "failed", r->failed },
		{ "skipped", r->skipped }, { "posts", r->posts }, { "pages", r->pages },
		{ "drafts", r->drafts }, { "scheduled", r->scheduled }, { "media", r->media },
		{ "settings", r->settings }, { "remote", r->remote }, { "fetched", r->fetched },
		{ "fetched_before", r->fetched_before },
		{ "warnings", r->warnings }, { "notes", r->notes },
	};

	json_set_text(json, "generator", str_of(r->generator));
	json_set_bool(json, "dry_run", dry_run);
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		json_set_int(json, counts[i].name, (int64_t)counts[i].n);
	json_set_int(json, "media_b", r->media_b);
	list = json_set_list(json, "problems");
	for (size_t i = 0; i < r->problem_count; i++) {
		struct json *p = json_add_object(list);

		json_set_text(p, "severity", str_of(severity_names[r->problems[i].severity]));
		json_set_text(p, "file", r->problems[i].file);
		json_set_int(p, "line", r->problems[i].line);
		json_set_text(p, "message", r->problems[i].message);
	}
	json_write(json, JSON_PRETTY_TABS, out);
	json_free(json);
}
