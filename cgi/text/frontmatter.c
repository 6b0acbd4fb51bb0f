/* frontmatter.c: splits a file into its front matter and its body. */
#include "base/base.h"

#include "text/frontmatter.h"
#include "text/toml.h"
#include "text/yaml.h"

/* Without CR before LF. Files that have none are not copied. */
static struct str without_cr(struct str s, struct arena *arena)
{
	char *copy;
	size_t n = 0;

	if (str_find(s, STR("\r\n")) < 0)
		return s;
	copy = arena_alloc(arena, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
			copy[n++] = s.p[i];
	return str_n(copy, n);
}

static bool is_line(struct str line, const char *delimiter)
{
	while (line.n && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
		line.n--;
	return str_is(line, delimiter);
}

/* Finds the line that closes: the text before it, the rest behind it. */
static bool split_at(struct str text, const char *const *closing, struct str *inside, struct str *rest,
		     int *lines)
{
	struct str left = text, line;

	*lines = 0;
	while (str_line(&left, &line)) {
		++*lines;
		for (size_t i = 0; closing[i]; i++) {
			if (!is_line(line, closing[i]))
				continue;
			*inside = str_sub(text, 0, (size_t)(line.p - text.p));
			*rest = left;
			return true;
		}
	}
	return false;
}

/* The end of the JSON object that begins at text[0]; 0 when it has none. */
static size_t json_object_end(struct str text)
{
	bool in_string = false;
	size_t depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == '{' || c == '['))
			depth++;
		else if (!in_string && (c == '}' || c == ']') && --depth == 0)
			return i + 1;
	}
	return 0;
}

static enum rc check_map(struct frontmatter *fm, struct arena *arena, struct data_at *at, struct err *err)
{
	if (fm->fields->type == DATA_NULL)
		fm->fields = data_new(arena, DATA_MAP, 1);
	if (fm->fields->type == DATA_MAP)
		return RC_OK;
	if (at)
		*at = (struct data_at){ fm->fields->line, 1 };
	return err_set(err, RC_INVALID, "the front matter is a %s, not a table of keys and values",
		       data_type_name(fm->fields->type));
}

static enum rc unclosed(const char *delimiter, struct data_at *at, struct err *err)
{
	if (at)
		*at = (struct data_at){ 1, 1 };
	return err_set(err, RC_INVALID, "the front matter is not closed by a line '%s'", delimiter);
}

static enum rc read_delimited(struct str text, struct arena *arena, struct frontmatter *out,
			      struct data_at *at, struct err *err)
{
	static const char *const yaml_end[] = { "---", "...", NULL }, *const toml_end[] = { "+++", NULL };
	bool toml = out->format == FRONTMATTER_TOML;
	struct str inside, opening;
	int lines;
	enum rc rc;

	str_line(&text, &opening);
	if (!split_at(text, toml ? toml_end : yaml_end, &inside, &out->body, &lines))
		return unclosed(toml ? "+++" : "---", at, err);
	out->body_line = lines + 2;
	rc = toml ? toml_parse(inside, 2, arena, &out->fields, at, err)
		  : yaml_parse(inside, 2, arena, &out->fields, at, err);
	return rc == RC_OK ? check_map(out, arena, at, err) : rc;
}

static int count_lines(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static enum rc read_json(struct str text, struct arena *arena, struct frontmatter *out,
			 struct data_at *at, struct err *err)
{
	size_t end = json_object_end(text);
	struct str inside = str_sub(text, 0, end), line;
	enum rc rc;

	if (!end)
		return unclosed("}", at, err);
	out->body = str_from(text, end);
	str_line(&out->body, &line); /* what follows the brace in its line: nothing, by both formats */
	out->body_line = count_lines(inside) + 2;
	if (at)
		*at = (struct data_at){ 1, 1 };
	rc = data_from_json(inside, arena, &out->fields, err);
	return rc == RC_OK ? check_map(out, arena, at, err) : rc;
}

/* Hexo allows the first delimiter to be left out, in JSON also the braces:
 *     "title": "Hello", "date": "2013/7/13"
 *     ;;; */
static enum rc read_hexo_json(struct str inside, struct arena *arena, struct frontmatter *out,
			      struct data_at *at, struct err *err)
{
	enum rc rc = data_from_json(ARENA_JOIN(arena, STR("{"), inside, STR("}")), arena, &out->fields, err);

	if (at)
		*at = (struct data_at){ 1, 1 };
	return rc == RC_OK ? check_map(out, arena, at, err) : rc;
}

static bool looks_like_key(struct str line)
{
	size_t i = 0;

	while (i < line.n && ((line.p[i] | 0x20) >= 'a') && ((line.p[i] | 0x20) <= 'z'))
		i++;
	return i > 0 && i + 1 < line.n && line.p[i] == ':' && line.p[i + 1] == ' ';
}

/* "title: x" in the first line and a "---" some lines later, every line between a key, a list
 * element or a continuation: Hexo's form without an opening. A setext heading is not that. */
static bool is_hexo_yaml(struct str text, struct str *inside, struct str *rest, int *lines)
{
	static const char *const end[] = { "---", NULL };
	struct str left, line;

	left = text;
	if (!str_line(&left, &line) || !looks_like_key(line) || !split_at(text, end, inside, rest, lines))
		return false;
	for (left = *inside; str_line(&left, &line);)
		if (line.n && !looks_like_key(line) && !strchr(" \t-#", line.p[0]) &&
		    (line.p[line.n - 1] != ':' || str_find_char(line, ' ') >= 0))
			return false;
	return true;
}

/* A key and its colon at the start of a line, as in "Title: x"; 0: there is none. */
static size_t header_key(struct str line)
{
	ptrdiff_t colon = str_find_char(line, ':');

	return colon > 0 && str_find_char(str_sub(line, 0, (size_t)colon), ' ') < 0 ? (size_t)colon : 0;
}

static bool is_indented(struct str line)
{
	return line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t');
}

/* Pelican's lines without any delimiter: "Title: x" first, other keys, an empty line. A value may go
 * on in indented lines. */
static bool is_header_lines(struct str text)
{
	struct str line;

	if (!str_istarts(text, STR("title:")))
		return false;
	while (str_line(&text, &line) && !str_empty(str_trim(line)))
		if (!is_indented(line) && !header_key(line))
			return false;
	return true;
}

/* A value with the indented lines behind it, which are taken off *rest, as one line. */
static struct str header_value(struct str first, struct str *rest, struct arena *arena, int *lines)
{
	struct str ahead = *rest, line, part = str_trim(first);
	struct buf value = BUF_INIT(first.n + rest->n);

	buf_str(&value, part);
	while (str_line(&ahead, &line) && is_indented(line) && !str_empty(part = str_trim(line))) {
		buf_char(&value, ' ');
		buf_str(&value, part);
		*rest = ahead;
		++*lines;
	}
	part = arena_str(arena, str_trim(buf_view(&value)));
	buf_release(&value);
	return part;
}

static enum rc read_header_lines(struct str text, struct arena *arena, struct frontmatter *out,
				 struct data_at *at, struct err *err)
{
	struct data *map = data_new(arena, DATA_MAP, 1), *field;
	struct str rest = text, line;
	enum rc rc = RC_OK;
	int n = 0;

	while (rc == RC_OK && str_line(&rest, &line) && !str_empty(str_trim(line))) {
		size_t colon = header_key(line);

		field = data_new(arena, DATA_TEXT, ++n);
		field->text = header_value(str_from(line, colon + 1), &rest, arena, &n);
		rc = data_set(map, str_sub(line, 0, colon), field, err);
		if (rc != RC_OK && at)
			*at = (struct data_at){ field->line, 1 };
	}
	if (rc != RC_OK)
		return rc;
	out->format = FRONTMATTER_YAML;
	out->fields = map;
	out->body = rest;
	out->body_line = n + 2;
	return RC_OK;
}

static enum rc read_bare(struct str text, struct arena *arena, struct frontmatter *out,
			 struct data_at *at, struct err *err)
{
	static const char *const json_end[] = { ";;;", NULL };
	struct str inside, rest;
	int lines;
	enum rc rc;

	if (text.n && text.p[0] == '"' && split_at(text, json_end, &inside, &rest, &lines)) {
		out->format = FRONTMATTER_JSON;
		out->body = rest;
		out->body_line = lines + 1;
		return read_hexo_json(inside, arena, out, at, err);
	}
	if (!is_hexo_yaml(text, &inside, &rest, &lines))
		return is_header_lines(text) ? read_header_lines(text, arena, out, at, err) : RC_OK;
	out->format = FRONTMATTER_YAML;
	out->body = rest;
	out->body_line = lines + 1;
	rc = yaml_parse(inside, 1, arena, &out->fields, at, err);
	return rc == RC_OK ? check_map(out, arena, at, err) : rc;
}

/* "{" and then a key: other texts may begin with a brace, too ("{:toc}", "{{ ... }}"). */
static bool is_json_object(struct str text)
{
	struct str inside = str_trim(str_from(text, 1));

	return text.n && text.p[0] == '{' && inside.n && (inside.p[0] == '"' || inside.p[0] == '}');
}

enum rc frontmatter_read(struct str file, struct arena *arena, struct frontmatter *out,
			 struct data_at *at, struct err *err)
{
	struct frontmatter fm = { .format = FRONTMATTER_NONE, .body_line = 1 };
	struct str text, left, line;
	enum rc rc;

	if (str_starts(file, STR("\xef\xbb\xbf")))
		file = str_from(file, 3);
	text = left = without_cr(file, arena);
	fm.body = text;
	fm.fields = data_new(arena, DATA_MAP, 1);
	if (!str_line(&left, &line))
		line = STR("");
	if (is_line(line, "---")) {
		fm.format = FRONTMATTER_YAML;
		rc = read_delimited(text, arena, &fm, at, err);
	} else if (is_line(line, "+++")) {
		fm.format = FRONTMATTER_TOML;
		rc = read_delimited(text, arena, &fm, at, err);
	} else if (is_json_object(text)) {
		fm.format = FRONTMATTER_JSON;
		rc = read_json(text, arena, &fm, at, err);
	} else {
		rc = read_bare(text, arena, &fm, at, err);
	}
	if (rc == RC_OK)
		*out = fm;
	return rc;
}
