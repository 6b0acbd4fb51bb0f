/* detect.c: how this process was started: FastCGI, CGI, or by a person. */
#include "base/base.h"

#include <unistd.h>

#include "front/front.h"
#include "front/listen.h"

#define SYSTEMD_FIRST_FD 3

/* sd_listen_fds(3): the variables are meant for the process whose id they name. */
static bool systemd_gave_socket(void)
{
	uint64_t count, pid;
	return str_to_u64(str_of(getenv("LISTEN_FDS")), &count) && count >= 1 &&
	       str_to_u64(str_of(getenv("LISTEN_PID")), &pid) && pid == (uint64_t)getpid() &&
	       listen_is(SYSTEMD_FIRST_FD);
}

/* libfcgi's own FCGX_IsCGI() takes /dev/null, a pipe and a terminal for CGI: hence not used. */
enum front_kind front_detect(int *fd)
{
	*fd = -1;
	if (systemd_gave_socket()) {
		*fd = SYSTEMD_FIRST_FD;
		return FRONT_FASTCGI;
	}
	if (listen_is(STDIN_FILENO)) {
		*fd = STDIN_FILENO;
		return FRONT_FASTCGI;
	}
	return getenv("GATEWAY_INTERFACE") ? FRONT_CGI : FRONT_NONE;
}
