/* notify.c: tells the service manager how the process is doing, without its library. */
#include "base/base.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"

/* An abstract address has no terminating zero: its length tells where it ends. 0: not an address. */
static socklen_t socket_address(struct str name, struct sockaddr_un *out)
{
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (name.n < 2 || name.n >= sizeof out->sun_path || (name.p[0] != '/' && name.p[0] != '@'))
		return 0;
	memcpy(out->sun_path, name.p, name.n);
	if (name.p[0] == '@')
		out->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name.n);
}

static enum rc send_to(struct str name, const char *state, struct err *err)
{
	static const struct timeval limit = { .tv_sec = 1 };
	struct sockaddr_un address;
	socklen_t size_b = socket_address(name, &address);
	enum rc rc = RC_OK;
	if (!size_b)
		return err_set(err, RC_INVALID, "NOTIFY_SOCKET is neither /PATH nor @NAME");
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(err, RC_IO, errno, "cannot make a unix socket");
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, size_b) < 0)
		rc = err_sys(err, RC_IO, errno, "cannot send to NOTIFY_SOCKET");
	close(fd);
	return rc;
}

static void notify(const char *state)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct err err = ERR_INIT;
	if (name && send_to(str_of(name), state, &err) != RC_OK)
		LOG(LOG_WARN, "cannot tell the service manager", LOG_S("state", str_of(state)),
		    LOG_S("error", str_of(err.msg)));
}

void notify_ready(void)
{
	notify("READY=1");
}

/* The time lets the manager tell the READY=1 of this reload from an earlier one. */
void notify_reloading(void)
{
	char state[64];
	snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_monotonic_us());
	notify(state);
}

void notify_stopping(void)
{
	notify("STOPPING=1");
}

int64_t notify_watchdog_us(void)
{
	int64_t us = 0, pid = getpid();
	if (!str_to_i64(str_of(getenv("WATCHDOG_USEC")), &us) || us <= 0)
		return 0;
	const char *whose = getenv("WATCHDOG_PID"); /* a child inherits what is not meant for it */
	return !whose || (str_to_i64(str_of(whose), &pid) && pid == getpid()) ? us : 0;
}

void notify_alive(void)
{
	notify("WATCHDOG=1");
}
