/* pages_impl.h: what the files of the page folder share. Private to core/pages*.c. */
#ifndef PLATEN_CORE_PAGES_IMPL_H
#define PLATEN_CORE_PAGES_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/base.h"
#include "core/pages.h"

/* How long before its end a generation is taken away: longer than a timer is late on a busy machine. */
#define PAGES_MARGIN_MS 20
/* A commit links no generation that ends so soon: no timer may look before then. One that does links it. */
#define PAGES_SOON_MS 1200
#define PAGES_FOLDER_MODE 0755 /* a web server under another name reads here */
#define PAGES_FILE_MODE 0644

/* pages_name.c: the name of a generation: OWNER-BOOT-SEQ-EXPIRES-RANDOM. It holds all that is to be
 * known of one, so that readlink() is all it takes to ask. */
#define PAGES_NAME_B 128

struct pages_name {
	char text[PAGES_NAME_B];
	struct pages_owner owner;
	uint32_t boot;        /* of the system: after a power failure files may be empty */
	int64_t public_seq;
	int64_t expires_ms;   /* 0: never */
};

void pages_name_make(const struct pages_owner *owner, int64_t public_seq, int64_t expires_ms, struct pages_name *out);
/* False: no generation's name. */
bool pages_name_parse(struct str text, struct pages_name *out);
uint32_t pages_boot(void);
/* BUILD of pages_owner(): `program` and the settings that show in pages. */
void pages_build(const struct conf *conf, uint64_t program, char out[PAGES_BUILD_CHARS + 1]);

/* pages_path.c: "DATA/pages"; free() it. */
char *pages_path(const char *data_dir);
/* Reads "current" or "last" of an open folder or, with AT_FDCWD, a whole path. False: not there. A link
 * that is no generation's is there and has an empty name. */
bool pages_readlink(int dir_fd, const char *link, struct pages_name *out);
/* Behind the name of a file: "", ".gz", ".br". */
extern const char *const pages_extension[PAGES_CODING__MAX];

/* pages_link.c: the link and its lock. */
struct pages_lock {
	int dir_fd;           /* DATA/pages */
	int lock_fd;
	char *path;           /* of the folder, for messages */
	bool linked;          /* `name` is the link that is there */
	bool known;           /* `name` is the link that is there or, without one, the last there was */
	struct pages_name name;
};

/* Takes the lock and reads the link. RC_NOTFOUND: there is no folder or it was never used; RC_BUSY after
 * `timeout_ms`; RC_DENIED, RC_IO. */
NODISCARD enum rc pages_lock(const char *dir, int timeout_ms, struct pages_lock *out, struct err *err);
void pages_unlock(struct pages_lock *lock);
/* Takes the link away, so that it stays away after a power failure too. */
NODISCARD enum rc pages_take(struct pages_lock *lock, struct err *err);
/* Links an empty generation; the one before is removed if it is empty too. */
NODISCARD enum rc pages_link(struct pages_lock *lock, const struct pages_owner *owner, int64_t public_seq,
			     int64_t expires_ms, struct err *err);

struct pages {
	const struct conf *conf;
	char *dir;                    /* DATA/pages */
	char *link;                   /* DATA/pages/current */
	pthread_mutex_t lock;
	struct generation *current;   /* opened last; NULL: none yet */
};

struct generation {
	const struct conf *conf;
	atomic_uint refs;
	int fd;                       /* of its folder */
	struct pages_name name;
	int64_t seen_ms;              /* it was linked at this time, or earlier */
};

/* A name below a generation; long enough for every path, with what stands around it. */
#define PAGES_TARGET_MAX_B (PAGES_PATH_MAX_B + 288)
/* pages_write.c: the folders above the last part of `target`, which is as it was afterwards. False with
 * errno: ENOTDIR when a file is in the way. */
bool pages_make_folders(int dir_fd, char *target);
/* pages_alias.c: gives the file of an HTML page its second name, below path/. What cannot have one is left
 * to Platen, by the web servers that look there. */
void pages_alias(int dir_fd, struct str mount, struct str path, enum pages_coding coding);
/* pages_write.c: the time of a file with that content: 2 to 2^31-1, since web servers take 0 and 1 for
 * no time and some have 32 bits. */
int64_t pages_mtime(uint64_t hash);
/* Logs a warning, at most one a minute; `err` may be NULL. */
void pages_complain(const char *event, const struct err *err);

#endif
