/* parse.c: the Mustache language: template text to a tree of nodes. */
#include "base/base.h"
#include "tmpl/parse.h"

#include <stdarg.h>

struct parser {
	const struct source *source;
	struct arena *arena;
	struct problems *problems;
	size_t *nodes_left;
	struct str text;
	struct str open, close;  /* the delimiters in force */
	size_t at;               /* everything before is parsed */
	size_t counted;          /* lines up to here ... */
	int line;                /* ... are counted here */
	int text_line;           /* of the text before the tag just found */
	int depth;
};

/* One tag and the blanks around it. */
struct tag {
	char sigil;              /* '#' '^' '/' '>' '!' '=' '&' '{' '<' '$', or 'v' for none */
	struct str name;
	size_t from, to;         /* the tag itself */
	size_t line_from;        /* where the blanks before it begin */
	size_t line_to;          /* behind the newline after it, if only blanks come before that */
	bool first, last;        /* of its line, blanks aside */
	int line;
};

/* Where the nodes of a block go. */
struct nodes {
	struct node *head, **tail;
};

/* The open tag that a closing tag must match; NULL at the top. */
struct opened {
	const struct tag *tag;
	struct node *node;
};

static bool parse_nodes(struct parser *p, const struct opened *opened, struct nodes *into,
			struct tag *closing);

/* For "%.*s": names of templates can be long. */
#define SHORT(s) STR_ARG(str_sub((s), 0, 80))

PRINTF_LIKE(3, 4) static bool fail(struct parser *p, int line, const char *fmt, ...)
{
	char message[ERR_MSG_MAX_B];
	va_list args;
	va_start(args, fmt);
	vsnprintf(message, sizeof message, fmt, args);
	va_end(args);
	problems_add(p->problems, true, p->source->file, line, "%s", message);
	return false;
}

static int line_at(struct parser *p, size_t at)
{
	for (; p->counted < at; p->counted++)
		if (p->text.p[p->counted] == '\n')
			p->line++;
	return p->line;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct node *add_node(struct parser *p, struct nodes *into, enum node_kind kind, int line,
			     struct str text)
{
	if (!*p->nodes_left) {
		(void)fail(p, line, "the theme has more than %d pieces", PARSE_NODES_MAX);
		return NULL;
	}
	(*p->nodes_left)--;
	struct node *node = ARENA_NEW(p->arena, struct node);
	node->kind = kind;
	node->line = line;
	node->text = text;
	*into->tail = node;
	into->tail = &node->next;
	return node;
}

static bool add_text(struct parser *p, struct nodes *into, size_t from, size_t to)
{
	if (from >= to)
		return true;
	return add_node(p, into, NODE_TEXT, p->text_line, str_sub(p->text, from, to)) != NULL;
}

/* Sets what stands around the tag on its line. */
static void look_around(const struct parser *p, struct tag *tag)
{
	const char *text = p->text.p;
	size_t from = tag->from, to = tag->to;
	while (from > 0 && is_blank(text[from - 1]))
		from--;
	tag->first = from == 0 || text[from - 1] == '\n';
	tag->line_from = from;
	while (to < p->text.n && is_blank(text[to]))
		to++;
	if (to + 1 < p->text.n && text[to] == '\r' && text[to + 1] == '\n')
		to++;
	tag->last = to == p->text.n || text[to] == '\n';
	tag->line_to = to < p->text.n ? to + 1 : to;
}

/* The next tag at or behind p->at; *found false at the end of the text. */
static bool next_tag(struct parser *p, struct tag *tag, bool *found)
{
	p->text_line = line_at(p, p->at);
	ptrdiff_t start = str_find(str_from(p->text, p->at), p->open);
	*found = start >= 0;
	if (start < 0)
		return true;
	*tag = (struct tag){ .sigil = 'v', .from = p->at + (size_t)start };
	tag->line = line_at(p, tag->from);
	size_t body = tag->from + p->open.n;
	char first = body < p->text.n ? p->text.p[body] : '\0';
	if (first && strchr("#^/>!=&{<$", first)) {
		tag->sigil = first;
		body++;
	}
	struct str rest = str_from(p->text, body);
	char end[40];
	snprintf(end, sizeof end, "%s%.*s", first == '{' ? "}" : first == '=' ? "=" : "",
		 STR_ARG(p->close));
	ptrdiff_t n = str_find(rest, str_of(end));
	if (n < 0)
		return fail(p, tag->line, "a tag is opened with '%.*s' and never closed", SHORT(p->open));
	tag->name = str_trim(str_sub(rest, 0, (size_t)n));
	tag->to = body + (size_t)n + strlen(end);
	look_around(p, tag);
	return true;
}

static bool check_name(struct parser *p, const struct tag *tag)
{
	if (tag->sigil == '!' || tag->sigil == '=')
		return true;
	if (str_empty(tag->name))
		return fail(p, tag->line, "a tag without a name");
	if (tag->name.n > PARSE_NAME_MAX_B)
		return fail(p, tag->line, "the name '%.*s...' is too long", SHORT(tag->name));
	struct str rest = tag->name, first;
	if (str_split(&rest, '\n', &first) && first.n < tag->name.n)
		return fail(p, tag->line, "the tag '%.*s' goes over the end of the line", SHORT(str_trim(first)));
	return true;
}

/* {{=<% %>=}} */
static bool set_delimiters(struct parser *p, const struct tag *tag)
{
	size_t cut = 0;
	while (cut < tag->name.n && !strchr(" \t\r\n", tag->name.p[cut]))
		cut++;
	struct str open = str_sub(tag->name, 0, cut), close = str_trim(str_from(tag->name, cut));
	bool bad = !open.n || !close.n || open.n > 16 || close.n > 16;
	for (size_t i = 0; i < close.n && !bad; i++)
		bad = strchr(" \t\r\n", close.p[i]) != NULL;
	if (bad || str_find_char(open, '=') >= 0 || str_find_char(close, '=') >= 0)
		return fail(p, tag->line, "'%.*s' are no delimiters: write {{=<%% %%>=}}",
			    SHORT(tag->name));
	p->open = open;
	p->close = close;
	return true;
}

/* A name after '>' or '<'; "*x" is a dynamic one. */
static void set_template_name(struct node *node, const struct tag *tag)
{
	node->text = tag->name;
	if (tag->name.p[0] != '*')
		return;
	node->dynamic = true;
	node->text = str_trim(str_from(tag->name, 1));
}

static bool add_partial(struct parser *p, struct nodes *into, const struct tag *tag, bool alone)
{
	struct node *node = add_node(p, into, NODE_PARTIAL, tag->line, tag->name);
	if (!node)
		return false;
	set_template_name(node, tag);
	if (alone)
		node->indent = str_sub(p->text, tag->line_from, tag->from);
	if (node->dynamic && str_empty(node->text))
		return fail(p, tag->line, "a tag without a name");
	return true;
}

static bool deeper(struct parser *p, const struct tag *tag)
{
	if (p->depth >= PARSE_DEPTH_MAX)
		return fail(p, tag->line, "'%.*s' is nested more than %d deep", SHORT(tag->name),
			    PARSE_DEPTH_MAX);
	p->depth++;
	return true;
}

static bool add_section(struct parser *p, struct nodes *into, const struct tag *tag)
{
	enum node_kind kind = tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED;
	struct node *node = add_node(p, into, kind, tag->line, tag->name);
	if (!node || !deeper(p, tag))
		return false;
	struct nodes kids = { NULL, &kids.head };
	struct tag closing;
	if (!parse_nodes(p, &(struct opened){ tag, node }, &kids, &closing))
		return false;
	node->kids = kids.head;
	p->depth--;
	return true;
}

/* The specification lets a parent tag with its blocks stand alone on its lines as a whole: the
 * blanks before it indent the parent's text, the newline behind it goes. `before` is where text not
 * yet added begins. */
static bool add_parent(struct parser *p, struct nodes *into, const struct tag *tag, size_t before)
{
	size_t blanks = tag->first ? tag->line_from : tag->from;
	if (!add_text(p, into, before, blanks) || !deeper(p, tag))
		return false;
	struct nodes kids = { NULL, &kids.head }, own = { NULL, &own.head };
	struct tag closing;
	p->at = tag->to;
	struct node *node = add_node(p, &own, NODE_PARENT, tag->line, tag->name);
	if (!node)
		return false;
	set_template_name(node, tag);
	if (node->dynamic)
		return fail(p, tag->line, "'<*%.*s': a parent's name must be known when the theme loads",
			    SHORT(node->text));
	if (!parse_nodes(p, &(struct opened){ tag, node }, &kids, &closing))
		return false;
	node->kids = kids.head;
	p->depth--;
	if (tag->first && closing.last) {
		node->indent = str_sub(p->text, blanks, tag->from);
		p->at = closing.line_to;
	} else if (blanks < tag->from) {
		struct node *text = add_node(p, into, NODE_TEXT, tag->line,
					     str_sub(p->text, blanks, tag->from));
		if (!text)
			return false;
	}
	*into->tail = node;
	into->tail = &node->next;
	return true;
}

static bool add_block(struct parser *p, struct nodes *into, const struct tag *tag, bool in_parent,
		      size_t before)
{
	/* Text in a parent tag counts for nothing, so a block there begins its line anyhow. */
	bool own_line = tag->last && (tag->first || in_parent);
	if (!in_parent && !add_text(p, into, before, own_line ? tag->line_from : tag->from))
		return false;
	struct node *node = add_node(p, into, NODE_BLOCK, tag->line, tag->name);
	if (!node || !deeper(p, tag))
		return false;
	p->at = own_line ? tag->line_to : tag->to;
	if (tag->first)
		node->indent = str_sub(p->text, tag->line_from, tag->from);
	node->own_line = own_line;
	node->source = (struct source){ p->source->file, line_at(p, p->at), STR(""), p->open, p->close };
	size_t from = p->at;
	struct nodes kids = { NULL, &kids.head };
	struct tag closing;
	if (!parse_nodes(p, &(struct opened){ tag, node }, &kids, &closing))
		return false;
	node->kids = kids.head;
	size_t to = closing.first && (closing.last || own_line) ? closing.line_from : closing.from;
	node->source.text = str_sub(p->text, from, to);
	p->depth--;
	return true;
}

static bool close_block(struct parser *p, const struct opened *opened, const struct tag *tag)
{
	if (!opened)
		return fail(p, tag->line, "'%.*s' is closed but was never opened", SHORT(tag->name));
	if (str_eq(opened->tag->name, tag->name))
		return true;
	return fail(p, tag->line, "'%.*s' is closed while '%.*s' of line %d is open", SHORT(tag->name),
		    SHORT(opened->tag->name), opened->tag->line);
}

/* Adds the node of any tag but '/', '<' and '$'. */
static bool add_simple(struct parser *p, struct nodes *into, const struct tag *tag, bool alone)
{
	struct node *node;
	switch (tag->sigil) {
	case '!':
		return true;
	case '=':
		return set_delimiters(p, tag);
	case '#':
	case '^':
		return add_section(p, into, tag);
	case '>':
		return add_partial(p, into, tag, alone);
	default:
		node = add_node(p, into, NODE_VAR, tag->line, tag->name);
		if (node)
			node->triple = tag->sigil != 'v';
		return node != NULL;
	}
}

/* Inside a parent tag only blocks count; what else has an effect is most likely a mistake. */
static void warn_ignored(struct parser *p, const struct opened *opened, const struct tag *tag)
{
	if (tag->sigil != '!' && tag->sigil != '=')
		problems_add(p->problems, false, p->source->file, tag->line,
			     "'%.*s' has no effect here: only blocks count inside '<%.*s'",
			     SHORT(tag->name), SHORT(opened->tag->name));
}

static bool parse_tag(struct parser *p, const struct opened *opened, struct nodes *into,
		      struct tag *tag, bool *closed)
{
	bool in_parent = opened && opened->node->kind == NODE_PARENT;
	size_t before = p->at;
	*closed = false;
	if (tag->sigil == '<' && !in_parent)
		return add_parent(p, into, tag, before);
	if (tag->sigil == '$')
		return add_block(p, into, tag, in_parent, before);
	bool alone = tag->first && tag->last && strchr("#^/>!=", tag->sigil);
	/* A block's last line may hold just blanks before its closing tag inside a parent. */
	bool cut = alone || (tag->sigil == '/' && tag->first && opened &&
			     opened->node->kind == NODE_BLOCK && opened->node->own_line);
	if (!in_parent && !add_text(p, into, before, cut ? tag->line_from : tag->from))
		return false;
	p->at = alone ? tag->line_to : tag->to;
	if (tag->sigil == '/') {
		*closed = true;
		return close_block(p, opened, tag);
	}
	if (!in_parent)
		return add_simple(p, into, tag, alone);
	warn_ignored(p, opened, tag);
	struct nodes nowhere = { NULL, &nowhere.head };
	if (tag->sigil == '<')
		return add_parent(p, &nowhere, tag, tag->from);
	return add_simple(p, &nowhere, tag, alone);
}

/* Nodes up to the closing tag of `opened`, or to the end of the text at the top. */
static bool parse_nodes(struct parser *p, const struct opened *opened, struct nodes *into,
			struct tag *closing)
{
	bool in_parent = opened && opened->node->kind == NODE_PARENT;
	for (;;) {
		struct tag tag;
		bool found, closed;
		if (!next_tag(p, &tag, &found))
			return false;
		if (!found)
			break;
		if (!check_name(p, &tag) || !parse_tag(p, opened, into, &tag, &closed))
			return false;
		if (closed) {
			*closing = tag;
			return true;
		}
	}
	if (opened)
		return fail(p, opened->tag->line, "'%.*s' is opened and never closed",
			    SHORT(opened->tag->name));
	return in_parent || add_text(p, into, p->at, p->text.n);
}

bool parse(const struct source *source, struct arena *arena, size_t *nodes_left,
	   struct problems *problems, struct node **out)
{
	struct parser p = { .source = source, .arena = arena, .problems = problems,
			    .nodes_left = nodes_left, .text = source->text, .open = source->open,
			    .close = source->close, .line = source->line };
	struct nodes nodes = { NULL, &nodes.head };
	if (!p.text.n)
		p.text = STR("");
	if (!parse_nodes(&p, NULL, &nodes, NULL))
		return false;
	*out = nodes.head;
	return true;
}
