/* derive.h: one decoding, all variants. Internal to platen-img. */
#ifndef PLATEN_IMG_DERIVE_H
#define PLATEN_IMG_DERIVE_H

#include "base/buf.h"
#include "img/run.h"

/* Gets each variant as it is finished. */
typedef enum rc derive_sink(void *ctx, size_t place, struct str bytes, struct err *err);

/* The variants of `plan` of the picture `bytes`, which is emptied on the way. The codes of img_run(). */
NODISCARD enum rc derive(struct buf *bytes, const struct img_limits *limits, const struct img_variant *plan, size_t count,
			 derive_sink *sink, void *ctx, struct img_result *out, struct err *err);

#endif
