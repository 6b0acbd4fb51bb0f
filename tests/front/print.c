/* print.c: what plain CGI costs at least: prints the file `answer` of the folder it is started in. */
#include "base/base.h"

#include <fcntl.h>
#include <unistd.h>

int main(void)
{
	static char bytes[65536];
	int fd = open("answer", O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);
	return n > 0 && write(STDOUT_FILENO, bytes, (size_t)n) == n ? 0 : 1;
}
