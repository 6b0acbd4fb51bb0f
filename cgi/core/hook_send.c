/* hook_send.c: sends a signed message, once: to this site's own cronhooks or to somebody else. */
#include "base/base.h"

#include <sys/un.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "base/url.h"
#include "core/cronhook.h"
#include "core/hook_send.h"
#include "net/fetch.h"

#define SIGNATURE_MAX_B ((size_t)4 << 10)
#define RETRY_AFTER_MAX_S 86400

/* Seconds or a date (RFC 9110 section 10.2.3). */
static int64_t read_retry_after(struct str text)
{
	int64_t s = -1, at_ms;
	if (!str_to_i64(text, &s) && date_parse_http(text, &at_ms))
		s = (at_ms - clock_now_ms() + 999) / 1000;
	return s > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : s;
}

static bool may_come_again(int status, int64_t retry_after_s)
{
	/* 409 without a time: the id belongs to another message. */
	return status >= 500 || status == 408 || status == 429 || (status == 409 && retry_after_s >= 0);
}

static enum rc sign(const struct hook_send *m, struct str timestamp, struct arena *arena, struct str *signature,
		    struct err *err)
{
	struct buf text = BUF_INIT(SIGNATURE_MAX_B);
	struct webhook_message message = { .id = m->id, .timestamp = timestamp, .body = m->body };
	enum rc rc = webhook_sign(m->keys, &message, &text, err);
	if (rc == RC_OK)
		*signature = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return rc;
}

enum rc hook_send(const struct hook_send *m, struct arena *arena, struct hook_sent *out, struct err *err)
{
	struct str signature, timestamp = arena_printf(arena, "%lld", (long long)(clock_now_ms() / 1000));
	struct fetched answer;
	enum rc rc = sign(m, timestamp, arena, &signature, err);
	if (rc != RC_OK)
		return rc;
	const struct fetch_header headers[] = {
		{ STR("Content-Type"), STR("application/json") }, { STR("webhook-id"), m->id },
		{ STR("webhook-timestamp"), timestamp }, { STR("webhook-signature"), signature },
	};
	const struct fetch request = {
		.method = "POST", .url = m->url, .headers = headers, .header_count = COUNT_OF(headers), .body = m->body,
		.via = m->via, .ca_file = m->ca_file, .allowed = m->allowed, .timeout_ms = m->timeout_ms,
		.body_max_b = HOOK_SEND_ANSWER_MAX_B, .cancelled = m->cancelled, .ctx = m->ctx,
	};
	rc = fetch(&request, arena, &answer, err);
	if (rc != RC_OK)
		return rc;
	*out = (struct hook_sent){
		.status = answer.status, .body = answer.body, .done = answer.status >= 200 && answer.status < 300,
		.retry_after_s = read_retry_after(fetched_header(&answer, "Retry-After")), .duration_ms = answer.duration_ms,
	};
	out->again = may_come_again(out->status, out->retry_after_s);
	return RC_OK;
}

static bool is_address(struct str text)
{
	return str_find(text, STR("://")) >= 0;
}

enum rc hook_send_check_own(const struct hook_sent *sent, const struct json *answer, struct err *err)
{
	if (json_kind(json_get(answer, "results")) == JSON_KIND_LIST)
		return RC_OK;
	return err_set(err, RC_DENIED, "the answer is %d, but none of a cronhook; is it this site that PLATEN_CRON_URL or "
		       "PLATEN_URL leads to?", sent->status);
}

void hook_send_to_self(const struct conf *conf, struct str task, struct arena *arena, struct hook_send *out)
{
	struct str where = str_of(conf->cron_url), base = conf->url;
	out->via = STR_NONE;
	if (str_given(where) && is_address(where))
		base = str_ends(where, STR("/")) ? str_sub(where, 0, where.n - 1) : where;
	else if (str_given(where))
		out->via = where;
	out->url = ARENA_JOIN(arena, base, STR("/cronhooks/"), task);
	out->ca_file = conf->ca_file;
}

/* A name, an IPv4 address, or an IPv6 one in brackets: without them libcurl takes its parts for others. */
static bool is_host(struct str text)
{
	bool brackets = text.n > 2 && text.p[0] == '[' && text.p[text.n - 1] == ']';
	struct str inner = brackets ? str_sub(text, 1, text.n - 1) : text;
	for (size_t i = 0; i < inner.n; i++) {
		char c = inner.p[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
		if (!plain && !(brackets ? c == ':' || c == '%' : c == '-' || c == '_'))
			return false;
	}
	return inner.n > 0;
}

static bool is_host_and_port(struct str text)
{
	ptrdiff_t colon = str_rfind_char(text, ':');
	int64_t port;
	return colon > 0 && str_to_i64(str_from(text, (size_t)colon + 1), &port) && port >= 1 && port <= 65535 &&
	       is_host(str_sub(text, 0, (size_t)colon));
}

static bool is_socket(struct str text)
{
	return str_starts(text, STR("unix:/")) && text.n - 5 < sizeof ((struct sockaddr_un *)NULL)->sun_path;
}

enum rc hook_send_check(const struct conf *conf, struct err *err)
{
	struct str where = str_of(conf->cron_url);
	struct url url;
	if (conf->ca_file && !file_exists(conf->ca_file))
		return err_set(err, RC_INVALID, "PLATEN_CA_FILE: there is no '%s'", conf->ca_file);
	if (!str_given(where) || is_socket(where) || (!is_address(where) && is_host_and_port(where)))
		return RC_OK;
	if (is_address(where) && url_parse_web(where, &url, NULL) == RC_OK && !str_given(url.query) &&
	    !str_given(url.fragment) && !str_given(url.userinfo))
		return RC_OK;
	return err_set(err, RC_INVALID, "PLATEN_CRON_URL: '%.*s' is neither an http or https address nor HOST:PORT nor "
		       "unix:/PATH", STR_ARG(where));
}

enum rc hook_send_body(struct str type, const struct json *data, int64_t now_ms, struct arena *arena, struct str *out,
		       struct err *err)
{
	struct json *json = json_new_object();
	struct buf text = BUF_INIT(CRONHOOK_BODY_MAX_B);
	json_set_text(json, "type", type);
	json_set_text(json, "timestamp", date_rfc3339(arena, zone_utc(), now_ms));
	json_set(json, "data", data ? json_clone(data) : json_new_object());
	json_write(json, JSON_LINE, &text);
	enum rc rc = buf_status(&text, "the message", err);
	if (rc == RC_OK)
		*out = arena_str(arena, buf_view(&text));
	json_free(json);
	buf_release(&text);
	return rc;
}
