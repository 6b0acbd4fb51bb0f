/* page_preview.c: a post as it would look, made of what stands in the form and stored nowhere. */
#include "base/base.h"

#include "core/post_save.h"
#include "http/form.h"
#include "web/edit.h"
#include "web/pages.h"

/* The writer's HTML is on the admin's origin here: whatever the site lets it run, here nothing runs. Same
 * origin, so that the page around it may put new text in and scroll it. */
#define SANDBOX "sandbox allow-same-origin"

enum rc page_preview_look(struct visit *v, const struct post *post, struct err *err)
{
	enum rc rc = page_post_look(v, post, err);
	struct str policy = response_get(v->res, "Content-Security-Policy");
	response_set(v->res, "Content-Security-Policy",
		     str_given(policy) ? ARENA_JOIN(v->arena, policy, STR("; " SANDBOX)) : STR("default-src 'none'; " SANDBOX));
	return rc;
}

/* For a script that has the page already: its text alone. */
static enum rc text_alone(struct visit *v, const struct post *post, struct err *err)
{
	struct buf body = BUF_INIT(THEME_OUTPUT_MAX_B);
	buf_str(&body, post->html);
	enum rc rc = visit_body(v, 200, "text/html; charset=utf-8", &body, err);
	response_set(v->res, "Content-Security-Policy", STR("default-src 'none'; sandbox"));
	buf_release(&body);
	return rc;
}

enum rc page_preview(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct site site = *v->site;
	struct str part = form_get(&v->admin->form, "part");
	enum rc rc = edit_open(v, v->db, &e, err);
	if (rc != RC_OK)
		return rc;
	edit_take_form(v, &e);
	site.phrases = v->basis->phrases;
	rc = post_preview(&site, v->db, v->admin->who.actor, &e.post, v->now_ms, v->arena, err);
	if (rc != RC_OK)
		return rc;
	return str_given(part) && str_is(part, "text") ? text_alone(v, &e.post, err) : page_preview_look(v, &e.post, err);
}
