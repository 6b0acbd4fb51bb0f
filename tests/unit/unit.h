/* unit.h: what every unit test includes first. */
#ifndef PLATEN_TESTS_UNIT_H
#define PLATEN_TESTS_UNIT_H

#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Fails with the message of `err` when a call that must succeed did not. */
#define assert_ok(call, err) \
	do { \
		if ((call) != RC_OK) \
			fail_msg("%s: %s", #call, (err)->msg); \
	} while (0)

/* A struct str or struct html against a C string. */
#define assert_str(s, cstr) assert_str_is((s).p, (s).n, (cstr), __FILE__, __LINE__)
static inline void assert_str_is(const char *p, size_t n, const char *want, const char *file, int line)
{
	if (n != strlen(want) || (n && memcmp(p, want, n) != 0)) {
		print_error("%s:%d: \"%.*s\" is not \"%s\"\n", file, line, (int)n, p ? p : "", want);
		_fail(file, line);
	}
}

/* The processor's time of this process, in microseconds: other programs beside it make no difference. */
static inline double cpu_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

#endif
