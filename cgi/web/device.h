/* device.h: a browser in words people know. */
#ifndef PLATEN_WEB_DEVICE_H
#define PLATEN_WEB_DEVICE_H

#include "base/str.h"

struct device {
	const char *browser;   /* "Firefox"; NULL: not known */
	const char *system;    /* "Linux"; NULL: not known */
};

/* What a User-Agent header says of itself, which need not be true. Linear. */
struct device device_of(struct str user_agent);

#endif
