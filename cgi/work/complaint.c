/* complaint.c: a failure that comes back every moment is told once a minute. */
#include "base/base.h"

#include "base/clock.h"
#include "work/complaint.h"

void complain(struct complaint *c, enum log_level level, const char *event, const struct err *err)
{
	int64_t now_us = clock_monotonic_us(), times = 0;
	pthread_mutex_lock(&c->lock);
	if (!c->told_us || now_us - c->told_us >= COMPLAINT_EVERY_US) {
		times = c->silent + 1;
		c->told_us = now_us;
		c->silent = 0;
	} else {
		c->silent++;
	}
	pthread_mutex_unlock(&c->lock);
	if (times)
		LOG(level, event, LOG_S("code", str_of(rc_name(err->rc))), LOG_S("message", str_of(err->msg)),
		    LOG_I("times", times));
}
