/* mime.c: media types by file name. */
#include "base/base.h"
#include "base/mime.h"
#include "base/path.h"

/* The first extension of a type is the one that mime_ext() gives. */
static const struct {
	const char *ext, *type;
} types[] = {
	{ "html", "text/html; charset=utf-8" },
	{ "htm", "text/html; charset=utf-8" },
	{ "css", "text/css; charset=utf-8" },
	{ "js", "text/javascript; charset=utf-8" },
	{ "mjs", "text/javascript; charset=utf-8" },
	{ "txt", "text/plain; charset=utf-8" },
	{ "text", "text/plain; charset=utf-8" },
	{ "log", "text/plain; charset=utf-8" },
	{ "md", "text/markdown; charset=utf-8" },
	{ "markdown", "text/markdown; charset=utf-8" },
	{ "csv", "text/csv; charset=utf-8" },
	{ "vtt", "text/vtt; charset=utf-8" },
	{ "ics", "text/calendar; charset=utf-8" },
	{ "vcf", "text/vcard; charset=utf-8" },
	{ "xml", "application/xml; charset=utf-8" },
	{ "xsl", "application/xslt+xml; charset=utf-8" },
	{ "atom", "application/atom+xml; charset=utf-8" },
	{ "rss", "application/rss+xml; charset=utf-8" },
	{ "json", "application/json" },
	{ "map", "application/json" },
	{ "jsonld", "application/ld+json" },
	{ "webmanifest", "application/manifest+json" },
	{ "wasm", "application/wasm" },
	{ "png", "image/png" },
	{ "jpg", "image/jpeg" },
	{ "jpeg", "image/jpeg" },
	{ "gif", "image/gif" },
	{ "webp", "image/webp" },
	{ "avif", "image/avif" },
	{ "heic", "image/heic" },
	{ "svg", "image/svg+xml" },
	{ "ico", "image/vnd.microsoft.icon" },
	{ "bmp", "image/bmp" },
	{ "tif", "image/tiff" },
	{ "tiff", "image/tiff" },
	{ "mp3", "audio/mpeg" },
	{ "m4a", "audio/mp4" },
	{ "ogg", "audio/ogg" },
	{ "oga", "audio/ogg" },
	{ "opus", "audio/ogg" },
	{ "flac", "audio/flac" },
	{ "wav", "audio/wav" },
	{ "weba", "audio/webm" },
	{ "mp4", "video/mp4" },
	{ "m4v", "video/mp4" },
	{ "webm", "video/webm" },
	{ "ogv", "video/ogg" },
	{ "mov", "video/quicktime" },
	{ "woff2", "font/woff2" },
	{ "woff", "font/woff" },
	{ "ttf", "font/ttf" },
	{ "otf", "font/otf" },
	{ "pdf", "application/pdf" },
	{ "epub", "application/epub+zip" },
	{ "zip", "application/zip" },
	{ "gz", "application/gzip" },
	{ "tgz", "application/gzip" },
	{ "tar", "application/x-tar" },
	{ "xz", "application/x-xz" },
	{ "7z", "application/x-7z-compressed" },
	{ "doc", "application/msword" },
	{ "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ "xls", "application/vnd.ms-excel" },
	{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ "ppt", "application/vnd.ms-powerpoint" },
	{ "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
	{ "odt", "application/vnd.oasis.opendocument.text" },
	{ "ods", "application/vnd.oasis.opendocument.spreadsheet" },
	{ "odp", "application/vnd.oasis.opendocument.presentation" },
};

static struct str bare_type(struct str type)
{
	ptrdiff_t at = str_find_char(type, ';');
	return str_trim(at < 0 ? type : str_sub(type, 0, (size_t)at));
}

const char *mime_of_name(struct str name)
{
	struct str ext = path_ext(name);
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (str_ieq(ext, str_of(types[i].ext)))
			return types[i].type;
	return "application/octet-stream";
}

const char *mime_ext(struct str type)
{
	type = bare_type(type);
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (str_ieq(type, bare_type(str_of(types[i].type))))
			return types[i].ext;
	return NULL;
}

bool mime_is_compressible(struct str type)
{
	static const char *const others[] = {
		"application/json", "application/xml", "application/javascript", "application/wasm",
		"image/svg+xml", "image/bmp", "image/vnd.microsoft.icon", "font/ttf", "font/otf",
	};
	type = bare_type(type);
	if (str_istarts(type, STR("text/")) || str_iends(type, STR("+json")) || str_iends(type, STR("+xml")))
		return true;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (str_ieq(type, str_of(others[i])))
			return true;
	return false;
}
