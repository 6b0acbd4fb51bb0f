/* spool_note.c: what is noted of all that waits in a spool: one line in its folder tmp, "COUNT BYTES SINCE". */
#include "base/base.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "blob/folder.h"
#include "blob/spool_note.h"

#define NOTE_MAX_B 80

static void place(const char *dir, char path[BLOB_PATH_ROOM])
{
	snprintf(path, BLOB_PATH_ROOM, "%s/tmp/waiting", dir);
}

/* Half a line has no end. */
static bool parse(struct str text, struct blob_waiting *out)
{
	int64_t numbers[3];
	struct str line = str_until(text, '\n'), part;

	if (line.n + 1 != text.n)
		return false;
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		if (!str_split(&line, ' ', &part) || !str_to_i64(part, &numbers[i]) || numbers[i] < 0)
			return false;
	*out = (struct blob_waiting){ numbers[0], numbers[1], numbers[2] };
	return true;
}

bool spool_note_read(const char *dir, struct blob_waiting *out)
{
	char path[BLOB_PATH_ROOM];
	struct buf text = BUF_INIT(NOTE_MAX_B);
	bool good;

	place(dir, path);
	good = file_read(path, NOTE_MAX_B, &text, NULL) == RC_OK && parse(buf_view(&text), out);
	buf_release(&text);
	return good;
}

void spool_note_write(const char *dir, const struct blob_waiting *now)
{
	char path[BLOB_PATH_ROOM], line[NOTE_MAX_B];
	int fd = -1, n;
	bool good;

	place(dir, path);
	if (now->count > 0 && now->size_b >= 0)
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	n = snprintf(line, sizeof(line), "%lld %lld %lld\n", (long long)now->count, (long long)now->size_b, (long long)now->oldest_ms);
	good = fd >= 0 && write(fd, line, (size_t)n) == n;
	if (fd >= 0)
		close(fd);
	if (!good)
		spool_note_drop(dir);
}

void spool_note_drop(const char *dir)
{
	char path[BLOB_PATH_ROOM];

	place(dir, path);
	unlink(path);
}
