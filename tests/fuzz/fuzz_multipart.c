/* fuzz_multipart.c: any bytes as a form with a file; the first byte is the size of the pieces. */
#include "base/base.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/utf8.h"
#include "http/multipart.h"

struct body {
	struct http_body body;
	struct str left;
	size_t piece;
};

static enum rc give(struct http_body *body, void *bytes, size_t size_b, size_t *got, struct err *err)
{
	struct body *b = (struct body *)body;
	size_t n = b->piece < size_b ? b->piece : size_b;
	(void)err;
	*got = n < b->left.n ? n : b->left.n;
	if (*got)
		memcpy(bytes, b->left.p, *got);
	b->left = str_from(b->left, *got);
	return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena;
	struct err err = ERR_INIT;
	struct http_pairs fields = { NULL, 0 };
	struct str name = STR_NONE;
	struct http_pair header = { STR("content-type"), STR("multipart/form-data; boundary=b") };
	if (n < 1)
		return 0;
	struct body body = { { give, -1 }, str_n((const char *)bytes + 1, n - 1), (size_t)bytes[0] + 1 };
	arena_init(&arena, (size_t)64 << 20);
	struct http_request req = { .arena = &arena, .headers = { &header, 1 }, .body = &body.body };
	int fd = memfd_create("file", MFD_CLOEXEC);
	if (fd < 0)
		abort();
	enum rc rc = multipart_read(&req, 1 << 20, fd, &fields, &name, &err);
	if (rc != RC_OK && err.msg[0] == '\0')
		abort();
	for (size_t i = 0; rc == RC_OK && i < fields.count; i++)
		if (!utf8_valid(fields.items[i].name) || !utf8_valid(fields.items[i].value))
			abort();
	close(fd);
	arena_release(&arena);
	return 0;
}
