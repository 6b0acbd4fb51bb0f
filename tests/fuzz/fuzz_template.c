/* fuzz_template.c: template text through parser, linker and checks, and rendered by ctemplate.
 *
 * The input is up to three templates, "a", "b" and "c", with a form feed between them. */
#include "plain.h"

#include "tmpl/emit.h"
#include "tmpl/lint.h"

/* A text with this must never come out unescaped. */
#define TRAP "<qQq"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct value *make_values(struct arena *a)
{
	struct value *root = value_root(a), *list = value_list(a, root, "l");
	value_text(a, root, "a", STR(TRAP " \"'`\n"));
	value_text(a, root, "b", STR("b"));
	value_html(a, root, "h", html_stored(STR("<b>")));
	value_text(a, value_item(a, list), "a", STR("c"));
	value_item_text(a, list, STR("x"));
	return root;
}

/* What passes the checks has to load, to render within its limits, and to escape. */
static void try_checked(struct bare *bare, const struct value *root, struct str input)
{
	struct buf out = BUF_INIT(1 << 20);
	struct err err = ERR_INIT;
	lint_units(&bare->program);
	if (shim_new(&bare->shim, &err) == RC_OK && !bare->problems.fatal &&
	    emit_units(&bare->program, bare->shim, &err) == RC_OK && !bare->problems.fatal) {
		shim_freeze(bare->shim);
		if (program_unit(&bare->program, 0)->usable)
			(void)!bare_render(bare, "a", root, &out, &err);
	}
	if (err.rc == RC_INTERNAL && !strstr(err.msg, "dump"))
		abort();
	if (str_find(buf_view(&out), STR(TRAP)) >= 0 && str_find(input, STR("qQq")) < 0)
		abort();
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "a", "b", "c" };
	struct bare bare = { .shim = NULL };
	struct str rest = str_n((const char *)data, size), part;
	struct program *p = &bare.program;
	arena_init(&bare.arena, (size_t)1 << 30);
	bare.problems.arena = p->arena = p->work = &bare.arena;
	p->problems = &bare.problems;
	p->templates = ARENA_ARRAY(&bare.arena, COUNT_OF(names), struct tmpl);
	while (p->template_count < COUNT_OF(names) && str_split(&rest, '\f', &part)) {
		const char *name = names[p->template_count];
		if (lint_bytes(&bare.problems, name, part))
			p->templates[p->template_count++] = (struct tmpl){ .name = name, .file = name,
									   .text = part };
	}
	if (p->template_count && !bare.problems.fatal)
		program_make(p);
	if (p->template_count && !bare.problems.fatal)
		try_checked(&bare, make_values(&bare.arena), str_n((const char *)data, size));
	bare_release(&bare);
	return 0;
}
