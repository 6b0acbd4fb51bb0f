/* complaint.h: a failure that comes back every moment is told once a minute: a full disk shall not be filled by
 * the log about it. */
#ifndef PLATEN_WORK_COMPLAINT_H
#define PLATEN_WORK_COMPLAINT_H

#include <pthread.h>
#include <stdint.h>

#include "base/err.h"
#include "base/log.h"

#define COMPLAINT_EVERY_US INT64_C(60000000)

/* One a place that complains. */
struct complaint {
	pthread_mutex_t lock;
	int64_t told_us;     /* monotonic; 0: never */
	int64_t silent;      /* how often since then */
};

/* For what is static, and for what is made later. */
#define COMPLAINT_INIT_STATIC { .lock = PTHREAD_MUTEX_INITIALIZER }
#define COMPLAINT_INIT ((struct complaint)COMPLAINT_INIT_STATIC)

/* Logs `err` as log_err() does and how many "times" it came since the last line, or counts it. Any thread. */
void complain(struct complaint *complaint, enum log_level level, const char *event, const struct err *err);

#endif
