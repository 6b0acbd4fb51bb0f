/* film.c: a copy of a film without what tells where it was filmed and with what. */
#include "base/base.h"

#include "img/film.h"
#include "img/read.h"

#define BOXES_MAX 100000 /* looked at; a film cut into pieces of a second has some 10 000 in an hour */
#define HOLES_MAX 256    /* two a track and some */
#define HEAD_B 8
#define LONG_HEAD_B 16

/* A box that becomes free space: [at_b, end_b) of the film, its contents from data_b on. */
struct hole {
	int64_t at_b, data_b, end_b;
};

struct img_film {
	struct part part;
	struct hole holes[HOLES_MAX]; /* in the order of the file */
	size_t count;
	int boxes;
	/* Reading the copy: */
	int64_t done_b;
};

bool img_film_knows(struct str mime)
{
	static const char *const types[] = { "video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2", "audio/mp4" };
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (str_is(mime, types[i]))
			return true;
	return false;
}

static enum rc read_at(const struct img_film *f, int64_t at_b, void *bytes, size_t room, size_t *n, struct err *err)
{
	return read_part(&f->part, "the film", at_b, bytes, room, n, err);
}

struct box {
	char type[4];
	int64_t data_b, end_b;
};

/* The box at a place. *there false: none that ends by `end_b`. */
static enum rc look(struct img_film *f, int64_t at_b, int64_t end_b, struct box *out, bool *there, struct err *err)
{
	char head[LONG_HEAD_B];
	size_t n, head_b = HEAD_B;
	enum rc rc = read_at(f, at_b, head, sizeof head, &n, err);
	*there = false;
	if (rc != RC_OK || n < HEAD_B)
		return rc;
	struct str read = str_n(head, n);
	uint64_t size_b = read_be(read, 0, 4);
	if (size_b == 1 && n == LONG_HEAD_B) {
		size_b = (uint64_t)read_be(read, 8, 4) << 32 | read_be(read, 12, 4);
		head_b = LONG_HEAD_B;
	} else if (size_b == 0) {
		size_b = (uint64_t)(end_b - at_b); /* the rest of the file */
	}
	if (size_b < head_b || size_b > (uint64_t)(end_b - at_b))
		return RC_OK;
	if (++f->boxes > BOXES_MAX)
		return err_set(err, RC_LIMIT, "the film is in too many pieces");
	memcpy(out->type, head + 4, 4);
	out->data_b = at_b + (int64_t)head_b;
	out->end_b = at_b + (int64_t)size_b;
	*there = true;
	return RC_OK;
}

static bool is_one_of(const char type[4], const char *const *types, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (memcmp(type, types[i], 4) == 0)
			return true;
	return false;
}

static enum rc dig(struct img_film *f, int64_t at_b, const struct box *box, struct err *err)
{
	if (f->count == HOLES_MAX)
		return err_set(err, RC_LIMIT, "the film is in too many pieces");
	f->holes[f->count++] = (struct hole){ at_b, box->data_b, box->end_b };
	return RC_OK;
}

/* They stand in the file itself, in its moov and in the tracks of that. */
#define DEPTH_MAX 2

static enum rc walk(struct img_film *f, int64_t at_b, int64_t end_b, int depth, struct err *err)
{
	static const char *const telling[] = { "udta", "meta", "uuid", "XMP_" }, *const holders[] = { "moov", "trak" };
	enum rc rc = RC_OK;
	struct box box;
	bool there = true;
	while (rc == RC_OK && at_b < end_b) {
		rc = look(f, at_b, end_b, &box, &there, err);
		if (rc != RC_OK || !there)
			break;
		if (is_one_of(box.type, telling, COUNT_OF(telling)))
			rc = dig(f, at_b, &box, err);
		else if (depth < DEPTH_MAX && is_one_of(box.type, holders, COUNT_OF(holders)))
			rc = walk(f, box.data_b, box.end_b, depth + 1, err);
		at_b = box.end_b;
	}
	return rc;
}

enum rc img_film_open(int fd, int64_t from_b, int64_t size_b, struct img_film **out, struct err *err)
{
	struct img_film *f = mem_new(sizeof(*f));
	*f = (struct img_film){ .part = { fd, from_b, size_b } };
	enum rc rc = walk(f, 0, size_b, 0, err);
	*out = rc == RC_OK && f->count ? f : NULL;
	if (!*out)
		free(f);
	return rc;
}

/* Writes over the part of [from_b, to_b) of the film that lies in bytes, which begin at at_b and are n. */
static void cover(char *bytes, int64_t at_b, size_t n, int64_t from_b, int64_t to_b, const char *with)
{
	int64_t first_b = from_b > at_b ? from_b : at_b, last_b = to_b < at_b + (int64_t)n ? to_b : at_b + (int64_t)n;
	for (int64_t i = first_b; i < last_b; i++)
		bytes[i - at_b] = with ? with[i - from_b] : '\0';
}

enum rc img_film_read(void *film, void *bytes, size_t room, size_t *n, struct err *err)
{
	struct img_film *f = film;
	enum rc rc = read_at(f, f->done_b, bytes, room, n, err);
	if (rc == RC_OK && *n == 0 && room && f->done_b < f->part.size_b)
		rc = err_set(err, RC_IO, "the film became shorter");
	for (size_t i = 0; rc == RC_OK && i < f->count; i++) {
		const struct hole *h = &f->holes[i];
		cover(bytes, f->done_b, *n, h->at_b + 4, h->at_b + 8, "free");
		cover(bytes, f->done_b, *n, h->data_b, h->end_b, NULL);
	}
	if (rc == RC_OK)
		f->done_b += (int64_t)*n;
	return rc;
}

void img_film_close(struct img_film *film)
{
	free(film);
}
