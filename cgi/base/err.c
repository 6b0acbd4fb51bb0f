/* err.c: result codes and the message that travels with them. */
#include "base/base.h"

#include <errno.h>
#include <stdarg.h>

static const char *const names[RC__MAX] = {
	[RC_OK] = "ok",
	[RC_NOTFOUND] = "not found",
	[RC_EXISTS] = "exists already",
	[RC_INVALID] = "invalid",
	[RC_LIMIT] = "over a limit",
	[RC_CONFLICT] = "conflict",
	[RC_DENIED] = "denied",
	[RC_BUSY] = "busy",
	[RC_TIMEOUT] = "timed out",
	[RC_IO] = "input/output error",
	[RC_NOSPACE] = "no space left",
	[RC_READONLY] = "read only",
	[RC_CORRUPT] = "corrupt",
	[RC_UNSUPPORTED] = "not supported",
	[RC_INTERNAL] = "internal error",
};

const char *rc_name(enum rc rc)
{
	if ((unsigned)rc >= RC__MAX)
		return "unknown";
	return names[rc];
}

/* One line, cut at a character boundary: messages end up in log lines and HTML. */
static void tidy(char *msg, size_t len)
{
	if (len >= ERR_MSG_MAX_B) {
		len = ERR_MSG_MAX_B - 1;
		while (len > 0 && ((unsigned char)msg[len - 1] & 0xC0) == 0x80)
			len--;
		if (len > 0 && (unsigned char)msg[len - 1] >= 0xC0)
			len--;
	}
	msg[len] = '\0';
	for (char *p = msg; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			*p = ' ';
}

PRINTF_LIKE(3, 0) static void format(struct err *err, enum rc rc, const char *fmt, va_list ap)
{
	int n = vsnprintf(err->msg, sizeof err->msg, fmt, ap);
	err->rc = rc;
	tidy(err->msg, n < 0 ? 0 : (size_t)n);
}

enum rc err_set(struct err *err, enum rc rc, const char *fmt, ...)
{
	if (err) {
		va_list ap;
		va_start(ap, fmt);
		format(err, rc, fmt, ap);
		va_end(ap);
	}
	return rc;
}

enum rc err_sys(struct err *err, enum rc rc, int errnum, const char *fmt, ...)
{
	if (errnum == ENOSPC || errnum == EDQUOT || errnum == EFBIG)
		rc = RC_NOSPACE;
	else if (errnum == EROFS)
		rc = RC_READONLY;
	if (err) {
		va_list ap;
		va_start(ap, fmt);
		format(err, rc, fmt, ap);
		va_end(ap);
		char text[128];
		size_t len = strlen(err->msg);
		int n = snprintf(err->msg + len, sizeof err->msg - len, ": %s",
				 strerror_r(errnum, text, sizeof text));
		tidy(err->msg, len + (n < 0 ? 0 : (size_t)n));
	}
	return rc;
}

void err_prefix(struct err *err, const char *fmt, ...)
{
	if (!err)
		return;
	char was[ERR_MSG_MAX_B];
	memcpy(was, err->msg, sizeof was);
	va_list ap;
	va_start(ap, fmt);
	format(err, err->rc, fmt, ap);
	va_end(ap);
	size_t len = strlen(err->msg);
	int n = snprintf(err->msg + len, sizeof err->msg - len, ": %s", was);
	tidy(err->msg, len + (n < 0 ? 0 : (size_t)n));
}
