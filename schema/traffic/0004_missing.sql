-- 0004_missing.sql: addresses that readers asked for and did not find.
-- min_program: 0.1.0

-- Bounded (store/missing.h): the most frequent ones stay.
CREATE TABLE missing (
	path TEXT PRIMARY KEY,
	hits INTEGER NOT NULL,
	last_ms INTEGER NOT NULL,
	referrer TEXT NOT NULL,              -- of the last who had one; ''
	ignored INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX missing_hits ON missing (ignored, hits, last_ms);
CREATE INDEX missing_last ON missing (last_ms);
