/* main_cgi.c: platen-cgi, for plain CGI in platen's place: gives a page of the page folder by itself, and
 * starts platen for everything else.
 *
 * Most of what a page costs in plain CGI is the start of a program with twenty libraries. This one needs
 * libc alone, answers by the same code as platen, and leaves what it does not answer untouched:
 * environment, standard input and the page folder are for platen as if it had been started at once. */
#include "base/base.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "conf/conf.h"
#include "core/pages.h"
#include "folder_cgi.h"
#include "front/front.h"

/* platen stands beside this program, or where it was installed. Whatever has the same name but is a script
 * or this program once more would start itself without end. */
static enum rc find_platen(char path[PATH_MAX], uint64_t *program, struct err *err)
{
	static const char name[] = "platen";
	uint64_t own = pages_program();
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - sizeof name);
	while (n > 0 && path[n - 1] != '/')
		n--;
	if (n > 0) {
		memcpy(path + n, name, sizeof name);
		if (pages_program_of(path, program) && *program != own)
			return RC_OK;
	}
	snprintf(path, PATH_MAX, "%s/%s", PLATEN_BINDIR, name);
	if (pages_program_of(path, program) && *program != own)
		return RC_OK;
	return err_set(err, RC_NOTFOUND, "there is no program %s beside it or in %s", name, PLATEN_BINDIR);
}

static int fail(bool cgi, const struct err *err)
{
	if (cgi)
		front_cgi_cannot_start();
	fprintf(stderr, "platen-cgi: %s\n", err->msg);
	return EXIT_FAILURE;
}

static enum rc start_platen(char *path, struct err *err)
{
	execv(path, (char *[]){ path, NULL });
	return err_sys(err, RC_IO, errno, "cannot start '%s'", path);
}

/* What is wrong with the settings platen finds too, and says. */
static enum rc answer(uint64_t program, bool *answered, struct err *err)
{
	struct conf conf = { 0 };
	struct err ignored = ERR_INIT;
	enum rc rc = RC_OK;
	if (conf_load_started(&conf, &ignored) == RC_OK)
		rc = folder_cgi(&conf, program, answered, err);
	conf_release(&conf);
	return rc;
}

int main(void)
{
	struct err err = ERR_INIT;
	char path[PATH_MAX];
	uint64_t program = 0;
	int fd;
	bool answered = false, cgi = front_detect(&fd) == FRONT_CGI;
	enum rc rc = find_platen(path, &program, &err);
	if (rc == RC_OK && cgi)
		rc = answer(program, &answered, &err);
	if (rc == RC_OK && !answered)
		rc = start_platen(path, &err);
	return rc == RC_OK ? EXIT_SUCCESS : fail(cgi && !answered, &err);
}
