/* s3_xml.h: reads the XML that S3 servers answer with. Internal to net/.
 *
 * A reader of its own, for three reasons: every answer is a list of short texts a few levels deep, the limits are
 * ours, and no library is loaded for it at the start of each CGI request. No document type, no entity but XML's
 * five and character references, no attribute is looked at; linear time. */
#ifndef PLATEN_NET_S3_XML_H
#define PLATEN_NET_S3_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "net/s3.h"

#define S3_XML_DEPTH_MAX 8
#define S3_XML_TEXT_MAX_B (S3_TOKEN_MAX_B - 1) /* of one element; a key has up to 1024 bytes, three times that when encoded */

struct s3_failure {
	struct str code, region;     /* "NoSuchKey"; the bucket's region where the server tells it. Or "" */
};

/* Each fills in what the answer says and leaves the rest as it is. RC_CORRUPT: it is not XML, or of another kind;
 * RC_LIMIT: too deep, too long. Texts live in `arena`. */
NODISCARD enum rc s3_xml_failure(struct str xml, struct arena *arena, struct s3_failure *out, struct err *err);
NODISCARD enum rc s3_xml_list(struct str xml, struct arena *arena, struct s3_list *out, struct err *err);
NODISCARD enum rc s3_xml_uploads(struct str xml, struct arena *arena, struct s3_uploads *out, struct err *err);
NODISCARD enum rc s3_xml_parts(struct str xml, struct arena *arena, struct s3_parts *out, struct err *err);
NODISCARD enum rc s3_xml_upload_id(struct str xml, struct arena *arena, struct str *out, struct err *err);

/* The name of the outermost element; STR_NONE: it is no XML. */
struct str s3_xml_root(struct str xml);

#endif
