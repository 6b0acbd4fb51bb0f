/* page_presence.c: who else has a post open: told when the page opens, and asked by its script while it is open. */
#include "base/base.h"

#include "base/json.h"
#include "core/presence.h"
#include "web/edit.h"
#include "web/pages.h"

#define ANSWER_MAX_B 8192

/* "Eve has this post open, too, since 10:20." for each; "" when nobody has. A notice that cannot be had is no
 * reason not to write. */
struct str edit_others(struct visit *v, struct db_ro *db, int64_t post_id)
{
	struct presence_others others = { .count = 0 };
	struct buf text = BUF_INIT(ANSWER_MAX_B);
	if (!post_id || presence_note(v->admin->traffic, db, post_id, v->admin->who.user.id, v->now_ms, v->arena, &others,
				      NULL) != RC_OK)
		return STR("");
	for (size_t i = 0; i < others.count; i++) {
		const struct i18n_pair pairs[] = {
			{ "name", others.items[i].name }, { "when", admin_moment(v, others.items[i].since_ms) },
		};
		buf_cstr(&text, i ? " " : "");
		buf_str(&text, i18n_fill(v->admin->i18n, "edit_others", pairs, COUNT_OF(pairs), v->arena));
	}
	struct str out = arena_str(v->arena, buf_view(&text));
	buf_release(&text);
	return out;
}

enum rc page_presence(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct buf body = BUF_INIT(ANSWER_MAX_B);
	enum rc rc = edit_load(v, v->db, &e, err);
	if (rc != RC_OK)
		return rc;
	struct json *json = json_new_object();
	json_set_text(json, "others", edit_others(v, v->db, e.post.id));
	json_write(json, JSON_LINE, &body);
	json_free(json);
	rc = visit_body(v, 200, "application/json", &body, err);
	buf_release(&body);
	return rc;
}
