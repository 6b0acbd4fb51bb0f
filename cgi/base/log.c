/* log.c: structured log lines, JSON or text. */
#include "base/base.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/log.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#define LINE_MAX_B ((size_t)256 << 10)

static const char *const level_names[LOG_LEVEL__MAX] = {
	[LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug",
};

static _Atomic int level_now = LOG_INFO, format_now = LOG_TEXT;

void log_setup(enum log_level level, enum log_format format)
{
	atomic_store(&level_now, (int)level);
	atomic_store(&format_now, (int)format);
}

bool log_enabled(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&level_now, memory_order_relaxed);
}

static void put_time(struct buf *line)
{
	int64_t now_ms = clock_now_ms();
	time_t s = (time_t)(now_ms / 1000);
	struct tm tm;
	char text[32];
	if (gmtime_r(&s, &tm) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm) > 0)
		buf_printf(line, "%s.%03dZ", text, (int)(now_ms % 1000));
}

/* A bare word needs no quotes in a text line. */
static bool is_bare(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == '=' ||
		    s.p[i] == '<' || s.p[i] == '>' || s.p[i] == '&' || (unsigned char)s.p[i] >= 0x7F)
			return false;
	return s.n > 0;
}

static void put_quoted(struct buf *line, struct str s)
{
	struct str cut = utf8_cut(s, LOG_VALUE_MAX_B);
	buf_char(line, '"');
	enc_json(line, cut);
	if (cut.n < s.n)
		BUF_LIT(line, "\xE2\x80\xA6"); /* an ellipsis shows the cut */
	buf_char(line, '"');
}

static void put_text_line(struct buf *line, enum log_level level, const char *event,
			  const struct log_field *fields, size_t count)
{
	put_time(line);
	buf_printf(line, " %s %s", level_names[level], event);
	for (size_t i = 0; i < count; i++) {
		buf_printf(line, " %s=", fields[i].name);
		if (fields[i].type == LOG_FIELD_INT)
			buf_i64(line, fields[i].number);
		else if (is_bare(fields[i].text) && fields[i].text.n <= LOG_VALUE_MAX_B)
			buf_str(line, fields[i].text);
		else
			put_quoted(line, fields[i].text);
	}
}

static void put_json_line(struct buf *line, enum log_level level, const char *event,
			  const struct log_field *fields, size_t count)
{
	BUF_LIT(line, "{\"time\":\"");
	put_time(line);
	buf_printf(line, "\",\"level\":\"%s\",\"event\":", level_names[level]);
	put_quoted(line, str_of(event));
	for (size_t i = 0; i < count; i++) {
		buf_char(line, ',');
		put_quoted(line, str_of(fields[i].name));
		buf_char(line, ':');
		if (fields[i].type == LOG_FIELD_INT)
			buf_i64(line, fields[i].number);
		else if (str_given(fields[i].text))
			put_quoted(line, fields[i].text);
		else
			BUF_LIT(line, "null");
	}
	buf_char(line, '}');
}

static void write_line(struct str line)
{
	int fd = log_descriptor();
	while (line.n > 0) {
		ssize_t n = write(fd, line.p, line.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* a log that cannot be written must not stop the program */
		line = str_from(line, (size_t)n);
	}
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
	if (!log_enabled(level))
		return;
	struct buf line = BUF_INIT(LINE_MAX_B);
	int errnum = errno;
	if (atomic_load_explicit(&format_now, memory_order_relaxed) == LOG_JSON)
		put_json_line(&line, level, event, fields, count);
	else
		put_text_line(&line, level, event, fields, count);
	buf_char(&line, '\n');
	if (line.rc == RC_OK)
		write_line(buf_view(&line));
	buf_release(&line);
	errno = errnum;
}

void log_err(enum log_level level, const char *event, const struct err *err)
{
	LOG(level, event, LOG_S("code", str_of(rc_name(err->rc))), LOG_S("message", str_of(err->msg)));
}
