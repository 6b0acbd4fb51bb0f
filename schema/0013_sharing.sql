-- 0013_sharing.sql: links that show a draft to whoever has them, and what was said when one was sent back.
-- min_program: 0.1.0

CREATE TABLE preview_link (
	id INTEGER PRIMARY KEY,
	token_hash BLOB NOT NULL UNIQUE,     -- SHA-256; the token is in the link only
	post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
	user_id INTEGER REFERENCES user (id) ON DELETE SET NULL,
	note TEXT NOT NULL,                  -- for whom; ""
	created_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,
	used_ms INTEGER                      -- to the minute; NULL: never
) STRICT;
CREATE INDEX preview_link_post ON preview_link (post_id);
CREATE INDEX preview_link_user ON preview_link (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX preview_link_expiry ON preview_link (expires_ms);

CREATE TABLE review_note (
	post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE,
	user_id INTEGER REFERENCES user (id) ON DELETE SET NULL,
	at_ms INTEGER NOT NULL,
	note TEXT NOT NULL
) STRICT;
CREATE INDEX review_note_user ON review_note (user_id) WHERE user_id IS NOT NULL;
