/* transfer.h: taking a site's content in and out from the admin: where the files are meanwhile, and the jobs.
 *
 *     DATA/exports/ID.zip            an export, complete when it is there
 *     DATA/imports/ID/files/         an archive that was sent, unpacked
 *     DATA/imports/ID/check.json     what importing it would do (import_report_json())
 *     DATA/imports/ID/done.json      what it did; the files are gone then
 *     DATA/jobs/                     job_progress.h
 *
 * All of it goes after TRANSFER_DAYS, by the task ttl. An ID is random letters and digits. */
#ifndef PLATEN_CORE_TRANSFER_H
#define PLATEN_CORE_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "db/db.h"

#define TRANSFER_DAYS 7
#define TRANSFER_ID_CHARS 16
#define TRANSFER_REPORT_MAX_B ((size_t)4 << 20)
#define JOB_EXPORT "export"
#define JOB_IMPORT "import"

bool transfer_id_is_valid(struct str id);
/* Paths in `arena`; `tail` is "files", "check.json" ... or "". */
const char *transfer_export_path(const struct conf *conf, struct str id, struct arena *arena);
const char *transfer_import_path(const struct conf *conf, struct str id, const char *tail, struct arena *arena);
const char *transfer_exports_dir(const struct conf *conf, struct arena *arena);
const char *transfer_imports_dir(const struct conf *conf, struct arena *arena);

/* Unpacks the ZIP archive `fd` for an import with a new id. RC_INVALID, RC_LIMIT as zip.h says, and nothing is
 * left then. *id lives in `arena`. */
NODISCARD enum rc transfer_unpack(const struct conf *conf, int fd, struct arena *arena, struct str *id, struct err *err);
/* Removes an import, or an export. RC_OK also when there is none. */
NODISCARD enum rc transfer_drop_import(const struct conf *conf, struct str id, struct err *err);
NODISCARD enum rc transfer_drop_export(const struct conf *conf, struct str id, struct err *err);

/* Orders the jobs, in the caller's transaction. *job is its id. */
NODISCARD enum rc transfer_order_export(struct db_tx *tx, struct str id, int64_t now_ms, int64_t *job, struct err *err);
/* As import.h's options of the same names. */
struct transfer_import {
	bool dry_run, force, fetch;
};
NODISCARD enum rc transfer_order_import(struct db_tx *tx, struct str id, const struct transfer_import *how, int64_t now_ms,
					int64_t *job, struct err *err);

/* Removes (or only counts) what was last touched before `before_ms`. */
NODISCARD enum rc transfer_sweep(const struct conf *conf, int64_t before_ms, bool remove, int64_t *count,
				 struct err *err);

#endif
