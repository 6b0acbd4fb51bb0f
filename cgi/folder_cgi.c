/* folder_cgi.c: plain CGI answered from the page folder. */
#include "base/base.h"

#include "base/log.h"
#include "folder_cgi.h"
#include "front/front.h"
#include "web/access_log.h"
#include "web/folder_page.h"

static void done(void *ctx, const struct http_request *req, const struct http_response *res, int64_t sent_b,
		 int64_t duration_us)
{
	(void)ctx;
	access_log(req, res, sent_b, duration_us);
}

enum rc folder_cgi(const struct conf *conf, uint64_t program, bool *answered, struct err *err)
{
	struct folder_page page = { .conf = conf, .program = program };
	struct front_handler handler = { .ctx = &page, .fast = folder_page_answer, .done = done };
	struct front_config config = { .mount = conf->mount, .trusted = conf->trusted_proxies ? &conf->proxies : NULL };
	*answered = false;
	if (!conf->pages)
		return RC_OK;
	log_setup((enum log_level)conf->log_level, (enum log_format)conf->log_format);
	log_to_file(conf->log_file);
	return front_cgi_fast(&config, &handler, answered, err);
}
