-- 0002_proved.sql: when the password was last given in a session.
-- min_program: 0.1.0

ALTER TABLE session ADD COLUMN proved_ms INTEGER NOT NULL DEFAULT 0;
