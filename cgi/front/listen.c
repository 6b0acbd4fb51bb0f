/* listen.c: listening sockets: unix, loopback TCP, inherited. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "front/listen.h"

/* nginx answers 502 at once when the queue is full. */
#define BACKLOG 1024
#define SOCKET_FLAGS (SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC)

bool listen_is(int fd)
{
	int value = 0;
	socklen_t size_b = sizeof value;
	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &size_b) == 0 && value;
}

static enum rc bind_unix(int fd, const char *path, struct err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int n = snprintf(address.sun_path, sizeof address.sun_path, "%s.%ld", path, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof address.sun_path)
		return err_set(err, RC_INVALID, "socket path '%s' is longer than %zu bytes", path,
			       sizeof address.sun_path - 12);
	unlink(address.sun_path);
	mode_t before = umask(0117);
	int bound = bind(fd, (struct sockaddr *)&address, sizeof address);
	int bind_errno = errno;
	umask(before);
	if (bound != 0)
		return err_sys(err, RC_IO, bind_errno, "cannot create socket '%s'", address.sun_path);
	if (listen(fd, BACKLOG) == 0 && rename(address.sun_path, path) == 0)
		return RC_OK;
	enum rc rc = err_sys(err, RC_IO, errno, "cannot put socket '%s' in place", path);
	unlink(address.sun_path);
	return rc;
}

static enum rc open_unix(const char *path, struct listener *out, struct err *err)
{
	struct stat st;
	int fd = socket(AF_UNIX, SOCKET_FLAGS, 0);
	if (fd < 0)
		return err_sys(err, RC_IO, errno, "cannot make a unix socket");
	enum rc rc = bind_unix(fd, path, err);
	if (rc == RC_OK && lstat(path, &st) != 0)
		rc = err_sys(err, RC_IO, errno, "cannot see socket '%s'", path);
	if (rc != RC_OK) {
		close(fd);
		return rc;
	}
	*out = (struct listener){ .fd = fd, .path = mem_dup(path, strlen(path)),
				  .inode = st.st_ino, .device = st.st_dev };
	return RC_OK;
}

static socklen_t loopback(struct str host, uint16_t port, struct sockaddr_storage *out)
{
	if (str_is(host, "[::1]")) {
		struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
		*v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(port),
					     .sin6_addr = IN6ADDR_LOOPBACK_INIT };
		return sizeof *v6;
	}
	if (str_is(host, "127.0.0.1") || str_is(host, "localhost")) {
		struct sockaddr_in *v4 = (struct sockaddr_in *)out;
		*v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port),
					    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		return sizeof *v4;
	}
	return 0;
}

static enum rc open_tcp(struct str where, struct listener *out, struct err *err)
{
	ptrdiff_t colon = str_rfind_char(where, ':');
	uint64_t port;
	if (colon < 0 || !str_to_u64(str_from(where, (size_t)colon + 1), &port) || port > 65535)
		return err_set(err, RC_INVALID, "'%.*s' is not unix:PATH, HOST:PORT or fd:N",
			       STR_ARG(where));
	struct sockaddr_storage address = { 0 };
	socklen_t size_b = loopback(str_sub(where, 0, (size_t)colon), (uint16_t)port, &address);
	if (!size_b)
		return err_set(err, RC_INVALID, "cannot listen on '%.*s': FastCGI is served on 127.0.0.1, "
			       "[::1] or localhost only", STR_ARG(where));
	int fd = socket(address.ss_family, SOCKET_FLAGS, 0), one = 1;
	if (fd < 0)
		return err_sys(err, RC_IO, errno, "cannot make a TCP socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&address, size_b) != 0 || listen(fd, BACKLOG) != 0) {
		enum rc rc = err_sys(err, RC_IO, errno, "cannot listen on '%.*s'", STR_ARG(where));
		close(fd);
		return rc;
	}
	*out = (struct listener){ .fd = fd, .tcp = true };
	return RC_OK;
}

static enum rc open_inherited(struct str number, struct listener *out, struct err *err)
{
	uint64_t n;
	if (!str_to_u64(number, &n) || n > INT32_MAX || !listen_is((int)n))
		return err_set(err, RC_INVALID, "descriptor '%.*s' is not a listening socket",
			       STR_ARG(number));
	int fd = (int)n;
	struct sockaddr_storage address;
	socklen_t size_b = sizeof address;
	if (getsockname(fd, (struct sockaddr *)&address, &size_b) != 0 ||
	    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return err_sys(err, RC_IO, errno, "cannot use descriptor %d", fd);
	*out = (struct listener){ .fd = fd, .tcp = address.ss_family != AF_UNIX, .shared = true };
	return RC_OK;
}

enum rc listen_open(const char *where, struct listener *out, struct err *err)
{
	struct str text = str_of(where);
	if (str_starts(text, STR("unix:")))
		return open_unix(where + 5, out, err);
	if (str_starts(text, STR("/")))
		return open_unix(where, out, err);
	if (str_starts(text, STR("fd:")))
		return open_inherited(str_from(text, 3), out, err);
	return open_tcp(text, out, err);
}

enum rc listen_copy(const struct listener *listener, struct listener *out, struct err *err)
{
	int fd = fcntl(listener->fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return err_sys(err, RC_IO, errno, "cannot have a second descriptor of a listening socket");
	*out = (struct listener){ .fd = fd, .tcp = listener->tcp, .shared = listener->shared };
	return RC_OK;
}

void listen_close(struct listener *listener)
{
	struct stat st;
	if (listener->fd >= 0)
		close(listener->fd);
	if (listener->path && lstat(listener->path, &st) == 0 && st.st_ino == listener->inode &&
	    st.st_dev == listener->device)
		unlink(listener->path);
	free(listener->path);
	*listener = (struct listener){ .fd = -1 };
}
