/* err.h: result codes and the message that travels with them.
 *
 * A function that can fail returns enum rc and takes `struct err *err` last. Whoever detects the
 * failure writes the whole message with err_set(); callers on the way up may only err_prefix().
 * On failure a function leaves its outputs untouched unless its header says otherwise. */
#ifndef PLATEN_BASE_ERR_H
#define PLATEN_BASE_ERR_H

#include <stddef.h>

#define NODISCARD __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

enum rc {
	RC_OK = 0,
	RC_NOTFOUND,    /* what was asked for does not exist */
	RC_EXISTS,      /* it exists already and must not */
	RC_INVALID,     /* the input is wrong; the message says what and where */
	RC_LIMIT,       /* the input is larger than a limit; the message names the limit */
	RC_CONFLICT,    /* somebody else changed it first */
	RC_DENIED,      /* not allowed to this actor */
	RC_BUSY,        /* locked by another process or out of a bounded resource; a retry may do */
	RC_TIMEOUT,     /* a peer or a computation took longer than its limit */
	RC_IO,          /* the operating system refused */
	RC_NOSPACE,     /* the disk is full */
	RC_READONLY,    /* the file, database or folder cannot be written */
	RC_CORRUPT,     /* stored data is damaged */
	RC_UNSUPPORTED, /* this build or this peer cannot do it */
	RC_INTERNAL,    /* a bug: an invariant does not hold */
	RC__MAX
};

#define ERR_MSG_MAX_B 512

struct err {
	enum rc rc;                /* RC_OK while nothing went wrong */
	char msg[ERR_MSG_MAX_B];   /* one line, UTF-8, no newline, truncated at a character boundary */
};

#define ERR_INIT { RC_OK, "" }

/* Writes the message and gives `rc` back, so that a failure is one line: `return err_set(...)`.
 * `err` may be NULL: then only the code travels. */
NODISCARD enum rc err_set(struct err *err, enum rc rc, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Like err_set, and appends ": " and the text of the errno value `errnum`; ENOSPC, EDQUOT and
 * EFBIG turn `rc` into RC_NOSPACE, EROFS into RC_READONLY. */
NODISCARD enum rc err_sys(struct err *err, enum rc rc, int errnum, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* Puts "TEXT: " before the message that is there. `err` may be NULL. */
void err_prefix(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The short lower-case name of a code ("not found"), never NULL. */
const char *rc_name(enum rc rc);

#endif
