/* replay.c: gives libfcgi whole requests from memory, so that it never reads from a connection. */
#include "base/base.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "front/replay.h"

enum rc replay_open(struct replay *replay, struct err *err)
{
	enum rc rc = RC_OK;
	int fd = memfd_create("fastcgi-head", MFD_CLOEXEC);
	void *map = MAP_FAILED;
	if (fd < 0 || ftruncate(fd, (off_t)RECORD_HEAD_MAX_B) != 0) {
		rc = err_sys(err, RC_IO, errno, "cannot make a memory file");
		goto out;
	}
	map = mmap(NULL, RECORD_HEAD_MAX_B, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		rc = err_sys(err, RC_IO, errno, "cannot map a memory file");
		goto out;
	}
	*replay = (struct replay){ fd, map };
	fd = -1;
out:
	if (fd >= 0)
		close(fd);
	return rc;
}

void replay_close(struct replay *replay)
{
	if (replay->map)
		munmap(replay->map, RECORD_HEAD_MAX_B);
	if (replay->fd >= 0)
		close(replay->fd);
	*replay = (struct replay){ -1, NULL };
}

/* FCGX_Accept_r() reads from ipcFd when one is set and accepts nothing: `ipcFd` and `keepConnection`
 * are called private in fcgiapp.h and have been the same from 2.4.0 to 2.4.7. When it fails, which
 * record_feed() leaves no reason for, it has closed ipcFd: then the memory file is made anew. */
static bool accept_request(struct replay *replay, FCGX_Request *request)
{
	struct err err = ERR_INIT;
	FCGX_InitRequest(request, -1, 0);
	request->ipcFd = replay->fd;
	request->keepConnection = 1;
	int accepted = FCGX_Accept_r(request);
	request->ipcFd = -1;
	if (accepted == 0)
		return true;
	replay->fd = -1;
	replay_close(replay);
	if (replay_open(replay, &err) != RC_OK)
		mem_fail();
	return false;
}

bool replay_head(struct replay *replay, const unsigned char *bytes, size_t n, FCGX_Request *request)
{
	memcpy(replay->map + RECORD_HEAD_MAX_B - n, bytes, n);
	if (lseek(replay->fd, (off_t)(RECORD_HEAD_MAX_B - n), SEEK_SET) < 0)
		return false;
	return accept_request(replay, request);
}

bool replay_empty_head(struct replay *replay, uint16_t id, FCGX_Request *request)
{
	unsigned char head[3 * RECORD_HEADER_B] = { 0 };
	record_header(head, RECORD_BEGIN_REQUEST, id, RECORD_HEADER_B);
	head[RECORD_HEADER_B + 1] = RECORD_ROLE_RESPONDER;
	record_header(head + 2 * RECORD_HEADER_B, RECORD_PARAMS, id, 0);
	return replay_head(replay, head, sizeof head, request);
}

void replay_body(FCGX_Request *request, int fd)
{
	request->ipcFd = fd;
}

void replay_end(FCGX_Request *request)
{
	request->ipcFd = -1;
	FCGX_Free(request, 0);
}
