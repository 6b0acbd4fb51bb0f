/* slow_disk.c: a disk that takes 25 ms more for every sync; loaded in front of libc by tools/check --slow. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>

#define MORE_US 25000

static int slowly(const char *name, int fd)
{
	int (*sync_file)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
	usleep(MORE_US);
	return sync_file(fd);
}

int fsync(int fd)
{
	return slowly("fsync", fd);
}

int fdatasync(int fd)
{
	return slowly("fdatasync", fd);
}
