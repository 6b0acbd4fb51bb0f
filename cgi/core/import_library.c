/* import_library.c: what an export of Platen says of the media library: media.jsonl. */
#include "base/base.h"

#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mime.h"
#include "base/utf8.h"
#include "core/import_impl.h"
#include "core/media_edit.h"
#include "core/media_take.h"
#include "store/media.h"

#define FILE_NAME "media.jsonl"
#define LINE_MAX_B ((size_t)64 << 10)
#define TEXT_MAX_B 2000
#define ITEMS_MAX 1000000
#define CENTRE 500

static struct str text_of(struct importer *im, const struct json *line, const char *key)
{
	return arena_str(im->arena, utf8_cut(str_trim(json_get_text(line, key, STR(""))), TEXT_MAX_B));
}

static int64_t thousandths(const struct json *line, const char *key)
{
	int64_t n = json_get_int(line, key, CENTRE);

	return n >= 0 && n <= 1000 ? n : CENTRE;
}

static bool read_line(struct importer *im, struct str text, size_t number, struct import_item *out)
{
	struct json *line = NULL;
	bool good = json_parse(text, LINE_MAX_B, &line, NULL) == RC_OK && blob_is_hash(json_get_text(line, "hash", STR("")));

	if (good) {
		struct str type = text_of(im, line, "type");

		*out = (struct import_item){
			.hash = text_of(im, line, "hash"), .type = type, .alt = text_of(im, line, "alt"),
			.name = media_name(im->arena, json_get_text(line, "name", STR("")), arena_cstr(im->arena, type)),
			.caption = text_of(im, line, "caption"), .credit = text_of(im, line, "credit"),
			.edit = text_of(im, line, "edit"),
			.focal_x = thousandths(line, "focal_x"), .focal_y = thousandths(line, "focal_y"),
			.created_ms = json_get_int(line, "created", 0), .line = number,
			.pinned = json_get_bool(line, "pinned", false), .private_bytes = json_get_bool(line, "private", false),
		};
	}
	json_free(line);
	return good;
}

static void take_line(struct importer *im, struct str text, size_t number, size_t *cap)
{
	struct import_item item;

	if (str_empty(str_trim(text)))
		return;
	if (im->item_count >= ITEMS_MAX || !read_line(im, text, number, &item)) {
		import_problem(im, IMPORT_WARNING, STR(FILE_NAME), (int)number, "the line is not understood");
		return;
	}
	if (im->item_count == *cap) {
		*cap = *cap ? *cap * 2 : 64;
		im->items = mem_grow(im->items, *cap, sizeof(*im->items));
	}
	im->items[im->item_count++] = item;
}

/* A line that is longer than any that an export writes counts as several that are not understood. */
static void read_lines(struct importer *im, FILE *file)
{
	char *line = mem_array(LINE_MAX_B, 1);
	size_t cap = 0, number = 0;

	while (fgets(line, (int)LINE_MAX_B, file))
		take_line(im, str_of(line), ++number, &cap);
	free(line);
}

static int by_hash(const void *a, const void *b)
{
	const struct import_item *x = a, *y = b;
	int order = str_cmp(x->hash, y->hash);

	return order ? order : x->line < y->line ? -1 : x->line > y->line;
}

enum rc import_library_read(struct importer *im)
{
	const struct file_entry *entry = import_find_file(im, STR(FILE_NAME));
	FILE *file;
	int fd;
	enum rc rc;

	if (im->generator != GENERATOR_PLATEN || !entry || entry->kind != FILE_REGULAR)
		return RC_OK;
	rc = file_open_below(im->options->dir, FILE_NAME, &fd, im->err);
	if (rc != RC_OK)
		return rc;
	file = fdopen(fd, "r");
	if (!file) {
		close(fd);
		return err_set(im->err, RC_IO, "cannot read '%s'", FILE_NAME);
	}
	read_lines(im, file);
	rc = ferror(file) ? err_set(im->err, RC_IO, "cannot read '%s'", FILE_NAME) : RC_OK;
	fclose(file);
	if (im->item_count)
		qsort(im->items, im->item_count, sizeof(*im->items), by_hash);
	return rc;
}

const struct import_item *import_library_find(const struct importer *im, struct str hash)
{
	size_t low = 0, high = im->item_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (str_cmp(im->items[middle].hash, hash) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < im->item_count && str_eq(im->items[low].hash, hash) ? &im->items[low] : NULL;
}

const char *import_library_type(const struct import_item *item, struct str head)
{
	struct media_type told;

	if (str_is(item->type, mime_of_name(item->name)))
		return mime_of_name(item->name);
	return media_type_tell(head, item->name, &told, NULL) == RC_OK && str_is(item->type, told.mime) ? told.mime : NULL;
}

/* --- storing --- */

/* Before anything is made of it: a part that was cut away is nobody's. */
static enum rc store_edit(struct importer *im, struct db_tx *tx, const struct import_media *m, const struct media_item *there)
{
	struct img_edit edit;
	struct err err = ERR_INIT;
	enum rc rc = img_edit_read(m->item->edit, &edit, &err);

	if (rc == RC_OK)
		rc = media_edit(tx, there, &edit, im->now_ms, &err);
	if (rc == RC_INVALID) {
		import_problem(im, IMPORT_WARNING, STR(FILE_NAME), (int)m->item->line, "%s", err.msg);
		return RC_OK;
	}
	if (rc != RC_OK)
		*im->err = err;
	return rc;
}

static bool fill(struct str *here, struct str said, bool fresh)
{
	bool takes = !str_empty(said) && (fresh || str_empty(*here)) && !str_eq(*here, said);

	if (takes)
		*here = said;
	return takes;
}

static bool fill_all(struct media_item *there, const struct import_item *item, bool fresh)
{
	bool centred = there->focal_x == CENTRE && there->focal_y == CENTRE;
	bool turns = (fresh || centred) && (item->focal_x != there->focal_x || item->focal_y != there->focal_y);
	bool changed = fill(&there->alt, item->alt, fresh);

	changed = fill(&there->caption, item->caption, fresh) || changed;
	changed = fill(&there->credit, item->credit, fresh) || changed;
	changed = (fresh && fill(&there->name, item->name, true)) || changed;
	if (turns) {
		there->focal_x = item->focal_x;
		there->focal_y = item->focal_y;
	}
	return changed || turns;
}

enum rc import_library_store(struct importer *im, struct db_tx *tx, const struct import_media *m, bool fresh)
{
	struct media_item there;
	enum rc rc = media_item_of_hash(db_tx_ro(tx), m->hash, im->arena, &there, im->err);

	if (rc == RC_OK && fresh && !str_empty(m->item->edit)) {
		rc = store_edit(im, tx, m, &there);
		if (rc == RC_OK)
			rc = media_item_get(db_tx_ro(tx), there.id, im->arena, &there, im->err);
	}
	if (rc == RC_OK && fill_all(&there, m->item, fresh))
		rc = media_item_set(tx, &there, im->now_ms, im->err);
	if (rc == RC_OK && m->item->pinned && !there.pinned)
		rc = media_item_pin(tx, there.id, true, im->now_ms, im->err);
	return rc;
}
