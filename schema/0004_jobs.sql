-- 0004_jobs.sql: work that is to be done, who does it, and who is there to do it.
-- min_program: 0.1.0

-- AUTOINCREMENT: an id is never given again, since what a job has done is known by it. (SQLite only.)
CREATE TABLE job (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	kind TEXT NOT NULL,
	payload TEXT NOT NULL,               -- JSON object
	unique_key TEXT,                     -- NULL: none; of the waiting ones of a kind one has it
	priority INTEGER NOT NULL,           -- 0 urgent, 1 normal, 2 late
	state TEXT NOT NULL,                 -- waiting, running, done, dead, cancelled
	-- When it may be taken: waiting, its time; running, the end of its lease. NULL: it is finished.
	due_ms INTEGER,
	lease_owner TEXT,                    -- NULL unless it runs
	attempts INTEGER NOT NULL DEFAULT 0, -- times it was taken
	failures INTEGER NOT NULL DEFAULT 0, -- times it failed
	lost INTEGER NOT NULL DEFAULT 0,     -- times its lease ended before it did
	created_ms INTEGER NOT NULL,
	started_ms INTEGER,                  -- last taken
	finished_ms INTEGER,
	result TEXT,                         -- JSON object
	error TEXT                           -- of the last failure
) STRICT;
-- Of open jobs alone: a million finished ones cost whoever looks for work nothing.
CREATE INDEX job_due ON job (kind, priority, due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX job_lease ON job (kind, due_ms) WHERE lease_owner IS NOT NULL;
CREATE INDEX job_key ON job (kind, unique_key) WHERE unique_key IS NOT NULL AND due_ms IS NOT NULL;
CREATE INDEX job_finished ON job (state, finished_ms) WHERE finished_ms IS NOT NULL;

-- Processes that do jobs; each says every few seconds that it is alive.
CREATE TABLE worker (
	id TEXT PRIMARY KEY,                 -- as in job.lease_owner
	pid INTEGER NOT NULL,
	started_ms INTEGER NOT NULL,
	seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What only one of several processes does at a time.
CREATE TABLE lease (
	name TEXT PRIMARY KEY,
	owner TEXT NOT NULL,
	until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
