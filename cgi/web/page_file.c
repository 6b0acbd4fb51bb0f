/* page_file.c: files: the theme's assets. */
#include "base/base.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/mime.h"
#include "web/pages.h"
#include "web/range.h"

enum rc page_asset(struct visit *v, struct err *err)
{
	return page_skin_asset(v, v->edition->skin, err);
}

enum rc page_skin_asset(struct visit *v, const struct skin *skin, struct err *err)
{
	struct str name = visit_arg(v, "name");
	struct stat st;
	int fd = -1;
	enum rc rc = skin_asset(skin, name, &fd, err);
	if (rc != RC_OK) /* whatever the file system says of a name, to a visitor there is no such file */
		return rc == RC_IO ? rc : err_set(err, RC_NOTFOUND, "the theme has no such file");
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(err, RC_NOTFOUND, "the theme has no such file");
	}
	response_set(v->res, "Content-Type", str_of(mime_of_name(name)));
	response_set(v->res, "Cross-Origin-Resource-Policy", STR("same-origin"));
	response_set(v->res, "ETag", arena_printf(v->arena, "\"%s-%llx\"", skin->hash,
						  (unsigned long long)st.st_size));
	/* An old address, from a page rendered before the theme changed: served, but not kept. It may be
	 * the address of a theme that comes back. */
	v->fleeting = !str_is(visit_arg(v, "hash"), skin->hash);
	if (v->fleeting)
		response_set(v->res, "Cache-Control", STR("no-cache"));
	return range_answer(v, fd, st.st_size, err);
}
