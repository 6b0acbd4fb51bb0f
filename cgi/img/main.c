/* main.c: platen-img, the helper program that alone touches pictures from strangers.
 *
 * A program of its own, executed and never forked out of a threaded process, so that a crash or a hang
 * is one file's misfortune and the serving process carries no image library. Reads the picture on
 * standard input, writes one line of JSON on standard output:
 *   platen-img probe   {"type": "jpeg", "mime": "image/jpeg", "width": 800, "height": 600, "orientation": 1}
 * Exit status 0, or 1 with the reason on standard error. */
#include "base/base.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/file.h"
#include "img/probe.h"

#define INPUT_MAX_B ((size_t)64 << 20)
#define MEMORY_MAX_B ((rlim_t)256 << 20)
#define CPU_MAX_S 10
#define OUTPUT_MAX_B 4096 /* standard output may be a file */
#define FILES_MAX 3 /* those that are open */

/* Sanitizers need their address space and files of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NO_SANITIZER 0
#elif defined(__has_feature)
#define NO_SANITIZER (!__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer) && \
			!__has_feature(memory_sanitizer))
#else
#define NO_SANITIZER 1
#endif

/* No new files, no processes, bounded memory and time. */
static void confine(void)
{
	const struct { int what; rlim_t limit; } limits[] = {
		{ RLIMIT_CPU, CPU_MAX_S }, { RLIMIT_FSIZE, OUTPUT_MAX_B }, { RLIMIT_NPROC, 0 }, { RLIMIT_CORE, 0 },
#if NO_SANITIZER
		{ RLIMIT_AS, MEMORY_MAX_B }, { RLIMIT_NOFILE, FILES_MAX },
#endif
	};
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct rlimit limit = { limits[i].limit, limits[i].limit };
		(void)setrlimit((__rlimit_resource_t)limits[i].what, &limit);
	}
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static enum rc probe(struct err *err)
{
	struct buf bytes = BUF_INIT(INPUT_MAX_B);
	struct img_info info;
	enum rc rc = file_read_fd(0, "standard input", INPUT_MAX_B, &bytes, err);
	if (rc == RC_OK)
		rc = img_probe(buf_view(&bytes), &info, err);
	if (rc == RC_OK)
		printf("{\"type\": \"%s\", \"mime\": \"%s\", \"width\": %d, \"height\": %d, \"orientation\": %d}\n",
		       img_type_name(info.type), img_type_mime(info.type), info.width_px, info.height_px, info.orientation);
	buf_release(&bytes);
	return rc;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	if (argc != 2 || strcmp(argv[1], "probe") != 0) {
		fputs("usage: platen-img probe <PICTURE\n", stderr);
		return 2;
	}
	confine();
	if (probe(&err) != RC_OK) {
		fprintf(stderr, "platen-img: %s\n", err.msg);
		return 1;
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
