/* heif.c: walks the boxes of a HEIC or AVIF file. */
#include "base/base.h"

#include "img/heif.h"
#include "img/read.h"

#define BOX_B 8
#define LARGE_B 16
#define FULL_B 4 /* version and flags of a full box */

struct box {
	struct str type, body;
};

/* Takes the next box off `*rest`. false: none is left, or it goes on behind the bytes (*whole). */
static bool next(struct str *rest, struct box *out, bool *whole)
{
	size_t head = BOX_B;
	uint64_t size = read_be(*rest, 0, 4);
	if (rest->n < BOX_B)
		return false;
	if (size == 1) {
		head = LARGE_B;
		size = (uint64_t)read_be(*rest, 8, 4) << 32 | read_be(*rest, 12, 4);
	} else if (size == 0) {
		size = rest->n; /* to the end of the file */
	}
	if (size < head || size > rest->n) {
		*whole = false;
		return false;
	}
	out->type = str_sub(*rest, 4, 8);
	out->body = str_sub(*rest, head, (size_t)size);
	*rest = str_from(*rest, (size_t)size);
	return true;
}

/* The first child of that type; STR_NONE when there is none. */
static struct str child(struct str body, const char *type)
{
	struct box box;
	bool whole;
	while (next(&body, &box, &whole))
		if (str_is(box.type, type))
			return box.body;
	return STR_NONE;
}

/* What an item is turned by: 'irot' first, as writers have it, then 'imir'. */
static int orientation(int quarters, int mirror)
{
	static const int table[3][4] = {
		{ 1, 8, 3, 6 }, /* not mirrored; quarter turns against the clock */
		{ 4, 5, 2, 7 }, /* 0: top and bottom change places */
		{ 2, 7, 4, 5 }, /* 1: left and right */
	};
	return table[mirror + 1][quarters];
}

struct turns {
	int quarters, mirror; /* mirror -1: none */
};

static void take(struct box property, struct heif_facts *out, struct turns *turns)
{
	if (str_is(property.type, "ispe")) {
		out->width = read_be(property.body, 4, 4);
		out->height = read_be(property.body, 8, 4);
	} else if (str_is(property.type, "irot")) {
		turns->quarters = (int)(read_be(property.body, 0, 1) & 3);
	} else if (str_is(property.type, "imir")) {
		turns->mirror = (int)(read_be(property.body, 0, 1) & 1);
	} else if (str_is(property.type, "colr")) {
		struct str kind = str_sub(property.body, 0, 4);
		if (str_is(kind, "prof") || str_is(kind, "rICC"))
			out->icc = str_from(property.body, 4);
	}
}

static size_t properties_of(struct str ipco, struct box out[HEIF_PROPERTIES_MAX], bool *alpha)
{
	size_t count = 0;
	bool whole;
	while (count < HEIF_PROPERTIES_MAX && next(&ipco, &out[count], &whole)) {
		if (str_is(out[count].type, "auxC") && str_find(out[count].body, STR("alpha")) >= 0)
			*alpha = true;
		count++;
	}
	return count;
}

/* The properties of one item, by the list of associations ('ipma'). */
static void associate(struct str ipma, uint32_t item, const struct box *properties, size_t count,
		      struct heif_facts *out, struct turns *turns)
{
	int id_b = read_be(ipma, 0, 1) < 1 ? 2 : 4, index_b = read_be(ipma, 3, 1) & 1 ? 2 : 1;
	uint32_t entries = read_be(ipma, 4, 4);
	size_t at = FULL_B + 4;
	for (uint32_t i = 0; i < entries && at < ipma.n; i++) {
		uint32_t id = read_be(ipma, at, id_b), links = read_be(ipma, at + (size_t)id_b, 1);
		at += (size_t)id_b + 1;
		for (uint32_t k = 0; k < links; k++, at += (size_t)index_b) {
			uint32_t index = read_be(ipma, at, index_b) & (index_b == 2 ? 0x7FFF : 0x7F);
			if (id == item && index > 0 && index <= count)
				take(properties[index - 1], out, turns);
		}
	}
}

static void look_at_meta(struct str meta, struct heif_facts *out)
{
	struct box properties[HEIF_PROPERTIES_MAX];
	struct turns turns = { 0, -1 };
	struct str pitm = child(meta, "pitm"), iprp = child(meta, "iprp");
	uint32_t item = read_be(pitm, FULL_B, read_be(pitm, 0, 1) == 0 ? 2 : 4);
	size_t count = properties_of(child(iprp, "ipco"), properties, &out->alpha);
	associate(child(iprp, "ipma"), item, properties, count, out, &turns);
	out->orientation = orientation(turns.quarters, turns.mirror);
}

void heif_look(struct str s, struct heif_facts *out)
{
	struct box box;
	*out = (struct heif_facts){ .orientation = 1, .whole = true };
	while (next(&s, &box, &out->whole))
		if (str_is(box.type, "meta"))
			look_at_meta(str_from(box.body, FULL_B), out);
}
