-- 0003_presence.sql: who has which post open.
-- min_program: 0.1.0

CREATE TABLE presence (
	post_id INTEGER NOT NULL,            -- post.id of site.db
	user_id INTEGER NOT NULL,            -- user.id of site.db
	since_ms INTEGER NOT NULL,
	seen_ms INTEGER NOT NULL,
	PRIMARY KEY (post_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX presence_seen ON presence (seen_ms);
