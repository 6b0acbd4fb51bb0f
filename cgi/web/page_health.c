/* page_health.c: what those who run the program ask it: alive, ready, how much. */
#include "base/base.h"

#include "base/clock.h"
#include "web/kept.h"
#include "web/pages.h"

enum rc page_healthz(struct visit *v, struct err *err)
{
	return visit_text(v, 200, STR("ok"), err);
}

/* The gate has opened database, site and theme before it came here; without them it answers 503. */
enum rc page_readyz(struct visit *v, struct err *err)
{
	return visit_text(v, 200, STR("ready"), err);
}

static bool is_loopback(struct str address)
{
	return str_starts(address, STR("127.")) || str_is(address, "::1") || str_is(address, "") ||
	       str_starts(address, STR("::ffff:127."));
}

static void cache_figures(const struct visit *v, struct buf *out)
{
	struct page_cache_counts counts;
	if (!app_kept(v->app) || !app_kept(v->app)->remembers)
		return;
	page_cache_counts(app_kept(v->app)->cache, &counts);
	buf_printf(out, "# HELP platen_page_cache_hits_total Answers from finished pages in memory.\n"
			"# TYPE platen_page_cache_hits_total counter\nplaten_page_cache_hits_total %llu\n"
			"# HELP platen_page_cache_misses_total Requests for which there was none.\n"
			"# TYPE platen_page_cache_misses_total counter\nplaten_page_cache_misses_total %llu\n"
			"# HELP platen_page_cache_made_total Pages rendered to be kept.\n"
			"# TYPE platen_page_cache_made_total counter\nplaten_page_cache_made_total %llu\n"
			"# HELP platen_page_cache_pages Pages in memory.\n"
			"# TYPE platen_page_cache_pages gauge\nplaten_page_cache_pages %zu\n"
			"# HELP platen_page_cache_bytes Memory that they take.\n"
			"# TYPE platen_page_cache_bytes gauge\nplaten_page_cache_bytes %zu\n",
		   (unsigned long long)counts.hits, (unsigned long long)counts.misses,
		   (unsigned long long)counts.made, counts.pages, counts.size_b);
}

/* The text format of Prometheus, version 0.0.4. For the machine itself only: figures are nobody
 * else's business, and a proxy on another machine can be told to add what it measures. */
enum rc page_metrics(struct visit *v, struct err *err)
{
	struct app_counts counts;
	struct buf body = BUF_INIT((size_t)64 << 10);
	if (!is_loopback(v->req->remote_addr))
		return err_set(err, RC_NOTFOUND, "there is nothing at this address");
	app_counts(v->app, &counts);
	BUF_LIT(&body, "# HELP platen_requests_total Answers by class of status.\n"
		       "# TYPE platen_requests_total counter\n");
	for (size_t i = 1; i < COUNT_OF(counts.by_class); i++)
		buf_printf(&body, "platen_requests_total{class=\"%zuxx\"} %llu\n", i,
			   (unsigned long long)counts.by_class[i]);
	buf_printf(&body, "# HELP platen_sent_bytes_total Bytes of bodies sent.\n"
			  "# TYPE platen_sent_bytes_total counter\nplaten_sent_bytes_total %llu\n"
			  "# HELP platen_uptime_seconds Seconds since the process began to serve.\n"
			  "# TYPE platen_uptime_seconds gauge\nplaten_uptime_seconds %lld\n",
		   (unsigned long long)counts.sent_b,
		   (long long)((clock_monotonic_us() - counts.start_us) / 1000000));
	cache_figures(v, &body);
	enum rc rc = visit_body(v, 200, "text/plain; version=0.0.4; charset=utf-8", &body, err);
	buf_release(&body);
	return rc;
}
