/* import_remote.c: pictures that posts show from other sites. */
#include "base/base.h"

#include "core/import_impl.h"
#include "core/media_remote.h"
#include "store/media_source.h"

/* What an earlier import has fetched is what its posts show now, so it is used whether or not this one fetches:
 * without it they would lead to the other site again. */
static bool take_known(struct importer *im, struct import_media *m)
{
	struct media there;
	struct err none = ERR_INIT;

	if (media_source_get(db_rw_ro(im->db), m->rel, im->arena, &there, &none) != RC_OK)
		return false;
	m->hash = there.hash;
	m->mime = arena_cstr(im->arena, there.mime);
	m->name = media_remote_name(im->arena, m->rel, m->mime); /* the same bytes may come by several addresses */
	m->size_b = there.size_b;
	m->width_px = (int)there.width_px;
	m->height_px = (int)there.height_px;
	m->existed = true;
	m->clean = STR("");
	m->private_bytes = there.private_bytes;
	m->source = m->rel;
	import_media_address(im, m);
	im->remote_taken++;
	return true;
}

static void fill(struct importer *im, struct import_media *m, const struct media_taken *taken)
{
	m->hash = arena_str(im->arena, str_of(taken->blob.hash));
	m->name = taken->name;
	m->mime = taken->type.mime;
	m->size_b = taken->blob.size_b;
	m->width_px = taken->type.picture.width_px;
	m->height_px = taken->type.picture.height_px;
	m->existed = taken->blob.existed;
	m->clean = arena_str(im->arena, str_of(taken->clean.hash));
	m->clean_mime = taken->type.mime;
	m->clean_b = taken->clean.size_b;
	m->private_bytes = taken->type.picture.type != IMG_NONE;
	m->source = m->rel;
	import_media_address(im, m);
	im->fetched++;
}

static void take_fresh(struct importer *im, struct import_media *m, struct import_page *page, int line)
{
	struct media_taken taken;
	struct err err = ERR_INIT;
	enum rc rc;

	if (!im->options->remote)
		return;
	rc = media_remote_fetch(im->options->remote, m->rel, im->arena, &taken, &err);
	if (rc == RC_OK)
		fill(im, m, &taken);
	else if (rc != RC_CONFLICT) /* cancelled: whoever tells of the next page ends the import */
		IMPORT_WARN(im, page, line, "the picture %.*s stays where it is: %s", STR_ARG(m->rel), err.msg);
}

struct str import_remote_take(struct importer *im, struct str address, struct import_page *page, int line)
{
	struct str url = media_remote_url(&im->scratch, address);
	struct import_media *m = str_given(url) ? import_media_find(im, url) : NULL;

	if (m && !str_given(m->alt))
		m->alt = im->alt;
	if (str_given(url) && !m) {
		m = import_media_add(im, arena_str(im->arena, url));
		im->remote++;
		if (!take_known(im, m))
			take_fresh(im, m, page, line);
	}
	arena_reset(&im->scratch);
	return m ? m->address : STR_NONE;
}
