/* plain.c: a plain renderer over the steps of a program: what ctemplate's output is compared with. */
#include "plain.h"

#include "tmpl/emit.h"
#include "tmpl/render.h"

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tmpl *)a)->name, ((const struct tmpl *)b)->name);
}

bool bare_make(struct bare *bare, const struct bare_template *templates, size_t count, struct err *err)
{
	*bare = (struct bare){ .shim = NULL };
	arena_init(&bare->arena, (size_t)1 << 30);
	bare->problems.arena = &bare->arena;
	struct program *p = &bare->program;
	p->arena = p->work = &bare->arena;
	p->problems = &bare->problems;
	p->templates = ARENA_ARRAY(&bare->arena, count + 1, struct tmpl);
	p->template_count = count;
	for (size_t i = 0; i < count; i++)
		p->templates[i] = (struct tmpl){ .name = templates[i].name, .file = templates[i].name,
						 .text = templates[i].text };
	qsort(p->templates, count, sizeof *p->templates, by_name);
	program_make(p);
	if (bare->problems.fatal)
		return problems_status(&bare->problems, err) == RC_OK;
	if (shim_new(&bare->shim, err) != RC_OK || emit_units(p, bare->shim, err) != RC_OK)
		return false;
	shim_freeze(bare->shim);
	return problems_status(&bare->problems, err) == RC_OK;
}

void bare_release(struct bare *bare)
{
	shim_free(bare->shim);
	arena_release(&bare->arena);
}

enum rc bare_render(struct bare *bare, const char *name, const struct value *root, struct buf *out,
		    struct err *err)
{
	ptrdiff_t number = program_find(&bare->program, str_of(name));
	if (number < 0)
		return err_set(err, RC_NOTFOUND, "no template");
	struct render r = { .program = &bare->program, .out = out, .max_b = (size_t)32 << 20,
			    .scratch = BUF_INIT((size_t)32 << 20) };
	struct scope scope = { NULL, root };
	enum rc rc = shim_expand(bare->shim, program_unit(&bare->program, (size_t)number)->key, &r, &scope,
				 err);
	if (r.limit)
		rc = err_set(err, RC_LIMIT, "%s", r.limit);
	buf_release(&r.scratch);
	return rc;
}

struct plain {
	const struct program *program;
	struct buf *out;
	int depth;
};

static const struct value *find(const struct plain *p, const struct scope *scope, unsigned path)
{
	const struct path *names = &p->program->paths[path];
	if (!names->count)
		return scope->value;
	for (; scope; scope = scope->outer) {
		const struct value *v = value_get(scope->value, names->parts[0]);
		for (size_t i = 1; v && i < names->count; i++)
			v = value_get(v, names->parts[i]);
		if (v || value_get(scope->value, names->parts[0]))
			return v;
	}
	return NULL;
}

static void put_value(const struct plain *p, const struct value *v)
{
	struct str text = value_print(v);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (value_kind(v) != VALUE_TEXT || !strchr("&<>\"'", c) || !c)
			buf_char(p->out, c);
		else
			buf_cstr(p->out, c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" :
				 c == '"' ? "&quot;" : "&#39;");
	}
}

static void plain_steps(struct plain *p, const struct unit *unit, size_t from, size_t to,
			const struct scope *scope);

/* The step behind the CLOSE of the OPEN at `from`. */
static size_t behind(const struct unit *unit, size_t from)
{
	int depth = 0;
	for (;; from++) {
		depth += unit->steps[from].kind == STEP_OPEN;
		depth -= unit->steps[from].kind == STEP_CLOSE;
		if (!depth)
			return from + 1;
	}
}

static void plain_section(struct plain *p, const struct unit *unit, size_t from, size_t to,
			  const struct scope *scope)
{
	const struct value *v = find(p, scope, unit->steps[from].ref);
	if (unit->steps[from].inverted) {
		if (!value_shows(v))
			plain_steps(p, unit, from + 1, to, scope);
		return;
	}
	if (!value_shows(v))
		return;
	size_t count = value_kind(v) == VALUE_LIST ? value_count(v) : 1;
	for (size_t i = 0; i < count; i++) {
		struct scope inner = { scope, value_kind(v) == VALUE_LIST ? value_at(v, i) : v };
		plain_steps(p, unit, from + 1, to, &inner);
	}
}

static void plain_include(struct plain *p, const struct include *include, const struct scope *scope)
{
	unsigned number = include->unit;
	if (include->dynamic) {
		ptrdiff_t t = program_find(p->program, value_print(find(p, scope, include->path)));
		if (t < 0)
			return;
		number = p->program->dynamic[include->indent * p->program->template_count + (size_t)t];
	}
	const struct unit *unit = &p->program->units[number];
	if (++p->depth < 100)
		plain_steps(p, unit, 0, unit->count, scope);
	p->depth--;
}

static void plain_steps(struct plain *p, const struct unit *unit, size_t from, size_t to,
			const struct scope *scope)
{
	for (size_t i = from; i < to; i++) {
		const struct step *step = &unit->steps[i];
		switch (step->kind) {
		case STEP_TEXT:
			buf_str(p->out, step->text);
			break;
		case STEP_VAR:
			put_value(p, find(p, scope, step->ref));
			break;
		case STEP_OPEN:
			plain_section(p, unit, i, behind(unit, i) - 1, scope);
			i = behind(unit, i) - 1;
			break;
		case STEP_INCLUDE:
			plain_include(p, &p->program->includes[step->ref], scope);
			break;
		default:
			break;
		}
	}
}

void plain_render(const struct program *program, const char *name, const struct value *root,
		  struct buf *out)
{
	struct plain p = { program, out, 0 };
	struct scope scope = { NULL, root };
	const struct unit *unit = program_unit(program, (size_t)program_find(program, str_of(name)));
	plain_steps(&p, unit, 0, unit->count, &scope);
}
