/* device.c: a browser in words people know. */
#include "base/base.h"

#include "web/device.h"

struct sign {
	const char *in, *name;
};

/* The first that is found: most browsers claim to be the ones below them as well. */
static const struct sign browsers[] = {
	{ "Edg/", "Edge" }, { "EdgA/", "Edge" }, { "EdgiOS/", "Edge" }, { "OPR/", "Opera" }, { "Vivaldi/", "Vivaldi" },
	{ "SamsungBrowser/", "Samsung Internet" }, { "FxiOS/", "Firefox" }, { "Firefox/", "Firefox" },
	{ "CriOS/", "Chrome" }, { "Chromium/", "Chromium" }, { "Chrome/", "Chrome" }, { "Safari/", "Safari" },
	{ "curl/", "curl" },
};
static const struct sign systems[] = {
	{ "iPhone", "iPhone" }, { "iPad", "iPad" }, { "Android", "Android" }, { "CrOS", "ChromeOS" },
	{ "Windows", "Windows" }, { "Macintosh", "macOS" }, { "FreeBSD", "FreeBSD" }, { "Linux", "Linux" },
};

static const char *first(const struct sign *signs, size_t count, struct str text)
{
	for (size_t i = 0; i < count; i++)
		if (str_find(text, str_of(signs[i].in)) >= 0)
			return signs[i].name;
	return NULL;
}

struct device device_of(struct str user_agent)
{
	struct str text = str_sub(user_agent, 0, 512);
	return (struct device){ first(browsers, COUNT_OF(browsers), text), first(systems, COUNT_OF(systems), text) };
}
