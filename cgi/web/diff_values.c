/* diff_values.c: two versions side by side on a page, what differs word by word. */
#include "base/base.h"

#include "core/i18n.h"
#include "text/diff.h"
#include "web/diff_values.h"
#include "web/edit_compare.h"

#define AROUND 2          /* rows shown before and after a change */
#define ROWS_MAX 4000

static void spans(struct visit *v, struct value *row, const char *key, const struct diff_cell *cell)
{
	struct value *list = value_list(v->arena, row, key);
	for (size_t i = 0; i < cell->count; i++) {
		struct value *span = value_item(v->arena, list);
		value_text(v->arena, span, "text", cell->spans[i].text);
		value_bool(v->arena, span, "changed", cell->spans[i].changed);
	}
}

static bool near_change(const struct diff *diff, size_t at)
{
	size_t from = at > AROUND ? at - AROUND : 0;
	for (size_t i = from; i < diff->count && i <= at + AROUND; i++)
		if (!diff->rows[i].same)
			return true;
	return false;
}

/* Rows far from every change are only counted. */
static void row_values(struct visit *v, const struct i18n *i18n, struct value *list, const struct diff *diff)
{
	size_t shown = 0;
	for (size_t i = 0; i < diff->count && shown < ROWS_MAX; shown++) {
		struct value *row = value_item(v->arena, list);
		size_t from = i;
		while (i < diff->count && !near_change(diff, i))
			i++;
		if (i > from) {
			value_text(v->arena, row, "skipped",
				   i18n_count(i18n, "diff_skipped", (int64_t)(i - from), v->arena));
			continue;
		}
		value_bool(v->arena, row, "same", diff->rows[i].same);
		spans(v, row, "before", &diff->rows[i].before);
		spans(v, row, "after", &diff->rows[i].after);
		i++;
	}
}

static enum rc field_values(struct visit *v, const struct i18n *i18n, struct value *list, const struct edit_changes *changes,
			    struct err *err)
{
	struct diff diff;
	for (size_t i = 0; i < changes->count; i++) {
		const struct edit_change *change = &changes->items[i];
		enum rc rc = diff_words(change->before, change->after, v->arena, &diff, err);
		if (rc != RC_OK)
			return rc;
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "field", change->name);
		row_values(v, i18n, value_list(v->arena, item, "rows"), &diff);
	}
	return RC_OK;
}

enum rc diff_values(struct visit *v, const struct i18n *i18n, struct value *parent, const struct diff_side *before,
		    const struct diff_side *after, struct err *err)
{
	struct diff titles, texts;
	struct edit_changes changes = { NULL, 0 };
	enum rc rc = diff_words(before->title, after->title, v->arena, &titles, err);
	if (rc == RC_OK)
		rc = diff_words(before->markdown, after->markdown, v->arena, &texts, err);
	if (rc == RC_OK && before->fields && after->fields)
		edit_compare(v, before->fields, after->fields, &changes);
	if (rc == RC_OK)
		rc = field_values(v, i18n, value_list(v->arena, parent, "field_changes"), &changes, err);
	if (rc != RC_OK)
		return rc;
	struct value *list = value_list(v->arena, parent, "title_rows");
	if (titles.changed)
		row_values(v, i18n, list, &titles);
	list = value_list(v->arena, parent, "rows");
	if (texts.changed)
		row_values(v, i18n, list, &texts);
	value_bool(v->arena, parent, "has_changes", titles.changed + texts.changed + changes.count > 0);
	value_text(v->arena, parent, "before_label", before->label);
	value_text(v->arena, parent, "after_label", after->label);
	return RC_OK;
}
