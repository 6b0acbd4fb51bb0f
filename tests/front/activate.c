/* activate.c: runs a program with a listening unix socket on descriptor 0 (as spawn-fcgi and lighttpd
 * do) or 3 (as systemd does): activate 0|3 PATH PROGRAM [ARGUMENT...] */
#include "base/base.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char pid[32];
	if (argc < 4)
		return 2;
	int want = argv[1][0] - '0';
	snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[2]);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 512) != 0)
		return 2;
	if (fd != want && (dup2(fd, want) < 0 || close(fd) != 0))
		return 2;
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	if (want == 3) {
		setenv("LISTEN_FDS", "1", 1);
		setenv("LISTEN_PID", pid, 1);
	}
	execv(argv[3], argv + 3);
	return 2;
}
