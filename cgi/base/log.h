/* log.h: structured log lines on standard error or in a file, JSON or text.
 *
 * One call, one line, one write(2): lines of several threads and processes never mix. Values are
 * escaped, cut at LOG_VALUE_MAX_B. Never log a secret. */
#ifndef PLATEN_BASE_LOG_H
#define PLATEN_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_LEVEL__MAX };
enum log_format { LOG_TEXT, LOG_JSON, LOG_FORMAT__MAX };

#define LOG_VALUE_MAX_B 2048

struct log_field {
	const char *name;
	enum { LOG_FIELD_STR, LOG_FIELD_INT } type;
	struct str text;
	int64_t number;
};

#define LOG_S(name, s) ((struct log_field){ (name), LOG_FIELD_STR, (s), 0 })
#define LOG_I(name, i) ((struct log_field){ (name), LOG_FIELD_INT, { NULL, 0 }, (i) })

/* Before threads start, and again at any time. Default: text, info. */
void log_setup(enum log_level level, enum log_format format);
/* From now on lines go to the end of the file, made if it is missing; NULL: to standard error. When the file is
 * moved away, a new one is made within a second. When it cannot be opened, standard error gets the lines and
 * the first of them says so. Any thread. */
void log_to_file(const char *path);
/* Where the next line goes: for log.c. */
int log_descriptor(void);
bool log_enabled(enum log_level level);

/* `event` is a short constant phrase ("request", "cannot render page"). */
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count);
#define LOG(level, event, ...) \
	log_write((level), (event), (const struct log_field[]){ __VA_ARGS__ }, \
		  sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))
/* A failure with its code and message. */
void log_err(enum log_level level, const char *event, const struct err *err);

#endif
