/* replay.h: gives libfcgi requests from memory, so that it never reads from a connection.
 *
 * libfcgi reads with read(2) from `ipcFd` and blocks there. What was checked by record.h is copied to
 * a memory file that ends where the request's head ends, and the library is pointed at that: it parses
 * everything it is given, finds the end of the file if it ever wanted more, and cannot see a byte that
 * was not checked. A peek at the socket would not do: more bytes may arrive between the look and
 * libfcgi's read of up to 8 KB. The copy costs an lseek(2) instead of a second look. */
#ifndef PLATEN_FRONT_REPLAY_H
#define PLATEN_FRONT_REPLAY_H

#include <fcgiapp.h>
#include <stdbool.h>

#include "base/err.h"
#include "front/record.h"

struct replay {
	int fd;
	unsigned char *map; /* RECORD_HEAD_MAX_B bytes */
};

/* For one thread at a time. RC_IO. */
NODISCARD enum rc replay_open(struct replay *replay, struct err *err);
void replay_close(struct replay *replay);

/* Lets libfcgi parse a head that record_feed() passed: `n` at most RECORD_HEAD_MAX_B. Then
 * request->envp holds the parameters and request->in waits for STDIN (replay_body()). False: libfcgi
 * does not take it, nothing is held. End with replay_end(). FCGX_Init() must have been called. */
bool replay_head(struct replay *replay, const unsigned char *bytes, size_t n, FCGX_Request *request);

/* A head with that id and no parameters: for a request whose body libfcgi shall read. */
bool replay_empty_head(struct replay *replay, uint16_t id, FCGX_Request *request);

/* Points request->in at `fd`, which holds the checked records of STDIN up to its end. Borrowed. */
void replay_body(FCGX_Request *request, int fd);

/* Frees what libfcgi holds for the request; closes no descriptor and writes nothing. */
void replay_end(FCGX_Request *request);

#endif
