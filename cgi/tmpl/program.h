/* program.h: templates put together: partials and parents resolved into one flat list of steps.
 *
 * A unit is what can be rendered by itself: a template of the theme, or a partial that includes
 * itself and therefore cannot be put in place. A unit's steps have every other partial in them, so
 * that contexts are judged over the whole text and nothing is looked up while rendering. */
#ifndef PLATEN_TMPL_PROGRAM_H
#define PLATEN_TMPL_PROGRAM_H

#include "tmpl/parse.h"
#include "tmpl/value.h"

/* A dotted path. No parts: {{.}}. */
struct path {
	struct value_key *parts;
	size_t count;
};

enum step_kind { STEP_TEXT, STEP_VAR, STEP_OPEN, STEP_CLOSE, STEP_INCLUDE };

/* Where in HTML a step stands; lint.c finds out. */
enum place {
	PLACE_CONTENT,      /* between elements */
	PLACE_ESCAPED,      /* title, textarea, noscript, comment: text, but never HTML */
	PLACE_ATTRIBUTE,    /* inside quotes */
	PLACE_URL,          /* inside quotes, where a scheme could still come */
	PLACE_SCRIPT,
	PLACE_STYLE,        /* <style>, style="" */
	PLACE__MAX
};

struct step {
	enum step_kind kind;
	bool triple;        /* VAR */
	bool inverted;      /* OPEN, CLOSE */
	enum place place;   /* VAR */
	int line;
	const char *file;
	struct str text;    /* TEXT: the bytes; VAR, OPEN: the path as written */
	unsigned ref;       /* VAR, OPEN, CLOSE: number of the path; INCLUDE: number of the include */
};

/* A partial that is found while rendering. */
struct include {
	bool dynamic;
	unsigned path;      /* dynamic: whose value is the template's name */
	unsigned indent;    /* dynamic: number of the indentation */
	unsigned unit;      /* else */
};

struct tmpl {
	const char *name;       /* relative, without suffix */
	const char *file;       /* with suffix */
	struct str text;
	struct node *nodes;     /* NULL also for an empty one */
	bool parsed;
	bool included;          /* by another one: then it need not stand alone */
};

struct unit {
	unsigned tmpl;
	struct str indent;
	struct step *steps;
	size_t count, room;
	bool usable;            /* false: a piece that makes sense only inside another template */
	char key[16];           /* ctemplate's name for it */
};

/* Everything of one theme generation. What rendering needs is `paths`, `includes`, `units`'s keys,
 * `templates`'s names and `dynamic`; the rest is needed while loading. */
struct program {
	struct arena *arena;       /* lives with the generation */
	struct arena *work;        /* given back after loading */
	struct problems *problems;

	struct tmpl *templates; /* sorted by name */
	size_t template_count;
	struct unit *units;
	size_t unit_count, unit_room;
	struct path *paths;
	struct str *path_texts;
	size_t path_count, path_room;
	struct include *includes;
	size_t include_count, include_room;
	struct str *indents;       /* of dynamic partials; [0] is "" */
	size_t indent_count, indent_room;
	unsigned *dynamic;         /* [indent * template_count + template]: unit, or NO_UNIT */

	uint32_t *path_index;      /* hash table: path number + 1 */
	size_t nodes_left, steps_left, bytes_left;
};

#define NO_UNIT UINT32_MAX
#define PROGRAM_UNITS_MAX 4096
#define PROGRAM_PATHS_MAX 20000
#define PROGRAM_STEPS_MAX 400000         /* in all units */
#define PROGRAM_INLINE_MAX 40            /* partials and parents in each other */
#define PROGRAM_SECTIONS_MAX 128         /* sections in each other, partials put in */
#define PROGRAM_BYTES_MAX ((size_t)64 << 20) /* of all units, and of indented copies */

/* Parses the templates (name, file and text set, sorted by name) and makes the units. What is wrong
 * goes into p->problems. */
void program_make(struct program *p);

/* The template of that name, or -1. O(log n). */
ptrdiff_t program_find(const struct program *p, struct str name);
/* The unit of a template without indentation. */
const struct unit *program_unit(const struct program *p, size_t tmpl);

#endif
