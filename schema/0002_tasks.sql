-- 0002_tasks.sql: maintenance: what signed webhooks asked for, and what was done.
-- min_program: 0.1.0

-- Each message is done once. It is committed as running before anything is done for it; whoever finds a
-- lease that is over may do it again.
CREATE TABLE receipt (
	id TEXT PRIMARY KEY,                 -- webhook-id
	task TEXT NOT NULL,
	body_hash TEXT NOT NULL,             -- SHA-256 in hex: the same id with another body is another message
	received_ms INTEGER NOT NULL,
	lease_until_ms INTEGER NOT NULL,
	finished_ms INTEGER,                 -- NULL: it runs, or who ran it died
	result TEXT                          -- JSON, as it was answered
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_received ON receipt (received_ms);

CREATE TABLE task_run (
	id INTEGER PRIMARY KEY,
	task TEXT NOT NULL,
	started_ms INTEGER NOT NULL,
	duration_ms INTEGER NOT NULL,
	ok INTEGER NOT NULL,
	dry_run INTEGER NOT NULL,
	result TEXT NOT NULL                 -- JSON: the row of the answer
) STRICT;
CREATE INDEX task_run_task ON task_run (task, started_ms);
CREATE INDEX task_run_started ON task_run (started_ms);
