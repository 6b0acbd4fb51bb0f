/* tmpl_random.c: random templates and values, by ctemplate and by the plain renderer. */
#include "unit.h"

#include "plain.h"

/* The generator is seeded by the case's number: a failure can be run again. */
struct chance {
	uint64_t state;
};

static unsigned pick(struct chance *c, unsigned below)
{
	c->state = c->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(c->state >> 33) % below;
}

static const char *const names[] = { "a", "b", "c", "list", "a.b", "b.a.c", ".", "html", "part", "zz" };

static void add_values(struct chance *c, struct arena *a, struct value *object, int depth)
{
	static const char *const texts[] = { "", "x", "<&>\"'", "two\nlines", "p0", "\\", "\xC3\xA9" };
	static const char *const keys[] = { "a", "b", "c", "list", "html", "part" };
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		switch (pick(c, depth > 3 ? 5 : 8)) {
		case 0:
			break;
		case 1:
			value_bool(a, object, keys[i], pick(c, 2));
			break;
		case 2:
			value_int(a, object, keys[i], pick(c, 100));
			break;
		case 3:
			value_share(a, object, keys[i], NULL);
			break;
		case 4:
			value_text(a, object, keys[i], str_of(texts[pick(c, COUNT_OF(texts))]));
			break;
		case 5:
			value_html(a, object, keys[i], html_stored(STR("<i>&amp;</i>")));
			break;
		case 6:
			add_values(c, a, value_object(a, object, keys[i]), depth + 1);
			break;
		default: {
			struct value *list = value_list(a, object, keys[i]);
			for (unsigned n = pick(c, 3); n > 0; n--)
				add_values(c, a, value_item(a, list), depth + 1);
			value_item_text(a, list, str_of(texts[pick(c, COUNT_OF(texts))]));
		}
		}
	}
}

/* No '<' in the texts: contexts are another test's matter. Partials only lead to later ones. */
static void add_template(struct chance *c, struct buf *out, unsigned self, int depth)
{
	static const char *const texts[] = { "\n", "text", "  ", "\\", "\r\n", "{ ", "} ", "\t", ". ", "\n  ", "&" };
	for (unsigned n = 1 + pick(c, 5); n > 0; n--) {
		const char *name = names[pick(c, COUNT_OF(names))];
		switch (pick(c, depth > 2 ? 5 : 9)) {
		case 0:
		case 1:
			buf_cstr(out, texts[pick(c, COUNT_OF(texts))]);
			break;
		case 2:
			buf_printf(out, "{{%s}}", name);
			break;
		case 3:
			buf_printf(out, pick(c, 2) ? "{{{%s}}}" : "{{& %s }}", name);
			break;
		case 4:
			buf_cstr(out, pick(c, 3) ? "{{! no }}" : "\n  {{! no }}\n");
			break;
		case 5:
		case 6:
			buf_printf(out, pick(c, 2) ? "{{#%s}}" : "\n {{#%s}}\n", name);
			add_template(c, out, self, depth + 1);
			buf_printf(out, "{{/%s}}", name);
			break;
		case 7:
			buf_printf(out, "{{^%s}}", name);
			add_template(c, out, self, depth + 1);
			buf_printf(out, pick(c, 2) ? "{{/%s}}" : "\n{{/%s}}\n", name);
			break;
		default:
			if (self < 3)
				buf_printf(out, pick(c, 2) ? "{{>p%u}}" : "\n  {{>p%u}}\n", self + 1);
		}
	}
}

static void run_case(unsigned number)
{
	struct chance c = { number };
	struct arena arena;
	struct buf texts[4], out = BUF_INIT(1 << 24), plain = BUF_INIT(1 << 24);
	struct bare_template templates[4];
	static const char *const template_names[] = { "p0", "p1", "p2", "p3" };
	struct bare bare;
	struct err err = ERR_INIT;
	arena_init(&arena, ARENA_MAX_B);
	for (unsigned i = 0; i < 4; i++) {
		buf_init(&texts[i], 1 << 20);
		add_template(&c, &texts[i], i, 0);
		templates[i] = (struct bare_template){ template_names[i], buf_view(&texts[i]) };
	}
	struct value *root = value_root(&arena);
	add_values(&c, &arena, root, 0);
	if (!bare_make(&bare, templates, 4, &err))
		fail_msg("case %u: %s", number, err.msg);
	enum rc rc = bare_render(&bare, "p0", root, &out, &err);
	if (rc != RC_OK)
		fail_msg("case %u: %s", number, err.msg);
	plain_render(&bare.program, "p0", root, &plain);
	if (!str_eq(buf_view(&out), buf_view(&plain)))
		fail_msg("case %u\n[%.*s]\nctemplate [%.*s]\nplain [%.*s]", number, STR_ARG(templates[0].text),
			 STR_ARG(buf_view(&out)), STR_ARG(buf_view(&plain)));
	bare_release(&bare);
	for (unsigned i = 0; i < 4; i++)
		buf_release(&texts[i]);
	buf_release(&out);
	buf_release(&plain);
	arena_release(&arena);
}

static void both_renderers_agree_on_random_templates(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2000; i++)
		run_case(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_renderers_agree_on_random_templates),
	};
	return cmocka_run_group_tests_name("tmpl random", tests, NULL, NULL);
}
