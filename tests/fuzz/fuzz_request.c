/* fuzz_request.c: any bytes as a target, then as every header that http/ reads, then as a token. */
#include "base/base.h"

#include "base/utf8.h"
#include "crypt/token.h"
#include "http/conditional.h"
#include "http/cookie.h"
#include "http/form.h"
#include "http/negotiate.h"
#include "http/router.h"

static void check_target(struct arena *arena, struct str text, const struct router *router)
{
	struct http_request req = { .arena = arena, .method_name = STR("GET"), .target = text };
	struct err err = ERR_INIT;
	struct route_match match;
	if (request_parse(&req, STR("/b"), &err) != RC_OK) {
		if (err.msg[0] == '\0')
			abort();
		return;
	}
	/* The promise that handlers and the file system rely on. */
	if (req.path.n == 0 || req.path.p[0] != '/' || !utf8_valid(req.path) || str_find(req.path, STR("//")) >= 0 ||
	    str_find(req.path, STR("/../")) >= 0 || str_ends(req.path, STR("/..")) || str_ends(req.path, STR("/.")) ||
	    memchr(req.path.p, '\0', req.path.n) || memchr(req.path.p, '\\', req.path.n))
		abort();
	request_is_canonical(&req);
	router_match(router, req.method, req.path, &match);
	for (size_t i = 0; i < req.params.count; i++)
		if (!utf8_valid(req.params.items[i].value))
			abort();
}

static void check_headers(struct str text)
{
	static const char *const names[] = { "cookie", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since" };
	const struct conditional now = { STR("\"e\""), 784111777000 };
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct http_pair header = { str_of(names[i]), text };
		struct http_request req = { .method = HTTP_GET, .headers = { &header, 1 } };
		conditional_check(&req, &now);
		cookie_get(&req, "a");
	}
	negotiate_coding(text, 7);
	negotiate_wants_json(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const char *const patterns[] = { "/", "/:a", "/:a.md", "/a/:b", "/:a/b/*c" };
	struct arena arena;
	struct http_pairs fields;
	struct err err = ERR_INIT;
	struct str payload, text = str_n((const char *)bytes, n);
	struct router *router = router_new();
	arena_init(&arena, ARENA_MAX_B);
	for (size_t i = 0; i < COUNT_OF(patterns); i++)
		if (router_add(router, HTTP_GET, patterns[i], (int)i, &err) != RC_OK)
			abort();
	if (router_add(router, HTTP_POST, arena_cstr(&arena, text), 9, &err) == RC_OK)
		check_target(&arena, STR("/b/a/b"), router);
	check_target(&arena, text, router);
	check_target(&arena, ARENA_JOIN(&arena, STR("/b"), text), router);
	check_headers(text);
	if (form_parse(&arena, text, FORM_FIELDS_MAX, &fields, &err) == RC_OK && fields.count > n)
		abort();
	/* Nobody guesses a signature. */
	if (token_verify(&arena, STR("0123456789abcdef"), "fuzz", text, 0, &payload, &err) == RC_OK)
		abort();
	router_free(router);
	arena_release(&arena);
	return 0;
}
