-- 0014_redirect_search.sql: parts of addresses, to find redirects by.
-- min_program: 0.1.0

-- A redirect as the index below has it: where it led to then, also when it follows a post.
CREATE TABLE redirect_text (
	id INTEGER PRIMARY KEY,
	from_path TEXT NOT NULL UNIQUE,
	target TEXT NOT NULL
) STRICT;
-- (FTS5: SQLite only.)
CREATE VIRTUAL TABLE redirect_fts USING fts5 (from_path, target,
	content = 'redirect_text', content_rowid = 'id', columnsize = 0, tokenize = 'trigram');
INSERT INTO redirect_text (from_path, target)
	SELECT r.from_path, coalesce(r.to_path, p.path, '') FROM redirect r LEFT JOIN post p ON p.id = r.post_id;
INSERT INTO redirect_fts (redirect_fts) VALUES ('rebuild');

-- Redirects that are others now than the index has them, or gone: no trigger may touch the index itself. Whoever
-- writes a redirect works some of it off; a search looks at what is left by itself.
CREATE TABLE redirect_todo (
	from_path TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TRIGGER redirect_todo_insert AFTER INSERT ON redirect BEGIN
	INSERT OR IGNORE INTO redirect_todo (from_path) VALUES (NEW.from_path);
END;
CREATE TRIGGER redirect_todo_update AFTER UPDATE OF to_path, post_id ON redirect
WHEN OLD.to_path IS NOT NEW.to_path OR OLD.post_id IS NOT NEW.post_id BEGIN
	INSERT OR IGNORE INTO redirect_todo (from_path) VALUES (NEW.from_path);
END;
CREATE TRIGGER redirect_todo_delete AFTER DELETE ON redirect BEGIN
	INSERT OR IGNORE INTO redirect_todo (from_path) VALUES (OLD.from_path);
END;
CREATE TRIGGER redirect_todo_post AFTER UPDATE OF path ON post WHEN OLD.path IS NOT NEW.path BEGIN
	INSERT OR IGNORE INTO redirect_todo (from_path)
		SELECT from_path FROM redirect WHERE post_id = NEW.id AND to_path IS NULL;
END;
