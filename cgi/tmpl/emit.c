/* emit.c: units of a program to templates of ctemplate, with every marker's escaping written out. */
#include "base/base.h"
#include "tmpl/emit.h"
#include "tmpl/render.h"

/* Control characters as delimiters: no template has them, so its text can never be a marker. */
#define OPEN "\x01"
#define CLOSE "\x02"
#define HEAD "{{%AUTOESCAPE context=\"HTML\"}}{{=" OPEN " " CLOSE "=}}"

#define SOURCE_MAX_B (PROGRAM_BYTES_MAX + ((size_t)32 << 20))

enum modifiers { MOD_HTML, MOD_URL, MOD_STRING, MOD_NUMBER, MOD_CSS, MOD_PLAIN, MOD_NONE, MOD__MAX };

static const char *const modifier_texts[MOD__MAX] = {
	[MOD_HTML] = ":h",      [MOD_URL] = ":U=html", [MOD_STRING] = ":j", [MOD_NUMBER] = ":J=number",
	[MOD_CSS] = ":c",       [MOD_PLAIN] = ":p",    [MOD_NONE] = ":none",
};

/* What is written for what ctemplate chose; 0 (":h") stands for "we see another place than it". */
static const enum modifiers agreed[PLACE__MAX][MOD__MAX] = {
	[PLACE_CONTENT]   = { [MOD_HTML] = MOD_NONE },
	[PLACE_ESCAPED]   = { [MOD_HTML] = MOD_PLAIN },
	[PLACE_ATTRIBUTE] = { [MOD_HTML] = MOD_PLAIN, [MOD_URL] = MOD_URL },
	[PLACE_URL]       = { [MOD_HTML] = MOD_URL, [MOD_URL] = MOD_URL },
	[PLACE_SCRIPT]    = { [MOD_STRING] = MOD_STRING, [MOD_NUMBER] = MOD_NUMBER },
	[PLACE_STYLE]     = { [MOD_CSS] = MOD_CSS },
};

struct emitter {
	struct program *program;
	struct unit *unit;
	struct buf source;
	enum modifiers *chosen;   /* for each marker of the unit */
	size_t chosen_count;
	bool after_marker;
};

static void put_marker(struct emitter *e, char name, size_t number, const char *modifiers)
{
	buf_printf(&e->source, OPEN "%c%zu%s" CLOSE, name, number, modifiers);
	e->after_marker = true;
}

/* ctemplate takes a backslash at the end of a line behind a marker for a continuation: something
 * has to stand between. */
static void put_text(struct emitter *e, struct str text)
{
	if (e->after_marker && text.n && text.p[0] == '\\')
		buf_cstr(&e->source, OPEN "e0:none" CLOSE);
	buf_str(&e->source, text);
	e->after_marker = e->after_marker && !text.n;
}

/* Text and markers only, in a straight line: the way in which ctemplate judges them. `last` bytes of
 * the step number `count` too. */
static size_t put_probe(struct emitter *e, size_t count, size_t last)
{
	size_t markers = 0;
	buf_clear(&e->source);
	BUF_LIT(&e->source, HEAD);
	e->after_marker = true; /* the delimiters' */
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &e->unit->steps[i];
		if (step->kind == STEP_TEXT)
			put_text(e, step->text);
		else if (step->kind == STEP_VAR)
			put_marker(e, 'x', markers++, "");
	}
	if (last)
		put_text(e, str_sub(e->unit->steps[count].text, 0, last));
	return markers;
}

static void put_include(struct emitter *e, const struct step *step)
{
	/* Blanks before an include would indent its whole output: the comment stands between. */
	buf_cstr(&e->source, OPEN "!" CLOSE OPEN ">");
	buf_printf(&e->source, "%c%u" CLOSE, NAME_INCLUDE, step->ref);
	e->after_marker = true;
}

static void put_final(struct emitter *e)
{
	size_t markers = 0;
	buf_clear(&e->source);
	BUF_LIT(&e->source, HEAD);
	e->after_marker = true; /* the delimiters' */
	for (size_t i = 0; i < e->unit->count; i++) {
		const struct step *step = &e->unit->steps[i];
		enum modifiers modifiers;
		switch (step->kind) {
		case STEP_TEXT:
			put_text(e, step->text);
			break;
		case STEP_VAR:
			modifiers = e->chosen[markers++];
			put_marker(e, modifiers == MOD_NONE ? NAME_CONTENT : NAME_VALUE, step->ref,
				   modifier_texts[modifiers]);
			break;
		case STEP_INCLUDE:
			put_include(e, step);
			break;
		default:
			buf_printf(&e->source, OPEN "%c%c%u" CLOSE, step->kind == STEP_CLOSE ? '/' : '#',
				   step->inverted ? NAME_INVERTED : NAME_SECTION, step->ref);
			e->after_marker = true;
		}
	}
}

static bool take_modifiers(void *user, size_t number, struct str modifiers)
{
	struct emitter *e = user;
	for (int i = 0; i < MOD__MAX; i++) {
		if (!str_is(modifiers, modifier_texts[i]) || number >= e->chosen_count)
			continue;
		e->chosen[number] = (enum modifiers)i;
		return true;
	}
	return false;
}

static bool judge(struct emitter *e, struct problems *problems)
{
	size_t marker = 0;
	for (size_t i = 0; i < e->unit->count; i++) {
		const struct step *step = &e->unit->steps[i];
		if (step->kind != STEP_VAR)
			continue;
		enum modifiers theirs = e->chosen[marker];
		e->chosen[marker] = agreed[step->place][theirs];
		if (e->chosen[marker++] != MOD_HTML)
			continue;
		problems_add(problems, true, step->file, step->line,
			     "{{%.*s}}: cannot tell for certain what stands around this marker (%s)",
			     STR_ARG(step->text), modifier_texts[theirs]);
		return false;
	}
	return true;
}

/* Does ctemplate take the unit up to there? */
static bool takes(struct emitter *e, size_t count, size_t last)
{
	struct err err = ERR_INIT;
	(void)put_probe(e, count, last);
	return shim_probe(buf_view(&e->source), 0, NULL, NULL, &err) == RC_OK;
}

/* ctemplate says what is wrong and not where: the shortest beginning that it refuses tells. */
static void locate(struct emitter *e, struct problems *problems, const char *message)
{
	size_t low = 0, high = e->unit->count; /* takes low steps, refuses high */
	while (low + 1 < high) {
		size_t middle = (low + high) / 2;
		if (takes(e, middle, 0))
			low = middle;
		else
			high = middle;
	}
	const struct step *step = &e->unit->steps[low];
	int line = step->line;
	if (step->kind == STEP_TEXT) {
		size_t good = 0, bad = step->text.n; /* bytes */
		while (good + 1 < bad) {
			size_t middle = (good + bad) / 2;
			if (takes(e, low, middle))
				good = middle;
			else
				bad = middle;
		}
		for (size_t i = 0; i < good; i++)
			line += step->text.p[i] == '\n';
	}
	problems_add(problems, true, step->file, line, "%s", message);
}

static bool probe(struct emitter *e, struct problems *problems, enum rc *rc, struct err *err)
{
	size_t markers = put_probe(e, e->unit->count, 0);
	free(e->chosen);
	e->chosen = mem_array(markers + 1, sizeof *e->chosen);
	e->chosen_count = markers;
	*rc = buf_status(&e->source, "the theme", err);
	if (*rc != RC_OK)
		return false;
	struct err refused = ERR_INIT;
	enum rc probed = shim_probe(buf_view(&e->source), markers, take_modifiers, e, &refused);
	if (probed == RC_INVALID)
		locate(e, problems, refused.msg);
	else if (probed != RC_OK)
		problems_add(problems, true, e->program->templates[e->unit->tmpl].file, 0, "%s", refused.msg);
	return probed == RC_OK && judge(e, problems);
}

static enum rc emit_unit(struct emitter *e, struct shim *shim, struct err *err)
{
	struct tmpl *tmpl = &e->program->templates[e->unit->tmpl];
	struct problems pieces = { .arena = e->program->work };
	enum rc rc;
	e->unit->usable = probe(e, tmpl->included ? &pieces : e->program->problems, &rc, err);
	if (!e->unit->usable)
		return rc;
	put_final(e);
	rc = buf_status(&e->source, "the theme", err);
	if (rc != RC_OK)
		return rc;
	rc = shim_add(shim, e->unit->key, buf_view(&e->source), err);
	if (rc != RC_OK)
		return err_set(err, RC_INTERNAL, "%s: the second pass was refused", tmpl->file);
	return RC_OK;
}

enum rc emit_units(struct program *program, struct shim *shim, struct err *err)
{
	struct emitter e = { .program = program, .source = BUF_INIT(SOURCE_MAX_B) };
	enum rc rc = RC_OK;
	for (size_t i = 0; i < program->unit_count && rc == RC_OK; i++) {
		e.unit = &program->units[i];
		if (e.unit->usable)
			rc = emit_unit(&e, shim, err);
	}
	buf_release(&e.source);
	free(e.chosen);
	return rc;
}
