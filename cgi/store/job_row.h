/* job_row.h: what the files about jobs share: the columns and how they are read. Private to store/. */
#ifndef PLATEN_STORE_JOB_ROW_H
#define PLATEN_STORE_JOB_ROW_H

#include "store/job.h"
#include "store/rows.h"

#define JOB_COLUMNS \
	"id, kind, payload, unique_key, priority, state, due_ms, lease_owner, attempts, failures, lost, created_ms, " \
	"started_ms, finished_ms, result, error"

/* Fills the struct job at `item` from a row of JOB_COLUMNS. */
void job_read(struct db_stmt *st, struct arena *arena, void *item);

#endif
