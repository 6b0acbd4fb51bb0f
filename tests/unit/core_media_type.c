/* core_media_type.c: what kind of file some bytes are: by their content, whatever they are called. */
#include "unit.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/media_type.h"

#define PNG(w) "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0" w "\0\0\0\2\x08\2\0\0\0"
#define GIF "GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
#define JPEG "\xff\xd8\xff\xc0\0\x0b\x08\0\2\0\3\1\1\x11\0"
#define WEBP "RIFF\x1e\0\0\0WEBPVP8L\x11\0\0\0/\2\x40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define BMP "BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0\0\0\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define FTYP(brand) "\0\0\0\x18" "ftyp" brand "\0\0\0\0" "isom"
#define SVG "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"

struct row {
	const char *name;
	struct str head;
	const char *mime, *kind; /* NULL: it is refused with `rc` */
	enum rc rc;
};
#define TOLD(name, head, mime, kind) { name, { head, sizeof(head) - 1 }, mime, kind, RC_OK }
#define REFUSED(name, head, rc) { name, { head, sizeof(head) - 1 }, NULL, NULL, rc }

static void check(const struct row *row)
{
	struct media_type type = { NULL, NULL, { .type = IMG_NONE } };
	struct err err = ERR_INIT;
	enum rc rc = media_type_tell(row->head, str_of(row->name), &type, &err);
	if (rc != row->rc)
		print_error("%s: %s (%s)\n", row->name, rc_name(rc), err.msg);
	assert_int_equal(rc, row->rc);
	if (rc != RC_OK) {
		assert_true(err.msg[0] != '\0');
		assert_null(type.mime);
		return;
	}
	if (strcmp(type.mime, row->mime) != 0)
		print_error("%s\n", row->name);
	assert_string_equal(type.mime, row->mime);
	assert_string_equal(type.kind, row->kind);
}

static void every_type_is_told_by_its_first_bytes(void **state)
{
	static const struct row rows[] = {
		TOLD("a.jpg", JPEG, "image/jpeg", "image"), TOLD("a.png", PNG("\3"), "image/png", "image"),
		TOLD("a.gif", GIF, "image/gif", "image"), TOLD("a.webp", WEBP, "image/webp", "image"),
		TOLD("a.bmp", BMP, "image/bmp", "image"), TOLD("a.svg", SVG, "image/svg+xml", "image"),
		TOLD("a.ico", "\0\0\1\0\1\0", "image/vnd.microsoft.icon", "image"),
		TOLD("a.tif", "II*\0\x08\0\0\0", "image/tiff", "image"), TOLD("a.tif", "MM\0*\0\0\0\x08", "image/tiff", "image"),
		TOLD("a.mp4", FTYP("isom"), "video/mp4", "video"), TOLD("a.mp4", FTYP("mp42"), "video/mp4", "video"),
		TOLD("a.mov", FTYP("qt  "), "video/quicktime", "video"), TOLD("a.m4a", FTYP("M4A "), "audio/mp4", "audio"),
		TOLD("a.webm", "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm\x42\x87\x81\2", "video/webm", "video"),
		TOLD("a.webm", "\x1a\x45\xdf\xa3\xa3\x42\x86\x81\1\x42\x82\x88matroska\x42", "video/x-matroska", "video"),
		TOLD("a.mkv", "\x1a\x45\xdf\xa3", "video/x-matroska", "video"), /* the DocType that is meant without one */
		TOLD("a.mp4", "\0\0\0\x1c" "ftypXAVC\0\0\0\0" "XAVCmp42iso2", "video/mp4", "video"),
		TOLD("a.mp4", "\0\0\0\x18" "ftypsony\0\0\0\0" "sonyisom", "video/mp4", "video"),
		TOLD("a.mp4", "\0\0\0\x14" "ftypsony\0\0\0\0" "sonyisom", "application/octet-stream", "other"), /* behind its end */
		TOLD("a.3gp", "\0\0\0\x14" "ftyp3gp4\0\0\0\0" "3gp4", "video/3gpp", "video"),
		TOLD("a.bin", "\0\0\0\x18" "ftypabcd\0\0\0\0" "mif1mp42", "application/octet-stream", "other"),
		TOLD("a.mp3", "ID3\4\0", "audio/mpeg", "audio"), TOLD("a.mp3", "\xff\xfb\x90\x64", "audio/mpeg", "audio"),
		TOLD("a.ogg", "OggS\0", "audio/ogg", "audio"), TOLD("a.ogv", "OggS\0", "video/ogg", "video"),
		TOLD("a.flac", "fLaC\0", "audio/flac", "audio"), TOLD("a.wav", "RIFF\x24\0\0\0WAVEfmt ", "audio/wav", "audio"),
		TOLD("a.pdf", "%PDF-1.7\n", "application/pdf", "document"),
		TOLD("a.zip", "PK\3\4\x14", "application/zip", "other"), TOLD("a.gz", "\x1f\x8b\x08", "application/gzip", "other"),
		TOLD("a.docx", "PK\3\4\x14", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "document"),
		TOLD("a.epub", "PK\3\4\x14", "application/epub+zip", "document"),
		TOLD("a.7z", "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "other"),
		TOLD("a.xz", "\xfd" "7zXZ\0", "application/x-xz", "other"),
		TOLD("a.woff2", "wOF2\0", "font/woff2", "other"), TOLD("a.woff", "wOFF\0", "font/woff", "other"),
		TOLD("a.txt", "Hello\n", "text/plain", "document"), TOLD("a.csv", "a;b\n", "text/csv", "document"),
		TOLD("a.md", "# Hello\n", "text/markdown", "document"), TOLD("a.vtt", "WEBVTT\n", "text/vtt", "document"),
		TOLD("a.json", "{}", "application/json", "document"), TOLD("a.vcf", "BEGIN:VCARD", "text/vcard", "document"),
		TOLD("a.bin", "\1\2\3\4\5", "application/octet-stream", "other"),
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check(&rows[i]);
}

static void a_name_changes_nothing_but_the_kind_of_a_text_or_an_archive(void **state)
{
	static const struct row rows[] = {
		TOLD("a.html", JPEG, "image/jpeg", "image"), TOLD("a.exe", GIF, "image/gif", "image"),
		TOLD("a.svg", PNG("\3"), "image/png", "image"), TOLD("", WEBP, "image/webp", "image"),
		TOLD("a.docx", "%PDF-1.7\n", "application/pdf", "document"), TOLD("a.csv", "PK\3\4\x14", "application/zip", "other"),
		TOLD("a.docx", "Hello\n", "text/plain", "document"), TOLD("a.mp4", "OggS\0", "audio/ogg", "audio"),
		TOLD("a.md", "%PDF-1.7\n", "application/pdf", "document"), TOLD("a.xml", "Hello\n", "text/plain", "document"),
		TOLD("a.txt", SVG, "image/svg+xml", "image"), TOLD("a.DOCX", "PK\3\4\x14",
		     "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "document"),
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check(&rows[i]);
}

static void what_is_called_a_picture_and_is_none_is_refused(void **state)
{
	static const struct row rows[] = {
		REFUSED("a.jpg", "push graphic-context\nviewbox 0 0 640 480\n", RC_INVALID), REFUSED("a.PNG", "Hello\n", RC_INVALID),
		REFUSED("a.gif", "\1\2\3\4\5", RC_INVALID), REFUSED("a.avif", "PK\3\4\x14", RC_INVALID),
		REFUSED("a.heic", FTYP("isom"), RC_INVALID), REFUSED("a.webp", "RIFF\x24\0\0\0WAVEfmt ", RC_INVALID),
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check(&rows[i]);
}

static void a_picture_without_its_size_is_damaged(void **state)
{
	static const struct row rows[] = {
		REFUSED("a.jpg", "\xff\xd8\xff", RC_INVALID), REFUSED("a.jpg", "\xff\xd8\xff\xe0\0\x10JFIF", RC_INVALID),
		REFUSED("a.png", "\x89PNG\r\n\x1a\n", RC_INVALID), REFUSED("a.gif", "GIF89a", RC_INVALID), REFUSED("a.gif", "GIF8", RC_INVALID),
		REFUSED("a.webp", "RIFF\4\0\0\0WEBP", RC_INVALID), REFUSED("a.avif", FTYP("avif"), RC_INVALID),
		REFUSED("a.heic", FTYP("heic"), RC_INVALID), REFUSED("a.heif", FTYP("mif1"), RC_INVALID),
		REFUSED("a.jpg", "\xff\xd8\xff\xd9\0\4\0\0\xff\xc0\0\x0b\x08\0\2\0\3\1\1\x11\0", RC_INVALID),
		REFUSED("a.txt", "GIF89a", RC_INVALID), REFUSED("a.png", PNG("\0"), RC_INVALID),
		REFUSED("a.png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\2\0\0\0", RC_LIMIT),
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check(&rows[i]);
}

/* One byte less at a time: an answer or a message, and never what it is not. */
static void a_head_may_end_anywhere(void **state)
{
	static const struct str heads[] = {
		{ JPEG, sizeof(JPEG) - 1 }, { PNG("\3"), sizeof(PNG("\3")) - 1 }, { GIF, sizeof(GIF) - 1 }, { WEBP, sizeof(WEBP) - 1 },
		{ FTYP("avif"), sizeof(FTYP("avif")) - 1 }, { FTYP("isom"), sizeof(FTYP("isom")) - 1 }, { SVG, sizeof(SVG) - 1 },
		{ "%PDF-1.7\n", 9 }, { "PK\3\4\x14", 5 }, { "\1\2\3\4\5", 5 }, { "M\xc3\xbc" "de", 5 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(heads); i++)
		for (size_t n = 0; n <= heads[i].n; n++) {
			struct media_type type;
			struct err err = ERR_INIT;
			char *own = mem_dup(heads[i].p, n ? n : 1); /* so that a sanitizer sees what is read behind it */
			if (media_type_tell(str_n(own, n), STR("x"), &type, &err) != RC_OK)
				assert_true(err.msg[0] != '\0');
			free(own);
		}
}

static void what_acts_in_a_browser_is_refused_in_every_disguise(void **state)
{
	static const struct row rows[] = {
		REFUSED("a.html", "Hello", RC_UNSUPPORTED), REFUSED("a.js", "alert(1)", RC_UNSUPPORTED), REFUSED("a.css", "b{}", RC_UNSUPPORTED),
		REFUSED("a.XHTML", "Hello", RC_UNSUPPORTED), REFUSED("a.php", "Hello", RC_UNSUPPORTED),
		REFUSED("a.txt", "<!DOCTYPE HTML><title>x</title>", RC_UNSUPPORTED), REFUSED("a.txt", "\xef\xbb\xbf <html>", RC_UNSUPPORTED),
		REFUSED("a.txt", "\n\n\t <ScRiPt>alert(1)</script>", RC_UNSUPPORTED), REFUSED("a.csv", "a;<iframe src=x>", RC_UNSUPPORTED),
		REFUSED("a.svg", "<html><svg xmlns=\"http://www.w3.org/2000/svg\"/>", RC_UNSUPPORTED),
		REFUSED("a.svg", "<!-- <svg --><html><body onload=alert(1)>", RC_UNSUPPORTED),
		REFUSED("a.pdf", "MZ\x90\0\3\0\0\0", RC_UNSUPPORTED), REFUSED("a.mp4", "\x7f" "ELF\2\1\1\0", RC_UNSUPPORTED),
		REFUSED("a.txt", "#!/bin/sh\nrm -rf /\n", RC_UNSUPPORTED), REFUSED("a.txt", "<?php echo 1;", RC_UNSUPPORTED),
		REFUSED("a.wasm", "\0asm\1\0\0\0", RC_UNSUPPORTED),
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check(&rows[i]);
}

/* A file that is two things at once is the one that its first bytes say, and is served as that. */
static void of_two_things_at_once_the_first_counts(void **state)
{
	static const struct row rows[] = {
		TOLD("a.gif", GIF "<html><script>alert(1)</script>", "image/gif", "image"),
		TOLD("a.html", GIF "<script>alert(1)</script>", "image/gif", "image"),
		TOLD("a.jpg", JPEG "PK\3\4\x14<script>", "image/jpeg", "image"),
		TOLD("a.pdf", "%PDF-1.4\n<script>alert(1)</script>", "application/pdf", "document"),
		TOLD("a.zip", "PK\3\4<!DOCTYPE html><script>", "application/zip", "other"),
		TOLD("a.svg", "<?xml version=\"1.0\"?><!-- x --><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
		     "image/svg+xml", "image"),
		TOLD("a.gif", "GIF89a/*<script>*/=alert(1)//", "image/gif", "image"), /* which nothing can be decoded of */
		TOLD("a.bin", "\0\0\0\0<html><script>", "application/octet-stream", "other"),
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check(&rows[i]);
}

/* What browsers would decode and look into is no text to be shown here. */
static void texts_are_utf_8(void **state)
{
	static const struct row rows[] = {
		TOLD("a.txt", "M\xc3\xbc" "de", "text/plain", "document"), TOLD("a.txt", "\xef\xbb\xbfHello", "text/plain", "document"),
		TOLD("a.txt", "\xff\xfe" "h\0i\0", "application/octet-stream", "other"),
		TOLD("a.txt", "\xfe\xff\0h\0i", "application/octet-stream", "other"),
		TOLD("a.txt", "\xff\xfe<\0s\0c\0r\0i\0p\0t\0>\0", "application/octet-stream", "other"),
		TOLD("a.txt", "M\xfc" "de and more", "application/octet-stream", "other"),
		TOLD("a.txt", "a\0b and more", "application/octet-stream", "other"),
		TOLD("a.txt", "+ADw-script+AD4-", "text/plain", "document"),
		TOLD("a.txt", "", "application/octet-stream", "other"),
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check(&rows[i]);
}

static void the_list_of_allowed_types_has_types_and_stars(void **state)
{
	static const struct {
		const char *list, *mime;
		bool is;
	} rows[] = {
		{ "image/png, image/jpeg", "image/jpeg", true }, { "image/*", "image/webp", true }, { "image/*", "imagex/webp", false },
		{ "image/png", "image/pngx", false }, { "", "image/png", false }, { "*", "image/png", false }, { " ,;\n", "", false },
		{ "IMAGE/PNG;text/plain", "image/png", true }, { "text/plain", "text/plain", true }, { "/*", "image/png", false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(media_type_is_allowed(str_of(rows[i].list), str_of(rows[i].mime)), rows[i].is);
}

static void pictures_may_tell_and_drawings_do_not(void **state)
{
	static const struct row telling[] = {
		TOLD("", JPEG, "image/jpeg", ""), TOLD("", "", "image/tiff", ""), TOLD("", "II*\0", "application/octet-stream", ""),
		TOLD("", "\xff\xd8\xff\xe1", "application/octet-stream", ""), TOLD("", FTYP("heic"), "application/octet-stream", ""),
		TOLD("", "", "image/avif", ""),
	}, silent[] = {
		TOLD("", SVG, "image/svg+xml", ""), TOLD("", "\0\0\1\0", "image/vnd.microsoft.icon", ""), TOLD("", "Hello", "text/plain", ""),
		TOLD("", "%PDF-1.7", "application/pdf", ""),
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(telling); i++)
		assert_true(media_type_may_tell(telling[i].head, str_of(telling[i].mime)));
	for (size_t i = 0; i < COUNT_OF(silent); i++)
		assert_false(media_type_may_tell(silent[i].head, str_of(silent[i].mime)));
}

/* A megabyte of each sign that a search begins with. */
static void a_long_head_is_read_in_linear_time(void **state)
{
	static const char *const signs[] = { "<", "<!doctype htm", "\xef\xbb\xbf", " ", "\xff", "GIF8", "PK" };
	double from_us = cpu_us();
	(void)state;
	for (size_t i = 0; i < COUNT_OF(signs); i++) {
		struct buf head = BUF_INIT(MEDIA_HEAD_B + 16);
		struct media_type type;
		struct err err = ERR_INIT;
		while (head.len < MEDIA_HEAD_B)
			buf_str(&head, str_of(signs[i]));
		if (media_type_tell(str_sub(buf_view(&head), 0, MEDIA_HEAD_B), STR("x"), &type, &err) != RC_OK)
			assert_true(err.msg[0] != '\0');
		buf_release(&head);
	}
	assert_true(cpu_us() - from_us < 4e6); /* by walking again for each: minutes */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_told_by_its_first_bytes),
		cmocka_unit_test(a_name_changes_nothing_but_the_kind_of_a_text_or_an_archive),
		cmocka_unit_test(what_is_called_a_picture_and_is_none_is_refused),
		cmocka_unit_test(a_picture_without_its_size_is_damaged),
		cmocka_unit_test(a_head_may_end_anywhere),
		cmocka_unit_test(what_acts_in_a_browser_is_refused_in_every_disguise),
		cmocka_unit_test(of_two_things_at_once_the_first_counts),
		cmocka_unit_test(texts_are_utf_8),
		cmocka_unit_test(the_list_of_allowed_types_has_types_and_stars),
		cmocka_unit_test(pictures_may_tell_and_drawings_do_not),
		cmocka_unit_test(a_long_head_is_read_in_linear_time),
	};
	return cmocka_run_group_tests_name("media type", tests, NULL, NULL);
}
