/* fail.c: SQLite's result codes as ours, with a message that names the file. */
#include "base/base.h"
#include "db/conn.h"

#include <errno.h>

static enum rc constraint(sqlite3 *handle, struct err *err)
{
	int extended = sqlite3_extended_errcode(handle);
	enum rc rc = extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
		     extended == SQLITE_CONSTRAINT_ROWID ? RC_EXISTS : RC_INVALID;
	return err_set(err, rc, "%s", sqlite3_errmsg(handle));
}

/* What the system said to the last write of the database file (SQLITE_FCNTL_FILE_POINTER) or of its log
 * (SQLITE_FCNTL_JOURNAL_POINTER). sqlite3_system_errno() is errno after the roll back. */
static int file_errno(sqlite3 *handle, int which)
{
	sqlite3_file *file = NULL;
	int errnum = 0;
	if (sqlite3_file_control(handle, "main", which, &file) != SQLITE_OK || !file || !file->pMethods ||
	    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &errnum) != SQLITE_OK)
		return 0;
	return errnum;
}

static bool says_full(int errnum)
{
	return errnum == ENOSPC || errnum == EDQUOT || errnum == EFBIG;
}

/* EDQUOT and EFBIG reach us as plain write errors. */
static bool is_full(sqlite3 *handle, int code)
{
	if (code != SQLITE_IOERR || !handle)
		return code == SQLITE_FULL;
	return says_full(sqlite3_system_errno(handle)) || says_full(file_errno(handle, SQLITE_FCNTL_FILE_POINTER)) ||
	       says_full(file_errno(handle, SQLITE_FCNTL_JOURNAL_POINTER));
}

enum rc conn_fail(struct db_ro *db, int code, const char *doing, struct err *err)
{
	const char *why = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);
	const char *path = db->path;

	code &= 0xFF;
	if (is_full(db->handle, code))
		return err_set(err, RC_NOSPACE, "cannot %s '%s': the disk is full", doing, path);
	switch (code) {
	case SQLITE_CONSTRAINT:
		return constraint(db->handle, err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, RC_BUSY, "cannot %s '%s': another process is writing", doing, path);
	case SQLITE_READONLY:
		return err_set(err, RC_READONLY, "cannot %s '%s': it cannot be written", doing, path);
	case SQLITE_CORRUPT:
		return err_set(err, RC_CORRUPT, "cannot %s '%s': the file is damaged (%s)", doing, path, why);
	case SQLITE_NOTADB:
		return err_set(err, RC_CORRUPT, "cannot %s '%s': it is not a database", doing, path);
	case SQLITE_TOOBIG:
		return err_set(err, RC_LIMIT, "cannot %s '%s': a value is too large", doing, path);
	case SQLITE_NOMEM:
		mem_fail();
	case SQLITE_CANTOPEN:
		return err_set(err, RC_IO, "cannot %s '%s': the file, its folder or its -wal or -shm file cannot "
			       "be opened by this user", doing, path);
	case SQLITE_IOERR:
	case SQLITE_PERM:
		return err_set(err, RC_IO, "cannot %s '%s': %s", doing, path, why);
	case SQLITE_INTERRUPT:
		return err_set(err, RC_TIMEOUT, "cannot %s '%s': interrupted", doing, path);
	default:
		return err_set(err, RC_INTERNAL, "cannot %s '%s': %s", doing, path, why);
	}
}
