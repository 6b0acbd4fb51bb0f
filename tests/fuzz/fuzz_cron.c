/* fuzz_cron.c: cron expressions: whatever is taken has a next time, later than now and on the minute. */
#include "base/base.h"

#include "base/cron.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cron cron;
	int64_t after_ms = 0;
	const struct zone *zone = NULL;
	if (size < 9)
		return 0;
	memcpy(&after_ms, data, 8);
	if (data[8] & 1 && zone_get(data[8] & 2 ? STR("Australia/Lord_Howe") : STR("Europe/Berlin"), &zone, NULL) != RC_OK)
		return 0;
	if (cron_parse(str_n((const char *)data + 9, size - 9), &cron, NULL) != RC_OK)
		return 0;
	after_ms = (after_ms & INT64_MAX) % INT64_C(8000000000000); /* up to the year 2223 */
	int64_t next_ms = cron_next(&cron, zone, after_ms);
	if (next_ms <= after_ms || next_ms % 1000 != 0 || cron_next(&cron, zone, next_ms) <= next_ms)
		abort();
	return 0;
}
