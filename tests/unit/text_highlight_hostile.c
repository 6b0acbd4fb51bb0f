/* text_highlight_hostile.c: highlighting of text made to take long, and of real posts if they are there. */
#include "unit.h"

#include "base/file.h"
#include "base/path.h"
#include "text/highlight.h"
#include "text/highlight_table.h"
#include "text_highlight_check.h"

/* The worst takes 0.13 us a byte, several times that with a sanitizer; looking at everything again for
 * each byte of SMALL_B would take more than 8 us. */
#define CPU_MAX_US_B 3.0
#define SMALL_B ((size_t)8 << 10)
#define LARGE_B ((size_t)1 << 20)
#define OUT_MAX_B ((size_t)256 << 20)

static void repeat(struct buf *out, const char *head, const char *unit, size_t size_b)
{
	buf_cstr(out, head);
	while (out->len < size_b)
		buf_cstr(out, unit);
}

/* What is slow is slow each time; what the machine does meanwhile is not. */
#define TRIES 5

static void check_time(struct str language, const char *head, const char *unit, size_t size_b, struct buf *code, struct buf *out)
{
	double took_us_b = CPU_MAX_US_B + 1;
	buf_clear(code);
	repeat(code, head, unit, size_b);
	for (int i = 0; i < TRIES && took_us_b > CPU_MAX_US_B; i++) {
		buf_clear(out);
		double begin = cpu_us();
		assert_true(highlight_html(language, buf_view(code), out));
		took_us_b = (cpu_us() - begin) / (double)code->len;
	}
	const char *fault = highlight_fault(buf_view(code), buf_view(out));
	if (fault || took_us_b > CPU_MAX_US_B)
		fail_msg("%.*s, '%s' and '%s': %s, %.2f us a byte", STR_ARG(language), head, unit, fault ? fault : "too slow", took_us_b);
}

/* What opens and never ends, what makes a scanner look ahead in vain, what nests. */
static const char *const units[] = {
	"\"", "'", "`", "/*", "(*", "{-", "#|", "<!--", "<", "<a ", "<a b=\"", "</", "{{", "{%", "<%", "${", "`${", "\"#{", "\"${",
	"f\"{", "\\", "\"\\", "/", "=/", "=/[", "= /a", "r#\"", "r####", "[==", "[[", "R\"(", "<<A\n", "<<~A ", "%w[", "~r/", "s{", "q(",
	"{", "(", "[", "$", "$(", "${a", "#", "#{", "\"#{\";", "#{;", "a:", "a:#{b}", ";", "a ", "a\n", "a.", "- ", "- a: ", "\"a\" ",
	"\"a\"", "'a' ", "{a: ", "[a", "|\n", "a: |\n", "=", "a=", "a =", "@", "@a.", ":", ":a", "&", "&amp", "-", "->", "0", "0x", "1.",
	"1e-", "1:", "\n", "\n\t", " ", "\t$(", "```\n", "~~~", "* ", "**a ", "](", "`a ", "?", "!", ",", "'a", "'\\u{", "|a ", "%a ",
	"%{", "[@", "[<", "{.", "<a", "a<b>", "<>", "<a>{", "=<a b={", "$ a\\\n", "[user@", "PS ", "if ", "fn ", "class ", "\xFF", "é",
	"def a.", "\"\"\"", "'''", "''", "\r\n", "end\n", "=begin\n", "#include <", "#if ", "---\n", "@@", "~", "^", "\xE2\x9D\xAF ",
};

static void every_language_is_linear(void **state)
{
	(void)state;
	struct buf code = BUF_INIT(OUT_MAX_B), out = BUF_INIT(OUT_MAX_B);
	for (size_t i = 0; hl_languages[i]; i++) {
		struct str name = str_n(hl_languages[i]->names, strcspn(hl_languages[i]->names, " "));
		for (size_t k = 0; k < COUNT_OF(units); k++)
			check_time(name, "", units[k], SMALL_B, &code, &out);
	}
	buf_release(&code);
	buf_release(&out);
}

static void a_megabyte_is_linear(void **state)
{
	(void)state;
	static const struct { const char *language, *head, *unit; } cases[] = {
		{ "c", "/*", "a " }, { "c", "\"", "a" }, { "c", "'", "a" }, { "c", "#include <", "a" }, { "cpp", "R\"x(", ")x" },
		{ "cpp", "= ", "[[ " }, { "rust", "", "/*" }, { "rust", "r###\"", "\"##" }, { "rust", "#[", "[" }, { "rust", "\"", "\\" },
		{ "go", "`", "a" }, { "javascript", "", "`${" }, { "javascript", "", "=/[" }, { "javascript", "= /", "[a" },
		{ "javascript", "", "(<a>" }, { "javascript", "= <a ", "b={" }, { "javascript", "= <a>", "{" }, { "python", "\"\"\"", "\"\"a" },
		{ "python", "", "f\"{" }, { "ruby", "<<A\n", " A b\n" }, { "ruby", "", "<<A\nb\nA\n" }, { "ruby", "", "\"#{" },
		{ "ruby", "%w[", "[" }, { "perl", "", "s{a}{" }, { "perl", "=pod\n", "=cu\n" }, { "lua", "[====[", "]===" },
		{ "lua", "", "--[[" }, { "php", "<?php ", "\"{$" }, { "php", "", "<?php ?" }, { "bash", "\"", "$(" }, { "bash", "", "${" },
		{ "bash", "cat <<A\n", "A b\n" }, { "console", "$ ", "a \\\n" }, { "console", "", "$ a\n" }, { "console", "", "a@b " },
		{ "sql", "'", "''" }, { "haskell", "", "{-" }, { "ocaml", "", "(*" }, { "html", "<script>", "</scrip" },
		{ "html", "", "<style>" }, { "html", "", "<a <" }, { "html", "", "&amp" }, { "html", "<a b='", "<" }, { "html", "", "{{" },
		{ "css", "", "a{" }, { "css", "", "a;" }, { "scss", "", "\"#{\";" }, { "scss", "", "a:#{b}" }, { "scss", "", "#{a;" },
		{ "json", "", "{\"a\":" }, { "json", "", "\"\\\"" }, { "yaml", "", "\"a\"" }, { "yaml", "", "- " }, { "yaml", "", "a: |\n" },
		{ "yaml", "", "&a " }, { "yaml", "[", "\"a\" " }, { "yaml", "", " \"a\": " }, { "toml", "", "[a" }, { "toml", "", "\"a\" " }, { "toml", "", "'\\" },
		{ "ini", "", "a" }, { "diff", "", "+" }, { "diff", "", "+\n" }, { "markdown", "", "```\n" }, { "markdown", "", "`a ``b " },
		{ "markdown", "", "**a" }, { "markdown", "", "```markdown\n" }, { "makefile", "", "$(a" }, { "makefile", "", "a:\n\tb\n" },
		{ "clojure", "", "(a " }, { "http", "A\n", "a: b\n" }, { "asm", "", "a:" }, { "latex", "", "$a" }, { "nix", "", "''${" },
		{ "vim", "", "<a" }, { "powershell", "@\"", "\"" }, { "tsx", "", "=<a b={`${" },
	};
	struct buf code = BUF_INIT(OUT_MAX_B), out = BUF_INIT(OUT_MAX_B);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_time(str_of(cases[i].language), cases[i].head, cases[i].unit, LARGE_B, &code, &out);
	buf_release(&code);
	buf_release(&out);
}

/* --- real posts --- */

struct posts {
	size_t blocks, known;
	struct buf unknown; /* names, each once */
};

static void take_block(struct posts *posts, struct str info, struct str code)
{
	struct buf out = BUF_INIT(OUT_MAX_B);
	bool known = highlight_html(info, code, &out);
	const char *fault = highlight_fault(code, buf_view(&out));
	if (fault)
		fail_msg("%.*s: %s in \"%.*s\"", STR_ARG(info), fault, STR_ARG(code));
	posts->blocks++;
	posts->known += known;
	char name[64];
	snprintf(name, sizeof name, " '%.*s'", STR_ARG(info));
	if (!known && str_find(buf_view(&posts->unknown), str_of(name)) < 0)
		buf_cstr(&posts->unknown, name);
	buf_release(&out);
}

static void take_post(struct posts *posts, struct str text)
{
	struct str rest = text, line, info = STR_NONE;
	size_t from = 0;
	while (str_line(&rest, &line)) {
		struct str trimmed = str_trim(line);
		if (!str_starts(trimmed, STR("```")))
			continue;
		if (str_given(info)) {
			take_block(posts, info, str_sub(text, from, (size_t)(line.p - text.p)));
			info = STR_NONE;
		} else {
			info = str_trim(str_from(trimmed, 3));
			from = text.n - rest.n;
		}
	}
}

static void blocks_of_real_posts_are_kept(void **state)
{
	(void)state;
	struct arena arena;
	struct err err = { 0 };
	struct file_entries files;
	struct posts posts = { .unknown = BUF_INIT(OUT_MAX_B) };
	const char *data = getenv("PLATEN_SHARED_DATA"), *top = getenv("top_srcdir");
	arena_init(&arena, ARENA_MAX_B);
	const char *folder = data ? path_join(&arena, data, "markdown")
				  : path_join(&arena, top ? top : ".", "../shared/data/markdown");
	if (!folder || !file_exists(folder)) {
		print_message("# skipped: no posts at %s\n", folder ? folder : "?");
		arena_release(&arena);
		return;
	}
	assert_ok(file_tree(folder, &arena, &files, &err), &err);
	for (size_t i = 0; i < files.count; i++) {
		struct buf text = BUF_INIT(OUT_MAX_B);
		if (files.items[i].kind == FILE_REGULAR && str_ends(str_of(files.items[i].name), STR(".md"))) {
			assert_ok(file_read(path_join(&arena, folder, files.items[i].name), LARGE_B, &text, &err), &err);
			take_post(&posts, buf_view(&text));
		}
		buf_release(&text);
	}
	print_message("# %zu blocks, %zu of known languages; not known:%.*s\n", posts.blocks, posts.known,
		      STR_ARG(buf_view(&posts.unknown)));
	assert_true(posts.known > 0);
	buf_release(&posts.unknown);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_language_is_linear),
		cmocka_unit_test(a_megabyte_is_linear),
		cmocka_unit_test(blocks_of_real_posts_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
