-- 0007_writing.sql: revisions that grow old, texts that nobody has saved yet, links to drafts.
-- min_program: 0.1.0

-- How far a revision was thinned: 0 not yet, 1 one an hour is left, 2 one a day, 3 one a week. Each step is
-- taken once, by its age (cgi/store/revision_thin.c).
ALTER TABLE revision ADD COLUMN thinned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX revision_thinned ON revision (thinned, created_ms) WHERE thinned < 3;

-- What a person has typed and not saved: one a post, apart from what is published.
CREATE TABLE autosave (
	id INTEGER PRIMARY KEY,
	user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
	key TEXT NOT NULL,                   -- the post's public id; of a new one, the page's that it is begun on
	post_id INTEGER REFERENCES post (id) ON DELETE CASCADE,
	version INTEGER NOT NULL,            -- of the post that is being changed; 0: a new one
	saved_ms INTEGER NOT NULL,
	title TEXT NOT NULL,
	fields TEXT NOT NULL,                -- JSON object: the other fields of the form
	markdown TEXT NOT NULL,
	UNIQUE (user_id, key)
) STRICT;
CREATE INDEX autosave_post ON autosave (post_id) WHERE post_id IS NOT NULL;
CREATE INDEX autosave_new ON autosave (user_id, saved_ms) WHERE post_id IS NULL;
