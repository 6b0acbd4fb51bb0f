/* page_cronhook.c: maintenance by signed messages: POST /cronhooks/TASK. Programs read the answers, so
 * all of them are JSON, problems by RFC 9457. */
#include "base/base.h"

#include "base/date.h"
#include "base/json.h"
#include "core/cronhook.h"
#include "http/form.h"
#include "web/pages.h"

static struct json *new_problem(struct visit *v, int status, const char *title, struct str detail)
{
	struct json *problem = json_new_object();
	json_set_text(problem, "type", STR("about:blank"));
	json_set_text(problem, "title", str_of(title));
	json_set_int(problem, "status", status);
	json_set_text(problem, "detail", detail);
	json_set_text(problem, "request_id", str_of(v->req->id));
	return problem;
}

static enum rc answer_problem(struct visit *v, int status, struct json *problem, struct err *err)
{
	struct buf body = BUF_INIT((size_t)64 << 10);
	json_write(problem, JSON_LINE, &body);
	json_free(problem);
	response_set(v->res, "Cache-Control", STR("no-store"));
	enum rc rc = visit_body(v, status, "application/problem+json", &body, err);
	buf_release(&body);
	return rc;
}

static enum rc simple_problem(struct visit *v, int status, const char *title, const char *detail, struct err *err)
{
	return answer_problem(v, status, new_problem(v, status, title, str_of(detail)), err);
}

/* What helps whoever set it up: his clock, and ours; nothing of any key. */
static enum rc unsigned_problem(struct visit *v, const struct cronhook_answer *answer, struct err *err)
{
	struct json *problem = new_problem(v, 401, "Not signed", answer->message);
	json_set_int(problem, "server_time", v->now_ms / 1000);
	json_set_int(problem, "tolerance_s", WEBHOOK_TOLERANCE_S);
	if (answer->has_skew)
		json_set_int(problem, "skew_s", answer->skew_s);
	response_set(v->res, "WWW-Authenticate", STR("StandardWebhooks"));
	return answer_problem(v, 401, problem, err);
}

static enum rc malformed_problem(struct visit *v, const struct cronhook_answer *answer, struct err *err)
{
	struct json *problem = new_problem(v, 400, "Malformed", answer->message);
	if (str_given(answer->option))
		json_set_text(problem, "option", answer->option);
	return answer_problem(v, 400, problem, err);
}

static enum rc answer_result(struct visit *v, int status, const struct cronhook_answer *answer, struct err *err)
{
	struct buf body = BUF_INIT((size_t)1 << 20);
	buf_str(&body, answer->result);
	BUF_LIT(&body, "\n");
	response_set(v->res, "Cache-Control", STR("no-store"));
	if (answer->repeated)
		response_set(v->res, "Platen-Repeated", STR("true"));
	enum rc rc = visit_body(v, status, "application/json", &body, err);
	buf_release(&body);
	return rc;
}

static enum rc answer(struct visit *v, const struct cronhook_answer *a, struct err *err)
{
	switch (a->outcome) {
	case CRONHOOK_DONE:
		return answer_result(v, 200, a, err);
	case CRONHOOK_FAILED:
		return answer_result(v, 500, a, err);
	case CRONHOOK_RUNNING:
		response_set(v->res, "Retry-After", arena_printf(v->arena, "%lld", (long long)a->retry_after_s));
		return simple_problem(v, 409, "Running", "This message is being worked on; send it again later.", err);
	case CRONHOOK_CONFLICT:
		return simple_problem(v, 409, "Conflict", "This webhook-id was used for another message.", err);
	case CRONHOOK_UNSIGNED:
		return unsigned_problem(v, a, err);
	case CRONHOOK_MALFORMED:
		return malformed_problem(v, a, err);
	case CRONHOOK_UNKNOWN:
		return simple_problem(v, 404, "Not found", "There is no such task.", err);
	case CRONHOOK_CLOSED:
		break;
	}
	return simple_problem(v, 503, "No key", "This site has no webhook key yet; an owner makes one in the admin, under Maintenance, or `platen hook key`.", err);
}

static enum rc do_message(struct visit *v, const struct webhook_message *message, struct cronhook_answer *out,
			  struct err *err)
{
	struct db_rw *db = NULL;
	struct str task = visit_arg(v, "task");
	if (!cronhook_is_task(task)) {
		*out = (struct cronhook_answer){ .outcome = CRONHOOK_UNKNOWN };
		return RC_OK;
	}
	enum rc rc = app_borrow_rw(v->app, v->basis, &db, err);
	if (rc != RC_OK)
		return rc;
	rc = cronhook_answer(v->basis->conf, db, app_hooks(v->app), task, message, v->now_ms, v->arena, out, err);
	app_return_rw(v->app, v->basis, db, rc == RC_OK);
	return rc;
}

enum rc page_cronhook(struct visit *v, struct err *err)
{
	struct cronhook_answer a;
	struct buf body = BUF_INIT(CRONHOOK_BODY_MAX_B);
	enum rc rc = body_read(v->req, CRONHOOK_BODY_MAX_B, &body, err);
	if (rc == RC_LIMIT) {
		rc = simple_problem(v, 413, "Too large", "The body is longer than 64 KiB.", err);
		goto out;
	}
	struct webhook_message message = {
		.id = request_header(v->req, "webhook-id"),
		.timestamp = request_header(v->req, "webhook-timestamp"),
		.signature = request_header(v->req, "webhook-signature"),
		.body = buf_view(&body),
	};
	if (rc == RC_OK)
		rc = do_message(v, &message, &a, err);
	if (rc == RC_OK)
		rc = answer(v, &a, err);
out:
	buf_release(&body);
	return rc;
}

enum rc page_cronhook_get(struct visit *v, struct err *err)
{
	response_set(v->res, "Allow", STR("POST"));
	return simple_problem(v, 405, "Method not allowed", "Cronhooks take signed POST requests.", err);
}
