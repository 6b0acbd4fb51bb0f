/* export_media.c: media files from the blob store into the export. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/path.h"
#include "base/utf8.h"
#include "core/export_impl.h"
#include "core/post_prepared.h"
#include "store/media.h"
#include "store/media_item.h"

#define CHUNK_B ((size_t)64 << 10)
#define NAME_MAX_B 180
#define EXT_MAX_B 10

static enum rc copy_fd(int in, int out, const char *path, struct err *err)
{
	char *chunk = mem_array(CHUNK_B, 1);
	enum rc rc = RC_OK;
	ssize_t n;

	while (rc == RC_OK && (n = read(in, chunk, CHUNK_B)) != 0) {
		if (n > 0)
			rc = file_write_fd(out, path, str_n(chunk, (size_t)n), err);
		else if (errno != EINTR)
			rc = err_sys(err, RC_IO, errno, "cannot read a media file");
	}
	free(chunk);
	return rc;
}

/* Copies a blob to a new file. RC_NOTFOUND: no such blob. */
static enum rc export_blob(struct exporter *ex, struct str hash, const char *path)
{
	int64_t size_b;
	int in, out;
	enum rc rc = blob_open(ex->blobs, hash, &in, &size_b, ex->err);

	if (rc != RC_OK)
		return rc;
	out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (out < 0) {
		rc = err_sys(ex->err, RC_IO, errno, "cannot write '%s'", path);
	} else {
		rc = copy_fd(in, out, path, ex->err);
		if (close(out) != 0 && rc == RC_OK)
			rc = err_sys(ex->err, RC_IO, errno, "cannot write '%s'", path);
	}
	close(in);
	ex->report.media += rc == RC_OK;
	if (rc == RC_OK)
		buf_put(&ex->copied, hash.p, EXPORT_HASH_B);
	return rc;
}

/* The end of a name tells what the file is: a long one loses its middle. */
static struct str shortened(struct arena *arena, struct str name)
{
	struct str ext = path_ext(name);

	if (name.n <= NAME_MAX_B || ext.n == 0 || ext.n > EXT_MAX_B)
		return utf8_cut(name, NAME_MAX_B);
	return ARENA_JOIN(arena, utf8_cut(path_stem(name), NAME_MAX_B - ext.n - 1), STR("."), ext);
}

/* A name that a file may have, and that import does not take for a post. */
static struct str file_name(struct arena *arena, struct str written)
{
	struct buf decoded = BUF_INIT(4096);
	struct str name = written;
	char *copy;

	if (enc_percent_decode(&decoded, written, false) && utf8_valid(buf_view(&decoded)))
		name = buf_view(&decoded);
	copy = arena_cstr(arena, shortened(arena, name));
	buf_release(&decoded);
	for (char *p = copy; *p; p++)
		if (*p == '/' || *p == '\\' || (unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '_';
	if (!copy[0] || copy[0] == '.')
		return ARENA_JOIN(arena, STR("file"), str_of(copy));
	name = str_of(copy);
	if (str_iends(name, STR(".md")) || str_iends(name, STR(".markdown")) || str_iends(name, STR(".mdx")) ||
	    str_iends(name, STR(".mkd")) || str_iends(name, STR(".mkdn")) || str_iends(name, STR(".mdown")))
		return ARENA_JOIN(arena, name, STR(".txt"));
	return name;
}

static bool name_taken(const struct export_files *files, struct str name)
{
	for (size_t i = 0; i < files->count; i++)
		if (str_ieq(files->items[i].name, name))
			return true;
	return false;
}

/* "a.png", "a-2.png" ... */
static struct str free_name(struct export_files *files, struct str wanted)
{
	struct str stem = path_stem(wanted), ext = path_ext(wanted), name = wanted;

	for (int n = 2; name_taken(files, name); n++)
		name = arena_printf(files->arena, "%.*s-%d%s%.*s", STR_ARG(stem), n, ext.n ? "." : "", STR_ARG(ext));
	return name;
}

static bool split_address(struct str address, struct str *hash, struct str *name)
{
	if (!str_starts(address, STR("/media/")) || address.n < 7 + BLOB_HASH_LEN + 2 ||
	    address.p[7 + BLOB_HASH_LEN] != '/')
		return false;
	*hash = str_sub(address, 7, 7 + BLOB_HASH_LEN);
	*name = str_from(address, 8 + BLOB_HASH_LEN);
	return blob_is_hash(*hash);
}

enum rc export_file_for(struct export_files *files, struct str address, struct str *out)
{
	struct exporter *ex = files->ex;
	struct export_file *file;
	struct str hash, name;
	enum rc rc;

	*out = STR_NONE;
	if (!split_address(address, &hash, &name) || files->count >= EXPORT_FILES_MAX)
		return RC_OK;
	name = file_name(files->arena, name);
	for (size_t i = 0; i < files->count; i++)
		if (str_eq(files->items[i].hash, hash) && str_starts(files->items[i].name, path_stem(name))) {
			*out = enc_percent_dup(files->arena, files->items[i].name, ENC_STRICT);
			return RC_OK;
		}
	name = free_name(files, name);
	rc = files->count ? RC_OK : file_mkdirs(files->dir, 0755, ex->err);
	if (rc == RC_OK)
		rc = export_blob(ex, hash, path_join(files->arena, files->dir, arena_cstr(files->arena, name)));
	if (rc == RC_NOTFOUND) {
		ex->report.missing++;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	file = &files->items[files->count++];
	file->hash = arena_str(files->arena, hash);
	file->name = name;
	*out = enc_percent_dup(files->arena, name, ENC_STRICT);
	return RC_OK;
}

enum rc export_blob_loose(struct exporter *ex, struct str hash, struct str name, struct arena *arena)
{
	const char *dir = path_join3(arena, ex->dir, "media", arena_cstr(arena, hash)), *path;
	enum rc rc = RC_OK;

	path = path_join(arena, dir, arena_cstr(arena, file_name(arena, name)));
	if (!file_exists(path)) {
		rc = file_mkdirs(dir, 0755, ex->err);
		if (rc == RC_OK)
			rc = export_blob(ex, hash, path);
		if (rc == RC_NOTFOUND)
			rmdir(dir);
	}
	return rc;
}

static enum rc export_loose(struct exporter *ex, struct str hash, struct arena *arena)
{
	struct media media;
	enum rc rc = media_get(ex->db, hash, arena, &media, ex->err);

	if (rc == RC_NOTFOUND)
		media.name = STR("file");
	else if (rc != RC_OK)
		return rc;
	rc = export_blob_loose(ex, hash, media.name, arena);
	ex->report.missing += rc == RC_NOTFOUND;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* The item that has had these bytes shows others now. STR_NONE: it does not. */
static enum rc replaced_by(struct exporter *ex, struct str hash, struct arena *arena, struct str *out)
{
	struct media_item item;
	enum rc rc = media_item_of_blob(ex->db, hash, arena, &item, ex->err);

	*out = STR_NONE;
	if (rc == RC_OK && !str_eq(item.hash, hash))
		*out = item.hash;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

enum rc export_current(struct exporter *ex, struct str text, struct arena *arena, struct str *out)
{
	struct buf made = BUF_INIT(text.n + 1);
	size_t copied = 0;
	enum rc rc = RC_OK;

	for (ptrdiff_t at, from = 0; rc == RC_OK && (at = str_find(str_from(text, (size_t)from), STR("/media/"))) >= 0;) {
		struct str hash = str_sub(text, (size_t)(from + at) + 7, (size_t)(from + at) + 7 + BLOB_HASH_LEN), now;

		from += at + 7;
		rc = blob_is_hash(hash) ? replaced_by(ex, hash, arena, &now) : RC_OK;
		if (rc != RC_OK || !blob_is_hash(hash) || !str_given(now))
			continue;
		buf_str(&made, str_sub(text, copied, (size_t)from));
		buf_str(&made, now);
		copied = (size_t)from + BLOB_HASH_LEN;
	}
	buf_str(&made, str_from(text, copied));
	if (rc == RC_OK)
		*out = copied ? arena_str(arena, buf_view(&made)) : text;
	buf_release(&made);
	return rc;
}

enum rc export_media_of(struct exporter *ex, struct str text, struct arena *arena)
{
	struct str *hashes = ARENA_ARRAY(arena, POST_MEDIA_MAX, struct str);
	size_t count = 0;
	enum rc rc = RC_OK;

	post_find_media(text, arena, hashes, &count);
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		rc = export_loose(ex, hashes[i], arena);
	return rc;
}
