/* main.c: chooses by how the program was started: FastCGI, CGI, or a command. */
#include "base/base.h"

int main(void)
{
	return 0;
}
