/* markdown_media.h: pictures, films and sound of a Markdown document as HTML. Internal to text/. */
#ifndef PLATEN_TEXT_MARKDOWN_MEDIA_H
#define PLATEN_TEXT_MARKDOWN_MEDIA_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"
#include "text/html_token.h"
#include "text/markdown.h"

struct picture_place {
	struct str alt, title; /* title "": none */
	struct str sizes;      /* STR_NONE: the image's own */
	bool lazy;             /* not likely to be seen at once */
};

/* <img>, in <picture> where there are other formats. Failures stay in `out`. */
void picture_html(struct buf *out, const struct markdown_image *image, const struct picture_place *place);

/* The same for an <img> that somebody wrote, of which all but the ">" stands in `out` from out->bytes[from] on: adds what `tag`
 * does not have. The size of the image is known. What belongs behind the tag; "": nothing. */
const char *picture_complete(struct buf *out, size_t from, const struct html_token *tag, const struct markdown_image *image,
			     bool lazy);

/* <video> or <audio> with its controls, and inside a link for who has neither: feeds give that link in its place
 * (absolute.h). `label` names it aloud; "": the file's name does. */
void player_html(struct buf *out, const struct markdown_image *image, struct str label);

/* The file's name, or what its address ends in. */
struct str player_name(const struct markdown_image *image);

#endif
