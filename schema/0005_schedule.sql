-- 0005_schedule.sql: how far the scheduler has come.
-- min_program: 0.1.0

-- What came due up to this moment is done; whoever is the scheduler next goes on from here.
CREATE TABLE schedule (
	task TEXT PRIMARY KEY,
	settled_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
