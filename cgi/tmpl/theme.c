/* theme.c: one loaded generation of a folder of Mustache templates. */
#include "base/base.h"
#include "base/file.h"
#include "base/path.h"
#include "tmpl/emit.h"
#include "tmpl/lint.h"
#include "tmpl/render.h"
#include "tmpl/theme.h"

#define SUFFIX ".mustache"
#define TEMPLATES_MAX 1000
#define TEMPLATES_MAX_B ((size_t)16 << 20) /* all together */
/* PARSE_NODES_MAX, PROGRAM_STEPS_MAX and PROGRAM_BYTES_MAX keep a theme far below this. */
#define WORK_MAX_B ((size_t)1 << 30)

struct theme {
	struct arena arena;
	struct program program;
	struct shim *shim;
};

/* A load that is going on. */
struct load {
	struct theme *theme;
	struct arena work;
	struct problems *problems;
	size_t room, bytes;
};

static bool has_template(const struct program *p, struct str name)
{
	for (size_t i = 0; i < p->template_count; i++)
		if (str_is(name, p->templates[i].name))
			return true;
	return false;
}

static enum rc add_template(struct load *load, const char *dir, const char *file, struct err *err)
{
	struct program *p = &load->theme->program;
	struct str name = str_of(file);
	name = str_sub(name, 0, name.n - strlen(SUFFIX));
	if (has_template(p, name))
		return RC_OK;
	if (p->template_count == load->room)
		return err_set(err, RC_LIMIT, "more than %d templates in '%s'", TEMPLATES_MAX, dir);
	struct tmpl tmpl = { .name = arena_cstr(&load->theme->arena, name),
			     .file = arena_cstr(&load->work, str_of(file)) };
	const char *path = path_join(&load->work, dir, file);
	enum rc rc = file_load(path, THEME_TEMPLATE_MAX_B, &load->work, &tmpl.text, err);
	if (rc == RC_LIMIT) {
		problems_add(load->problems, true, file, 0, "larger than %u bytes", THEME_TEMPLATE_MAX_B);
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	load->bytes += tmpl.text.n;
	if (load->bytes > TEMPLATES_MAX_B)
		return err_set(err, RC_LIMIT, "the templates of '%s' are larger than %zu bytes together", dir,
			       TEMPLATES_MAX_B);
	if (lint_bytes(load->problems, tmpl.file, tmpl.text))
		p->templates[p->template_count++] = tmpl;
	return RC_OK;
}

static enum rc read_folder(struct load *load, const char *dir, struct err *err)
{
	struct file_entries entries;
	enum rc rc = file_tree(dir, &load->work, &entries, err);
	for (size_t i = 0; i < entries.count && rc == RC_OK; i++)
		if (entries.items[i].kind == FILE_REGULAR &&
		    str_ends(str_of(entries.items[i].name), STR(SUFFIX)))
			rc = add_template(load, dir, entries.items[i].name, err);
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tmpl *)a)->name, ((const struct tmpl *)b)->name);
}

/* What only loading needed goes; the texts are in ctemplate now. */
static void forget_work(struct program *p)
{
	for (size_t i = 0; i < p->template_count; i++)
		p->templates[i] = (struct tmpl){ .name = p->templates[i].name };
	for (size_t i = 0; i < p->unit_count; i++) {
		p->units[i].steps = NULL;
		p->units[i].indent = STR("");
	}
	p->work = NULL;
	p->problems = NULL;
	p->path_texts = NULL;
	p->path_index = NULL;
}

static enum rc compile(struct load *load, struct err *err)
{
	struct theme *theme = load->theme;
	struct program *p = &theme->program;
	if (p->template_count)
		qsort(p->templates, p->template_count, sizeof *p->templates, by_name);
	program_make(p);
	if (!load->problems->fatal)
		lint_units(p);
	if (load->problems->fatal)
		return problems_status(load->problems, err);
	enum rc rc = shim_new(&theme->shim, err);
	if (rc == RC_OK)
		rc = emit_units(p, theme->shim, err);
	lint_includes(p);
	if (rc == RC_OK)
		rc = problems_status(load->problems, err);
	if (rc == RC_OK)
		shim_freeze(theme->shim);
	return rc;
}

static void give_report(const struct problems *problems, struct arena *arena,
			struct theme_report *report)
{
	*report = (struct theme_report){ NULL, problems->count };
	if (!problems->count)
		return;
	report->items = ARENA_ARRAY(arena, problems->count, struct theme_problem);
	memcpy(report->items, problems->items, problems->count * sizeof *report->items);
}

enum rc theme_load(const char *dir, const char *fallback_dir, struct arena *arena, struct theme **out,
		   struct theme_report *report, struct err *err)
{
	struct problems problems = { .arena = arena };
	struct load load = { .theme = mem_new(sizeof *load.theme), .problems = &problems,
			     .room = TEMPLATES_MAX };
	struct program *p = &load.theme->program;
	arena_init(&load.theme->arena, WORK_MAX_B);
	arena_init(&load.work, WORK_MAX_B);
	*p = (struct program){ .arena = &load.theme->arena, .work = &load.work, .problems = &problems };
	p->templates = ARENA_ARRAY(p->arena, TEMPLATES_MAX, struct tmpl);
	enum rc rc = read_folder(&load, dir, err);
	if (rc == RC_OK && fallback_dir)
		rc = read_folder(&load, fallback_dir, err);
	if (rc == RC_OK)
		rc = compile(&load, err);
	if (report)
		give_report(&problems, arena, report);
	if (rc == RC_OK) {
		forget_work(p);
		*out = load.theme;
		load.theme = NULL;
	}
	arena_release(&load.work);
	theme_free(load.theme);
	return rc;
}

void theme_free(struct theme *theme)
{
	if (!theme)
		return;
	shim_free(theme->shim);
	arena_release(&theme->arena);
	free(theme);
}

static const struct unit *find_unit(const struct theme *theme, const char *name)
{
	ptrdiff_t number = program_find(&theme->program, str_of(name));
	if (number < 0)
		return NULL;
	const struct unit *unit = program_unit(&theme->program, (size_t)number);
	return unit->usable ? unit : NULL;
}

bool theme_has(const struct theme *theme, const char *name)
{
	return find_unit(theme, name) != NULL;
}

const char *theme_next(const struct theme *theme, struct str prefix, size_t *at)
{
	while (*at < theme->program.template_count) {
		const char *name = theme->program.templates[(*at)++].name;
		if (str_starts(str_of(name), prefix) && theme_has(theme, name))
			return name;
	}
	return NULL;
}

enum rc theme_render(const struct theme *theme, const char *name, const struct value *root,
		     struct buf *out, struct err *err)
{
	const struct unit *unit = find_unit(theme, name);
	if (!unit)
		return err_set(err, RC_NOTFOUND, "the theme has no template '%s'", name);
	struct render r = { .program = &theme->program, .out = out, .start = out->len,
			    .max_b = THEME_OUTPUT_MAX_B, .scratch = BUF_INIT(THEME_OUTPUT_MAX_B) };
	struct scope scope = { NULL, root };
	enum rc rc = shim_expand(theme->shim, unit->key, &r, &scope, err);
	if (r.limit)
		rc = err_set(err, RC_LIMIT, "template '%s': %s", name, r.limit);
	if (rc != RC_OK)
		buf_truncate(out, r.start);
	buf_release(&r.scratch);
	return rc;
}
