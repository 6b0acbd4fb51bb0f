/* defaults.c: the configuration of a front with its defaults filled in. */
#include "base/base.h"

#include <unistd.h>

#include "front/server.h"

#define CONNECTIONS_MAX 4096
#define BODY_MAX_B ((int64_t)32 << 20)
#define TIMEOUT_MS 10000
#define SPOOLED_BODIES 16

static unsigned default_workers(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores > 2 ? 2 * (unsigned)cores : 4;
}

/* A loop keeps two processors busy when the web server's work is counted. */
static unsigned default_loops(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) >= 4 ? FRONT_LOOPS_MAX : 1;
}

struct front_config front_defaults(const struct front_config *config)
{
	struct front_config full = *config;
	if (!full.loops)
		full.loops = default_loops();
	if (full.loops > FRONT_LOOPS_MAX)
		full.loops = FRONT_LOOPS_MAX;
	if (!full.workers)
		full.workers = default_workers();
	if (!full.body_workers)
		full.body_workers = 2 * full.workers;
	if (!full.connections_max)
		full.connections_max = CONNECTIONS_MAX;
	if (!full.body_max_b)
		full.body_max_b = BODY_MAX_B;
	if (!full.timeout_ms)
		full.timeout_ms = TIMEOUT_MS;
	if (!full.spool_dir)
		full.spool_dir = spool_default_dir();
	if (!full.spool_max_b)
		full.spool_max_b = SPOOLED_BODIES * full.body_max_b;
	return full;
}

unsigned front_loop_count(const struct front_config *config)
{
	return front_defaults(config).loops;
}

unsigned front_worker_count(const struct front_config *config)
{
	struct front_config full = front_defaults(config);
	return full.workers + full.body_workers;
}
