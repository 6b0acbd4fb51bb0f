/* conf_print.c: the settings of the process for people: `platen config` and the man page. */
#include "base/base.h"

#include <inttypes.h>

#include "conf/conf.h"
#include "conf/table.h"

static const char *const origin_names[] = {
	[CONF_FROM_DEFAULT] = "default",
	[CONF_FROM_FILE] = "file",
	[CONF_FROM_ENVIRONMENT] = "environment",
};

static void put_value(const struct conf *conf, const struct conf_def *def, struct buf *out)
{
	const void *field = (const char *)conf + def->offset;
	switch (def->type) {
	case CONF_PATH:
	case CONF_TEXT:
	case CONF_WEB:
	case CONF_NETS:
		buf_cstr(out, *(const char *const *)field ? *(const char *const *)field : "(not set)");
		break;
	case CONF_SECRET:
		buf_cstr(out, str_empty(*(const struct str *)field) ? "(not set)" : "(secret)");
		break;
	case CONF_URL:
		buf_str(out, *(const struct str *)field);
		break;
	case CONF_INT:
		buf_printf(out, "%d", *(const int *)field);
		break;
	case CONF_SIZE:
		buf_printf(out, "%" PRId64, *(const int64_t *)field);
		break;
	case CONF_CHOICE:
		buf_cstr(out, def->choices[*(const int *)field]);
		break;
	case CONF_IGNORED:
		break;
	}
}

static void put_range(const struct conf_def *def, struct buf *out)
{
	if (def->type == CONF_INT || def->type == CONF_SIZE)
		buf_printf(out, " [%" PRId64 " to %" PRId64 "%s%s]", def->min, def->max, def->unit ? " " : "",
			   def->unit ? def->unit : "");
	for (int i = 0; def->choices && def->choices[i]; i++)
		buf_printf(out, "%s%s%s", i ? ", " : " [", def->choices[i], def->choices[i + 1] ? "" : "]");
}

void conf_print(const struct conf *conf, struct buf *out)
{
	for (size_t i = 0; i < conf_table_count; i++) {
		const struct conf_def *def = &conf_table[i];
		if (def->type == CONF_IGNORED)
			continue;
		buf_printf(out, "%-20s ", def->name);
		put_value(conf, def, out);
		buf_printf(out, "\n%-20s   %s; %s", "", origin_names[conf->origins[i]], def->help);
		put_range(def, out);
		buf_char(out, '\n');
	}
}

static bool is_set(const struct conf *conf, const struct conf_def *def)
{
	const void *field = (const char *)conf + def->offset;
	if (def->type == CONF_SECRET)
		return !str_empty(*(const struct str *)field);
	bool text = def->type == CONF_PATH || def->type == CONF_TEXT || def->type == CONF_WEB || def->type == CONF_NETS;
	return !text || *(const char *const *)field;
}

size_t conf_lines(const struct conf *conf, struct arena *arena, struct conf_line **out)
{
	struct conf_line *lines = ARENA_ARRAY(arena, conf_table_count, struct conf_line);
	size_t count = 0;
	for (size_t i = 0; i < conf_table_count; i++) {
		const struct conf_def *def = &conf_table[i];
		struct buf value = BUF_INIT((size_t)64 << 10);
		if (def->type == CONF_IGNORED)
			continue;
		if (is_set(conf, def))
			put_value(conf, def, &value);
		lines[count++] = (struct conf_line){ def->name, def->help, arena_str(arena, buf_view(&value)),
						     conf->origins[i] };
		buf_release(&value);
	}
	*out = lines;
	return count;
}

static void put_roff(const char *text, struct buf *out)
{
	for (const char *p = text; *p; p++) {
		if (*p == '-' || *p == '\\')
			buf_char(out, '\\');
		buf_char(out, *p == '\\' ? 'e' : *p);
	}
}

void conf_man(struct buf *out)
{
	for (size_t i = 0; i < conf_table_count; i++) {
		const struct conf_def *def = &conf_table[i];
		BUF_LIT(out, ".TP\n.B ");
		put_roff(def->name, out);
		buf_char(out, '\n');
		put_roff(def->help, out);
		put_range(def, out);
		if (def->fallback) {
			BUF_LIT(out, " (default: ");
			put_roff(def->fallback[0] == '@' ? def->fallback + 1 : def->fallback, out);
			buf_char(out, ')');
		}
		BUF_LIT(out, ".\n");
	}
}
