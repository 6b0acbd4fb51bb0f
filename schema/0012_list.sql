-- 0012_list.sql: the list of posts in the admin: its orders, rare values, words of what is not public, and what
-- the last action on many posts can be taken back with.
-- min_program: 0.1.0

ALTER TABLE post ADD COLUMN in_trash INTEGER GENERATED ALWAYS AS (status = 'trash') VIRTUAL;
ALTER TABLE post ADD COLUMN dated_ms INTEGER GENERATED ALWAYS AS (coalesce(published_ms, created_ms)) VIRTUAL;
ALTER TABLE post ADD COLUMN title_key TEXT COLLATE NOCASE GENERATED ALWAYS AS (substr(title, 1, 60)) VIRTUAL;

-- One for each order, with everything that is filtered by, so that passing a row over costs no look at it.
CREATE INDEX post_by_change ON post (in_trash, updated_ms, id, dated_ms, kind, status, visibility, featured, lang);
CREATE INDEX post_by_date ON post (in_trash, dated_ms, id, kind, status, visibility, featured, lang);
CREATE INDEX post_by_title ON post (in_trash, title_key, id, dated_ms, kind, status, visibility, featured, lang);
-- The same of one post: of the rows of a rare value, or of what has a word.
CREATE INDEX post_facts ON post (id, in_trash, updated_ms, dated_ms, title_key, kind, status, visibility, featured, lang);
-- Values that most posts do not have, in the usual order.
CREATE INDEX post_state ON post (status, updated_ms, id) WHERE status <> 'published';
CREATE INDEX post_hidden ON post (visibility, updated_ms, id) WHERE visibility <> 'public';
CREATE INDEX post_starred ON post (featured, updated_ms, id) WHERE featured = 1;
CREATE INDEX post_lang ON post (lang, updated_ms, id) WHERE lang <> '';

-- Words of what the public search does not have: drafts, the trash, what only some may see. Folded as in
-- search_fts. (FTS5: SQLite only.)
CREATE VIRTUAL TABLE draft_fts USING fts5 (title, tags, body, columnsize = 0, tokenize = 'ascii');
-- Whose words are to be put in or taken out: all that were there before this step, what a program from before
-- it writes, what was deleted (its id: no trigger may touch the index itself). Worked off with search_todo.
CREATE TABLE draft_todo (
	post_id INTEGER PRIMARY KEY
) STRICT;
INSERT INTO draft_todo (post_id) SELECT id FROM post WHERE status <> 'published' OR visibility <> 'public';
CREATE TRIGGER draft_fts_insert AFTER INSERT ON post WHEN NEW.status <> 'published' OR NEW.visibility <> 'public' BEGIN
	INSERT OR IGNORE INTO draft_todo (post_id) VALUES (NEW.id);
END;
CREATE TRIGGER draft_fts_update AFTER UPDATE OF version, status, visibility ON post
WHEN NEW.status <> 'published' OR NEW.visibility <> 'public' OR OLD.status <> 'published' OR OLD.visibility <> 'public' BEGIN
	INSERT OR IGNORE INTO draft_todo (post_id) VALUES (NEW.id);
END;
CREATE TRIGGER draft_fts_delete AFTER DELETE ON post WHEN OLD.status <> 'published' OR OLD.visibility <> 'public' BEGIN
	INSERT OR IGNORE INTO draft_todo (post_id) VALUES (OLD.id);
END;

-- The last action of a person on many posts.
CREATE TABLE bulk (
	user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
	token TEXT NOT NULL,                 -- which one it is: a page shows what it came from
	action TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	done INTEGER NOT NULL,
	refused TEXT NOT NULL                -- JSON array of {"title", "why"}
) STRICT;
CREATE INDEX bulk_at ON bulk (at_ms);
-- What each of its posts was before.
CREATE TABLE bulk_post (
	user_id INTEGER NOT NULL REFERENCES bulk (user_id) ON DELETE CASCADE,
	post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
	version INTEGER NOT NULL,            -- that the action made
	before TEXT NOT NULL,                -- JSON object
	PRIMARY KEY (user_id, post_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_post_post ON bulk_post (post_id);
