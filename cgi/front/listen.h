/* listen.h: listening sockets: unix, loopback TCP, inherited; and how the process was started. */
#ifndef PLATEN_FRONT_LISTEN_H
#define PLATEN_FRONT_LISTEN_H

#include <stdbool.h>

#include "base/err.h"

struct listener {
	int fd;          /* non-blocking, close-on-exec; -1: none */
	bool tcp;        /* answers need TCP_NODELAY: 44 ms each without */
	bool shared;     /* inherited: others may accept from it too, and its backlog is theirs as well */
	char *path;      /* of a unix socket that we made; NULL otherwise */
	unsigned long inode, device; /* of that path, to tell whether it is still ours */
};

/* Opens what `where` says: "unix:PATH" or "/PATH", "HOST:PORT" (HOST is 127.0.0.1, [::1] or
 * localhost: FastCGI believes whatever a peer claims, so it never leaves the machine), or "fd:N" for a
 * listening socket that was inherited. RC_INVALID, RC_IO.
 *
 * A unix socket is bound aside with mode 0660 and renamed onto PATH: an older process goes on serving
 * the connections it has, no moment passes without a socket. Changes the umask for a moment: only
 * while there is one thread. */
NODISCARD enum rc listen_open(const char *where, struct listener *out, struct err *err);

/* Another descriptor of the same socket, without the duty to remove its path. RC_IO. */
NODISCARD enum rc listen_copy(const struct listener *listener, struct listener *out, struct err *err);

/* Closes the socket (never shutdown(2): that would end a successor's copy too) and removes the path
 * if it is still ours. */
void listen_close(struct listener *listener);

/* True for a listening stream socket. */
bool listen_is(int fd);

#endif
