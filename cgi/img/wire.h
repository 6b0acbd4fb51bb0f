/* wire.h: how a plan goes to platen-img and how it answers. Internal to img/.
 *
 *   platen-img probe  LIMITS            one line of JSON: the picture on standard input
 *   platen-img derive LIMITS VARIANT... makes the variants into descriptors 3, 4, ...
 *   LIMITS   input_b,pixels,frames,memory_b,output_b,cpu_s
 *   VARIANT  TYPE,copy,width,height,x,y,width,height,turn,quality,rival */
#ifndef PLATEN_IMG_WIRE_H
#define PLATEN_IMG_WIRE_H

#include "img/run.h"

#define WIRE_WORD_B 256
#define WIRE_FIRST_FD 3

/* Exit status of a failure: 32 and the enum rc. */
#define WIRE_FAILED 32

void wire_limits(const struct img_limits *limits, char word[WIRE_WORD_B]);
void wire_variant(const struct img_variant *variant, char word[WIRE_WORD_B]);

/* RC_INVALID: not such a word, or values that no plan has. */
NODISCARD enum rc wire_read_limits(struct str word, struct img_limits *out, struct err *err);
NODISCARD enum rc wire_read_variant(struct str word, size_t place, struct img_variant *out, struct err *err);

/* The answer, one line; `count` of `made`. */
void wire_result(const struct img_result *result, size_t count, struct buf *out);
void wire_info(const struct img_info *info, struct buf *out);
/* RC_CORRUPT: not such an answer. */
NODISCARD enum rc wire_read_result(struct str line, size_t count, struct img_result *out, struct err *err);
NODISCARD enum rc wire_read_info(struct str line, struct img_info *out, struct err *err);

#endif
