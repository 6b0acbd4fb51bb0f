/* policy_all.c: the headers that are the same for all answers. */
#include "base/base.h"

#include "web/policy_all.h"

static void set_unless(struct http_response *res, const char *name, struct str value)
{
	if (!str_given(response_get(res, name)))
		response_set(res, name, value);
}

void policy_all(const struct conf *conf, const struct http_request *req, struct http_response *res)
{
	static const struct { const char *name, *value; } always[] = {
		{ "X-Content-Type-Options", "nosniff" },
		{ "Referrer-Policy", "strict-origin-when-cross-origin" },
		{ "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
	};
	for (size_t i = 0; i < COUNT_OF(always); i++)
		set_unless(res, always[i].name, str_of(always[i].value));
	set_unless(res, "X-Request-Id", str_of(req->id));
	if (str_starts(conf->origin, STR("https://")))
		set_unless(res, "Strict-Transport-Security", STR("max-age=31536000"));
}
