/* clock.h: the time, replaceable in tests. */
#ifndef PLATEN_BASE_CLOCK_H
#define PLATEN_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now_ms(void);       /* Unix milliseconds UTC; PLATEN_TEST_NOW is never read here */
int64_t clock_monotonic_us(void);
/* Tests only: a fixed now until clock_set_ms(-1). Monotonic time goes on. Thread-safe. */
void clock_set_ms(int64_t now_ms);

#endif
