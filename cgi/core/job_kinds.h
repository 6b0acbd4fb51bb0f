/* job_kinds.h: the kinds by the file they are in, for the table in job.c. */
#ifndef PLATEN_CORE_JOB_KINDS_H
#define PLATEN_CORE_JOB_KINDS_H

#include "core/job.h"

extern const struct job_kind job_noop, job_noop_heavy; /* job_noop.c */
extern const struct job_kind job_check;                /* job_check.c */
extern const struct job_kind job_rebuild;              /* job_rebuild.c */
extern const struct job_kind job_export, job_import;   /* job_transfer.c */
extern const struct job_kind job_bulk;                 /* job_bulk.c */
extern const struct job_kind job_variants;             /* job_variants.c */
extern const struct job_kind job_send;                 /* job_send.c */
extern const struct job_kind job_icons;                /* job_icons.c */
extern const struct job_kind job_retag;                /* job_retag.c */

#endif
