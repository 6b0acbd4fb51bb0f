/* media_values.h: a media item as the admin's pages and scripts get it. */
#ifndef PLATEN_WEB_MEDIA_VALUES_H
#define PLATEN_WEB_MEDIA_VALUES_H

#include "base/json.h"
#include "store/media_item.h"
#include "tmpl/value.h"
#include "web/visit.h"

/* Into `item`: id name alt kind is_image is_video is_audio is_shown mime size address url thumb page width height
 * dimensions pinned used expires trashed waits failed problem. Of one that waits `progress` says how far that is. */
void media_item_values(struct visit *v, struct value *item, const struct media_item *media);
/* Into `item` the list `sizes` of what readers get: type and widths. */
void media_sizes_values(struct visit *v, struct value *item, const struct media_item *media);

/* The same for scripts: id, address (as it stands in texts), url, name, alt, caption, credit, kind, mime, width, height,
 * thumb, page, state. */
void media_item_json(struct visit *v, struct json *item, const struct media_item *media);
/* Answers with {"item": ...}. */
NODISCARD enum rc media_item_answer(struct visit *v, const struct media_item *media, struct err *err);

/* Answers a script with what is wrong, in the person's language: {"status": ..., "detail": ...} (RFC 9457). */
NODISCARD enum rc media_problem(struct visit *v, int status, struct str text, struct err *err);
/* What a failure of taking a file, with its message `why`, means to the person; *status suits it. STR_NONE: it is no such
 * failure. RC_LIMIT is a file larger than PLATEN_UPLOAD_MAX. */
struct str media_problem_text(struct visit *v, enum rc rc, const struct err *why, int *status);
/* The same where the size of the file is not in question: RC_LIMIT is a picture with too many pixels or frames. */
struct str media_refusal_text(struct visit *v, enum rc rc, const struct err *why, int *status);

/* Where a browser gets the picture that a field names; "" of "". */
struct str media_look(struct visit *v, struct str address);

/* The page of a file (page_library_item.c) with a phrase that says what cannot be done to it. Status 409. */
NODISCARD enum rc page_library_item_refuse(struct visit *v, struct db_ro *db, const struct media_item *item,
					   const char *phrase, struct err *err);
/* The same with any text and status. */
NODISCARD enum rc page_library_item_problem(struct visit *v, struct db_ro *db, const struct media_item *item,
					    struct str text, int status, struct err *err);

/* "3.4 MB" in the person's language. */
struct str media_size(struct visit *v, int64_t size_b);

#endif
