/* tmpl_language.c: tests of the Mustache language, by ctemplate and by the plain renderer.
 *
 * The specification's own cases run in tests/conformance; these are ours, among them one for each
 * rule that came into the specification after the edition on npm. */
#include "unit.h"

#include "plain.h"

struct language_case {
	const char *template;
	const char *expected;
	const char *partials[6]; /* name, text, name, text ... */
};

/* One tree for all cases. */
static struct value *make_values(struct arena *a)
{
	struct value *root = value_root(a);
	value_text(a, root, "name", STR("Ann"));
	value_text(a, root, "signs", STR("<a href='x'>&\"</a>\n"));
	value_html(a, root, "html", html_stored(STR("<b>bold</b>")));
	value_int(a, root, "n", 42);
	value_bool(a, root, "yes", true);
	value_bool(a, root, "no", false);
	value_share(a, root, "null", NULL);
	value_text(a, root, "empty", STR(""));
	value_text(a, root, "tag", STR("{{name}}"));
	value_text(a, root, "part", STR("hello"));
	value_text(a, root, "line", STR("line"));
	value_text(a, root, "nowhere", STR("no such template"));
	struct value *letters = value_list(a, root, "letters");
	value_item_text(a, letters, STR("a"));
	value_item_text(a, letters, STR("b"));
	value_list(a, root, "none");
	struct value *people = value_list(a, root, "people");
	value_text(a, value_item(a, people), "name", STR("Bob"));
	value_int(a, value_item(a, people), "n", 7);
	value_share(a, value_item(a, people), "name", NULL);
	struct value *rows = value_list(a, root, "rows");
	value_share_item(a, rows, letters);
	value_share_item(a, rows, letters);
	struct value *deep = value_object(a, value_object(a, root, "a"), "b");
	value_text(a, deep, "c", STR("deep"));
	value_text(a, value_object(a, root, "other"), "b", STR("text"));
	struct value *tree = value_object(a, root, "tree");
	value_text(a, tree, "v", STR("1"));
	struct value *kids = value_list(a, tree, "kids");
	for (int i = 0; i < 2; i++) {
		struct value *kid = value_item(a, kids);
		value_text(a, kid, "v", i ? STR("3") : STR("2"));
		value_list(a, kid, "kids");
	}
	return root;
}

static void check(const struct language_case *c)
{
	struct arena arena;
	struct bare bare;
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT(1 << 20), plain = BUF_INIT(1 << 20);
	struct bare_template templates[8] = { { "main", str_of(c->template) } };
	size_t count = 1;
	for (size_t i = 0; i + 1 < COUNT_OF(c->partials) && c->partials[i]; i += 2)
		templates[count++] = (struct bare_template){ c->partials[i], str_of(c->partials[i + 1]) };
	arena_init(&arena, ARENA_MAX_B);
	const struct value *root = make_values(&arena);
	if (!bare_make(&bare, templates, count, &err))
		fail_msg("%s: %s", c->template, err.msg);
	assert_ok(bare_render(&bare, "main", root, &out, &err), &err);
	plain_render(&bare.program, "main", root, &plain);
	if (!str_is(buf_view(&out), c->expected) || !str_is(buf_view(&plain), c->expected))
		fail_msg("%s\nexpected   [%s]\nctemplate  [%.*s]\nplain      [%.*s]", c->template, c->expected,
			 STR_ARG(buf_view(&out)), STR_ARG(buf_view(&plain)));
	bare_release(&bare);
	buf_release(&out);
	buf_release(&plain);
	arena_release(&arena);
}

static void check_all(const struct language_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(&cases[i]);
}

static void markers_print_values_by_their_type(void **state)
{
	(void)state;
	static const struct language_case cases[] = {
		{ "", "", { NULL } },
		{ "no markers\n", "no markers\n", { NULL } },
		{ "{{name}} {{ n }} {{yes}}", "Ann 42 true", { NULL } },
		{ "({{absent}}{{null}}{{empty}}{{a}}{{letters}})", "()", { NULL } },
		{ "{{signs}}", "&lt;a href=&#39;x&#39;&gt;&amp;&quot;&lt;/a&gt;\n", { NULL } },
		{ "{{{signs}}}{{&signs}}", "&lt;a href=&#39;x&#39;&gt;&amp;&quot;&lt;/a&gt;\n"
		  "&lt;a href=&#39;x&#39;&gt;&amp;&quot;&lt;/a&gt;\n", { NULL } },
		{ "{{html}}{{{html}}}{{& html }}", "<b>bold</b><b>bold</b><b>bold</b>", { NULL } },
		{ "{{a.b.c}} {{ a . b . c }}", "deep deep", { NULL } },
		{ "{{#a}}{{b.c}}{{b.none}}{{none.b}}{{/a}}", "deep", { NULL } },
		{ "{{tag}}", "{{name}}", { NULL } },
		{ "{{^x-y}}{{x-y}}{{/x-y}}", "", { NULL } },
		{ "{ {name} } {{{n}}}", "{ {name} } 42", { NULL } },
	};
	check_all(cases, COUNT_OF(cases));
}

static void sections_follow_the_value(void **state)
{
	(void)state;
	static const struct language_case cases[] = {
		{ "{{#yes}}1{{/yes}}{{#no}}2{{/no}}{{#null}}3{{/null}}{{#empty}}4{{/empty}}{{#none}}5{{/none}}"
		  "{{#absent}}6{{/absent}}{{#n}}7{{/n}}{{#a}}8{{/a}}", "178", { NULL } },
		{ "{{^yes}}1{{/yes}}{{^no}}2{{/no}}{{^null}}3{{/null}}{{^empty}}4{{/empty}}{{^none}}5{{/none}}"
		  "{{^absent}}6{{/absent}}{{^n}}7{{/n}}{{^a}}8{{/a}}", "23456", { NULL } },
		{ "{{#letters}}({{.}}){{/letters}}", "(a)(b)", { NULL } },
		{ "{{#rows}}[{{#.}}{{.}}{{/.}}]{{/rows}}", "[ab][ab]", { NULL } },
		{ "{{#people}}{{name}}{{n}} {{/people}}", "Bob42 Ann7 42 ", { NULL } }, /* null hides Ann */
		{ "{{#name}}{{.}} {{name}}{{/name}}", "Ann Ann", { NULL } },
		{ "{{#a.b}}{{c}}{{/a.b}}{{#other}}{{b}}{{b.c}}{{/other}}", "deeptext", { NULL } },
		{ "{{#letters}}{{#letters}}{{.}}{{/letters}}|{{/letters}}", "ab|ab|", { NULL } },
		{ "{{#no}}{{#yes}}x{{/yes}}{{/no}}{{^no}}{{^no}}y{{/no}}{{/no}}", "y", { NULL } },
	};
	check_all(cases, COUNT_OF(cases));
}

static void tags_alone_on_their_line_take_it_away(void **state)
{
	(void)state;
	static const struct language_case cases[] = {
		{ "a\n{{#yes}}\nb\n{{/yes}}\nc\n", "a\nb\nc\n", { NULL } },
		{ "a\r\n{{#yes}}\r\nb\r\n{{/yes}}\r\nc", "a\r\nb\r\nc", { NULL } },
		{ " \t{{#yes}} \t\n b\n {{/yes}}", " b\n", { NULL } },
		{ "{{! note }}\nx {{! note\nof two lines }} y\n  {{!\n\n}}\nz", "x  y\nz", { NULL } },
		{ "{{!}}{{!=x}}{{! {{ }}.", ".", { NULL } },
		{ "{{#yes}}a{{/yes}} {{! x }}\n", "a \n", { NULL } },
		{ "  {{name}}\n", "  Ann\n", { NULL } },
		{ "|\n{{=<% %>=}}\n<%name%>\n<%={{ }}=%>\n{{name}}", "|\nAnn\nAnn", { NULL } },
		{ "{{= | | =}}|#yes||name||/yes||&html||{html}|", "Ann<b>bold</b><b>bold</b>", { NULL } },
		{ "\\\n{{name}}\\\n{{#yes}}\\\n{{/yes}}\\\n", "\\\nAnn\\\n\\\n\\\n", { NULL } },
	};
	check_all(cases, COUNT_OF(cases));
}

static void partials_are_indented_like_their_tag(void **state)
{
	(void)state;
	static const struct language_case cases[] = {
		{ "[{{>p}}] [{{> p }}]", "[Ann] [Ann]", { "p", "{{name}}" } },
		{ "[{{>absent}}]\n {{>absent}}\n.", "[]\n.", { NULL } },
		{ "x\n  {{>p}}\ny\n", "x\n  1\n\n  2\ny\n", { "p", "1\n\n2\n" } },
		{ " {{>p}}\n", " &lt;a href=&#39;x&#39;&gt;&amp;&quot;&lt;/a&gt;\n\n b\n", { "p", "{{signs}}\nb\n" } },
		{ " {{>p}}.", " x\ny.", { "p", "x\ny" } },
		{ "\t{{>p}}\n", "\t(\n\t  q\n\t)\n", { "p", "(\n  {{>q}}\n)\n", "q", "q\n" } },
		{ "{{=<% %>=}}<%>p%>", "Ann<%name%>", { "p", "{{name}}<%name%>" } },
		{ "{{#tree}}{{>p}}{{/tree}}", "(1(2)(3))", { "p", "({{v}}{{#kids}}{{>p}}{{/kids}})" } },
		{ "{{#tree}}{{>p}}{{/tree}}", "(1[2][3])",
		  { "p", "({{v}}{{#kids}}{{>q}}{{/kids}})", "q", "[{{v}}{{#kids}}{{>p}}{{/kids}}]" } },
		{ "{{>*part}}{{> * part }}{{>*nowhere}}{{>*absent}}{{>*a.b.c}}.", "hihideep.",
		  { "hello", "hi", "deep", "deep" } },
		{ "  {{>*line}}\n{{>*line}}", "  1\n  2\n1\n2\n", { "line", "1\n2\n" } },
	};
	check_all(cases, COUNT_OF(cases));
}

static void blocks_of_a_child_replace_those_of_its_parents(void **state)
{
	(void)state;
	static const struct language_case cases[] = {
		{ "{{$t}}Title{{/t}}", "Title", { NULL } },
		{ "{{<l}}{{/l}}", "(Title)", { "l", "({{$t}}Title{{/t}})" } },
		{ "{{<l}}ignored{{$t}}Mine {{name}}{{/t}}{{! also }}{{/l}}", "(Mine Ann)",
		  { "l", "({{$t}}Title{{/t}})" } },
		{ "{{<m}}{{$t}}3{{/t}}{{/m}}", "(3|m)",
		  { "m", "{{<l}}{{$t}}2{{/t}}{{$u}}m{{/u}}{{/l}}", "l", "({{$t}}1{{/t}}|{{$u}}{{/u}})" } },
		{ "{{<l}}{{$t}}[{{$in}}x{{/in}}]{{/t}}{{$in}}never{{/in}}{{/l}}", "([x])",
		  { "l", "({{$t}}{{/t}})" } },
		{ "{{<l}}{{$t}}a{{$t}}b{{/t}}{{/t}}{{/l}}", "(ab)", { "l", "({{$t}}{{/t}})" } },
		{ "{{<l}}{{$t}}in a partial{{/t}}{{/l}}", "(in a partial)",
		  { "l", "{{>p}}", "p", "({{$t}}{{/t}})" } },
		{ "{{<absent}}{{$t}}x{{/t}}{{/absent}}.", ".", { NULL } },
		{ "{{<l}}\n{{$t}}\n  one\n  two\n{{/t}}\n{{/l}}\nend\n", "<main>\n    one\n    two\n</main>\nend\n",
		  { "l", "<main>\n    {{$t}}\n    {{/t}}\n</main>\n" } },
		{ "{{#letters}}{{<l}}{{$t}}{{.}}{{/t}}{{/l}}{{/letters}}", "(a)(b)", { "l", "({{$t}}{{/t}})" } },
	};
	check_all(cases, COUNT_OF(cases));
}

struct wrong_case {
	const char *template;
	const char *message;
};

static void what_cannot_be_parsed_is_told_with_its_line(void **state)
{
	(void)state;
	static const struct wrong_case cases[] = {
		{ "a\n{{#x}}\n{{/y}}", "main:3: 'y' is closed while 'x' of line 2 is open" },
		{ "a\n\n{{#x}}\nb", "main:3: 'x' is opened and never closed" },
		{ "a\n{{/x}}", "main:2: 'x' is closed but was never opened" },
		{ "\n\n{{x", "main:3: a tag is opened with '{{' and never closed" },
		{ "\n{{{x}}", "main:2: a tag is opened with '{{' and never closed" },
		{ "\n{{ }}", "main:2: a tag without a name" },
		{ "\n{{#}}{{/}}", "main:2: a tag without a name" },
		{ "\n{{>*}}", "main:2: a tag without a name" },
		{ "\n{{a\nb}}", "main:2: the tag 'a' goes over the end of the line" },
		{ "\n\n{{=a=}}", "main:3: 'a' are no delimiters: write {{=<% %>=}}" },
		{ "{{= a b c =}}", "main:1: 'a b c' are no delimiters: write {{=<% %>=}}" },
		{ "{{= =a b =}}", "main:1: '=a b' are no delimiters: write {{=<% %>=}}" },
		{ "{{$x}}\n{{<x}}{{/x}}", "main:1: 'x' is opened and never closed" },
		{ "\n{{<*x}}{{/*x}}", "main:2: '<*x': a parent's name must be known when the theme loads" },
		{ "\n{{<main}}{{/main}}",
		  "main:2: 'main' leads back to itself, or templates stand in each other more than 40 deep" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct bare bare;
		struct err err = ERR_INIT;
		struct bare_template template = { "main", str_of(cases[i].template) };
		assert_false(bare_make(&bare, &template, 1, &err));
		assert_int_equal(err.rc, RC_INVALID);
		assert_string_equal(err.msg, cases[i].message);
		bare_release(&bare);
	}
}

static struct str repeat(struct arena *arena, const char *piece, int count)
{
	size_t n = strlen(piece);
	char *text = arena_alloc(arena, n * (size_t)count + 1);
	for (int i = 0; i < count; i++)
		memcpy(text + n * (size_t)i, piece, n);
	return str_n(text, n * (size_t)count);
}

static void hostile_templates_are_refused_and_do_not_crash(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, ARENA_MAX_B);
	struct str open = repeat(&arena, "{{#x}}", 65), close = repeat(&arena, "{{/x}}", 65);
	struct str deep = ARENA_JOIN(&arena, open, close);
	struct str blocks = ARENA_JOIN(&arena, repeat(&arena, "{{$x}}", 100000));
	struct str fine = ARENA_JOIN(&arena, str_sub(open, 0, 64 * 6), str_sub(close, 0, 64 * 6));
	const struct {
		struct bare_template templates[3];
		const char *part_of_message; /* NULL: it loads */
	} cases[] = {
		{ { { "a", deep } }, "nested more than 64 deep" },
		{ { { "a", fine } }, NULL },
		{ { { "a", blocks } }, "nested more than 64 deep" },
		{ { { "a", repeat(&arena, "{{x}}", 201000) } }, "more than 200000 pieces" },
		{ { { "a", repeat(&arena, "{{>b}}", 1000) }, { "b", repeat(&arena, "{{x}}", 1000) } },
		  "too large once its partials are put in" },
		{ { { "a", STR("{{>b}}{{>b}}") }, { "b", STR("{{<a}}{{/a}}{{<a}}{{/a}}") } }, NULL },
		{ { { "a", STR("{{<b}}{{/b}}{{<b}}{{/b}}") }, { "b", STR("{{<a}}{{/a}}{{<a}}{{/a}}") } },
		  "leads back to itself" },
		{ { { "a", ARENA_JOIN(&arena, str_sub(open, 0, 64 * 6), STR("{{>b}}"), str_sub(close, 0, 64 * 6)) },
		    { "b", fine } }, NULL },
		{ { { "a", ARENA_JOIN(&arena, STR("{{#y}}"), str_sub(open, 0, 63 * 6), STR("{{>b}}"),
				      str_sub(close, 0, 63 * 6), STR("{{/y}}")) },
		    { "b", ARENA_JOIN(&arena, str_sub(open, 0, 61 * 6), STR("{{#z}}{{$q}}{{<c}}{{/c}}{{/q}}{{/z}}"),
				      str_sub(close, 0, 61 * 6)) },
		    { "c", STR("{{#w}}{{#w}}{{#w}}{{/w}}{{/w}}{{/w}}") } }, "nested more than 128 deep once its partials are put in" },
		{ { { "a", repeat(&arena, " ", 1 << 20) } }, NULL },
		{ { { "a", repeat(&arena, "{{! ", 1 << 18) } }, "never closed" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct bare bare;
		struct err err = ERR_INIT;
		size_t count = cases[i].templates[2].name ? 3 : cases[i].templates[1].name ? 2 : 1;
		bool good = bare_make(&bare, cases[i].templates, count, &err);
		if (good != !cases[i].part_of_message)
			fail_msg("case %zu: %s", i, err.msg);
		if (!good && !strstr(err.msg, cases[i].part_of_message))
			fail_msg("case %zu: %s", i, err.msg);
		bare_release(&bare);
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markers_print_values_by_their_type),
		cmocka_unit_test(sections_follow_the_value),
		cmocka_unit_test(tags_alone_on_their_line_take_it_away),
		cmocka_unit_test(partials_are_indented_like_their_tag),
		cmocka_unit_test(blocks_of_a_child_replace_those_of_its_parents),
		cmocka_unit_test(what_cannot_be_parsed_is_told_with_its_line),
		cmocka_unit_test(hostile_templates_are_refused_and_do_not_crash),
	};
	return cmocka_run_group_tests_name("tmpl language", tests, NULL, NULL);
}
