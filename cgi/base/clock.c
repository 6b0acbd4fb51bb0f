/* clock.c: the time, replaceable in tests. */
#include "base/base.h"
#include "base/clock.h"

#include <stdatomic.h>

static _Atomic int64_t fixed_ms = -1;

static int64_t read_us(clockid_t id)
{
	struct timespec ts;
	clock_gettime(id, &ts); /* cannot fail for these two clocks */
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_now_ms(void)
{
	int64_t fixed = atomic_load_explicit(&fixed_ms, memory_order_relaxed);
	return fixed >= 0 ? fixed : read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_monotonic_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

void clock_set_ms(int64_t now_ms)
{
	atomic_store_explicit(&fixed_ms, now_ms, memory_order_relaxed);
}
