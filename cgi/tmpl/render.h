/* render.h: what ctemplate asks for while it renders: values, sections, partials, output.
 *
 * This side is C; shim.cc only passes ctemplate's calls on. Nothing here throws or jumps. */
#ifndef PLATEN_TMPL_RENDER_H
#define PLATEN_TMPL_RENDER_H

#include "base/buf.h"
#include "tmpl/program.h"

#define RENDER_DEPTH_MAX 300         /* sections and partials in each other, recursion included */
#define RENDER_STEPS_MAX 10000000    /* markers and turns of sections: some two seconds */

/* One render; on the stack of its thread. */
struct render {
	const struct program *program;
	struct buf *out;
	size_t start, max_b;         /* out->len at the start; how much more it may become */
	struct buf scratch;          /* an escaped text until the next one */
	int depth;
	long steps;
	const char *limit;           /* the limit that was passed; then nothing more is put out */
};

/* The stack of contexts. */
struct scope {
	const struct scope *outer;
	const struct value *value;
};

/* Names in the source for ctemplate: a letter and a number. */
#define NAME_CONTENT 'c'     /* marker between elements: escaped here, html as it is */
#define NAME_VALUE 'v'       /* marker that ctemplate's modifiers escape */
#define NAME_EMPTY 'e'       /* nothing */
#define NAME_SECTION 's'
#define NAME_INVERTED 'i'
#define NAME_INCLUDE 'p'

/* The value of a path, looked up from the innermost context outwards. */
const struct value *render_find(const struct render *r, const struct scope *scope, unsigned path);
/* What a marker puts out; valid until the next call. */
struct str render_marker(struct render *r, const struct scope *scope, struct str name);
/* Does the section show? *value: what it goes through or into. */
bool render_section(struct render *r, const struct scope *scope, struct str name,
		    const struct value **value);
/* ctemplate's name of the partial's unit, or NULL: there is none. */
const char *render_include(struct render *r, const struct scope *scope, struct str name);
/* One more level: false and a limit passed when it is too deep. render_leave() in either case. */
bool render_enter(struct render *r);
void render_leave(struct render *r);
/* One more turn of a section; false once a limit is passed. */
bool render_turn(struct render *r);
void render_put(struct render *r, const char *bytes, size_t n);

#endif
