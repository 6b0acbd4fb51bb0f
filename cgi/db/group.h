/* group.h: small changes of many threads in one transaction: what waits while one commit syncs shares the next.
 *
 * Whoever comes first leads: begins a transaction on its own connection, runs the work of all who wait, each as
 * a part that can fail by itself, and commits once for all. Everybody returns when their own work is committed
 * or has failed. With one caller at a time it is a transaction like any other. */
#ifndef PLATEN_DB_GROUP_H
#define PLATEN_DB_GROUP_H

#include "db/db.h"

struct db_group;

struct db_group *db_group_new(void);
void db_group_free(struct db_group *group); /* nobody is in it; NULL allowed */

/* What is to be written. Runs in the thread of whoever leads, while its own caller waits, and on the leader's
 * connection: `tx` is all of the database that it touches. */
typedef enum rc db_work(void *ctx, struct db_tx *tx, struct err *err);

/* Runs `work` in a transaction and returns when that is committed. All connections of a group are of one file;
 * none has a transaction open. `group` NULL: alone. The work's own code when it failed, and then nothing of it
 * is written; else the codes of db_begin() and db_commit(). */
NODISCARD enum rc db_together(struct db_group *group, struct db_rw *db, db_work *work, void *ctx, struct err *err);

#endif
