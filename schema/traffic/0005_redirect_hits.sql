-- 0005_redirect_hits.sql: how often redirects are followed.
-- min_program: 0.1.0

CREATE TABLE redirect_hit (
	from_path TEXT PRIMARY KEY,          -- as site.db has it
	hits INTEGER NOT NULL,
	last_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX redirect_hit_hits ON redirect_hit (hits, from_path);
CREATE INDEX redirect_hit_last ON redirect_hit (last_ms, from_path);

-- When counting began: what was followed before is not known.
CREATE TABLE redirect_counted (
	since_ms INTEGER NOT NULL
) STRICT;
INSERT INTO redirect_counted (since_ms) SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000;
