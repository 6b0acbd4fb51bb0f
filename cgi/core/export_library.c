/* export_library.c: the media library: what is said of each file, and the files that are beside no post. */
#include "base/base.h"

#include <stdio.h>

#include "core/export_impl.h"
#include "store/media_item.h"

#define AT_ONCE 100
#define LINE_MAX_B ((size_t)64 << 10)
#define CENTRE 500

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, EXPORT_HASH_B);
}

/* Of what was copied before the library: that is sorted. */
static bool is_copied(const struct exporter *ex, size_t count, struct str hash)
{
	return count && bsearch(hash.p, ex->copied.bytes, count, EXPORT_HASH_B, by_bytes);
}

static void put_text(struct json *line, const char *key, struct str text)
{
	if (!str_empty(text))
		json_set_text(line, key, text);
}

static enum rc write_line(struct exporter *ex, FILE *file, const struct media_item *item)
{
	struct json *line = json_new_object();
	struct buf text = BUF_INIT(LINE_MAX_B);
	bool centred = item->focal_x == CENTRE && item->focal_y == CENTRE;

	json_set_text(line, "hash", item->hash);
	json_set_text(line, "name", item->name);
	json_set_text(line, "type", item->mime);
	json_set_int(line, "created", item->created_ms);
	put_text(line, "alt", item->alt);
	put_text(line, "caption", item->caption);
	put_text(line, "credit", item->credit);
	put_text(line, "edit", item->edit);
	if (!centred) {
		json_set_int(line, "focal_x", item->focal_x);
		json_set_int(line, "focal_y", item->focal_y);
	}
	if (item->pinned)
		json_set_bool(line, "pinned", true);
	if (item->private_bytes)
		json_set_bool(line, "private", true);
	json_write(line, JSON_LINE | JSON_SORTED_KEYS, &text);
	json_free(line);
	buf_char(&text, '\n');
	enum rc rc = buf_status(&text, "a line of media.jsonl", ex->err);
	if (rc == RC_OK && fwrite(text.bytes, 1, text.len, file) != text.len)
		rc = err_set(ex->err, RC_IO, "cannot write media.jsonl");
	buf_release(&text);
	return rc;
}

/* What the store has lost is not in the export; `platen doctor` tells of it. */
static enum rc export_item(struct exporter *ex, FILE *file, size_t copied, const struct media_item *item,
			   struct arena *arena)
{
	enum rc rc = is_copied(ex, copied, item->hash) ? RC_OK : export_blob_loose(ex, item->hash, item->name, arena);

	if (rc == RC_NOTFOUND) {
		ex->report.missing++;
		return RC_OK;
	}
	return rc == RC_OK ? write_line(ex, file, item) : rc;
}

static enum rc write_items(struct exporter *ex, FILE *file, struct arena *arena)
{
	struct media_items some = { NULL, 0 };
	size_t copied = ex->copied.len / EXPORT_HASH_B, done = 0;
	int64_t after = 0;
	enum rc rc = RC_OK;

	if (copied)
		qsort(ex->copied.bytes, copied, EXPORT_HASH_B, by_bytes);
	do {
		arena_reset(arena);
		rc = media_item_after(ex->db, after, AT_ONCE, arena, &some, ex->err);
		for (size_t i = 0; rc == RC_OK && i < some.count; i++) {
			after = some.items[i].id;
			rc = progress_tell(&ex->options->progress, "media", (int64_t)done++, 0, some.items[i].name, ex->err);
			if (rc == RC_OK)
				rc = export_item(ex, file, copied, &some.items[i], arena);
		}
	} while (rc == RC_OK && some.count == AT_ONCE);
	return rc;
}

enum rc export_library(struct exporter *ex, struct arena *arena)
{
	size_t room = strlen(ex->dir) + sizeof("/media.jsonl");
	char *path = mem_array(room, 1);
	enum rc rc = buf_status(&ex->copied, "the list of files", ex->err);
	FILE *file;

	snprintf(path, room, "%s/media.jsonl", ex->dir);
	file = rc == RC_OK ? fopen(path, "wxe") : NULL;
	if (rc == RC_OK && !file)
		rc = err_set(ex->err, RC_IO, "cannot write '%s'", path);
	if (rc == RC_OK)
		rc = write_items(ex, file, arena);
	if (file && fclose(file) != 0 && rc == RC_OK)
		rc = err_set(ex->err, RC_IO, "cannot write '%s'", path);
	free(path);
	return rc;
}
