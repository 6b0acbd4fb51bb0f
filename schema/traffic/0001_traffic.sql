-- 0001_traffic.sql: what may be lost: sessions, login attempts, rate limits.
-- min_program: 0.1.0
--
-- Losing this file logs people out and forgets statistics, no more.

CREATE TABLE session (
	token_hash BLOB PRIMARY KEY,         -- the token itself is never stored
	user_id INTEGER NOT NULL,            -- user.id of site.db
	epoch INTEGER NOT NULL,              -- user.epoch when it was made; a newer epoch ends it
	created_ms INTEGER NOT NULL,
	seen_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,
	remote_addr TEXT NOT NULL,
	user_agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user_id, seen_ms);
CREATE INDEX session_expiry ON session (expires_ms);

CREATE TABLE login_attempt (
	id INTEGER PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	account TEXT NOT NULL,
	remote_addr TEXT NOT NULL,
	succeeded INTEGER NOT NULL
) STRICT;
CREATE INDEX login_attempt_account ON login_attempt (account, at_ms);
CREATE INDEX login_attempt_addr ON login_attempt (remote_addr, at_ms);
CREATE INDEX login_attempt_time ON login_attempt (at_ms);

CREATE TABLE rate_limit (
	key TEXT PRIMARY KEY,                -- what is limited and for whom
	tokens REAL NOT NULL,                -- left in the bucket at at_ms
	at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX rate_limit_time ON rate_limit (at_ms);
