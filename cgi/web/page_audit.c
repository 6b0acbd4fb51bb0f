/* page_audit.c: who did what, for owners. */
#include "base/base.h"

#include "store/audit.h"
#include "web/admin.h"
#include "web/pages.h"

#define AT_ONCE 50

static void entry_values(struct visit *v, struct value *item, const struct audit *entry)
{
	value_text(v->arena, item, "who", str_empty(entry->who) ? i18n_text(v->admin->i18n, "audit_nobody") : entry->who);
	value_text(v->arena, item, "action",
		   i18n_text(v->admin->i18n, arena_printf(v->arena, "audit_%.*s", STR_ARG(entry->action)).p));
	value_text(v->arena, item, "object", entry->object);
	value_text(v->arena, item, "address", entry->remote_addr);
	value_text(v->arena, item, "at", admin_moment(v, entry->at_ms));
}

enum rc page_audit(struct visit *v, struct err *err)
{
	struct audits entries;
	struct value *root = value_root(v->arena), *list = value_list(v->arena, root, "entries");
	struct str before = request_param(v->req, "before");
	int64_t id;
	if (!str_given(before) || !str_to_i64(before, &id))
		id = INT64_MAX;
	enum rc rc = audit_list(v->db, id, AT_ONCE + 1, v->arena, &entries, err);
	if (rc != RC_OK)
		return rc;
	size_t shown = entries.count > AT_ONCE ? AT_ONCE : entries.count;
	for (size_t i = 0; i < shown; i++)
		entry_values(v, value_item(v->arena, list), &entries.items[i]);
	value_text(v->arena, root, "older", STR(""));
	if (entries.count > shown)
		value_text(v->arena, root, "older",
			   arena_printf(v->arena, "%.*s?before=%lld", STR_ARG(visit_link(v, STR("/admin/audit"))),
					(long long)entries.items[shown - 1].id));
	value_bool(v->arena, root, "has_entries", shown > 0);
	return admin_render(v, "audit", "people", i18n_text(v->admin->i18n, "audit"), root, 200, err);
}
