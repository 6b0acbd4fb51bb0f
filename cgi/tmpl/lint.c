/* lint.c: refuses what cannot be escaped safely, and says for each marker where it stands. */
#include "base/base.h"
#include "base/utf8.h"
#include "tmpl/lint.h"
#include "tmpl/scan.h"

#include <stdarg.h>

bool lint_bytes(struct problems *problems, const char *file, struct str text)
{
	size_t bad = utf8_valid_up_to(text);
	for (size_t i = 0; i < bad; i++)
		if ((unsigned char)text.p[i] <= 2)
			bad = i;
	if (bad == text.n)
		return true;
	int line = 1;
	for (size_t i = 0; i < bad; i++)
		line += text.p[i] == '\n';
	unsigned char byte = (unsigned char)text.p[bad];
	problems_add(problems, true, file, line, byte <= 2 ? "the control character 0x%02X" :
		     "the byte 0x%02X here is not UTF-8", byte);
	return false;
}

/* A section that is open. */
struct frame {
	struct scan before;
	const struct step *step;
};

struct linter {
	struct program *program;
	struct unit *unit;
	struct scan scan;
	struct frame *frames;
	size_t depth, room;
	struct problems *problems; /* the program's, or a throwaway for a piece */
};

PRINTF_LIKE(4, 5)
static bool refuse(struct linter *l, const struct step *step, int line, const char *fmt, ...)
{
	char message[ERR_MSG_MAX_B];
	va_list args;
	va_start(args, fmt);
	vsnprintf(message, sizeof message, fmt, args);
	va_end(args);
	problems_add(l->problems, true, step->file, line, "%s", message);
	return false;
}

static bool lint_text(struct linter *l, const struct step *step)
{
	size_t at;
	const char *wrong = scan_text(&l->scan, step->text, &at);
	if (!wrong)
		return true;
	int line = step->line;
	for (size_t i = 0; i < at; i++)
		line += step->text.p[i] == '\n';
	return refuse(l, step, line, "%s", wrong);
}

static enum place place_of(const struct scan *s)
{
	switch (s->spot) {
	case SPOT_DATA:
		return s->noscript ? PLACE_ESCAPED : PLACE_CONTENT;
	case SPOT_VALUE:
		if (s->attr == ATTR_URL)
			return s->scheme_open ? PLACE_URL : PLACE_ATTRIBUTE;
		return s->attr == ATTR_STYLE ? PLACE_STYLE : PLACE_ATTRIBUTE;
	case SPOT_RAW:
		return s->element == ELEMENT_SCRIPT ? PLACE_SCRIPT :
		       s->element == ELEMENT_STYLE ? PLACE_STYLE : PLACE_ESCAPED;
	default:
		return PLACE_ESCAPED;
	}
}

static bool lint_var(struct linter *l, struct step *step)
{
	const char *wrong = scan_marker(&l->scan);
	if (wrong)
		return refuse(l, step, step->line, "{{%.*s}}: %s", STR_ARG(step->text), wrong);
	step->place = place_of(&l->scan);
	if (step->triple && step->place != PLACE_CONTENT)
		return refuse(l, step, step->line,
			      "{{{%.*s}}}: HTML cannot be inserted %s: write two braces",
			      STR_ARG(step->text),
			      l->scan.noscript ? "into noscript" : scan_describe(&l->scan));
	scan_past_marker(&l->scan);
	return true;
}

static bool lint_open(struct linter *l, const struct step *step)
{
	const char *wrong = scan_at_section(&l->scan);
	if (wrong)
		return refuse(l, step, step->line, "{{#%.*s}}: %s", STR_ARG(step->text), wrong);
	if (l->depth == l->room) {
		l->room = l->room ? l->room * 2 : 16;
		l->frames = mem_grow(l->frames, l->room, sizeof *l->frames);
	}
	l->frames[l->depth++] = (struct frame){ l->scan, step };
	return true;
}

static bool lint_close(struct linter *l, const struct step *step)
{
	const struct frame *frame = &l->frames[--l->depth];
	const char *wrong = scan_at_section(&l->scan);
	if (wrong)
		return refuse(l, step, step->line, "{{/%.*s}}: %s", STR_ARG(step->text), wrong);
	struct scan after = l->scan;
	if (!scan_join(&l->scan, &frame->before))
		return refuse(l, step, frame->step->line,
			      "the section '%.*s' begins %s and ends %s, or in another element or string",
			      STR_ARG(step->text), scan_describe(&frame->before), scan_describe(&after));
	return true;
}

static bool lint_include(struct linter *l, const struct step *step)
{
	if (l->scan.spot == SPOT_DATA && !l->scan.noscript)
		return true;
	return refuse(l, step, step->line,
		      "the partial '%.*s' contains itself or has a dynamic name, which is only possible "
		      "between elements, not %s", STR_ARG(step->text), scan_describe(&l->scan));
}

static bool lint_step(struct linter *l, struct step *step)
{
	switch (step->kind) {
	case STEP_TEXT:
		return lint_text(l, step);
	case STEP_VAR:
		return lint_var(l, step);
	case STEP_OPEN:
		return lint_open(l, step);
	case STEP_CLOSE:
		return lint_close(l, step);
	default:
		return lint_include(l, step);
	}
}

static bool lint_end(struct linter *l)
{
	if (l->scan.spot == SPOT_DATA && !l->scan.noscript)
		return true;
	struct tmpl *t = &l->program->templates[l->unit->tmpl];
	problems_add(l->problems, true, t->file, 0, "it ends %s",
		     l->scan.noscript ? "inside noscript" : scan_describe(&l->scan));
	return false;
}

static void lint_unit(struct program *program, struct unit *unit)
{
	struct problems pieces = { .arena = program->work };
	/* What makes no sense by itself is judged where it is put in, unless nobody does. */
	bool piece = program->templates[unit->tmpl].included;
	struct linter l = { .program = program, .unit = unit,
			    .problems = piece ? &pieces : program->problems };
	bool good = true;
	for (size_t i = 0; i < unit->count && good; i++)
		good = lint_step(&l, &unit->steps[i]);
	unit->usable = good && lint_end(&l);
	free(l.frames);
}

void lint_units(struct program *program)
{
	for (size_t i = 0; i < program->unit_count; i++)
		lint_unit(program, &program->units[i]);
}

void lint_includes(struct program *program)
{
	for (size_t i = 0; i < program->unit_count; i++) {
		const struct unit *unit = &program->units[i];
		for (size_t k = 0; k < unit->count; k++) {
			const struct step *step = &unit->steps[k];
			if (step->kind != STEP_INCLUDE || program->includes[step->ref].dynamic ||
			    program->units[program->includes[step->ref].unit].usable)
				continue;
			problems_add(program->problems, true, step->file, step->line,
				     "the partial '%.*s' contains itself and is no whole piece of HTML",
				     STR_ARG(step->text));
		}
	}
}
