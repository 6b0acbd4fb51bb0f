/* admin_confirm.c: the page that asks once more before something goes. */
#include "base/base.h"

#include "http/form.h"
#include "web/admin.h"

enum rc admin_confirm(struct visit *v, const struct admin_question *q, struct err *err)
{
	struct value *root = value_root(v->arena), *fields = value_list(v->arena, root, "fields");
	value_text(v->arena, root, "question", q->title);
	value_text(v->arena, root, "text", q->text);
	value_text(v->arena, root, "action", admin_link(v, q->action));
	value_text(v->arena, root, "back", admin_link(v, q->back));
	value_text(v->arena, root, "yes", q->yes);
	for (size_t i = 0; i < q->count; i++) {
		struct value *item = value_item(v->arena, fields);
		value_text(v->arena, item, "name", str_of(q->fields[i].name));
		value_text(v->arena, item, "value", q->fields[i].text);
	}
	return admin_render(v, "confirm", q->section, q->title, root, 200, err);
}

bool admin_is_confirmed(const struct visit *v)
{
	struct str yes = form_get(&v->admin->form, "confirmed");
	return str_given(yes) && str_is(yes, "yes");
}
