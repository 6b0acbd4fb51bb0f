/* media_type.c: what kind of file some bytes are. */
#include "base/base.h"

#include "base/mime.h"
#include "base/path.h"
#include "base/utf8.h"
#include "core/media_type.h"

#define TEXT_HEAD_B ((size_t)4 << 10) /* where a page would begin, or an SVG behind its comments */
#define BRANDS_END_B 256               /* a film names ten or so that it is compatible with */
#define EBML_HEAD_B 128                /* the head of a Matroska file is some 40 bytes */

/* Bytes that a file of a kind begins with; "?" stands for any. */
static const struct {
	size_t at;
	const char *bytes;
	size_t n;
	const char *mime, *kind;
} magics[] = {
	{ 0, "%PDF-", 5, "application/pdf", "document" },
	{ 0, "ID3", 3, "audio/mpeg", "audio" },
	{ 0, "OggS", 4, "audio/ogg", "audio" },
	{ 0, "fLaC", 4, "audio/flac", "audio" },
	{ 8, "WAVE", 4, "audio/wav", "audio" },
	{ 0, "\x1f\x8b", 2, "application/gzip", "other" },
	{ 0, "7z\xbc\xaf\x27\x1c", 6, "application/x-7z-compressed", "other" },
	{ 0, "\xfd" "7zXZ", 6, "application/x-xz", "other" },
	{ 0, "wOF2", 4, "font/woff2", "other" },
	{ 0, "wOFF", 4, "font/woff", "other" },
	{ 0, "\0\0\1\0", 4, "image/vnd.microsoft.icon", "image" },
	{ 0, "II*\0", 4, "image/tiff", "image" },
	{ 0, "MM\0*", 4, "image/tiff", "image" },
};

/* What an ISO base media file says that it is, or is compatible with (ISO/IEC 14496-12, 4.3). */
static const struct {
	const char *brand, *mime, *kind;
} brands[] = {
	{ "M4A ", "audio/mp4", "audio" }, { "M4B ", "audio/mp4", "audio" }, { "qt  ", "video/quicktime", "video" },
	{ "isom", "video/mp4", "video" }, { "iso2", "video/mp4", "video" }, { "iso4", "video/mp4", "video" },
	{ "iso5", "video/mp4", "video" }, { "iso6", "video/mp4", "video" }, { "mp41", "video/mp4", "video" },
	{ "mp42", "video/mp4", "video" }, { "avc1", "video/mp4", "video" }, { "dash", "video/mp4", "video" },
	{ "M4V ", "video/mp4", "video" }, { "MSNV", "video/mp4", "video" }, { "mmp4", "video/mp4", "video" },
	{ "iso3", "video/mp4", "video" }, { "iso7", "video/mp4", "video" }, { "iso8", "video/mp4", "video" },
	{ "iso9", "video/mp4", "video" }, { "mp71", "video/mp4", "video" }, { "XAVC", "video/mp4", "video" },
	{ "3gp4", "video/3gpp", "video" }, { "3gp5", "video/3gpp", "video" }, { "3gp6", "video/3gpp", "video" },
	{ "3g2a", "video/3gpp2", "video" },
};

/* A ZIP archive and a text are what their names say, if that is a kind of them. */
static const char *const zipped[] = { "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub" };
static const char *const pictured[] = { "jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "heif", "bmp" };
static const char *const written[] = { "csv", "md", "markdown", "vtt", "ics", "vcf", "json" };

/* Programs, which nobody needs to fetch from a site's library. */
static const struct {
	const char *bytes;
	size_t n;
} programs[] = {
	{ "MZ", 2 }, { "\x7f" "ELF", 4 }, { "#!", 2 }, { "\xca\xfe\xba\xbe", 4 }, { "\xcf\xfa\xed\xfe", 4 }, { "\0asm", 4 },
};

static bool begins(struct str head, size_t at, const char *bytes, size_t n)
{
	return head.n >= at + n && memcmp(head.p + at, bytes, n) == 0;
}

static void is(struct media_type *out, const char *mime, const char *kind)
{
	out->mime = mime;
	out->kind = kind;
}

/* Without parameters: "text/csv; charset=utf-8" is text/csv. The table's texts are static. */
static const char *bare(const char *mime)
{
	static const char *const texts[] = { "text/csv", "text/markdown", "text/vtt", "text/calendar", "text/vcard" };
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (str_starts(str_of(mime), str_of(texts[i])))
			return texts[i];
	return mime;
}

static bool named(struct str name, const char *const *exts, size_t count)
{
	struct str ext = path_ext(name);
	for (size_t i = 0; i < count; i++)
		if (str_ieq(ext, str_of(exts[i])))
			return true;
	return false;
}

/* --- texts --- */

static struct str text_start(struct str head)
{
	if (begins(head, 0, "\xef\xbb\xbf", 3))
		head = str_from(head, 3);
	return str_trim(str_sub(head, 0, head.n < TEXT_HEAD_B ? head.n : TEXT_HEAD_B));
}

static bool has_word(struct str text, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= text.n; i++)
		if (str_ieq(str_sub(text, i, i + n), str_of(word)))
			return true;
	return false;
}

/* As browsers look for one (WHATWG, MIME Sniffing, 7.1), and a little further. */
static bool is_page(struct str start)
{
	static const char *const signs[] = {
		"<!doctype html", "<html", "<head", "<script", "<body", "<iframe", "<style", "<object", "<embed", "<link", "<meta",
		"<?php", "<%", "<form",
	};
	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (has_word(start, signs[i]))
			return true;
	return false;
}

static bool is_svg(struct str start)
{
	bool opens = start.n && start.p[0] == '<';
	return opens && has_word(start, "<svg") && !has_word(start, "<html") && !has_word(start, "<!doctype html");
}

/* Whether that may be a text in UTF-8, which may be cut in the middle of a character. */
static bool is_text(struct str head)
{
	size_t good = utf8_valid_up_to(head);
	if (good + 4 < head.n || (good < head.n && head.n < MEDIA_HEAD_B))
		return false;
	for (size_t i = 0; i < good; i++) {
		unsigned char c = (unsigned char)head.p[i];
		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f')
			return false;
	}
	return true;
}

static enum rc tell_text(struct str head, struct str name, struct media_type *out, struct err *err)
{
	static const char *const acting[] = { "html", "htm", "xhtml", "xht", "js", "mjs", "css", "php", "cgi", "shtml", "xsl", "hta" };
	struct str start = text_start(head);
	if (is_svg(start)) {
		is(out, "image/svg+xml", "image");
		return RC_OK;
	}
	if (is_page(start) || named(name, acting, COUNT_OF(acting)))
		return err_set(err, RC_UNSUPPORTED, "pages, scripts and style sheets are no media files");
	is(out, named(name, written, COUNT_OF(written)) ? bare(mime_of_name(name)) : "text/plain", "document");
	return RC_OK;
}

/* --- the rest --- */

static bool tell_magic(struct str head, struct str name, struct media_type *out)
{
	for (size_t i = 0; i < COUNT_OF(magics); i++) {
		if (!begins(head, magics[i].at, magics[i].bytes, magics[i].n))
			continue;
		is(out, magics[i].mime, magics[i].kind);
		if (str_is(str_of(out->mime), "audio/ogg") && str_ieq(path_ext(name), STR("ogv")))
			is(out, "video/ogg", "video");
		return true;
	}
	/* A frame of MPEG audio: eleven bits set, no reserved version, layer III. */
	if (head.n > 3 && (unsigned char)head.p[0] == 0xff && ((unsigned char)head.p[1] & 0xe6) == 0xe2 &&
	    ((unsigned char)head.p[1] & 0x18) != 0x08 && ((unsigned char)head.p[2] & 0xf0) != 0xf0) {
		is(out, "audio/mpeg", "audio");
		return true;
	}
	return false;
}

static bool is_brand(const char *brand, struct media_type *out)
{
	for (size_t i = 0; i < COUNT_OF(brands); i++)
		if (memcmp(brand, brands[i].brand, 4) == 0) {
			is(out, brands[i].mime, brands[i].kind);
			return true;
		}
	return false;
}

/* Cameras have brands of their own (XAVC, 3gp5 ...) and name the usual ones behind it. */
static bool tell_brand(struct str head, struct media_type *out)
{
	static const char *const pictures[] = { "mif1", "msf1", "heic", "heix", "avif", "avis" };
	if (!begins(head, 4, "ftyp", 4) || head.n < 16)
		return false;
	const unsigned char *size = (const unsigned char *)head.p;
	size_t end = size[0] || size[1] || size[2] ? BRANDS_END_B : size[3];
	end = end < head.n ? end : head.n;
	for (size_t at = 8; at + 4 <= end; at += 4)
		for (size_t i = 0; i < COUNT_OF(pictures); i++)
			if (memcmp(head.p + at, pictures[i], 4) == 0)
				return false;
	if (is_brand(head.p + 8, out))
		return true;
	for (size_t at = 16; at + 4 <= end; at += 4) /* behind the version */
		if (is_brand(head.p + at, out))
			return true;
	return false;
}

/* WebM is the Matroska that browsers play; the DocType in the head tells (RFC 8794, 11.2.8). */
static bool tell_matroska(struct str head, struct media_type *out)
{
	if (!begins(head, 0, "\x1a\x45\xdf\xa3", 4))
		return false;
	is(out, "video/x-matroska", "video");
	for (size_t at = 4; at < EBML_HEAD_B; at++)
		if (begins(head, at, "\x42\x82\x84webm", 7))
			is(out, "video/webm", "video");
	return true;
}

static bool is_picture_head(struct str head)
{
	return begins(head, 0, "\xff\xd8\xff", 3) || begins(head, 0, "\x89PNG\r\n\x1a\n", 8) || begins(head, 0, "GIF8", 4) ||
	       (begins(head, 0, "RIFF", 4) && begins(head, 8, "WEBP", 4)) || begins(head, 4, "ftypavif", 8) ||
	       begins(head, 4, "ftypavis", 8) || begins(head, 4, "ftyphei", 7) || begins(head, 4, "ftypmif1", 8) ||
	       begins(head, 4, "ftyphev", 7);
}

/* "MZ" may begin a text, too. */
static bool is_program(struct str head)
{
	for (size_t i = 0; i < COUNT_OF(programs); i++)
		if (begins(head, 0, programs[i].bytes, programs[i].n) && (programs[i].n > 2 || !is_text(head) || i == 2))
			return true;
	return false;
}

static enum rc tell_other(struct str head, struct str name, struct media_type *out, struct err *err)
{
	if (tell_magic(head, name, out) || tell_matroska(head, out) || tell_brand(head, out))
		return RC_OK;
	bool document = named(name, zipped, COUNT_OF(zipped));
	if (begins(head, 0, "PK\x03\x04", 4))
		is(out, document ? mime_of_name(name) : "application/zip", document ? "document" : "other");
	else if (head.n && is_text(head))
		return tell_text(head, name, out, err);
	return RC_OK;
}

enum rc media_type_tell(struct str head, struct str name, struct media_type *out, struct err *err)
{
	struct err why = ERR_INIT;
	struct media_type type = { "application/octet-stream", "other", { .type = IMG_NONE } };
	enum rc rc = img_probe(head, &type.picture, &why);
	if (rc == RC_OK && type.picture.type != IMG_NONE) {
		is(&type, img_type_mime(type.picture.type), "image");
		*out = type;
		return RC_OK;
	}
	if (rc == RC_LIMIT || is_picture_head(head))
		return err_set(err, rc == RC_LIMIT ? RC_LIMIT : RC_INVALID, "%s", why.msg);
	type.picture = (struct img_info){ .type = IMG_NONE };
	rc = is_program(head) ? err_set(err, RC_UNSUPPORTED, "programs are no media files") : tell_other(head, name, &type, err);
	if (rc == RC_OK && named(name, pictured, COUNT_OF(pictured)) && !str_is(str_of(type.kind), "image"))
		rc = err_set(err, RC_INVALID, "the file is called a picture and is none");
	if (rc == RC_OK)
		*out = type;
	return rc;
}

bool media_type_is_allowed(struct str list, struct str mime)
{
	size_t at = 0;
	while (at < list.n) {
		size_t from = at;
		while (at < list.n && !strchr(" ,;\t\r\n", list.p[at]))
			at++;
		struct str word = str_sub(list, from, at++);
		if (word.n > 2 && str_ends(word, STR("*")) ? str_istarts(mime, str_sub(word, 0, word.n - 1))
							    : word.n && str_ieq(word, mime))
			return true;
	}
	return false;
}

bool media_type_may_tell(struct str head, struct str mime)
{
	bool drawn = str_starts(mime, STR("image/svg")) || str_is(mime, "image/vnd.microsoft.icon") || str_is(mime, "image/x-icon");
	return is_picture_head(head) || begins(head, 0, "II*\0", 4) || begins(head, 0, "MM\0*", 4) ||
	       (str_starts(mime, STR("image/")) && !drawn);
}

bool media_type_is_shown(struct str mime)
{
	static const char *const kinds[] = {
		"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp", "image/x-icon",
		"image/vnd.microsoft.icon", "audio/", "video/", "application/pdf", "text/plain", "text/vtt", "font/",
	};
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_starts(mime, str_of(kinds[i])))
			return true;
	return false;
}
