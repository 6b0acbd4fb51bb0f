-- 0008_totp.sql: the second step of signing in.
-- min_program: 0.1.0

CREATE TABLE totp (
	user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
	secret BLOB NOT NULL,
	last_step INTEGER NOT NULL,          -- of the last code that was taken: none before it works again
	created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_code (
	user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
	code_hash BLOB NOT NULL,             -- SHA-256 of the folded code, which has 80 bits
	PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;
