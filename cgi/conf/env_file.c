/* env_file.c: files of NAME=VALUE lines, as shells and systemd read them. */
#include "base/base.h"

#include "base/utf8.h"
#include "conf/env_file.h"

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
		if (!letter && !(i > 0 && c >= '0' && c <= '9'))
			return false;
	}
	return s.n > 0;
}

static bool only_comment(struct str rest)
{
	rest = str_trim(rest);
	return rest.n == 0 || rest.p[0] == '#';
}

static enum rc quoted(struct str raw, struct arena *arena, struct str *out, const char *where, struct err *err)
{
	char quote = raw.p[0], *text = arena_cstr(arena, raw);
	size_t n = 0, i = 1;
	while (i < raw.n && raw.p[i] != quote) {
		char c = raw.p[i++];
		if (quote == '"' && c == '\\' && i < raw.n && strchr("\"\\$`n", raw.p[i])) {
			c = raw.p[i] == 'n' ? '\n' : raw.p[i];
			i++;
		}
		text[n++] = c;
	}
	if (i >= raw.n)
		return err_set(err, RC_INVALID, "%s: a quoted value does not end", where);
	if (!only_comment(str_from(raw, i + 1)))
		return err_set(err, RC_INVALID, "%s: there is something behind the quoted value", where);
	text[n] = '\0';
	*out = str_n(text, n);
	return RC_OK;
}

static struct str plain(struct str raw)
{
	for (size_t i = 0; i < raw.n; i++)
		if (raw.p[i] == '#' && (i == 0 || raw.p[i - 1] == ' ' || raw.p[i - 1] == '\t'))
			return str_trim(str_sub(raw, 0, i));
	return raw;
}

static enum rc parse_line(struct str line, const char *where, struct arena *arena,
			  enum rc (*take)(void *ctx, struct str name, struct str value, const char *where), void *ctx,
			  struct err *err)
{
	struct str value;
	if (str_starts(line, STR("export ")))
		line = str_trim(str_from(line, 7));
	ptrdiff_t equals = str_find_char(line, '=');
	struct str name = equals < 0 ? line : str_trim(str_sub(line, 0, (size_t)equals));
	if (equals < 0 || !is_name(name))
		return err_set(err, RC_INVALID, "%s: this is not NAME=VALUE", where);
	struct str raw = str_trim(str_from(line, (size_t)equals + 1));
	enum rc rc = RC_OK;
	if (raw.n > 0 && (raw.p[0] == '"' || raw.p[0] == '\''))
		rc = quoted(raw, arena, &value, where, err);
	else
		value = arena_str(arena, plain(raw));
	return rc == RC_OK ? take(ctx, name, value, where) : rc;
}

enum rc env_file_parse(struct str text, const char *file, struct arena *arena,
		       enum rc (*take)(void *ctx, struct str name, struct str value, const char *where), void *ctx,
		       struct err *err)
{
	struct str rest = text, line;
	int number = 0;
	if (!utf8_valid(text) || memchr(text.p, '\0', text.n))
		return err_set(err, RC_INVALID, "%s is not UTF-8 text", file);
	while (str_line(&rest, &line)) {
		number++;
		if (only_comment(line))
			continue; /* a file of nothing but empty lines must not fill the arena */
		struct str where = arena_printf(arena, "%s:%d", file, number);
		enum rc rc = parse_line(str_trim(line), where.p, arena, take, ctx, err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}
