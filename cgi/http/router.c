/* router.c: a tree of path segments, tried from the most to the least specific branch.
 *
 * A node is reached by one sequence of branches only, so that a match looks at each node at most
 * once, whatever the path. */
#include "base/base.h"
#include "http/router.h"

enum node_kind { NODE_LITERAL, NODE_NAMED, NODE_REST };

struct route {
	int index; /* -1: none */
	struct str names[ROUTE_PARAMS_MAX];
	size_t name_count;
};

struct node {
	enum node_kind kind;
	struct str text;          /* the literal, or what must follow a named segment */
	struct node **children;   /* most specific first */
	size_t child_count;
	unsigned methods;         /* bits of the routes that are there */
	struct route *routes;     /* HTTP_METHOD__MAX of them; NULL: no path ends here */
};

struct router {
	struct arena arena;
	struct node root;
};

struct router *router_new(void)
{
	struct router *router = mem_new(sizeof *router);
	arena_init(&router->arena, ARENA_MAX_B);
	return router;
}

static void release_children(struct node *node)
{
	for (size_t i = 0; i < node->child_count; i++)
		release_children(node->children[i]);
	free(node->children);
}

void router_free(struct router *router)
{
	if (!router)
		return;
	release_children(&router->root);
	arena_release(&router->arena);
	free(router);
}

/* Negative when `a` is to be tried before `b`. */
static int compare(const struct node *a, enum node_kind kind, struct str text)
{
	if (a->kind != kind)
		return (int)a->kind - (int)kind;
	if (kind == NODE_NAMED && a->text.n != text.n)
		return a->text.n > text.n ? -1 : 1;
	return str_cmp(a->text, text);
}

static struct node *child_of(struct router *router, struct node *node, enum node_kind kind, struct str text)
{
	size_t at = 0;
	while (at < node->child_count && compare(node->children[at], kind, text) < 0)
		at++;
	if (at < node->child_count && compare(node->children[at], kind, text) == 0)
		return node->children[at];
	struct node *child = ARENA_NEW(&router->arena, struct node);
	child->kind = kind;
	child->text = arena_str(&router->arena, text);
	node->children = mem_grow(node->children, node->child_count + 1, sizeof(struct node *));
	memmove(node->children + at + 1, node->children + at, (node->child_count - at) * sizeof(struct node *));
	node->children[at] = child;
	node->child_count++;
	return child;
}

static size_t name_length(struct str s)
{
	size_t n = 0;
	while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z') ||
			   (s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '_'))
		n++;
	return n;
}

static enum rc add_name(struct route *route, struct str name, const char *pattern, struct err *err)
{
	if (name.n == 0)
		return err_set(err, RC_INVALID, "the route '%s' has a segment without a name", pattern);
	if (route->name_count == ROUTE_PARAMS_MAX)
		return err_set(err, RC_INVALID, "the route '%s' has more than %d names", pattern, ROUTE_PARAMS_MAX);
	for (size_t i = 0; i < route->name_count; i++)
		if (str_eq(route->names[i], name))
			return err_set(err, RC_INVALID, "the route '%s' has a name twice", pattern);
	route->names[route->name_count++] = name;
	return RC_OK;
}

/* One segment of a pattern: the node below *node that stands for it. */
static enum rc add_segment(struct router *router, struct node **node, struct str part, bool last,
			   struct route *route, const char *pattern, struct err *err)
{
	enum node_kind kind = NODE_LITERAL;
	struct str text = part;
	enum rc rc = RC_OK;
	if (part.n > 0 && (part.p[0] == ':' || part.p[0] == '*')) {
		struct str rest = str_from(part, 1);
		size_t n = name_length(rest);
		kind = part.p[0] == ':' ? NODE_NAMED : NODE_REST;
		text = str_from(rest, n);
		rc = add_name(route, str_sub(rest, 0, n), pattern, err);
		if (rc == RC_OK && kind == NODE_REST && (!last || text.n > 0))
			rc = err_set(err, RC_INVALID, "the route '%s' has something behind its rest", pattern);
	}
	if (rc == RC_OK && (str_find_char(text, ':') >= 0 || str_find_char(text, '*') >= 0))
		rc = err_set(err, RC_INVALID, "the route '%s' has a ':' or '*' inside a segment", pattern);
	if (rc == RC_OK)
		*node = child_of(router, *node, kind, text);
	return rc;
}

static enum rc set_route(struct router *router, struct node *node, enum http_method method,
			 const struct route *route, const char *pattern, struct err *err)
{
	if (node->methods >> method & 1)
		return err_set(err, RC_EXISTS, "the route %s '%s' is there already", http_method_name(method), pattern);
	if (!node->routes)
		node->routes = ARENA_ARRAY(&router->arena, HTTP_METHOD__MAX, struct route);
	node->routes[method] = *route;
	node->methods |= 1u << method;
	return RC_OK;
}

enum rc router_add(struct router *router, enum http_method method, const char *pattern, int index,
		   struct err *err)
{
	struct str rest = arena_str(&router->arena, str_of(pattern)), part;
	struct route route = { .index = index };
	struct node *node = &router->root;
	size_t segments = 0;
	bool more = true;
	if (pattern[0] != '/' || index < 0 || method >= HTTP_OTHER)
		return err_set(err, RC_INVALID, "the route '%s' does not begin with a slash", pattern);
	rest = str_from(rest, 1);
	while (more) {
		ptrdiff_t slash = str_find_char(rest, '/');
		more = slash >= 0;
		part = more ? str_sub(rest, 0, (size_t)slash) : rest;
		rest = more ? str_from(rest, (size_t)slash + 1) : rest;
		if (++segments > ROUTE_SEGMENTS_MAX)
			return err_set(err, RC_INVALID, "the route '%s' has more than %d segments", pattern,
				       ROUTE_SEGMENTS_MAX);
		enum rc rc = add_segment(router, &node, part, !more, &route, pattern, err);
		if (rc != RC_OK)
			return rc;
	}
	return set_route(router, node, method, &route, pattern, err);
}

struct search {
	enum http_method method;
	struct str values[ROUTE_SEGMENTS_MAX];
	size_t value_count;
	unsigned allowed;
	const struct route *found;
};

/* A path ends at `node`: true when it has the method. */
static bool arrive(struct search *s, const struct node *node)
{
	s->allowed |= node->methods;
	enum http_method method = s->method;
	if (method == HTTP_HEAD && !(node->methods >> HTTP_HEAD & 1))
		method = HTTP_GET;
	if (!(node->methods >> method & 1))
		return false;
	s->found = &node->routes[method];
	return true;
}

/* `rest` is the path from the start of the segment that a child of `node` is to match. */
static bool descend(struct search *s, const struct node *node, struct str rest)
{
	ptrdiff_t slash = str_find_char(rest, '/');
	bool last = slash < 0;
	struct str part = last ? rest : str_sub(rest, 0, (size_t)slash);
	size_t value_count = s->value_count;
	for (size_t i = 0; i < node->child_count; i++) {
		const struct node *child = node->children[i];
		bool ends = last;
		s->value_count = value_count;
		if (child->kind == NODE_LITERAL) {
			if (!str_eq(child->text, part))
				continue;
		} else if (child->kind == NODE_NAMED) {
			if (part.n <= child->text.n || !str_ends(part, child->text))
				continue;
			s->values[s->value_count++] = str_sub(part, 0, part.n - child->text.n);
		} else {
			if (rest.n == 0)
				continue;
			s->values[s->value_count++] = rest;
			ends = true;
		}
		if (ends ? arrive(s, child) : descend(s, child, str_from(rest, (size_t)slash + 1)))
			return true;
	}
	return false;
}

bool router_match(const struct router *router, enum http_method method, struct str path,
		  struct route_match *out)
{
	struct search s = { .method = method };
	*out = (struct route_match){ .index = -1 };
	if (path.n == 0 || path.p[0] != '/')
		return false;
	bool found = descend(&s, &router->root, str_from(path, 1));
	out->allowed = s.allowed;
	if (!found)
		return false;
	out->index = s.found->index;
	out->param_count = s.found->name_count;
	for (size_t i = 0; i < s.found->name_count; i++)
		out->params[i] = (struct route_param){ s.found->names[i], s.values[i] };
	return true;
}

struct str route_param(const struct route_match *match, const char *name)
{
	for (size_t i = 0; i < match->param_count; i++)
		if (str_is(match->params[i].name, name))
			return match->params[i].value;
	return STR_NONE;
}

struct str route_allow(char out[ROUTE_ALLOW_MAX_B], unsigned allowed)
{
	size_t n = 0;
	if (allowed >> HTTP_GET & 1)
		allowed |= 1u << HTTP_HEAD;
	allowed |= 1u << HTTP_OPTIONS;
	out[0] = '\0';
	for (int method = 0; method < HTTP_OTHER; method++)
		if (allowed >> method & 1)
			n += (size_t)snprintf(out + n, ROUTE_ALLOW_MAX_B - n, "%s%s", n ? ", " : "",
					      http_method_name((enum http_method)method));
	return str_n(out, n);
}
