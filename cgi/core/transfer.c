/* transfer.c: where the files of imports and exports are while they are wanted. */
#include "base/base.h"

#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "base/path.h"
#include "base/zip.h"
#include "core/job.h"
#include "core/job_progress.h"
#include "core/transfer.h"
#include "crypt/rand.h"

#define PAYLOAD_MAX_B 500

/* An archive of so much text is one of a large blog, and media are packed already; import.h has limits of its own for
 * each file. */
#define FILE_LEAST_B (INT64_C(256) << 20)
#define TOTAL_LEAST_B (INT64_C(1) << 30)
#define ENTRIES_MAX 50000

bool transfer_id_is_valid(struct str id)
{
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
			return false;
	}
	return id.n == TRANSFER_ID_CHARS;
}

const char *transfer_exports_dir(const struct conf *conf, struct arena *arena)
{
	return path_join(arena, conf->data_dir, "exports");
}

const char *transfer_imports_dir(const struct conf *conf, struct arena *arena)
{
	return path_join(arena, conf->data_dir, "imports");
}

const char *transfer_export_path(const struct conf *conf, struct str id, struct arena *arena)
{
	return path_join(arena, transfer_exports_dir(conf, arena), arena_printf(arena, "%.*s.zip", STR_ARG(id)).p);
}

const char *transfer_import_path(const struct conf *conf, struct str id, const char *tail, struct arena *arena)
{
	const char *dir = path_join(arena, transfer_imports_dir(conf, arena), arena_cstr(arena, id));
	return *tail ? path_join(arena, dir, tail) : dir;
}

enum rc transfer_unpack(const struct conf *conf, int fd, struct arena *arena, struct str *id, struct err *err)
{
	char name[TRANSFER_ID_CHARS + 1];
	rand_base62(name, TRANSFER_ID_CHARS);
	struct str made = arena_str(arena, str_of(name));
	const char *files = transfer_import_path(conf, made, "files", arena);
	/* Media are packed already: a large archive is not much larger when it is unpacked. */
	const struct zip_limits limits = {
		.entries = ENTRIES_MAX,
		.file_b = conf->import_max_b > FILE_LEAST_B ? conf->import_max_b : FILE_LEAST_B,
		.total_b = conf->import_max_b > TOTAL_LEAST_B ? conf->import_max_b : TOTAL_LEAST_B,
	};
	enum rc rc = file_mkdirs(files, 0700, err);
	if (rc == RC_OK)
		rc = zip_read(fd, files, &limits, err);
	if (rc == RC_OK) {
		*id = made;
		return RC_OK;
	}
	if (file_remove_tree(transfer_import_path(conf, made, "", arena), NULL) != RC_OK)
		return rc; /* the task ttl takes it */
	return rc;
}

enum rc transfer_drop_import(const struct conf *conf, struct str id, struct err *err)
{
	struct arena arena;
	if (!transfer_id_is_valid(id))
		return err_set(err, RC_NOTFOUND, "there is no such import");
	arena_init(&arena, (size_t)64 << 10);
	enum rc rc = file_remove_tree(transfer_import_path(conf, id, "", &arena), err);
	arena_release(&arena);
	return rc;
}

enum rc transfer_drop_export(const struct conf *conf, struct str id, struct err *err)
{
	struct arena arena;
	if (!transfer_id_is_valid(id))
		return err_set(err, RC_NOTFOUND, "there is no such export");
	arena_init(&arena, (size_t)64 << 10);
	enum rc rc = file_remove_tree(transfer_export_path(conf, id, &arena), err);
	arena_release(&arena);
	return rc;
}

static enum rc order(struct db_tx *tx, const char *kind, struct json *payload, struct str id, struct str key,
		     int64_t now_ms, int64_t *job, struct err *err)
{
	struct buf text = BUF_INIT(PAYLOAD_MAX_B);
	json_set_text(payload, "id", id);
	json_write(payload, JSON_LINE, &text);
	json_free(payload);
	struct job_order wanted = { .kind = kind, .payload = buf_view(&text), .unique_key = key, .priority = JOB_NORMAL };
	enum rc rc = job_add(tx, &wanted, now_ms, job, NULL, err);
	buf_release(&text);
	return rc;
}

enum rc transfer_order_export(struct db_tx *tx, struct str id, int64_t now_ms, int64_t *job, struct err *err)
{
	return order(tx, JOB_EXPORT, json_new_object(), id, id, now_ms, job, err);
}

enum rc transfer_order_import(struct db_tx *tx, struct str id, const struct transfer_import *how, int64_t now_ms,
			      int64_t *job, struct err *err)
{
	char key[TRANSFER_ID_CHARS + sizeof "-check"];
	struct json *payload = json_new_object();
	/* What is to be done is not taken for the look into it that still waits. */
	snprintf(key, sizeof key, "%.*s%s", STR_ARG(id), how->dry_run ? "-check" : "");
	json_set_bool(payload, "dry_run", how->dry_run);
	json_set_bool(payload, "force", how->force);
	json_set_bool(payload, "fetch", how->fetch);
	return order(tx, JOB_IMPORT, payload, id, str_of(key), now_ms, job, err);
}

static enum rc sweep_dir(const char *dir, int64_t before_ms, bool remove, struct arena *arena, int64_t *count,
			 struct err *err)
{
	struct file_entries entries;
	if (!file_exists(dir))
		return RC_OK;
	enum rc rc = file_list(dir, arena, &entries, err);
	for (size_t i = 0; rc == RC_OK && i < entries.count; i++) {
		struct file_info info;
		const char *path = path_join(arena, dir, entries.items[i].name);
		if (file_lstat(path, &info, NULL) != RC_OK || info.mtime_ns / 1000000 >= before_ms)
			continue;
		rc = remove ? file_remove_tree(path, err) : RC_OK;
		*count += rc == RC_OK;
	}
	return rc;
}

enum rc transfer_sweep(const struct conf *conf, int64_t before_ms, bool remove, int64_t *count, struct err *err)
{
	struct arena arena;
	*count = 0;
	arena_init(&arena, (size_t)16 << 20);
	enum rc rc = sweep_dir(transfer_exports_dir(conf, &arena), before_ms, remove, &arena, count, err);
	if (rc == RC_OK)
		rc = sweep_dir(transfer_imports_dir(conf, &arena), before_ms, remove, &arena, count, err);
	if (rc == RC_OK)
		rc = sweep_dir(job_progress_dir(conf, &arena), before_ms, remove, &arena, count, err);
	arena_release(&arena);
	return rc;
}
