/* folder_page.h: plain CGI's answer from the page folder: what a web server would send for the file, by the
 * same rules. Needs neither database nor theme, and none of the libraries behind them: platen-cgi answers
 * with it too. */
#ifndef PLATEN_WEB_FOLDER_PAGE_H
#define PLATEN_WEB_FOLDER_PAGE_H

#include "conf/conf.h"
#include "http/request.h"
#include "http/response.h"

struct folder_page {
	const struct conf *conf;  /* with conf->pages on */
	uint64_t program;         /* pages_program() or pages_program_of(): whose pages they must be */
};

/* The callback `fast` of front.h, with a struct folder_page as `ctx`. False: the folder has no answer, and
 * `res` is as it was. */
bool folder_page_answer(void *ctx, unsigned loop, struct http_request *req, struct http_response *res);

#endif
