/* page_library_many.c: one action on many files of the library: asked about first where it is all that match, or final. */
#include "base/base.h"

#include "core/media_take.h"
#include "http/form.h"
#include "store/media_gone.h"
#include "web/admin.h"
#include "web/library.h"
#include "web/pages.h"
#include "web/work_view.h"

#define MANY_MAX 10000      /* at once */
#define AT_A_TIME 200       /* in one transaction: nobody waits long for it */
#define NAMES_SHOWN 10
#define USES_SHOWN 5
#define IDS_MAX_B ((size_t)MANY_MAX * 21)
#define UNDO_MAX_B 1500     /* stands in an address */

struct many {
	struct library lib;         /* what the form stood on */
	struct str action;
	int64_t *ids;               /* in the visit's arena */
	size_t count;               /* MANY_MAX + 1: more than may be */
	bool all;                   /* all that match were asked for */
	struct buf undo;            /* ids that went into the trash */
	struct value *root, *kept;  /* what is still used, and either not deleted or asked about */
	size_t kept_count;
	size_t done, denied;        /* what is different now; what is somebody else's */
	struct arena one;           /* of the file at hand: all of them are more than a request may hold */
};

static bool deletes(const struct many *m)
{
	return str_is(m->action, "delete");
}

static bool trashes(const struct many *m)
{
	return str_is(m->action, "trash");
}

/* --- what came --- */

static void add_id(struct many *m, int64_t id)
{
	if (m->count <= MANY_MAX)
		m->ids[m->count++] = id;
}

static enum rc find_all(struct visit *v, struct db_ro *db, struct many *m, struct err *err)
{
	struct media_query query = m->lib.query;
	struct media_items some = { NULL, 1 };
	enum rc rc = RC_OK;
	query.limit = MEDIA_ITEMS_MAX;
	while (rc == RC_OK && some.count && m->count <= MANY_MAX) {
		arena_reset(&m->one);
		rc = media_item_find(db, &query, &m->one, &some, err);
		for (size_t i = 0; rc == RC_OK && i < some.count; i++) {
			query.before_id = some.items[i].id;
			if (library_may_change(v, &some.items[i]))
				add_id(m, some.items[i].id);
		}
	}
	return rc;
}

/* Each box of the list, or all of them in one field from the page that asked. */
static void read_ids(struct visit *v, struct many *m)
{
	struct str value, ids = admin_field(v, "ids"), one;
	int64_t id;
	for (size_t at = 0; form_next(&v->admin->form, "item", &at, &value);)
		if (str_to_i64(value, &id))
			add_id(m, id);
	while (str_split(&ids, ',', &one))
		if (str_to_i64(one, &id))
			add_id(m, id);
}

static void begin(struct visit *v, struct many *m, struct str action)
{
	*m = (struct many){ .action = action, .undo = BUF_INIT(UNDO_MAX_B), .root = library_root(v) };
	m->kept = value_list(v->arena, m->root, "problems");
	arena_init(&m->one, ARENA_MAX_B);
	m->ids = ARENA_ARRAY(v->arena, MANY_MAX + 1, int64_t);
}

static void end(struct many *m)
{
	buf_release(&m->undo);
	arena_release(&m->one);
}

/* *problem NULL: it can be done. */
static enum rc read_form(struct visit *v, struct db_ro *db, struct many *m, const char **problem, struct err *err)
{
	static const char *const actions[] = { "trash", "restore", "pin", "unpin", "again", "delete" };
	enum rc rc = RC_OK;
	bool known = false;
	m->all = str_is(admin_field(v, "scope"), "all");
	library_sent(v, &m->lib);
	for (size_t i = 0; i < COUNT_OF(actions); i++)
		known = known || str_is(m->action, actions[i]);
	if (m->all)
		rc = find_all(v, db, m, err);
	else
		read_ids(v, m);
	*problem = !known ? "bulk_wrong_action" : m->count == 0 ? "media_many_none" : m->count > MANY_MAX ? "media_many_many" : NULL;
	return rc;
}

/* --- what is still used --- */

/* Titles of drafts are for editors alone; others learn that it is used. */
static enum rc keep(struct visit *v, struct db_ro *db, struct many *m, const struct media_item *item, struct err *err)
{
	struct media_uses uses = { NULL, 0 };
	struct str why = STR("");
	enum rc rc = RC_OK;
	if (m->kept_count++ >= MEDIA_ITEMS_MAX)
		return RC_OK;
	if (v->admin->who.actor.role >= ROLE_EDITOR)
		rc = media_item_uses(db, item->id, &m->one, &uses, err);
	for (size_t i = 0; rc == RC_OK && i < uses.count && i < USES_SHOWN; i++)
		why = ARENA_JOIN(v->arena, why, i ? STR(", ") : STR(""), library_use_kind(v, &uses.items[i]), STR(" “"),
				 library_use_title(&uses.items[i]), STR("”"));
	if (uses.count > USES_SHOWN)
		why = ARENA_JOIN(v->arena, why, STR(", …"));
	if (rc == RC_OK)
		library_problem(v, m->kept, arena_str(v->arena, item->name), why);
	return rc;
}

/* --- is it meant? --- */

/* Readers of what uses it will: asked before, not after. */
static bool misses(const struct visit *v, const struct many *m, const struct media_item *item)
{
	return trashes(m) && item->used && !item->trashed_ms && library_may_change(v, item);
}

static enum rc is_missed(struct visit *v, struct db_ro *db, struct many *m, bool *missed, struct err *err)
{
	enum rc rc = RC_OK;
	*missed = false;
	for (size_t i = 0; rc == RC_OK && trashes(m) && !*missed && i < m->count; i++) {
		struct media_item item;
		arena_reset(&m->one);
		rc = media_item_get(db, m->ids[i], &m->one, &item, err);
		*missed = rc == RC_OK && misses(v, m, &item);
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	return rc;
}

/* Names of the first, and what of all is still used. */
static enum rc look_at(struct visit *v, struct db_ro *db, struct many *m, struct err *err)
{
	struct value *names = value_list(v->arena, m->root, "names");
	enum rc rc = RC_OK;
	bool every = deletes(m) || trashes(m);
	for (size_t i = 0; rc == RC_OK && i < m->count && (i < NAMES_SHOWN || every); i++) {
		struct media_item item;
		arena_reset(&m->one);
		rc = media_item_get(db, m->ids[i], &m->one, &item, err);
		if (rc == RC_OK && ((deletes(m) && item.used) || misses(v, m, &item)))
			rc = keep(v, db, m, &item, err);
		else if (rc == RC_OK && value_count(names) < NAMES_SHOWN)
			value_item_text(v->arena, names, arena_str(v->arena, item.name));
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	size_t rest = m->count - m->kept_count, shown = value_count(names);
	value_text(v->arena, m->root, "others", rest > shown
		   ? i18n_count(v->admin->i18n, "bulk_others", (int64_t)(rest - shown), v->arena) : STR(""));
	return rc;
}

static struct str ids_of(struct visit *v, const struct many *m)
{
	struct buf ids = BUF_INIT(IDS_MAX_B);
	for (size_t i = 0; i < m->count; i++)
		buf_printf(&ids, "%s%lld", i ? "," : "", (long long)m->ids[i]);
	struct str out = arena_str(v->arena, buf_view(&ids));
	buf_release(&ids);
	return out;
}

static enum rc ask(struct visit *v, struct db_ro *db, struct many *m, struct err *err)
{
	const struct i18n *t = v->admin->i18n;
	enum rc rc = look_at(v, db, m, err);
	if (rc != RC_OK)
		return rc;
	const char *action = arena_cstr(v->arena, m->action);
	size_t left_out = deletes(m) ? m->kept_count : 0;
	value_text(v->arena, m->root, "question",
		   i18n_count(t, arena_printf(v->arena, "media_ask_%s", action).p, (int64_t)(m->count - left_out), v->arena));
	value_text(v->arena, m->root, "label", i18n_text(t, arena_printf(v->arena, "media_do_%s", action).p));
	value_text(v->arena, m->root, "action", m->action);
	value_text(v->arena, m->root, "ids", ids_of(v, m));
	value_bool(v->arena, m->root, "is_final", deletes(m));
	value_bool(v->arena, m->root, "has_kept", m->kept_count > 0);
	value_text(v->arena, m->root, "kept_title", i18n_text(t, deletes(m) ? "media_still_used" : "media_ask_used"));
	value_text(v->arena, m->root, "kept_hint", i18n_text(t, deletes(m) ? "media_still_used_hint" : "media_ask_used_hint"));
	value_bool(v->arena, m->root, "can", m->count > left_out);
	library_values(v, &m->lib, m->root);
	value_text(v->arena, m->root, "back", admin_link(v, library_path(v, &m->lib, 0)));
	value_text(v->arena, m->root, "url", visit_link(v, deletes(m) ? STR("/admin/media/delete") : STR("/admin/media")));
	return admin_render(v, "media_confirm", "media", i18n_text(t, "media"), m->root, 200, err);
}

/* --- doing it --- */

static enum rc delete_one(struct visit *v, struct db_tx *tx, struct many *m, const struct media_item *item, struct err *err)
{
	if (!item->trashed_ms)
		return RC_OK;
	if (item->used)
		return keep(v, db_tx_ro(tx), m, item, err);
	m->done++;
	enum rc rc = media_gone_item(tx, item->id, v->now_ms, err);
	return rc == RC_OK ? admin_note(v, tx, "media_delete", item->name, err) : rc;
}

/* *did false: it was so already. */
static enum rc act_on(struct visit *v, struct db_tx *tx, struct many *m, const struct media_item *item, bool *did, struct err *err)
{
	bool pins = str_is(m->action, "pin");
	*did = true;
	if (str_is(m->action, "trash") && !item->trashed_ms) {
		buf_printf(&m->undo, "%s%lld", m->undo.len ? "," : "", (long long)item->id);
		return media_item_trash(tx, item->id, v->admin->who.user.id, v->now_ms, err);
	}
	if (str_is(m->action, "restore") && item->trashed_ms)
		return media_item_restore(tx, item->id, v->now_ms, err);
	if (pins || str_is(m->action, "unpin"))
		return media_item_pin(tx, item->id, pins, v->now_ms, err);
	if (str_is(m->action, "again") && str_is(item->state, MEDIA_STATE_FAILED) && !item->trashed_ms)
		return media_try_again(tx, item, v->now_ms, err);
	*did = false;
	return RC_OK;
}

static enum rc do_one(struct visit *v, struct db_tx *tx, struct many *m, int64_t id, struct err *err)
{
	struct media_item item;
	struct err none = ERR_INIT;
	bool did = false;
	arena_reset(&m->one);
	enum rc rc = media_item_get(db_tx_ro(tx), id, &m->one, &item, &none);
	if (rc != RC_OK)
		return rc == RC_NOTFOUND ? RC_OK : err_set(err, rc, "%s", none.msg);
	if (!library_may_change(v, &item)) {
		m->denied++;
		return RC_OK;
	}
	if (deletes(m))
		return delete_one(v, tx, m, &item, err);
	rc = act_on(v, tx, m, &item, &did, err);
	m->done += did;
	return rc == RC_OK && did
		? admin_note(v, tx, arena_printf(v->arena, "media_%.*s", STR_ARG(m->action)).p, item.name, err) : rc;
}

static enum rc do_all(struct visit *v, struct many *m, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t at = 0; rc == RC_OK && at < m->count; at += AT_A_TIME) {
		struct db_tx *tx;
		rc = admin_tx(v, &tx, err);
		if (rc != RC_OK)
			return rc;
		for (size_t i = at; rc == RC_OK && i < m->count && i < at + AT_A_TIME; i++)
			rc = do_one(v, tx, m, m->ids[i], err);
		rc = db_end(tx, rc, err);
	}
	return rc;
}

/* What stands in "undo" of the list's address: ids, or "trash" when they are too many for it. */
static struct str undo_of(struct visit *v, const struct many *m)
{
	return m->undo.rc == RC_OK ? arena_str(v->arena, buf_view(&m->undo)) : STR("trash");
}

static enum rc lead_back(struct visit *v, const struct many *m, struct err *err)
{
	struct str path = library_path(v, &m->lib, 0), undo = undo_of(v, m);
	const char *done = m->done == 0 ? NULL : trashes(m) ? "media_trashed" : str_is(m->action, "again") ? "retried" : deletes(m) ? "media_deleted" : "saved";
	return admin_redirect(v, str_empty(undo) ? path : ARENA_JOIN(v->arena, path, STR("&undo="), undo), done, err);
}

/* Editors alone delete, and nothing is denied to them. */
static struct str problem_of(struct visit *v, const struct many *m)
{
	const struct i18n *t = v->admin->i18n;
	if (m->kept_count)
		return i18n_text(t, "media_still_used");
	return m->done ? i18n_count(t, "media_many_left", (int64_t)m->denied, v->arena) : i18n_text(t, "media_wrong_right");
}

static enum rc act(struct visit *v, struct db_rw *db, struct many *m, struct err *err)
{
	enum rc rc = do_all(v, m, err);
	if (rc != RC_OK)
		return rc;
	if (str_is(m->action, "again"))
		work_at_once(v, db, JOB_MEDIA_VARIANTS);
	if (m->kept_count == 0 && m->denied == 0)
		return lead_back(v, m, err);
	value_text(v->arena, m->root, "problem", problem_of(v, m));
	library_undo(v, m->root, undo_of(v, m));
	return library_show(v, db_rw_ro(db), &m->lib, m->root, m->denied && m->done == 0 ? 403 : 409, err);
}

static enum rc take(struct visit *v, bool proven, struct err *err)
{
	struct many *m = ARENA_NEW(v->arena, struct many);
	struct db_rw *db;
	const char *problem = NULL;
	begin(v, m, admin_field(v, "action"));
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = read_form(v, db_rw_ro(db), m, &problem, err);
	if (rc != RC_OK)
		goto out;
	bool sure = str_is(admin_field(v, "sure"), "1"), missed = false;
	if (!problem && !sure)
		rc = is_missed(v, db_rw_ro(db), m, &missed, err);
	if (rc != RC_OK)
		goto out;
	if (problem) {
		value_text(v->arena, m->root, "problem", i18n_text(v->admin->i18n, problem));
		rc = library_show(v, db_rw_ro(db), &m->lib, m->root, 422, err);
	} else if (deletes(m) && v->admin->who.actor.role < ROLE_EDITOR) {
		rc = visit_fail(v, 403, RC_DENIED, err, "your role does not allow this");
	} else if (m->all || missed || (deletes(m) && !(proven && sure))) {
		/* What is deleted for ever is not what happens to match when the answer comes: it was counted. */
		rc = ask(v, db_rw_ro(db), m, err);
	} else {
		rc = act(v, db, m, err);
	}
out:
	end(m);
	return rc;
}

enum rc library_ask_trash(struct visit *v, struct db_ro *db, int64_t id, struct err *err)
{
	struct many *m = ARENA_NEW(v->arena, struct many);
	begin(v, m, STR("trash"));
	library_sent(v, &m->lib);
	add_id(m, id);
	enum rc rc = ask(v, db, m, err);
	end(m);
	return rc;
}

enum rc page_library_form(struct visit *v, struct err *err)
{
	return take(v, false, err);
}

enum rc page_library_delete_form(struct visit *v, struct err *err)
{
	return take(v, true, err);
}
