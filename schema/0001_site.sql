-- 0001_site.sql: everything of value: posts, tags, people, settings, redirects, media, search.
-- min_program: 0.1.0
--
-- Times are integer Unix milliseconds UTC. Columns that hold one of a few words carry no CHECK list,
-- since changing one would rebuild the table. Words used below:
--   listed    post.kind 'post', status 'published', visibility 'public' or 'password', published_ms set:
--             on lists and in feeds once published_ms has come. Readers always add published_ms <= now.
--   visible   listed and published_ms <= now.
-- Counts are kept by triggers and include posts of the future; readers subtract those.

CREATE TABLE counter (
	name TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- public_seq: moves in every transaction that changes something publicly visible.
INSERT INTO counter (name, value) VALUES ('public_seq', 1), ('listed_count', 0);

CREATE TABLE setting (
	key TEXT PRIMARY KEY,
	value TEXT NOT NULL,
	updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user (
	id INTEGER PRIMARY KEY,
	public_id TEXT NOT NULL UNIQUE,
	email TEXT,                          -- NULL: an author without a login
	email_folded TEXT UNIQUE,
	password_hash TEXT,
	role TEXT NOT NULL,                  -- owner, editor, author, contributor
	name TEXT NOT NULL,
	slug TEXT NOT NULL UNIQUE,
	bio TEXT NOT NULL DEFAULT '',
	bio_html TEXT NOT NULL DEFAULT '',
	picture TEXT NOT NULL DEFAULT '',
	website TEXT NOT NULL DEFAULT '',
	lang TEXT NOT NULL DEFAULT '',
	timezone TEXT NOT NULL DEFAULT '',
	epoch INTEGER NOT NULL DEFAULT 0,    -- raised to end all sessions of this person
	listed_count INTEGER NOT NULL DEFAULT 0,
	disabled_ms INTEGER,
	created_ms INTEGER NOT NULL,
	updated_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX user_name ON user (name);

-- What lists need. The long texts are in post_body, so that reading cards touches few pages.
CREATE TABLE post (
	id INTEGER PRIMARY KEY,
	public_id TEXT NOT NULL UNIQUE,
	kind TEXT NOT NULL,                  -- post, page
	status TEXT NOT NULL,                -- draft, review, published, trash
	visibility TEXT NOT NULL,            -- public, unlisted, password, team
	slug TEXT NOT NULL,
	path TEXT UNIQUE,                    -- canonical address below the site; NULL: it has none
	path_fixed INTEGER NOT NULL,         -- the address was given, not made from the pattern
	published_ms INTEGER,                -- NULL: never
	local_ym INTEGER,                    -- year * 100 + month of published_ms in the site's time zone
	edited_ms INTEGER NOT NULL,          -- the content last changed: what readers are told
	updated_ms INTEGER NOT NULL,         -- the row was last saved
	created_ms INTEGER NOT NULL,
	trashed_ms INTEGER,
	version INTEGER NOT NULL,
	featured INTEGER NOT NULL,
	has_code INTEGER NOT NULL,
	word_count INTEGER NOT NULL,
	title TEXT NOT NULL,
	lang TEXT NOT NULL,
	translation_group TEXT,
	parent_id INTEGER REFERENCES post (id) ON DELETE SET NULL,
	menu_order INTEGER NOT NULL,
	template TEXT NOT NULL,
	password_hash TEXT,
	image TEXT NOT NULL,
	image_alt TEXT NOT NULL,
	image_caption TEXT NOT NULL,
	excerpt TEXT NOT NULL,               -- written by the author
	excerpt_auto TEXT NOT NULL,          -- derived
	seo_title TEXT NOT NULL,
	seo_description TEXT NOT NULL,
	seo_canonical TEXT NOT NULL,
	seo_noindex INTEGER NOT NULL,
	social_title TEXT NOT NULL,
	social_description TEXT NOT NULL,
	social_image TEXT NOT NULL,
	import_key TEXT UNIQUE,
	render_stamp TEXT NOT NULL,          -- which renderer and settings made the derived HTML
	content_hash TEXT NOT NULL,
	listed INTEGER NOT NULL GENERATED ALWAYS AS (kind = 'post' AND status = 'published'
		AND visibility IN ('public', 'password') AND published_ms IS NOT NULL) VIRTUAL
) STRICT;
CREATE INDEX post_listed ON post (listed, published_ms, id);
CREATE INDEX post_month ON post (listed, local_ym, published_ms, id);
CREATE INDEX post_featured ON post (published_ms, id) WHERE listed = 1 AND featured = 1;
CREATE INDEX post_due ON post (status, published_ms);
CREATE INDEX post_status ON post (status, kind, updated_ms, id);
CREATE INDEX post_kind ON post (kind, updated_ms, id);
CREATE INDEX post_slug ON post (slug, kind);
CREATE INDEX post_path_fold ON post (path COLLATE NOCASE);
CREATE INDEX post_group ON post (translation_group) WHERE translation_group IS NOT NULL;
CREATE INDEX post_page ON post (kind, status, parent_id, menu_order, title, id);
CREATE INDEX post_parent ON post (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE post_body (
	post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE,
	custom TEXT NOT NULL,                -- JSON object
	toc TEXT NOT NULL,                   -- JSON array
	html_before_more TEXT,               -- NULL: there is no <!--more-->
	html TEXT NOT NULL,
	markdown TEXT NOT NULL
) STRICT;

CREATE TABLE tag (
	id INTEGER PRIMARY KEY,
	slug TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	description_html TEXT NOT NULL DEFAULT '',
	image TEXT NOT NULL DEFAULT '',
	listed_count INTEGER NOT NULL DEFAULT 0,
	created_ms INTEGER NOT NULL,
	updated_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX tag_slug_fold ON tag (slug COLLATE NOCASE);
CREATE INDEX tag_name ON tag (name COLLATE NOCASE, id);
CREATE INDEX tag_popular ON tag (listed_count, name COLLATE NOCASE, id);

-- listed and published_ms are copies kept by triggers: a tag's page is one range of one index.
CREATE TABLE post_tag (
	post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
	tag_id INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
	position INTEGER NOT NULL,
	listed INTEGER NOT NULL,
	published_ms INTEGER,
	PRIMARY KEY (post_id, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_tag_list ON post_tag (tag_id, listed, published_ms, post_id);

CREATE TABLE post_author (
	post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
	user_id INTEGER NOT NULL REFERENCES user (id),
	position INTEGER NOT NULL,
	listed INTEGER NOT NULL,
	published_ms INTEGER,
	PRIMARY KEY (post_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_author_list ON post_author (user_id, listed, published_ms, post_id);

CREATE TABLE archive_count (
	ym INTEGER PRIMARY KEY,
	n INTEGER NOT NULL
) STRICT;

CREATE TABLE revision (
	id INTEGER PRIMARY KEY,
	post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
	user_id INTEGER REFERENCES user (id) ON DELETE SET NULL,
	created_ms INTEGER NOT NULL,
	kind TEXT NOT NULL,                  -- save, autosave, import, restore
	name TEXT NOT NULL DEFAULT '',
	title TEXT NOT NULL,
	fields TEXT NOT NULL,                -- JSON object: the other fields as they were
	markdown TEXT NOT NULL
) STRICT;
CREATE INDEX revision_post ON revision (post_id, id);
CREATE INDEX revision_user ON revision (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE redirect (
	from_path TEXT PRIMARY KEY,
	to_path TEXT,                        -- an address; NULL: post_id, or gone with 410
	post_id INTEGER REFERENCES post (id) ON DELETE CASCADE,
	status INTEGER NOT NULL,             -- 301, 302, 410
	created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX redirect_fold ON redirect (from_path COLLATE NOCASE);
CREATE INDEX redirect_post ON redirect (post_id) WHERE post_id IS NOT NULL;

CREATE TABLE media (
	hash TEXT PRIMARY KEY,               -- SHA-256 of the bytes, lower-case hex
	name TEXT NOT NULL,
	mime TEXT NOT NULL,
	size_b INTEGER NOT NULL,
	width_px INTEGER NOT NULL DEFAULT 0, -- 0: unknown or not an image
	height_px INTEGER NOT NULL DEFAULT 0,
	pinned INTEGER NOT NULL DEFAULT 0,
	created_ms INTEGER NOT NULL,
	expires_ms INTEGER                   -- NULL: it stays
) STRICT;
CREATE INDEX media_created ON media (created_ms, hash);
CREATE INDEX media_expiry ON media (expires_ms) WHERE expires_ms IS NOT NULL;

CREATE TABLE media_ref (
	post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
	hash TEXT NOT NULL REFERENCES media (hash) ON DELETE CASCADE,
	PRIMARY KEY (post_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_ref_hash ON media_ref (hash, post_id);

-- Search. post_text is the plain text of what is publicly searchable, for snippets; the two indexes
-- are contentless and hold the words as cgi/store/search_words.c makes them (folded, two-character
-- words for scripts without spaces), so that index, query, vocabulary and snippets agree whatever
-- SQLite's own Unicode tables are. `ascii` splits at blanks only, which is all such text has.
-- post_head_fts is titles and tags alone: it finds the old post whose title has a word that a
-- hundred thousand newer bodies have too. (FTS5: SQLite only.)
CREATE TABLE post_text (
	post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE,
	title TEXT NOT NULL,
	tags TEXT NOT NULL,
	body TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE post_fts USING fts5 (title, tags, body, content = '', tokenize = 'ascii');
CREATE VIRTUAL TABLE post_head_fts USING fts5 (title, tags, content = '', tokenize = 'ascii');

CREATE TABLE vocab (
	word TEXT PRIMARY KEY,
	reversed TEXT NOT NULL,
	n INTEGER NOT NULL                   -- posts that have it
) STRICT, WITHOUT ROWID;
CREATE INDEX vocab_reversed ON vocab (reversed, word, n);

-- Counts and copies -----------------------------------------------------------------------------

CREATE TRIGGER post_count_insert AFTER INSERT ON post WHEN NEW.listed BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'listed_count';
	INSERT INTO archive_count (ym, n) SELECT NEW.local_ym, 1 WHERE NEW.local_ym IS NOT NULL
		ON CONFLICT (ym) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER post_count_update AFTER UPDATE OF kind, status, visibility, published_ms, local_ym ON post
WHEN OLD.listed <> NEW.listed OR OLD.published_ms IS NOT NEW.published_ms
	OR OLD.local_ym IS NOT NEW.local_ym BEGIN
	UPDATE counter SET value = value + NEW.listed - OLD.listed
		WHERE name = 'listed_count' AND NEW.listed <> OLD.listed;
	UPDATE archive_count SET n = n - 1 WHERE ym = OLD.local_ym AND OLD.listed;
	INSERT INTO archive_count (ym, n) SELECT NEW.local_ym, 1
		WHERE NEW.local_ym IS NOT NULL AND NEW.listed
		ON CONFLICT (ym) DO UPDATE SET n = n + 1;
	DELETE FROM archive_count WHERE ym = OLD.local_ym AND n = 0;
	UPDATE post_tag SET listed = NEW.listed, published_ms = NEW.published_ms WHERE post_id = NEW.id;
	UPDATE post_author SET listed = NEW.listed, published_ms = NEW.published_ms
		WHERE post_id = NEW.id;
END;

CREATE TRIGGER post_count_delete AFTER DELETE ON post WHEN OLD.listed BEGIN
	UPDATE counter SET value = value - 1 WHERE name = 'listed_count';
	UPDATE archive_count SET n = n - 1 WHERE ym = OLD.local_ym;
	DELETE FROM archive_count WHERE ym = OLD.local_ym AND n = 0;
END;

CREATE TRIGGER post_tag_count_insert AFTER INSERT ON post_tag WHEN NEW.listed BEGIN
	UPDATE tag SET listed_count = listed_count + 1 WHERE id = NEW.tag_id;
END;
CREATE TRIGGER post_tag_count_update AFTER UPDATE OF listed ON post_tag WHEN NEW.listed <> OLD.listed BEGIN
	UPDATE tag SET listed_count = listed_count + NEW.listed - OLD.listed WHERE id = NEW.tag_id;
END;
CREATE TRIGGER post_tag_count_delete AFTER DELETE ON post_tag WHEN OLD.listed BEGIN
	UPDATE tag SET listed_count = listed_count - 1 WHERE id = OLD.tag_id;
END;

CREATE TRIGGER post_author_count_insert AFTER INSERT ON post_author WHEN NEW.listed BEGIN
	UPDATE user SET listed_count = listed_count + 1 WHERE id = NEW.user_id;
END;
CREATE TRIGGER post_author_count_update AFTER UPDATE OF listed ON post_author WHEN NEW.listed <> OLD.listed BEGIN
	UPDATE user SET listed_count = listed_count + NEW.listed - OLD.listed WHERE id = NEW.user_id;
END;
CREATE TRIGGER post_author_count_delete AFTER DELETE ON post_author WHEN OLD.listed BEGIN
	UPDATE user SET listed_count = listed_count - 1 WHERE id = OLD.user_id;
END;

-- public_seq ------------------------------------------------------------------------------------
-- A scheduled post counts as visible here: it moves the moment at which cached pages expire.

CREATE TRIGGER post_seq_insert AFTER INSERT ON post WHEN NEW.status = 'published' BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
CREATE TRIGGER post_seq_delete AFTER DELETE ON post WHEN OLD.status = 'published' BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
-- Not visible: version, updated_ms, created_ms, trashed_ms, import_key, render_stamp, content_hash,
-- path_fixed.
CREATE TRIGGER post_seq_update AFTER UPDATE ON post
WHEN (OLD.status = 'published' OR NEW.status = 'published') AND (
	OLD.status <> NEW.status OR OLD.kind <> NEW.kind OR OLD.visibility <> NEW.visibility
	OR OLD.slug <> NEW.slug OR OLD.path IS NOT NEW.path
	OR OLD.published_ms IS NOT NEW.published_ms OR OLD.local_ym IS NOT NEW.local_ym
	OR OLD.edited_ms <> NEW.edited_ms OR OLD.featured <> NEW.featured
	OR OLD.has_code <> NEW.has_code OR OLD.word_count <> NEW.word_count
	OR OLD.title <> NEW.title OR OLD.lang <> NEW.lang
	OR OLD.translation_group IS NOT NEW.translation_group
	OR OLD.parent_id IS NOT NEW.parent_id OR OLD.menu_order <> NEW.menu_order
	OR OLD.template <> NEW.template OR OLD.password_hash IS NOT NEW.password_hash
	OR OLD.image <> NEW.image OR OLD.image_alt <> NEW.image_alt
	OR OLD.image_caption <> NEW.image_caption
	OR OLD.excerpt <> NEW.excerpt OR OLD.excerpt_auto <> NEW.excerpt_auto
	OR OLD.seo_title <> NEW.seo_title OR OLD.seo_description <> NEW.seo_description
	OR OLD.seo_canonical <> NEW.seo_canonical OR OLD.seo_noindex <> NEW.seo_noindex
	OR OLD.social_title <> NEW.social_title OR OLD.social_description <> NEW.social_description
	OR OLD.social_image <> NEW.social_image
) BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
CREATE TRIGGER post_body_seq_update AFTER UPDATE ON post_body
WHEN (OLD.custom <> NEW.custom OR OLD.toc <> NEW.toc OR OLD.html <> NEW.html
	OR OLD.html_before_more IS NOT NEW.html_before_more OR OLD.markdown <> NEW.markdown)
	AND (SELECT status FROM post WHERE id = NEW.post_id) = 'published' BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;

CREATE TRIGGER post_tag_seq_insert AFTER INSERT ON post_tag
WHEN (SELECT status FROM post WHERE id = NEW.post_id) = 'published' BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
CREATE TRIGGER post_tag_seq_update AFTER UPDATE OF position ON post_tag
WHEN OLD.position <> NEW.position
	AND (SELECT status FROM post WHERE id = NEW.post_id) = 'published' BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
CREATE TRIGGER post_tag_seq_delete AFTER DELETE ON post_tag
WHEN (SELECT status FROM post WHERE id = OLD.post_id) = 'published' BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;

CREATE TRIGGER post_author_seq_insert AFTER INSERT ON post_author
WHEN (SELECT status FROM post WHERE id = NEW.post_id) = 'published' BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
CREATE TRIGGER post_author_seq_update AFTER UPDATE OF position ON post_author
WHEN OLD.position <> NEW.position
	AND (SELECT status FROM post WHERE id = NEW.post_id) = 'published' BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
CREATE TRIGGER post_author_seq_delete AFTER DELETE ON post_author
WHEN (SELECT status FROM post WHERE id = OLD.post_id) = 'published' BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;

-- A tag without a listed post is not public: its page answers 404.
CREATE TRIGGER tag_seq_update AFTER UPDATE OF slug, name, description, description_html, image ON tag
WHEN NEW.listed_count > 0 AND (OLD.slug <> NEW.slug OR OLD.name <> NEW.name
	OR OLD.description <> NEW.description OR OLD.description_html <> NEW.description_html
	OR OLD.image <> NEW.image) BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;

CREATE TRIGGER user_seq_update AFTER UPDATE OF name, slug, bio, bio_html, picture, website, lang ON user
WHEN OLD.name <> NEW.name OR OLD.slug <> NEW.slug OR OLD.bio <> NEW.bio
	OR OLD.bio_html <> NEW.bio_html OR OLD.picture <> NEW.picture
	OR OLD.website <> NEW.website OR OLD.lang <> NEW.lang BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;

-- Settings whose key begins with "internal." are bookkeeping that no page shows.
CREATE TRIGGER setting_seq_insert AFTER INSERT ON setting WHEN NEW.key NOT LIKE 'internal.%' BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
CREATE TRIGGER setting_seq_update AFTER UPDATE ON setting
WHEN NEW.key NOT LIKE 'internal.%' AND OLD.value <> NEW.value BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
CREATE TRIGGER setting_seq_delete AFTER DELETE ON setting WHEN OLD.key NOT LIKE 'internal.%' BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;

CREATE TRIGGER redirect_seq_insert AFTER INSERT ON redirect BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
CREATE TRIGGER redirect_seq_update AFTER UPDATE ON redirect
WHEN OLD.to_path IS NOT NEW.to_path OR OLD.post_id IS NOT NEW.post_id OR OLD.status <> NEW.status BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
CREATE TRIGGER redirect_seq_delete AFTER DELETE ON redirect BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
