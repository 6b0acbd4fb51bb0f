-- 0006_search.sql: a search index whose documents are numbered by time, so that ranking a match reads
-- nothing but the index.
-- min_program: 0.1.0
--
-- post_fts and post_head_fts stay for programs that began before this step; nothing reads or writes
-- them any more, and a later step drops them.

-- Which post a document of the index is.
CREATE TABLE search_doc (
	number INTEGER PRIMARY KEY,          -- second of published_ms * 256 + which of that second
	-- NULL: its text went without its words being taken out. The number is not given again.
	post_id INTEGER UNIQUE REFERENCES post (id) ON DELETE SET NULL
) STRICT;

-- Texts that are not in the index yet: all that were there before this step, and what a program from
-- before it wrote. `platen migrate`, the task `optimize` and whoever saves a post work it off.
CREATE TABLE search_todo (
	post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE
) STRICT;
INSERT INTO search_todo (post_id) SELECT post_id FROM post_text;

CREATE TRIGGER search_text_insert AFTER INSERT ON post_text BEGIN
	INSERT OR IGNORE INTO search_todo (post_id) VALUES (NEW.post_id);
END;
CREATE TRIGGER search_text_delete AFTER DELETE ON post_text BEGIN
	UPDATE search_doc SET post_id = NULL WHERE post_id = OLD.post_id;
	DELETE FROM search_todo WHERE post_id = OLD.post_id;
END;

-- The words are as in post_fts (0001). A text is in the column that says about how many words it has,
-- which a list of matches then tells without a look at their sizes. (FTS5: SQLite only.)
CREATE VIRTUAL TABLE search_fts USING fts5 (title, tags,
	body_50, body_100, body_200, body_400, body_800, body_1600, body_3200, body_more,
	content = '', columnsize = 0, tokenize = 'ascii');
CREATE VIRTUAL TABLE search_head_fts USING fts5 (title, tags, content = '', columnsize = 0, tokenize = 'ascii');
