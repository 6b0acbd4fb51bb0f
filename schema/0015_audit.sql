-- 0015_audit.sql: the audit log by person and action.
-- min_program: 0.1.0

CREATE INDEX audit_who ON audit (user_id, at_ms);
CREATE INDEX audit_what ON audit (action, at_ms);
CREATE INDEX audit_who_what ON audit (user_id, action, at_ms);
