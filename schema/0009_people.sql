-- 0009_people.sql: one-time links for those who have no password yet or any more, and who did what.
-- min_program: 0.1.0

CREATE TABLE access_link (
	token_hash BLOB PRIMARY KEY,         -- SHA-256; the token is in the link only
	user_id INTEGER NOT NULL UNIQUE REFERENCES user (id) ON DELETE CASCADE,
	created_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_link_expiry ON access_link (expires_ms);

CREATE TABLE audit (
	id INTEGER PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	user_id INTEGER,                     -- user.id then; stays when the person is gone
	who TEXT NOT NULL,                   -- the name then
	action TEXT NOT NULL,                -- a word: invite, role, disable ...
	object TEXT NOT NULL,
	remote_addr TEXT NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at_ms);
