/* program.c: templates put together: partials and parents resolved into one flat list of steps. */
#include "base/base.h"
#include "base/hash.h"
#include "tmpl/program.h"

/* The blocks that a parent tag brings, innermost last; an outer level wins. */
struct level {
	const struct level *outer;
	const struct node *blocks;
};

/* What is being put in: to notice a partial inside itself. */
struct chain {
	const struct chain *outer;
	size_t tmpl;
	bool partial;
};

struct linker {
	struct program *program;
	size_t unit;               /* a number: the array moves */
	int depth;                 /* of partials and parents */
	int sections;
};

static void put_nodes(struct linker *l, const char *file, const struct node *nodes,
		      const struct level *levels, const struct chain *chain);

/* Doubles an array of the arena when it is full; false beyond `max`. */
static bool make_room(struct arena *arena, void **items, size_t count, size_t *room, size_t max,
		      size_t size_b)
{
	if (count < *room)
		return true;
	if (count >= max)
		return false;
	size_t wider = *room ? *room * 2 : 16;
	void *copy = arena_array(arena, wider, size_b);
	if (count)
		memcpy(copy, *items, count * size_b);
	*items = copy;
	*room = wider;
	return true;
}

ptrdiff_t program_find(const struct program *p, struct str name)
{
	size_t low = 0, high = p->template_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = str_cmp(name, str_of(p->templates[middle].name));
		if (order == 0)
			return (ptrdiff_t)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

const struct unit *program_unit(const struct program *p, size_t tmpl)
{
	return &p->units[tmpl]; /* program_make() makes them first, in this order */
}

/* ---- paths ---- */

static void split_path(struct arena *arena, struct str text, struct path *out)
{
	out->count = 0;
	if (str_is(text, "."))
		return;
	size_t count = 1;
	for (size_t i = 0; i < text.n; i++)
		count += text.p[i] == '.';
	out->parts = ARENA_ARRAY(arena, count, struct value_key);
	size_t from = 0;
	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && text.p[i] != '.')
			continue;
		out->parts[out->count++] = value_key_of(str_trim(str_sub(text, from, i)));
		from = i + 1;
	}
}

#define PATH_PLACES 65536 /* of the hash table: three times PROGRAM_PATHS_MAX and a power of two */

static unsigned path_number(struct program *p, struct str text)
{
	uint32_t at = (uint32_t)hash_str(text, hash_seed()) & (PATH_PLACES - 1);
	for (; p->path_index[at]; at = (at + 1) & (PATH_PLACES - 1))
		if (str_eq(p->path_texts[p->path_index[at] - 1], text))
			return p->path_index[at] - 1;
	size_t room = p->path_room;
	if (!make_room(p->arena, (void **)&p->paths, p->path_count, &room, PROGRAM_PATHS_MAX,
		       sizeof *p->paths) ||
	    !make_room(p->work, (void **)&p->path_texts, p->path_count, &p->path_room,
		       PROGRAM_PATHS_MAX, sizeof *p->path_texts)) {
		problems_add(p->problems, true, "theme", 0, "more than %d different names in markers",
			     PROGRAM_PATHS_MAX);
		return 0;
	}
	struct str kept = arena_str(p->arena, text);
	p->path_texts[p->path_count] = kept;
	split_path(p->arena, kept, &p->paths[p->path_count]);
	p->path_index[at] = (uint32_t)++p->path_count;
	return (unsigned)p->path_count - 1;
}

/* ---- units and includes ---- */

/* The number of the unit of a template with an indentation, made when it is new. */
static unsigned unit_number(struct program *p, size_t tmpl, struct str indent)
{
	for (size_t i = 0; i < p->unit_count; i++)
		if (p->units[i].tmpl == tmpl && str_eq(p->units[i].indent, indent))
			return (unsigned)i;
	if (!make_room(p->arena, (void **)&p->units, p->unit_count, &p->unit_room, PROGRAM_UNITS_MAX,
		       sizeof *p->units)) {
		problems_add(p->problems, true, "theme", 0, "more than %d templates", PROGRAM_UNITS_MAX);
		return 0;
	}
	struct unit *unit = &p->units[p->unit_count];
	*unit = (struct unit){ .tmpl = (unsigned)tmpl, .indent = indent, .usable = true };
	snprintf(unit->key, sizeof unit->key, "u%zu", p->unit_count);
	return (unsigned)p->unit_count++;
}

static bool same_include(const struct include *a, const struct include *b)
{
	return a->dynamic == b->dynamic && a->path == b->path && a->indent == b->indent &&
	       a->unit == b->unit;
}

static unsigned include_number(struct program *p, struct include include)
{
	for (size_t i = 0; i < p->include_count; i++)
		if (same_include(&p->includes[i], &include))
			return (unsigned)i;
	(void)make_room(p->arena, (void **)&p->includes, p->include_count, &p->include_room,
			PROGRAM_STEPS_MAX, sizeof *p->includes);
	p->includes[p->include_count] = include;
	return (unsigned)p->include_count++;
}

static unsigned indent_number(struct program *p, struct str indent)
{
	for (size_t i = 0; i < p->indent_count; i++)
		if (str_eq(p->indents[i], indent))
			return (unsigned)i;
	(void)make_room(p->arena, (void **)&p->indents, p->indent_count, &p->indent_room,
			PROGRAM_STEPS_MAX, sizeof *p->indents);
	p->indents[p->indent_count] = indent;
	return (unsigned)p->indent_count++;
}

static struct step *add_step(struct linker *l, enum step_kind kind, const char *file, int line,
			     struct str text)
{
	struct program *p = l->program;
	struct unit *unit = &p->units[l->unit];
	if (!p->steps_left || p->bytes_left < text.n) {
		problems_add(p->problems, true, p->templates[unit->tmpl].file, 0,
			     "too large once its partials are put in");
		return NULL;
	}
	p->steps_left--;
	p->bytes_left -= text.n;
	(void)make_room(p->work, (void **)&unit->steps, unit->count, &unit->room, PROGRAM_STEPS_MAX + 1,
			sizeof *unit->steps);
	struct step *step = &unit->steps[unit->count++];
	*step = (struct step){ .kind = kind, .file = file, .line = line, .text = text };
	return step;
}

/* ---- indentation ---- */

static struct str leading_blanks(struct str line)
{
	size_t n = 0;
	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return str_sub(line, 0, n);
}

/* The blanks before the first line that has more than blanks; `found` false without one. */
static struct str own_indent(struct str text, bool *found)
{
	struct str line;
	*found = false;
	while (!*found && str_line(&text, &line)) {
		struct str blanks = leading_blanks(line);
		*found = blanks.n < line.n;
		if (*found)
			return blanks;
	}
	return STR("");
}

/* Takes `remove` off the beginning of each line and puts `add` there; lines without content stay. */
static struct str indent_anew(struct program *p, struct str text, struct str remove, struct str add,
			      bool first_too)
{
	struct buf out = BUF_INIT(p->bytes_left);
	for (size_t at = 0, line = 0; at < text.n; line++) {
		struct str rest = str_from(text, at);
		ptrdiff_t end = str_find_char(rest, '\n');
		size_t n = end < 0 ? rest.n : (size_t)end + 1;
		struct str whole = str_sub(rest, 0, n);
		at += n;
		size_t cut = 0;
		while (cut < remove.n && cut < whole.n && whole.p[cut] == remove.p[cut])
			cut++;
		whole = str_from(whole, cut);
		if ((line || first_too) && !str_empty(str_trim(whole)))
			buf_str(&out, add);
		buf_str(&out, whole);
	}
	struct str copy = STR("");
	if (out.rc == RC_OK) {
		copy = arena_str(p->work, buf_view(&out));
		p->bytes_left -= copy.n;
	} else {
		problems_add(p->problems, true, "theme", 0, "too large once its partials are indented");
	}
	buf_release(&out);
	return copy;
}

/* The nodes of a template, its text indented. */
static const struct node *template_nodes(struct program *p, size_t tmpl, struct str indent)
{
	struct tmpl *t = &p->templates[tmpl];
	if (!t->parsed || str_empty(indent))
		return t->nodes;
	struct source source = { t->file, 1, indent_anew(p, t->text, STR(""), indent, true), STR("{{"),
				 STR("}}") };
	struct node *nodes = NULL;
	return parse(&source, p->work, &p->nodes_left, p->problems, &nodes) ? nodes : NULL;
}

/* The content of `block`, which replaces that of `place`: it takes over the indentation that the
 * replaced content has. */
static const struct node *block_nodes(struct program *p, const struct node *block,
				      const struct node *place)
{
	bool found;
	struct str remove = block->own_line ? own_indent(block->source.text, &found) : STR("");
	struct str add = place->indent;
	if (place->own_line) {
		struct str inner = own_indent(place->source.text, &found);
		add = found ? inner : place->indent;
	}
	bool one_line = str_find_char(block->source.text, '\n') < 0;
	bool same = place->own_line ? str_eq(remove, add) : str_empty(remove) && (one_line || str_empty(add));
	if (same)
		return block->kids;
	struct source source = block->source;
	source.text = indent_anew(p, source.text, remove, add, place->own_line);
	struct node *nodes = NULL;
	return parse(&source, p->work, &p->nodes_left, p->problems, &nodes) ? nodes : NULL;
}

/* ---- putting together ---- */

static void missing_template(struct linker *l, const char *file, const struct node *node)
{
	problems_add(l->program->problems, false, file, node->line, "no template is named '%.*s'",
		     STR_ARG(node->text));
}

static bool in_chain(const struct chain *chain, size_t tmpl)
{
	for (; chain; chain = chain->outer)
		if (chain->partial && chain->tmpl == tmpl)
			return true;
	return false;
}

static void put_template(struct linker *l, const char *file, const struct node *node, size_t tmpl,
			 const struct level *levels, const struct chain *chain)
{
	struct program *p = l->program;
	if (l->depth >= PROGRAM_INLINE_MAX) {
		problems_add(p->problems, true, file, node->line,
			     "'%.*s' leads back to itself, or templates stand in each other more than %d deep",
			     STR_ARG(node->text), PROGRAM_INLINE_MAX);
		return;
	}
	l->depth++;
	struct chain inner = { chain, tmpl, node->kind == NODE_PARTIAL };
	put_nodes(l, p->templates[tmpl].file, template_nodes(p, tmpl, node->indent), levels, &inner);
	l->depth--;
}

static void put_include(struct linker *l, const char *file, const struct node *node,
			struct include include)
{
	unsigned number = include_number(l->program, include);
	struct step *step = add_step(l, STEP_INCLUDE, file, node->line, node->text);
	if (step)
		step->ref = number;
}

static void put_partial(struct linker *l, const char *file, const struct node *node,
			const struct level *levels, const struct chain *chain)
{
	struct program *p = l->program;
	if (node->dynamic) {
		/* One inside another is not indented any further: there would be no end of units. */
		struct str indent = p->units[l->unit].indent.n ? p->units[l->unit].indent : node->indent;
		put_include(l, file, node, (struct include){ .dynamic = true,
							     .path = path_number(p, node->text),
							     .indent = indent_number(p, indent) });
		return;
	}
	ptrdiff_t found = program_find(p, node->text);
	if (found < 0) {
		missing_template(l, file, node);
		return;
	}
	p->templates[found].included = true;
	/* Inside itself it stays a partial at render time. It is not indented any further there, since
	 * every level would need a text of its own. */
	if (in_chain(chain, (size_t)found))
		put_include(l, file, node,
			    (struct include){ .unit = unit_number(p, (size_t)found, STR("")) });
	else
		put_template(l, file, node, (size_t)found, levels, chain);
}

static void put_parent(struct linker *l, const char *file, const struct node *node,
		       const struct level *levels, const struct chain *chain)
{
	struct program *p = l->program;
	ptrdiff_t found = program_find(p, node->text);
	if (found < 0) {
		missing_template(l, file, node);
		return;
	}
	p->templates[found].included = true;
	struct level inner = { levels, node->kids };
	put_template(l, file, node, (size_t)found, &inner, chain);
}

/* The outermost block of that name, and the levels outside of it: its own blocks are parameters of
 * the template that it stands in, which only those levels fill. */
static const struct node *overriding(const struct level *levels, struct str name,
				     const struct level **outside)
{
	const struct node *found = NULL;
	for (; levels; levels = levels->outer) {
		for (const struct node *block = levels->blocks; block; block = block->next) {
			if (block->kind == NODE_BLOCK && str_eq(block->text, name)) {
				found = block;
				*outside = levels->outer;
			}
		}
	}
	return found;
}

static void put_block(struct linker *l, const char *file, const struct node *node,
		      const struct level *levels, const struct chain *chain)
{
	const struct level *outside = NULL;
	const struct node *block = overriding(levels, node->text, &outside);
	if (block)
		put_nodes(l, block->source.file, block_nodes(l->program, block, node), outside, chain);
	else
		put_nodes(l, file, node->kids, levels, chain);
}

static void put_section(struct linker *l, const char *file, const struct node *node,
			const struct level *levels, const struct chain *chain)
{
	bool inverted = node->kind == NODE_INVERTED;
	if (l->sections >= PROGRAM_SECTIONS_MAX) {
		problems_add(l->program->problems, true, file, node->line,
			     "'%.*s' is nested more than %d deep once its partials are put in",
			     STR_ARG(node->text), PROGRAM_SECTIONS_MAX);
		return;
	}
	unsigned path = path_number(l->program, node->text);
	struct step *step = add_step(l, STEP_OPEN, file, node->line, node->text);
	if (!step)
		return;
	step->ref = path;
	step->inverted = inverted;
	l->sections++;
	put_nodes(l, file, node->kids, levels, chain);
	l->sections--;
	step = add_step(l, STEP_CLOSE, file, node->line, node->text);
	if (step) {
		step->ref = path;
		step->inverted = inverted;
	}
}

static void put_nodes(struct linker *l, const char *file, const struct node *nodes,
		      const struct level *levels, const struct chain *chain)
{
	for (const struct node *node = nodes; node && !l->program->problems->fatal; node = node->next) {
		struct step *step;
		switch (node->kind) {
		case NODE_TEXT:
			(void)add_step(l, STEP_TEXT, file, node->line, node->text);
			break;
		case NODE_VAR:
			step = add_step(l, STEP_VAR, file, node->line, node->text);
			if (step) {
				step->triple = node->triple;
				step->ref = path_number(l->program, node->text);
			}
			break;
		case NODE_SECTION:
		case NODE_INVERTED:
			put_section(l, file, node, levels, chain);
			break;
		case NODE_PARTIAL:
			put_partial(l, file, node, levels, chain);
			break;
		case NODE_PARENT:
			put_parent(l, file, node, levels, chain);
			break;
		default:
			put_block(l, file, node, levels, chain);
		}
	}
}

static void make_unit(struct program *p, size_t number)
{
	struct linker l = { .program = p, .unit = number };
	size_t tmpl = p->units[number].tmpl;
	struct chain chain = { NULL, tmpl, true };
	put_nodes(&l, p->templates[tmpl].file, template_nodes(p, tmpl, p->units[number].indent),
		  NULL, &chain);
}

static void make_dynamic(struct program *p)
{
	p->dynamic = ARENA_ARRAY(p->arena, p->indent_count * p->template_count + 1, unsigned);
	for (size_t i = 0; i < p->indent_count; i++)
		for (size_t t = 0; t < p->template_count; t++)
			p->dynamic[i * p->template_count + t] = unit_number(p, t, p->indents[i]);
}

void program_make(struct program *p)
{
	p->nodes_left = PARSE_NODES_MAX;
	p->steps_left = PROGRAM_STEPS_MAX;
	p->bytes_left = PROGRAM_BYTES_MAX;
	p->path_index = ARENA_ARRAY(p->work, PATH_PLACES, uint32_t);
	(void)path_number(p, STR(".")); /* number 0 exists whatever happens */
	(void)indent_number(p, STR(""));
	for (size_t i = 0; i < p->template_count; i++) {
		struct tmpl *t = &p->templates[i];
		struct source source = { t->file, 1, t->text, STR("{{"), STR("}}") };
		t->parsed = parse(&source, p->work, &p->nodes_left, p->problems, &t->nodes);
	}
	for (size_t i = 0; i < p->template_count && !p->problems->fatal; i++)
		(void)unit_number(p, i, STR(""));
	/* Making a unit can ask for further ones. Every template may be the value of a dynamic name, so
	 * each indentation of such a partial asks for one of each. */
	size_t made = 0, indents = 0;
	while (!p->problems->fatal && (made < p->unit_count || indents < p->indent_count)) {
		if (made < p->unit_count) {
			make_unit(p, made++);
			continue;
		}
		for (size_t t = 0; t < p->template_count && !p->problems->fatal; t++)
			(void)unit_number(p, t, p->indents[indents]);
		indents++;
	}
	if (!p->problems->fatal)
		make_dynamic(p);
}
