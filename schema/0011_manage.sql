-- 0011_manage.sql: what the pages that manage a site look for.
-- min_program: 0.1.0

CREATE INDEX autosave_user ON autosave (user_id, saved_ms);
-- Which redirects lead to an address: those follow when it changes.
CREATE INDEX redirect_to ON redirect (to_path) WHERE to_path IS NOT NULL;

-- Posts whose tags are called otherwise, or are others, than the search index has them: the job `retag` works it
-- off.
CREATE TABLE search_retag (
	post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE
) STRICT;
