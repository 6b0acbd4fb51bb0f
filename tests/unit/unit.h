/* unit.h: what every unit test includes first. */
#ifndef PLATEN_TESTS_UNIT_H
#define PLATEN_TESTS_UNIT_H

#include "base/base.h"

#include "base/buf.h"

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

/* Built with a sanitizer of addresses or threads. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED true
#elif defined(__has_feature)
#define IS_SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define IS_SANITIZED false
#endif

/* The processor's time of this process, in microseconds: other programs beside it make no difference. */
static inline double cpu_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* A known piece of work, in microseconds of the processor: what a bound on a hostile input's cost is told in. Taken
 * with the build and on the machine of the moment, it is slower where they are: with a sanitizer or under valgrind,
 * on a small machine, beside other programs. About 2 ms without any of these. */
static inline double yardstick_us(void)
{
	double begun_us = cpu_us();
	struct buf work = BUF_INIT(1 << 20);
	for (int i = 0; i < 1 << 20; i++)
		buf_char(&work, (char)i);
	buf_release(&work);
	return cpu_us() - begun_us;
}

/* Fails if the process has worked more than `yardsticks` since cpu_us() said `since_us`. Quadratic work on the sizes
 * of these tests takes a hundred times what linear work does: bounds may be, and are, several times what is usual. */
#define assert_worked_at_most(yardsticks, since_us, ...) \
	do { \
		double worked_us = cpu_us() - (since_us), one_us = yardstick_us(); \
		if (worked_us > (yardsticks) * one_us) { \
			print_error(__VA_ARGS__); \
			fail_msg(" takes %.0f yardsticks of %.0f us", worked_us / one_us, one_us); \
		} \
	} while (0)

#endif
