/* render.c: what ctemplate asks for while it renders: values, sections, partials, output. */
#include "base/base.h"
#include "tmpl/render.h"

static unsigned number_of(struct str name)
{
	unsigned number = 0;
	for (size_t i = 1; i < name.n; i++)
		number = number * 10 + (unsigned)(name.p[i] - '0');
	return number;
}

static bool pass_limit(struct render *r, const char *limit)
{
	if (!r->limit)
		r->limit = limit;
	return false;
}

bool render_turn(struct render *r)
{
	if (r->limit)
		return false;
	if (++r->steps > RENDER_STEPS_MAX)
		return pass_limit(r, "the template takes more steps than the limit");
	return true;
}

bool render_enter(struct render *r)
{
	if (++r->depth > RENDER_DEPTH_MAX)
		return pass_limit(r, "sections and partials are nested deeper than the limit");
	return !r->limit;
}

void render_leave(struct render *r)
{
	r->depth--;
}

void render_put(struct render *r, const char *bytes, size_t n)
{
	if (r->limit)
		return;
	if (n > r->max_b - (r->out->len - r->start)) {
		(void)pass_limit(r, "the page is larger than the limit");
		return;
	}
	buf_put(r->out, bytes, n);
	if (r->out->rc != RC_OK)
		(void)pass_limit(r, "the page is larger than its buffer");
}

const struct value *render_find(const struct render *r, const struct scope *scope, unsigned path)
{
	const struct path *p = &r->program->paths[path];
	if (!p->count)
		return scope->value;
	const struct value *v = NULL;
	for (; scope && !v; scope = scope->outer)
		v = value_get(scope->value, p->parts[0]);
	for (size_t i = 1; v && i < p->count; i++)
		v = value_get(v, p->parts[i]);
	return v;
}

static const char *reference(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* Most texts need no escaping and are given back as they are. */
static struct str escape(struct render *r, struct str text)
{
	size_t done = 0, i = 0;
	buf_clear(&r->scratch);
	for (; i < text.n; i++) {
		const char *instead = text.p[i] <= '>' ? reference(text.p[i]) : NULL;
		if (!instead)
			continue;
		buf_put(&r->scratch, text.p + done, i - done);
		buf_cstr(&r->scratch, instead);
		done = i + 1;
	}
	if (!done)
		return text;
	buf_put(&r->scratch, text.p + done, i - done);
	if (r->scratch.rc != RC_OK)
		(void)pass_limit(r, "a text is larger than the limit once it is escaped");
	return buf_view(&r->scratch);
}

struct str render_marker(struct render *r, const struct scope *scope, struct str name)
{
	if (name.p[0] == NAME_EMPTY || !render_turn(r))
		return STR("");
	const struct value *v = render_find(r, scope, number_of(name));
	struct str text = value_print(v);
	if (name.p[0] == NAME_CONTENT && value_kind(v) == VALUE_TEXT)
		return escape(r, text);
	return text;
}

bool render_section(struct render *r, const struct scope *scope, struct str name,
		    const struct value **value)
{
	*value = NULL;
	if (!render_turn(r))
		return false;
	*value = render_find(r, scope, number_of(name));
	return value_shows(*value) == (name.p[0] == NAME_SECTION);
}

const char *render_include(struct render *r, const struct scope *scope, struct str name)
{
	if (!render_turn(r))
		return NULL;
	const struct program *p = r->program;
	const struct include *include = &p->includes[number_of(name)];
	unsigned unit = include->unit;
	if (include->dynamic) {
		ptrdiff_t tmpl = program_find(p, value_print(render_find(r, scope, include->path)));
		if (tmpl < 0)
			return NULL;
		unit = p->dynamic[include->indent * p->template_count + (size_t)tmpl];
	}
	return p->units[unit].usable ? p->units[unit].key : NULL;
}
