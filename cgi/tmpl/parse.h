/* parse.h: the Mustache language: template text to a tree of nodes.
 *
 * https://mustache.github.io/mustache.5.html and the specification at github.com/mustache/spec:
 * comments, delimiters, interpolation, inverted, partials, sections, and the optional modules
 * dynamic names and inheritance. Lambdas do not exist here. */
#ifndef PLATEN_TMPL_PARSE_H
#define PLATEN_TMPL_PARSE_H

#include "base/arena.h"
#include "tmpl/problems.h"

enum node_kind {
	NODE_TEXT,
	NODE_VAR,       /* {{x}}, {{{x}}}, {{&x}} */
	NODE_SECTION,   /* {{#x}} */
	NODE_INVERTED,  /* {{^x}} */
	NODE_PARTIAL,   /* {{>x}} */
	NODE_PARENT,    /* {{<x}}: its kids are blocks only */
	NODE_BLOCK,     /* {{$x}} */
	NODE__MAX
};

/* A piece of template text and the delimiters in force where it begins. */
struct source {
	const char *file;       /* for messages; lives as long as the nodes */
	int line;               /* of its first byte, from 1 */
	struct str text;
	struct str open, close; /* "{{" and "}}" at the start of a file */
};

struct node {
	enum node_kind kind;
	int line;
	struct str text;        /* TEXT: the bytes; else the name, borrowed from the source */
	bool triple;            /* VAR: the author expects html */
	bool dynamic;           /* PARTIAL, PARENT: {{>*x}}: `text` is a path whose value is the name */
	/* PARTIAL, PARENT: blanks to put before each line. BLOCK: the blanks before the tag when it is
	 * the first of its line. */
	struct str indent;
	bool own_line;          /* BLOCK: nothing else stands on the opening tag's line */
	struct source source;   /* BLOCK: its content, for indenting it anew */
	struct node *kids, *next;
};

#define PARSE_DEPTH_MAX 64              /* sections in sections */
#define PARSE_NODES_MAX 200000         /* in all templates of a theme */
#define PARSE_NAME_MAX_B 256            /* a name or dotted path */

/* Parses `source` into nodes (arena; texts are borrowed from the source). `nodes_left` is counted
 * down. False: one fatal problem was added, `out` is untouched. O(n). */
NODISCARD bool parse(const struct source *source, struct arena *arena, size_t *nodes_left,
		     struct problems *problems, struct node **out);

#endif
