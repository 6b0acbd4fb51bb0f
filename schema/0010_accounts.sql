-- 0010_accounts.sql: mails that wait to be sent, and what sign-ins and unsaved texts are found by when they are old.
-- min_program: 0.1.0

CREATE TABLE outbox (
	id INTEGER PRIMARY KEY,
	user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
	to_addr TEXT NOT NULL,
	subject TEXT NOT NULL,
	text TEXT NOT NULL,
	made_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,         -- what it says holds no longer
	state TEXT NOT NULL                  -- waiting
) STRICT;
CREATE INDEX outbox_user ON outbox (user_id);
CREATE INDEX outbox_expiry ON outbox (expires_ms);

-- Sign-ins are kept shorter than what changed something: cgi/store/audit.h.
CREATE INDEX audit_passing ON audit (at_ms) WHERE action IN ('signin', 'signin_failed', 'signout', 'signout_there');
CREATE INDEX autosave_age ON autosave (saved_ms);
