/* text_highlight.c: tests of highlighting: what each language gets, names, and what holds of any text. */
#include "unit.h"

#include "text/highlight.h"
#include "text/highlight_table.h"
#include "text_highlight_check.h"
#include "text_highlight_samples.h"

#define OUT_MAX_B ((size_t)16 << 20)
#define MARK_OPEN "‹"
#define MARK_CLOSE "›"

/* The language's usual name. */
static struct str usual_name(const struct hl_language *language)
{
	return str_n(language->names, strcspn(language->names, " "));
}

/* ‹k for› to for. */
static void unmarked(const char *marked, struct buf *out)
{
	for (const char *p = marked; *p; p++) {
		if (strncmp(p, MARK_OPEN, sizeof MARK_OPEN - 1) == 0)
			p += sizeof MARK_OPEN; /* and the letter, and the space by the loop */
		else if (strncmp(p, MARK_CLOSE, sizeof MARK_CLOSE - 1) == 0)
			p += sizeof MARK_CLOSE - 2;
		else
			buf_char(out, *p);
	}
}

/* <span class="k">for</span> to ‹k for›. */
static void marked(struct str html, struct buf *out)
{
	for (size_t at = 0; at < html.n;) {
		struct str rest = str_from(html, at);
		char byte;
		if (str_starts(rest, STR("<span class=\""))) {
			buf_printf(out, MARK_OPEN "%c ", rest.p[13]);
			at += sizeof SPAN_OPEN - 1;
		} else if (str_starts(rest, STR("</span>"))) {
			BUF_LIT(out, MARK_CLOSE);
			at += sizeof "</span>" - 1;
		} else {
			assert_true(take_byte(html, &at, &byte));
			buf_char(out, byte);
		}
	}
}

static void check(struct str language, struct str code)
{
	struct buf out = BUF_INIT(OUT_MAX_B);
	assert_true(highlight_html(language, code, &out));
	const char *fault = highlight_fault(code, buf_view(&out));
	if (fault)
		fail_msg("%.*s: %s in \"%.*s\"", STR_ARG(language), fault, STR_ARG(code));
	buf_release(&out);
}

static void samples_get_their_spans(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct buf code = BUF_INIT(OUT_MAX_B), html = BUF_INIT(OUT_MAX_B), got = BUF_INIT(OUT_MAX_B);
		unmarked(samples[i].marked, &code);
		assert_true(highlight_html(str_of(samples[i].language), buf_view(&code), &html));
		marked(buf_view(&html), &got);
		if (!str_is(buf_view(&got), samples[i].marked))
			fail_msg("%s:\n%.*s\nis not\n%s", samples[i].language, STR_ARG(buf_view(&got)), samples[i].marked);
		check(str_of(samples[i].language), buf_view(&code));
		buf_release(&code);
		buf_release(&html);
		buf_release(&got);
	}
}

static void every_language_has_a_sample(void **state)
{
	(void)state;
	size_t count = 0;
	for (; hl_languages[count]; count++) {
		bool found = false;
		for (size_t i = 0; i < COUNT_OF(samples); i++)
			found |= hl_language_named(samples[i].language, strlen(samples[i].language)) == hl_languages[count];
		if (!found)
			fail_msg("%s has no sample", hl_languages[count]->names);
	}
	assert_true(count >= 32);
}

static void html_is_escaped_and_spans_end_with_the_line(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(OUT_MAX_B);
	BUF_LIT(&out, "before ");
	assert_true(highlight_html(STR("c"), STR("/* a\n\n & b */ static int x<y;\n"), &out));
	assert_str(buf_view(&out), "before <span class=\"c\">/* a</span>\n\n<span class=\"c\"> &amp; b */</span> "
		"<span class=\"k\">static</span> <span class=\"t\">int</span> x<span class=\"o\">&lt;</span>y;\n");
	buf_release(&out);
}

static void unknown_languages_are_escaped_only(void **state)
{
	(void)state;
	static const char *const names[] = { "", "text", "txt", "plaintext", "plain", "none", "output", "klingon", "{}", "lang-",
		"rustrustrustrustrustrustrustrustrustrust", " ", "rust \xC3\xA9", "c\xC3\xA9" };
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct buf out = BUF_INIT(OUT_MAX_B);
		bool known = i == 12; /* the first word counts */
		assert_int_equal(highlight_html(str_of(names[i]), STR("\"int\" <&>"), &out), known);
		if (!known)
			assert_str(buf_view(&out), "&quot;int&quot; &lt;&amp;&gt;");
		buf_release(&out);
	}
	struct buf out = BUF_INIT(OUT_MAX_B);
	assert_true(highlight_html(STR("c"), STR(""), &out));
	assert_int_equal(out.len, 0);
	assert_false(highlight_html(STR_NONE, STR_NONE, &out));
	buf_release(&out);
}

static void languages_have_the_names_people_write(void **state)
{
	(void)state;
	static const struct { const char *usual, *names; } cases[] = {
		{ "c", "c h C" }, { "cpp", "cpp c++ C++ cc hpp" }, { "rust", "rust rs Rust" }, { "go", "go golang Go" },
		{ "python", "python py Python python3" }, { "javascript", "javascript js jsx mjs JavaScript" },
		{ "typescript", "typescript ts TypeScript Typescript typeScript" }, { "tsx", "tsx" }, { "java", "java" },
		{ "kotlin", "kotlin kt" }, { "swift", "swift" }, { "csharp", "csharp c# cs C#" }, { "php", "php PHP" },
		{ "ruby", "ruby rb" }, { "perl", "perl pl" }, { "lua", "lua" }, { "haskell", "haskell hs" },
		{ "elixir", "elixir ex exs" }, { "erlang", "erlang erl" }, { "scala", "scala" }, { "clojure", "clojure clj" },
		{ "lisp", "lisp scheme elisp racket" }, { "r", "r R" }, { "julia", "julia jl" }, { "zig", "zig" }, { "dart", "dart" },
		{ "bash", "bash sh shell zsh fish" }, { "console", "console terminal shell-session" },
		{ "powershell", "powershell ps1 pwsh" }, { "batch", "batch bat cmd" }, { "sql", "sql SQL mysql postgresql" },
		{ "html", "html vue svelte liquid jinja handlebars erb" }, { "xml", "xml svg" }, { "css", "css" },
		{ "scss", "scss sass less" }, { "json", "json jsonc json5" }, { "yaml", "yaml yml" }, { "toml", "toml" },
		{ "ini", "ini dotenv properties" }, { "diff", "diff patch" }, { "markdown", "markdown md" },
		{ "makefile", "makefile make" }, { "dockerfile", "dockerfile docker Dockerfile" }, { "nginx", "nginx" },
		{ "graphql", "graphql gql" }, { "protobuf", "protobuf proto" }, { "vim", "vim viml" }, { "asm", "asm nasm" },
		{ "nix", "nix" }, { "ocaml", "ocaml ml" }, { "fsharp", "fsharp f# fs" }, { "groovy", "groovy gradle" },
		{ "hcl", "hcl terraform tf" }, { "objectivec", "objective-c objc" }, { "matlab", "matlab octave" },
		{ "latex", "latex tex" }, { "http", "http" }, { "cmake", "cmake" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str rest = str_of(cases[i].names), name;
		while (str_split(&rest, ' ', &name)) {
			const struct hl_language *language = hl_language_named(name.p, name.n);
			if (!language || !str_is(usual_name(language), cases[i].usual))
				fail_msg("%.*s is not %s", STR_ARG(name), cases[i].usual);
		}
	}
}

static void info_strings_are_read(void **state)
{
	(void)state;
	static const char *const infos[] = { "ruby", "{.ruby}", ".ruby", "lang-ruby", "language-ruby", "Ruby", " ruby ", "ruby,ignore",
		"ruby {linenos=true}", "ruby{1,3-4}", "ruby:app.rb", "ruby title=\"x\"", "{.ruby .numberLines}", "ruby;a", "rb=" };
	struct buf want = BUF_INIT(OUT_MAX_B);
	struct str code = STR("def x; :y end");
	assert_true(highlight_html(STR("ruby"), code, &want));
	for (size_t i = 0; i < COUNT_OF(infos); i++) {
		struct buf out = BUF_INIT(OUT_MAX_B);
		assert_true(highlight_html(str_of(infos[i]), code, &out));
		assert_true(str_eq(buf_view(&out), buf_view(&want)));
		buf_release(&out);
	}
	buf_release(&want);
}

/* --- the tables --- */

static void check_sorted(const struct hl_language *language, const char *list)
{
	struct str rest = str_of(list), before = STR(""), word;
	while (list && str_split(&rest, ' ', &word)) {
		if (str_cmp(before, word) >= 0)
			fail_msg("%s: '%.*s' stands before '%.*s'", language->names, STR_ARG(before), STR_ARG(word));
		assert_true(word.n > 0 && word.n <= 32);
		before = word;
	}
}

static void check_rules(const struct hl_language *language)
{
	size_t count = 0;
	for (const struct hl_rule *rule = language->rules; rule->open; rule++, count++) {
		assert_true(count + 1 < HL_RULES_MAX);
		assert_true(rule->open[0] != '\0' && rule->class != HL_PLAIN);
		assert_true(!rule->close || rule->close[0] != '\0');
		assert_true(!(rule->flags & HL_CLOSED) || rule->close);
		assert_true(!rule->code || strpbrk(rule->code, "([{"));
		for (const struct hl_rule *earlier = language->rules; earlier < rule; earlier++)
			if (!earlier->form && !earlier->flags && str_starts(str_of(rule->open), str_of(earlier->open)))
				fail_msg("%s: '%s' never gets its turn behind '%s'", language->names, rule->open, earlier->open);
	}
}

static void tables_keep_their_rules(void **state)
{
	(void)state;
	for (size_t i = 0; hl_languages[i]; i++) {
		const struct hl_language *l = hl_languages[i];
		const char *const lists[] = { l->keywords, l->types, l->builtins, l->first_words, l->function_after, l->type_after,
			l->prefixes };
		struct str rest = str_of(l->names), name;
		for (size_t k = 0; k < COUNT_OF(lists); k++)
			check_sorted(l, lists[k]);
		check_rules(l);
		while (str_split(&rest, ' ', &name))
			if (hl_language_named(name.p, name.n) != l)
				fail_msg("%.*s is the name of two languages", STR_ARG(name));
	}
}

/* --- any text --- */

static uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

/* Pieces that open, close, escape and nest, bytes that are no UTF-8, and words. */
static void random_code(uint64_t *seed, struct buf *out)
{
	static const char *const pieces[] = { "\"", "'", "`", "\\", "\n", " ", "\t", "(", ")", "[", "]", "{", "}", "<", ">", "/", "*",
		"/*", "*/", "//", "#", "${", "#{", "$", "%", "@", ":", "=", "-", "--", "<!--", "-->", "<%", "%>", "{{", "}}", "{%",
		"<<END\n", "END\n", "r#\"", "\"#", "[[", "]]", "[=[", "]=]", "R\"x(", ")x\"", "\"\"\"", "'''", "f\"", "<a ", "</a>",
		"<script>", "</script>", "<style>", "```js\n", "```\n", "key: ", "- ", "|\n  ", "0x1F", "1.5e-3", "if ", "def ",
		"class ", "function ", "return ", "é", "日本", "\xFF", "\xC3", "😀", "\r\n", "\\u{41}", "s/a/", "%w[", "~r/", "~~~\n",
		"=begin\n", "&amp;", "$x", "$(", "\t@", "$ ", "---\n", "<?php ", "?>", "<b>", ";", "!", "?", ",", ".", "^", "&", "|" };
	for (size_t n = next_random(seed) % 60; n > 0; n--)
		buf_cstr(out, pieces[next_random(seed) % COUNT_OF(pieces)]);
	if (next_random(seed) % 8 == 0)
		buf_char(out, '\0');
}

static void random_text_is_kept(void **state)
{
	(void)state;
	uint64_t seed = 20240131;
	for (int round = 0; round < 150; round++)
		for (size_t i = 0; hl_languages[i]; i++) {
			struct buf code = BUF_INIT(OUT_MAX_B);
			random_code(&seed, &code);
			check(usual_name(hl_languages[i]), buf_view(&code));
			buf_release(&code);
		}
}

/* Cut anywhere, and read as any other language. */
static void samples_are_kept_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct buf code = BUF_INIT(OUT_MAX_B);
		unmarked(samples[i].marked, &code);
		for (size_t n = 0; n < code.len; n++)
			check(str_of(samples[i].language), str_sub(buf_view(&code), 0, n));
		for (size_t k = 0; hl_languages[k]; k++)
			check(usual_name(hl_languages[k]), buf_view(&code));
		buf_release(&code);
	}
}

static void a_full_buffer_is_reported(void **state)
{
	(void)state;
	struct err err = { 0 };
	struct buf out = BUF_INIT(40);
	assert_true(highlight_html(STR("c"), STR("return 1; /* and more */"), &out));
	assert_int_equal(buf_status(&out, "the page", &err), RC_LIMIT);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_get_their_spans),
		cmocka_unit_test(every_language_has_a_sample),
		cmocka_unit_test(html_is_escaped_and_spans_end_with_the_line),
		cmocka_unit_test(unknown_languages_are_escaped_only),
		cmocka_unit_test(languages_have_the_names_people_write),
		cmocka_unit_test(info_strings_are_read),
		cmocka_unit_test(tables_keep_their_rules),
		cmocka_unit_test(random_text_is_kept),
		cmocka_unit_test(samples_are_kept_everywhere),
		cmocka_unit_test(a_full_buffer_is_reported),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
