/* pages_claim.c: who keeps the page folder: making it, taking it over, letting it go, the timer. */
#include "core/pages_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "core/place.h"
#include "store/post_list.h"
#include "store/site.h"

struct state {
	int64_t public_seq;
	int64_t expires_ms;
};

/* With the folder's lock held the state cannot move: whoever would commit a move waits for it. */
static enum rc read_state(const struct conf *conf, int64_t now_ms, struct state *out, struct err *err)
{
	struct db_ro *db = NULL;
	struct state state;
	enum rc rc = place_open_ro(conf, &db, err);
	if (rc == RC_OK)
		rc = db_snapshot_begin(db, err);
	if (rc != RC_OK)
		goto out;
	rc = site_public_seq(db, &state.public_seq, err);
	if (rc == RC_OK)
		rc = post_next_publication(db, now_ms, &state.expires_ms, err);
	db_snapshot_end(db);
	if (rc == RC_OK)
		*out = state;
out:
	db_ro_close(db);
	return rc;
}

static enum rc replace(const struct pages *pages, struct pages_lock *lock, const struct pages_owner *owner,
		       int64_t now_ms, struct err *err)
{
	struct state state;
	enum rc rc = pages_take(lock, err);
	if (rc == RC_OK)
		rc = read_state(pages->conf, now_ms, &state, err);
	return rc == RC_OK ? pages_link(lock, owner, state.public_seq, state.expires_ms, err) : rc;
}

/* DATA/pages may lead to a memory file system that is empty after each start of the machine. */
static enum rc make_folder(const char *dir, struct err *err)
{
	char target[PATH_MAX];
	bool network;
	enum rc rc = file_is_nfs(dir, &network, err);
	if (rc == RC_OK && network)
		return err_set(err, RC_UNSUPPORTED, "the page folder '%s' is on a network file system, where its "
			       "lock cannot be trusted", dir);
	ssize_t n = readlink(dir, target, sizeof target - 1);
	if (n > 0 && target[0] == '/') {
		target[n] = '\0';
		rc = file_mkdirs(target, PAGES_FOLDER_MODE, err);
	}
	return rc == RC_OK ? file_mkdirs(dir, PAGES_FOLDER_MODE, err) : rc;
}

/* A writer that has found no lock commits without it. Once the database's lock has been ours, there is
 * none of those any more. */
static enum rc wait_for_writers(const struct conf *conf, struct err *err)
{
	struct db_rw *db = NULL;
	struct db_tx *tx = NULL;
	enum rc rc = place_open_rw(conf, &db, err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, err);
	db_rollback(tx);
	db_rw_close(db);
	return rc;
}

/* Nobody ever removes it. */
static enum rc make_lock(const struct pages *pages, struct err *err)
{
	struct stat st;
	enum rc rc = make_folder(pages->dir, err);
	int dir_fd = rc == RC_OK ? open(pages->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (rc != RC_OK)
		return rc;
	int fd = dir_fd >= 0 ? openat(dir_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (fd < 0)
		rc = file_fail(err, errno, "make the lock of the page folder", pages->dir);
	else if (fchmod(dir_fd, PAGES_FOLDER_MODE) != 0 || fstat(dir_fd, &st) != 0 ||
		 (geteuid() == 0 && fchown(fd, st.st_uid, st.st_gid) != 0))
		rc = file_fail(err, errno, "set up the page folder", pages->dir);
	if (fd >= 0)
		close(fd);
	if (dir_fd >= 0)
		close(dir_fd);
	return rc;
}

/* A byte in the lock tells that it was waited for; whoever made it may have died before. */
static bool is_ready(const struct pages_lock *lock)
{
	struct stat st;
	return fstat(lock->lock_fd, &st) == 0 && st.st_size > 0;
}

static enum rc make_ready(struct pages *pages, struct pages_lock *lock, struct err *err)
{
	pages_unlock(lock); /* lock order: the database's comes first */
	enum rc rc = wait_for_writers(pages->conf, err);
	if (rc == RC_OK)
		rc = pages_lock(pages->dir, pages->conf->busy_timeout_ms, lock, err);
	if (rc != RC_OK)
		return rc;
	rc = file_write_fd(lock->lock_fd, pages->dir, STR("1"), err);
	if (rc != RC_OK)
		pages_unlock(lock);
	return rc;
}

static enum rc lock_or_make(struct pages *pages, struct pages_lock *lock, struct err *err)
{
	enum rc rc = pages_lock(pages->dir, pages->conf->busy_timeout_ms, lock, err);
	if (rc == RC_NOTFOUND) {
		rc = make_lock(pages, err);
		if (rc == RC_OK)
			rc = pages_lock(pages->dir, pages->conf->busy_timeout_ms, lock, err);
	}
	if (rc == RC_OK && !is_ready(lock))
		rc = make_ready(pages, lock, err);
	return rc;
}

static bool is_owners(const struct pages_lock *lock, const struct pages_owner *owner)
{
	return lock->known && strcmp(lock->name.owner.text, owner->text) == 0;
}

static bool is_over(const struct pages_name *name, int64_t now_ms)
{
	return name->expires_ms != 0 && now_ms >= name->expires_ms - PAGES_MARGIN_MS;
}

enum rc pages_claim(struct pages *pages, const struct pages_owner *owner, int64_t now_ms, struct err *err)
{
	struct pages_lock lock;
	struct state state;
	enum rc rc = lock_or_make(pages, &lock, err);
	if (rc != RC_OK)
		return rc;
	rc = read_state(pages->conf, now_ms, &state, err);
	/* A state that differs under the lock: a backup was put in place, or the system went down. */
	bool good = rc == RC_OK && lock.linked && is_owners(&lock, owner) && !is_over(&lock.name, now_ms) &&
		    lock.name.boot == pages_boot() && lock.name.public_seq == state.public_seq;
	if (rc == RC_OK && !good)
		rc = replace(pages, &lock, owner, now_ms, err);
	pages_unlock(&lock);
	return rc;
}

enum rc pages_move(struct pages *pages, const struct pages_owner *before, const struct pages_owner *after,
		   int64_t now_ms, struct err *err)
{
	struct pages_lock lock;
	enum rc rc = pages_lock(pages->dir, pages->conf->busy_timeout_ms, &lock, err);
	if (rc != RC_OK)
		return rc;
	if (is_owners(&lock, before) && strcmp(before->text, after->text) != 0)
		rc = replace(pages, &lock, after, now_ms, err);
	pages_unlock(&lock);
	return rc;
}

enum rc pages_switch_off(const struct conf *conf, struct err *err)
{
	struct pages_lock lock;
	char *dir = pages_path(conf->data_dir);
	enum rc rc = pages_lock(dir, conf->busy_timeout_ms, &lock, err);
	free(dir);
	if (rc == RC_NOTFOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	rc = pages_take(&lock, err);
	if (rc == RC_OK)
		unlinkat(lock.dir_fd, "last", 0); /* nobody links again what nobody was the last to link */
	pages_unlock(&lock);
	return rc;
}

/* Until a generation that ends at `expires_ms` (0: never) is to be taken away, at most `most_ms`. */
static int until_end(int64_t expires_ms, int64_t now_ms, int most_ms)
{
	int64_t left_ms = expires_ms - PAGES_MARGIN_MS - now_ms;
	return expires_ms && left_ms < most_ms ? (int)left_ms : most_ms;
}

/* The folder is at its end or without a link: under the lock, what it is may have changed. */
static enum rc mend(struct pages *pages, int64_t now_ms, int *wait_ms, struct err *err)
{
	struct pages_lock lock;
	struct state state;
	enum rc rc = pages_lock(pages->dir, 0, &lock, err);
	if (rc != RC_OK)
		return rc;
	if (lock.linked && is_over(&lock.name, now_ms))
		rc = pages_take(&lock, err);
	if (rc == RC_OK && !lock.linked && lock.known)
		rc = read_state(pages->conf, now_ms, &state, err);
	else
		goto out;
	if (rc == RC_OK && state.expires_ms && state.expires_ms - now_ms <= PAGES_MARGIN_MS) {
		*wait_ms = (int)(state.expires_ms - now_ms);
	} else if (rc == RC_OK) {
		*wait_ms = until_end(state.expires_ms, now_ms, *wait_ms);
		rc = pages_link(&lock, &lock.name.owner, state.public_seq, state.expires_ms, err);
	}
out:
	pages_unlock(&lock);
	return rc;
}

int pages_tick(struct pages *pages, int64_t now_ms, int most_ms)
{
	struct pages_name name;
	struct err err = ERR_INIT;
	int wait_ms = most_ms;
	bool linked = pages_readlink(AT_FDCWD, pages->link, &name);
	if (!linked || is_over(&name, now_ms)) {
		enum rc rc = mend(pages, now_ms, &wait_ms, &err);
		if (rc == RC_BUSY)
			wait_ms = 5; /* somebody commits: a link will be there soon */
		else if (rc != RC_OK && rc != RC_NOTFOUND)
			pages_complain("cannot renew the page folder", &err);
	} else {
		wait_ms = until_end(name.expires_ms, now_ms, most_ms);
	}
	return wait_ms < 1 ? 1 : wait_ms;
}
