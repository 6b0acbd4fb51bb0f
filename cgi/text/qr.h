/* qr.h: QR codes (ISO/IEC 18004): bytes, versions 1 to 10, error correction M. */
#ifndef PLATEN_TEXT_QR_H
#define PLATEN_TEXT_QR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/html.h"
#include "base/str.h"

#define QR_BYTES_MAX 213
#define QR_SIZE_MAX 57

struct qr {
	int size;                                   /* modules a side, without the quiet zone */
	uint8_t dark[QR_SIZE_MAX * QR_SIZE_MAX];    /* 1: dark; row by row, `size` to a row */
};

/* The smallest that holds `bytes`. RC_LIMIT: more than QR_BYTES_MAX. Constant memory, bounded time. */
NODISCARD enum rc qr_encode(struct str bytes, struct qr *out, struct err *err);

/* As an SVG element of dark on white with the quiet zone of four modules, named by `label`. In `arena`. */
struct html qr_svg(const struct qr *qr, struct str label, struct arena *arena);

#endif
