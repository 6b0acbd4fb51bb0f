-- 0017_media.sql: media items apart from the bytes they have, their variants, uploads under way, and everything
-- that refers to a file.
-- min_program: 0.1.0
--
-- A row of `media` is a blob: bytes by their hash. A row of `media_item` is what a person sees in the library.
-- An item has one blob now, and keeps those it had before it was replaced: addresses in texts name a hash, which
-- leads to its item and from there to what the item is now.

CREATE TABLE media_item (
	id INTEGER PRIMARY KEY,
	hash TEXT NOT NULL UNIQUE REFERENCES media (hash), -- its bytes now
	kind TEXT NOT NULL,                  -- image, video, audio, document, other
	name TEXT NOT NULL,
	alt TEXT NOT NULL DEFAULT '',
	caption TEXT NOT NULL DEFAULT '',
	credit TEXT NOT NULL DEFAULT '',
	edit TEXT NOT NULL DEFAULT '',       -- "TURN,X,Y,WIDTH,HEIGHT": turned, then cut, by hand (cgi/img/edit.h)
	width_px INTEGER NOT NULL DEFAULT 0, -- of what readers get; 0: as its bytes have it
	height_px INTEGER NOT NULL DEFAULT 0,
	focal_x INTEGER NOT NULL DEFAULT 500, -- thousandths of what is shown
	focal_y INTEGER NOT NULL DEFAULT 500,
	color TEXT NOT NULL DEFAULT '',      -- "#a0b1c2"; dominant
	placeholder TEXT NOT NULL DEFAULT '',-- a tiny picture as a data: address
	state TEXT NOT NULL,                 -- of its variants: none, waiting, ready, failed
	problem TEXT NOT NULL DEFAULT '',    -- why they failed
	user_id INTEGER REFERENCES user (id) ON DELETE SET NULL, -- who uploaded it
	pinned INTEGER NOT NULL DEFAULT 0,
	used INTEGER NOT NULL DEFAULT 0,     -- media_use has one of its hashes; kept by triggers
	created_ms INTEGER NOT NULL,
	updated_ms INTEGER NOT NULL,
	expires_ms INTEGER,                  -- unused: when it goes into the trash; NULL: it stays
	trashed_ms INTEGER,
	trashed_by INTEGER REFERENCES user (id) ON DELETE SET NULL, -- NULL: nobody, its time was over
	version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX media_item_kind ON media_item (kind, id) WHERE trashed_ms IS NULL;
CREATE INDEX media_item_unused ON media_item (id) WHERE used = 0 AND trashed_ms IS NULL;
CREATE INDEX media_item_expiring ON media_item (id) WHERE expires_ms IS NOT NULL AND trashed_ms IS NULL;
CREATE INDEX media_item_plain ON media_item (id) WHERE alt = '' AND kind = 'image' AND trashed_ms IS NULL;
CREATE INDEX media_item_trash ON media_item (id) WHERE trashed_ms IS NOT NULL;
CREATE INDEX media_item_expiry ON media_item (expires_ms) WHERE expires_ms IS NOT NULL AND trashed_ms IS NULL;
-- What the task looks for that gives an expiry to what nothing refers to any more.
CREATE INDEX media_item_idle ON media_item (id)
	WHERE used = 0 AND pinned = 0 AND expires_ms IS NULL AND trashed_ms IS NULL;
CREATE INDEX media_item_waiting ON media_item (id) WHERE kind = 'image' AND trashed_ms IS NULL AND state = 'waiting';
CREATE INDEX media_item_trashed ON media_item (trashed_ms) WHERE trashed_ms IS NOT NULL;
CREATE INDEX media_item_user ON media_item (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX media_item_trashed_by ON media_item (trashed_by) WHERE trashed_by IS NOT NULL;

-- Words of the library's search. (FTS5: SQLite only.)
CREATE VIRTUAL TABLE media_fts USING fts5 (name, alt, caption, credit, columnsize = 0,
	tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
-- Whose words are to be put in or taken out: no trigger may touch the index itself (cgi/store/media_words.c).
CREATE TABLE media_todo (
	item_id INTEGER PRIMARY KEY
) STRICT;
CREATE TRIGGER media_todo_insert AFTER INSERT ON media_item BEGIN
	INSERT OR IGNORE INTO media_todo (item_id) VALUES (NEW.id);
END;
CREATE TRIGGER media_todo_delete AFTER DELETE ON media_item BEGIN
	INSERT OR IGNORE INTO media_todo (item_id) VALUES (OLD.id);
END;
CREATE TRIGGER media_todo_update AFTER UPDATE OF name, alt, caption, credit ON media_item
WHEN OLD.name <> NEW.name OR OLD.alt <> NEW.alt OR OLD.caption <> NEW.caption OR OLD.credit <> NEW.credit BEGIN
	INSERT OR IGNORE INTO media_todo (item_id) VALUES (NEW.id);
END;

ALTER TABLE media ADD COLUMN item_id INTEGER REFERENCES media_item (id) ON DELETE SET NULL;
-- Its bytes are for the owner alone: the public gets its variants.
ALTER TABLE media ADD COLUMN private INTEGER NOT NULL DEFAULT 0;
CREATE INDEX media_item_blobs ON media (item_id) WHERE item_id IS NOT NULL;

-- What is made of a picture for readers. A derivative has a blob and no row in `media`.
CREATE TABLE media_variant (
	original TEXT NOT NULL REFERENCES media (hash) ON DELETE CASCADE,
	mime TEXT NOT NULL,
	crop TEXT NOT NULL,                  -- "", or what of it this shows (cgi/store/media_variant.h)
	width_px INTEGER NOT NULL,
	height_px INTEGER NOT NULL,
	hash TEXT NOT NULL,
	size_b INTEGER NOT NULL,
	old_seq INTEGER NOT NULL DEFAULT 0,  -- public_seq when others took its place: posts may name it yet; 0: it is shown
	PRIMARY KEY (original, crop, mime, width_px, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_variant_hash ON media_variant (hash, original);
CREATE INDEX media_variant_old ON media_variant (old_seq) WHERE old_seq > 0;

-- Uploads under way (tus). How much is there is the size of the file in media/incoming.
CREATE TABLE media_upload (
	id INTEGER PRIMARY KEY,
	public_id TEXT NOT NULL UNIQUE,      -- in its address, and the name of the file
	user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
	name TEXT NOT NULL,                  -- as the browser gave it
	size_b INTEGER NOT NULL,
	pinned INTEGER NOT NULL,             -- begun in the library: it stays though nothing refers to it
	replaces INTEGER NOT NULL DEFAULT 0, -- the item that gets these bytes; 0: a new one
	created_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,         -- moves on with every piece that comes
	item_id INTEGER,                     -- what became of it; NULL: not finished
	direct TEXT                          -- sent straight to S3: its name there when it comes in parts, else ''; NULL: to us
) STRICT;
CREATE INDEX media_upload_user ON media_upload (user_id, expires_ms);
CREATE INDEX media_upload_expiry ON media_upload (expires_ms);
CREATE INDEX media_upload_open ON media_upload (id) WHERE item_id IS NULL;

-- Blobs that no row needs any more, until they are removed from the store.
CREATE TABLE media_gone (
	hash TEXT PRIMARY KEY,
	at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was fetched from other sites, so that it is fetched once. One whose bytes are gone counts as none.
CREATE TABLE media_source (
	url TEXT PRIMARY KEY,
	hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every hash in every stored text, kept by triggers, so that nothing that writes can forget it.
CREATE TABLE media_use (
	kind TEXT NOT NULL,                  -- post, autosave, revision, user, setting, redirect, tag
	owner TEXT NOT NULL,                 -- the row's key
	hash TEXT NOT NULL,
	PRIMARY KEY (kind, owner, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_use_hash ON media_use (hash, kind, owner);

-- A text is handed to this view, which keeps nothing but the hashes in it. It is cut at "/media/" by writing it as
-- JSON, which is linear in its length: what begins with 64 hexadecimal digits then is a hash. What JSON has no room
-- for becomes a blank before. (json_each: SQLite only.)
CREATE VIEW media_text (kind, owner, body) AS SELECT kind, owner, hash FROM media_use;
CREATE TRIGGER media_text_take INSTEAD OF INSERT ON media_text BEGIN
	DELETE FROM media_use WHERE kind = NEW.kind AND owner = NEW.owner;
	INSERT INTO media_use (kind, owner, hash)
		SELECT DISTINCT NEW.kind, NEW.owner, substr(value, 1, 64)
		FROM (SELECT replace(replace(replace(replace(replace(replace(replace(b, char(25), ' '), char(26), ' '), char(27), ' ')
				, char(28), ' '), char(29), ' '), char(30), ' '), char(31), ' ') AS b
			FROM (SELECT replace(replace(replace(replace(replace(replace(replace(b, char(18), ' '), char(19), ' '), char(20), ' ')
				, char(21), ' '), char(22), ' '), char(23), ' '), char(24), ' ') AS b
			FROM (SELECT replace(replace(replace(replace(replace(replace(replace(b, char(8), ' '), char(11), ' '), char(12), ' ')
				, char(14), ' '), char(15), ' '), char(16), ' '), char(17), ' ') AS b
			FROM (SELECT replace(replace(replace(replace(replace(replace(replace(b, char(1), ' '), char(2), ' '), char(3), ' ')
				, char(4), ' '), char(5), ' '), char(6), ' '), char(7), ' ') AS b
			FROM (SELECT replace(replace(replace(replace(replace(NEW.body, char(92), ' '), '"', ' '),
			char(10), ' '), char(13), ' '), char(9), ' ') AS b))))) AS plain,
			json_each(CASE WHEN instr(CAST(NEW.body AS BLOB), x'00') THEN '[]'
				ELSE '["' || replace(plain.b, '/media/', '","') || '"]' END)
		WHERE substr(value, 1, 64) NOT GLOB '*[^0-9a-f]*' AND substr(value, 65, 1) = '/';
END;

-- What is stored already.
INSERT INTO media_text (kind, owner, body) SELECT 'post', CAST(post_id AS TEXT), markdown || ' ' || custom
	FROM post_body WHERE instr(markdown, '/media/') OR instr(custom, '/media/');
INSERT INTO media_text (kind, owner, body) SELECT 'post_head', CAST(id AS TEXT),
	image || ' ' || social_image || ' ' || excerpt || ' ' || image_caption FROM post
	WHERE instr(image, '/media/') OR instr(social_image, '/media/')
		OR instr(excerpt, '/media/') OR instr(image_caption, '/media/');
INSERT INTO media_text (kind, owner, body) SELECT 'autosave', CAST(id AS TEXT), markdown || ' ' || fields
	FROM autosave WHERE instr(markdown, '/media/') OR instr(fields, '/media/');
INSERT INTO media_text (kind, owner, body) SELECT 'revision', CAST(id AS TEXT), markdown || ' ' || fields
	FROM revision WHERE instr(markdown, '/media/') OR instr(fields, '/media/');
INSERT INTO media_text (kind, owner, body) SELECT 'user', CAST(id AS TEXT), picture || ' ' || bio
	FROM user WHERE instr(picture, '/media/') OR instr(bio, '/media/');
INSERT INTO media_text (kind, owner, body) SELECT 'setting', CAST(key AS TEXT), value
	FROM setting WHERE instr(value, '/media/');
INSERT INTO media_text (kind, owner, body) SELECT 'redirect', CAST(from_path AS TEXT), coalesce(to_path, '')
	FROM redirect WHERE instr(to_path, '/media/');
INSERT INTO media_text (kind, owner, body) SELECT 'tag', CAST(id AS TEXT), image || ' ' || description
	FROM tag WHERE instr(image, '/media/') OR instr(description, '/media/');

CREATE TRIGGER media_use_post_insert AFTER INSERT ON post_body
WHEN instr(NEW.markdown, '/media/') OR instr(NEW.custom, '/media/') BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('post', CAST(NEW.post_id AS TEXT), NEW.markdown || ' ' || NEW.custom);
END;
CREATE TRIGGER media_use_post_update AFTER UPDATE OF markdown, custom ON post_body
WHEN (OLD.markdown IS NOT NEW.markdown OR OLD.custom IS NOT NEW.custom)
	AND (instr(NEW.markdown, '/media/') OR instr(NEW.custom, '/media/')
		OR instr(OLD.markdown, '/media/') OR instr(OLD.custom, '/media/')) BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('post', CAST(NEW.post_id AS TEXT), NEW.markdown || ' ' || NEW.custom);
END;
CREATE TRIGGER media_use_post_delete AFTER DELETE ON post_body
WHEN instr(OLD.markdown, '/media/') OR instr(OLD.custom, '/media/') BEGIN
	DELETE FROM media_use WHERE kind = 'post' AND owner = CAST(OLD.post_id AS TEXT);
END;

CREATE TRIGGER media_use_post_head_insert AFTER INSERT ON post
WHEN instr(NEW.image, '/media/') OR instr(NEW.social_image, '/media/')
		OR instr(NEW.excerpt, '/media/') OR instr(NEW.image_caption, '/media/') BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('post_head', CAST(NEW.id AS TEXT), NEW.image || ' ' || NEW.social_image
			|| ' ' || NEW.excerpt || ' ' || NEW.image_caption);
END;
CREATE TRIGGER media_use_post_head_update AFTER UPDATE OF image, social_image, excerpt, image_caption ON post
WHEN (OLD.image IS NOT NEW.image OR OLD.social_image IS NOT NEW.social_image
	OR OLD.excerpt IS NOT NEW.excerpt OR OLD.image_caption IS NOT NEW.image_caption)
	AND (instr(NEW.image, '/media/') OR instr(NEW.social_image, '/media/')
		OR instr(NEW.excerpt, '/media/') OR instr(NEW.image_caption, '/media/')
		OR instr(OLD.image, '/media/') OR instr(OLD.social_image, '/media/')
		OR instr(OLD.excerpt, '/media/') OR instr(OLD.image_caption, '/media/')) BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('post_head', CAST(NEW.id AS TEXT), NEW.image || ' ' || NEW.social_image
			|| ' ' || NEW.excerpt || ' ' || NEW.image_caption);
END;
CREATE TRIGGER media_use_post_head_delete AFTER DELETE ON post
WHEN instr(OLD.image, '/media/') OR instr(OLD.social_image, '/media/')
		OR instr(OLD.excerpt, '/media/') OR instr(OLD.image_caption, '/media/') BEGIN
	DELETE FROM media_use WHERE kind = 'post_head' AND owner = CAST(OLD.id AS TEXT);
END;

CREATE TRIGGER media_use_autosave_insert AFTER INSERT ON autosave
WHEN instr(NEW.markdown, '/media/') OR instr(NEW.fields, '/media/') BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('autosave', CAST(NEW.id AS TEXT), NEW.markdown || ' ' || NEW.fields);
END;
CREATE TRIGGER media_use_autosave_update AFTER UPDATE OF markdown, fields ON autosave
WHEN (OLD.markdown IS NOT NEW.markdown OR OLD.fields IS NOT NEW.fields)
	AND (instr(NEW.markdown, '/media/') OR instr(NEW.fields, '/media/')
		OR instr(OLD.markdown, '/media/') OR instr(OLD.fields, '/media/')) BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('autosave', CAST(NEW.id AS TEXT), NEW.markdown || ' ' || NEW.fields);
END;
CREATE TRIGGER media_use_autosave_delete AFTER DELETE ON autosave
WHEN instr(OLD.markdown, '/media/') OR instr(OLD.fields, '/media/') BEGIN
	DELETE FROM media_use WHERE kind = 'autosave' AND owner = CAST(OLD.id AS TEXT);
END;

CREATE TRIGGER media_use_revision_insert AFTER INSERT ON revision
WHEN instr(NEW.markdown, '/media/') OR instr(NEW.fields, '/media/') BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('revision', CAST(NEW.id AS TEXT), NEW.markdown || ' ' || NEW.fields);
END;
CREATE TRIGGER media_use_revision_update AFTER UPDATE OF markdown, fields ON revision
WHEN (OLD.markdown IS NOT NEW.markdown OR OLD.fields IS NOT NEW.fields)
	AND (instr(NEW.markdown, '/media/') OR instr(NEW.fields, '/media/')
		OR instr(OLD.markdown, '/media/') OR instr(OLD.fields, '/media/')) BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('revision', CAST(NEW.id AS TEXT), NEW.markdown || ' ' || NEW.fields);
END;
CREATE TRIGGER media_use_revision_delete AFTER DELETE ON revision
WHEN instr(OLD.markdown, '/media/') OR instr(OLD.fields, '/media/') BEGIN
	DELETE FROM media_use WHERE kind = 'revision' AND owner = CAST(OLD.id AS TEXT);
END;

CREATE TRIGGER media_use_user_insert AFTER INSERT ON user
WHEN instr(NEW.picture, '/media/') OR instr(NEW.bio, '/media/') BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('user', CAST(NEW.id AS TEXT), NEW.picture || ' ' || NEW.bio);
END;
CREATE TRIGGER media_use_user_update AFTER UPDATE OF picture, bio ON user
WHEN (OLD.picture IS NOT NEW.picture OR OLD.bio IS NOT NEW.bio)
	AND (instr(NEW.picture, '/media/') OR instr(NEW.bio, '/media/')
		OR instr(OLD.picture, '/media/') OR instr(OLD.bio, '/media/')) BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('user', CAST(NEW.id AS TEXT), NEW.picture || ' ' || NEW.bio);
END;
CREATE TRIGGER media_use_user_delete AFTER DELETE ON user
WHEN instr(OLD.picture, '/media/') OR instr(OLD.bio, '/media/') BEGIN
	DELETE FROM media_use WHERE kind = 'user' AND owner = CAST(OLD.id AS TEXT);
END;

CREATE TRIGGER media_use_setting_insert AFTER INSERT ON setting
WHEN instr(NEW.value, '/media/') BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('setting', CAST(NEW.key AS TEXT), NEW.value);
END;
CREATE TRIGGER media_use_setting_update AFTER UPDATE OF value ON setting
WHEN (OLD.value IS NOT NEW.value)
	AND (instr(NEW.value, '/media/')
		OR instr(OLD.value, '/media/')) BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('setting', CAST(NEW.key AS TEXT), NEW.value);
END;
CREATE TRIGGER media_use_setting_delete AFTER DELETE ON setting
WHEN instr(OLD.value, '/media/') BEGIN
	DELETE FROM media_use WHERE kind = 'setting' AND owner = CAST(OLD.key AS TEXT);
END;

CREATE TRIGGER media_use_redirect_insert AFTER INSERT ON redirect
WHEN instr(NEW.to_path, '/media/') BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('redirect', CAST(NEW.from_path AS TEXT), coalesce(NEW.to_path, ''));
END;
CREATE TRIGGER media_use_redirect_update AFTER UPDATE OF to_path ON redirect
WHEN (OLD.to_path IS NOT NEW.to_path)
	AND (instr(NEW.to_path, '/media/')
		OR instr(OLD.to_path, '/media/')) BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('redirect', CAST(NEW.from_path AS TEXT), coalesce(NEW.to_path, ''));
END;
CREATE TRIGGER media_use_redirect_delete AFTER DELETE ON redirect
WHEN instr(OLD.to_path, '/media/') BEGIN
	DELETE FROM media_use WHERE kind = 'redirect' AND owner = CAST(OLD.from_path AS TEXT);
END;

CREATE TRIGGER media_use_tag_insert AFTER INSERT ON tag
WHEN instr(NEW.image, '/media/') OR instr(NEW.description, '/media/') BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('tag', CAST(NEW.id AS TEXT), NEW.image || ' ' || NEW.description);
END;
CREATE TRIGGER media_use_tag_update AFTER UPDATE OF image, description ON tag
WHEN (OLD.image IS NOT NEW.image OR OLD.description IS NOT NEW.description)
	AND (instr(NEW.image, '/media/') OR instr(NEW.description, '/media/')
		OR instr(OLD.image, '/media/') OR instr(OLD.description, '/media/')) BEGIN
	INSERT INTO media_text (kind, owner, body)
		VALUES ('tag', CAST(NEW.id AS TEXT), NEW.image || ' ' || NEW.description);
END;
CREATE TRIGGER media_use_tag_delete AFTER DELETE ON tag
WHEN instr(OLD.image, '/media/') OR instr(OLD.description, '/media/') BEGIN
	DELETE FROM media_use WHERE kind = 'tag' AND owner = CAST(OLD.id AS TEXT);
END;

-- Whether anything refers to an item: to one of its blobs, or to a variant of one. Linking it again takes back its
-- expiry, and takes it out of the trash where its expiry had brought it.
CREATE VIEW media_item_hash (item_id, hash) AS
	SELECT item_id, hash FROM media
	UNION ALL SELECT m.item_id, v.hash FROM media_variant v JOIN media m ON m.hash = v.original;

CREATE TRIGGER media_used AFTER INSERT ON media_use BEGIN
	UPDATE media_item SET used = 1, expires_ms = NULL,
		trashed_ms = CASE WHEN trashed_by IS NULL THEN NULL ELSE trashed_ms END
		WHERE id IN (SELECT item_id FROM media_item_hash WHERE hash = NEW.hash)
		AND (used = 0 OR expires_ms IS NOT NULL);
END;
CREATE TRIGGER media_unused AFTER DELETE ON media_use BEGIN
	UPDATE media_item SET used = 0
		WHERE id IN (SELECT item_id FROM media_item_hash WHERE hash = OLD.hash)
		AND NOT EXISTS (SELECT 1 FROM media_use u WHERE u.hash IN (
			SELECT m.hash FROM media m WHERE m.item_id = media_item.id
			UNION ALL SELECT v.hash FROM media m JOIN media_variant v ON v.original = m.hash
				WHERE m.item_id = media_item.id));
END;

-- What is in the library already. Their bytes stay public where they are until variants take their place.
INSERT INTO media_item (hash, kind, name, state, pinned, used, created_ms, updated_ms, expires_ms)
	SELECT m.hash, CASE WHEN m.mime GLOB 'image/*' THEN 'image' WHEN m.mime GLOB 'video/*' THEN 'video'
			WHEN m.mime GLOB 'audio/*' THEN 'audio'
			WHEN m.mime GLOB 'text/*' OR m.mime GLOB 'application/pdf*' OR m.mime GLOB 'application/vnd.*'
				OR m.mime GLOB 'application/msword*' OR m.mime GLOB 'application/epub*' THEN 'document'
			ELSE 'other' END,
		m.name, CASE WHEN m.mime GLOB 'image/*' AND m.mime NOT GLOB 'image/svg*' THEN 'waiting' ELSE 'none' END,
		m.pinned, EXISTS (SELECT 1 FROM media_use u WHERE u.hash = m.hash), m.created_ms, m.created_ms, m.expires_ms
	FROM media m ORDER BY m.created_ms, m.hash;
UPDATE media SET item_id = (SELECT i.id FROM media_item i WHERE i.hash = media.hash);

-- A blob without an item gets one, whoever writes it: the import, or a program from before this step. The bytes of an
-- item that is replaced name it.
CREATE TRIGGER media_new AFTER INSERT ON media WHEN NEW.item_id IS NULL BEGIN
	INSERT INTO media_item (hash, kind, name, state, pinned, created_ms, updated_ms, expires_ms)
		VALUES (NEW.hash, CASE WHEN NEW.mime GLOB 'image/*' THEN 'image' WHEN NEW.mime GLOB 'video/*' THEN 'video'
			WHEN NEW.mime GLOB 'audio/*' THEN 'audio'
			WHEN NEW.mime GLOB 'text/*' OR NEW.mime GLOB 'application/pdf*' OR NEW.mime GLOB 'application/vnd.*'
				OR NEW.mime GLOB 'application/msword*' OR NEW.mime GLOB 'application/epub*' THEN 'document'
			ELSE 'other' END,
			NEW.name,
			CASE WHEN NEW.mime GLOB 'image/*' AND NEW.mime NOT GLOB 'image/svg*' THEN 'waiting' ELSE 'none' END,
			NEW.pinned, NEW.created_ms, NEW.created_ms, NEW.expires_ms);
	UPDATE media SET item_id = (SELECT id FROM media_item WHERE hash = NEW.hash) WHERE hash = NEW.hash;
END;
-- A file that texts named before it was there.
CREATE TRIGGER media_came_insert AFTER INSERT ON media WHEN NEW.item_id IS NOT NULL BEGIN
	UPDATE media_item SET used = 1, expires_ms = NULL WHERE id = NEW.item_id
		AND EXISTS (SELECT 1 FROM media_use WHERE hash = NEW.hash);
END;
CREATE TRIGGER media_came_update AFTER UPDATE OF item_id ON media WHEN NEW.item_id IS NOT NULL BEGIN
	UPDATE media_item SET used = 1, expires_ms = NULL WHERE id = NEW.item_id
		AND EXISTS (SELECT 1 FROM media_use WHERE hash = NEW.hash);
END;

-- public_seq: what readers see of an item that is used.
CREATE TRIGGER media_item_seq AFTER UPDATE OF hash, alt, caption, credit, focal_x, focal_y, state, trashed_ms ON media_item
WHEN NEW.used = 1 AND (OLD.hash <> NEW.hash OR OLD.alt <> NEW.alt OR OLD.caption <> NEW.caption
	OR OLD.credit <> NEW.credit OR OLD.focal_x <> NEW.focal_x OR OLD.focal_y <> NEW.focal_y
	OR OLD.state <> NEW.state OR OLD.trashed_ms IS NOT NEW.trashed_ms) BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
