/* upload.h: a form with a file, of somebody who is signed in. */
#ifndef PLATEN_WEB_UPLOAD_H
#define PLATEN_WEB_UPLOAD_H

#include "web/visit.h"

/* Reads the form into v->admin->form and its file into an unnamed one of the data folder: v->admin->file_fd, at
 * its end; file_name as the browser gave it, "" when none was chosen. At most PLATEN_BODY_MAX bytes, or PLATEN_IMPORT_MAX
 * with ROUTE_LARGE. Codes of
 * multipart_read(). */
/* With ROUTE_FILES several, up to UPLOAD_FILES_MAX, one behind the other: v->admin->files. */
#define UPLOAD_FILES_MAX 50
NODISCARD enum rc upload_read(struct visit *v, struct err *err);

#endif
