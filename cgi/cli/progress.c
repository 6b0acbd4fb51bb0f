/* progress.c: a progress bar on standard error, when that is a terminal. */
#include "base/base.h"

#include <unistd.h>

#include "base/clock.h"
#include "cli/progress.h"

#define BAR_CHARS 30
#define REDRAW_US 100000

static int64_t drawn_us;

void progress_show(void *ctx, int64_t done, int64_t total)
{
	int64_t now_us = clock_monotonic_us();
	if (!isatty(STDERR_FILENO) || total <= 0 || (now_us - drawn_us < REDRAW_US && done < total))
		return;
	drawn_us = now_us;
	if (done > total)
		done = total;
	int filled = (int)(done * BAR_CHARS / total);
	fprintf(stderr, "\r%s [%.*s%*s] %3d %% ", (const char *)ctx, filled, "##############################",
		BAR_CHARS - filled, "", (int)(done * 100 / total));
}

bool progress_bar(void *ctx, const char *stage, int64_t done, int64_t total, struct str item)
{
	(void)ctx;
	(void)item;
	progress_show((void *)(uintptr_t)stage, done, total);
	return true;
}

void progress_end(void)
{
	if (drawn_us != 0)
		fputs("\r\033[K", stderr);
	drawn_us = 0;
}
