/* holder.c: holds a listening unix socket as systemd does, and gives it to one program after the other:
 * holder PATH PROGRAM [ARGUMENT...]. SIGUSR1 ends the program (SIGTERM) and starts it anew once it has
 * ended, SIGHUP is passed on, SIGTERM ends both. Each start writes "started PID", each end "ended STATUS". */
#include "base/base.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PASSED_FD 3 /* sd_listen_fds(3) */

static int open_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 4096) != 0)
		return -1;
	return fd;
}

/* In the child. */
static void execute(int socket_fd, char **argv, const sigset_t *signals)
{
	char pid[32];
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_PID", pid, 1);
	sigprocmask(SIG_UNBLOCK, signals, NULL);
	if (dup2(socket_fd, PASSED_FD) == PASSED_FD)
		execv(argv[0], argv);
	_exit(127);
}

static pid_t start(int socket_fd, char **argv, const sigset_t *signals)
{
	pid_t child = fork();
	if (child == 0)
		execute(socket_fd, argv, signals);
	fprintf(stderr, "started %ld\n", (long)child);
	return child;
}

static int end(pid_t child)
{
	int status = 0;
	kill(child, SIGTERM);
	waitpid(child, &status, 0);
	fprintf(stderr, "ended %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return status;
}

int main(int argc, char **argv)
{
	sigset_t signals;
	int number = 0, status = 0;
	if (argc < 3)
		return 2;
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	int fd = open_socket(argv[1]);
	/* The descriptor that is passed on must be another one: dup2(2) onto itself would keep close-on-exec. */
	if (fd >= 0 && fd <= PASSED_FD)
		fd = dup2(fd, PASSED_FD + 1);
	if (fd < 0)
		return 2;
	while (number != SIGTERM) {
		pid_t child = start(fd, argv + 2, &signals);
		while (sigwait(&signals, &number) == 0 && number == SIGHUP)
			kill(child, SIGHUP);
		status = end(child);
	}
	unlink(argv[1]);
	return status != 0;
}
