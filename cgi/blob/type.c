/* type.c: the media type of bytes by their first ones. */
#include "base/base.h"

#include "blob/type.h"

static const struct {
	size_t at;
	struct str magic, type;
} kinds[] = {
	{ 0, STR("\xff\xd8\xff"), STR("image/jpeg") },
	{ 0, STR("\x89PNG\r\n\x1a\n"), STR("image/png") },
	{ 0, STR("GIF87a"), STR("image/gif") },
	{ 0, STR("GIF89a"), STR("image/gif") },
	{ 8, STR("WEBP"), STR("image/webp") },
	{ 8, STR("WAVE"), STR("audio/wav") },
	{ 4, STR("ftypavif"), STR("image/avif") },
	{ 4, STR("ftypheic"), STR("image/heic") },
	{ 4, STR("ftypM4A"), STR("audio/mp4") },
	{ 4, STR("ftypqt"), STR("video/quicktime") },
	{ 4, STR("ftyp"), STR("video/mp4") },
	{ 0, STR("\x1a\x45\xdf\xa3"), STR("video/webm") },
	{ 0, STR("OggS"), STR("audio/ogg") },
	{ 0, STR("fLaC"), STR("audio/flac") },
	{ 0, STR("ID3"), STR("audio/mpeg") },
	{ 0, STR("\xff\xfb"), STR("audio/mpeg") },
	{ 0, STR("%PDF-"), STR("application/pdf") },
};

struct str blob_type(struct str head)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_starts(str_from(head, kinds[i].at), kinds[i].magic))
			return kinds[i].type;
	return STR("application/octet-stream");
}
