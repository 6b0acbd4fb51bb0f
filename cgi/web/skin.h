/* skin.h: a theme as the site uses it: its templates, its manifest (theme.json) and its assets.
 *
 * A skin is immutable and shared by threads; whoever holds one keeps it alive. */
#ifndef PLATEN_WEB_SKIN_H
#define PLATEN_WEB_SKIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "tmpl/theme.h"
#include "tmpl/value.h"

#define SKIN_MANIFEST_MAX_B ((size_t)256 << 10)
#define SKIN_FILES_MAX 2000

enum skin_type { SKIN_TEXT, SKIN_BOOL, SKIN_COLOR, SKIN_CHOICE, SKIN_INT, SKIN_TYPE__MAX };

struct skin_setting {
	const char *key;
	enum skin_type type;
	struct str fallback;          /* as text: "true", "#8a3324" */
	const struct str *choices;
	size_t choice_count;
	size_t max_b;
};

struct skin {
	struct arena arena;
	unsigned refs;                /* atomic */
	struct str name;              /* folder name */
	const char *dir;
	uint64_t stamp;               /* of the folder when it was read */
	struct theme *theme;
	int posts_per_page;           /* 0: the manifest says nothing */
	const struct skin_setting *settings;
	size_t setting_count;
	int site_tags;                /* how many tags the theme wants in site.tags; 0: none */
	int sections, section_posts;  /* of the home page; 0: none */
	char hash[17];                /* names this state of the folder in the assets' addresses */
	const struct value *asset_values; /* for {{asset.style_css}}; links below the mount */
};

struct skin_places {
	const char *data_dir;         /* DATA/themes/NAME is looked for first */
	const char *theme_dir;        /* the built-in ones */
	struct str mount;
};

#define SKIN_DEFAULT "quire"

/* Loads theme `name`. RC_NOTFOUND: no such folder; RC_INVALID: its manifest or a template is wrong
 * (the message names file and line). The caller holds *out: skin_drop(). */
NODISCARD enum rc skin_load(const struct skin_places *places, struct str name, struct skin **out,
			    struct err *err);
/* The program's own pages: the folder `dir`, whose assets are below `asset_path` ("/admin/assets/"). */
NODISCARD enum rc skin_load_folder(const char *dir, struct str mount, const char *asset_path, struct skin **out,
				   struct err *err);
struct skin *skin_hold(struct skin *skin);
void skin_drop(struct skin *skin); /* NULL allowed */

/* The folder's stamp now; one that differs from skin->stamp wants a reload. False: unreadable. */
bool skin_stamp(const struct skin *skin, uint64_t *out);

/* Opens an asset ("fonts/a.woff2"); the caller closes *fd. RC_NOTFOUND. */
NODISCARD enum rc skin_asset(const struct skin *skin, struct str name, int *fd, struct err *err);

/* Whether a text can be the setting's: "true", "12", "#8a3324", one of its choices. */
#define SKIN_INT_MAX 1000000
bool skin_setting_fits(const struct skin_setting *setting, struct str text);
/* The setting's value in that form, of `written` as below, or its default. Lives in `arena` or the skin. */
struct str skin_setting_now(const struct skin *skin, const struct skin_setting *setting, struct str written,
			    struct arena *arena);

/* Fills `parent`.theme with the settings of this theme: `written` is the site's JSON object (theme
 * name -> object), whose wrong or unknown members count as not written. */
void skin_settings(const struct skin *skin, struct str written, struct arena *arena,
		   struct value *parent);
/* Appends ":root{--theme-KEY:#8a3324;...}" for the colours among them; nothing when there is none. */
void skin_colors(const struct skin *skin, struct str written, struct buf *out);

#endif
