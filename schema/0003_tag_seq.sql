-- 0003_tag_seq.sql: unlisted posts and pages name their tags too.
-- min_program: 0.1.0

DROP TRIGGER tag_seq_update;
-- A tag that no published post has is not public. One without a listed post has no page of its own, but the
-- unlisted posts and the pages that have it name it.
CREATE TRIGGER tag_seq_update AFTER UPDATE OF slug, name, description, description_html, image ON tag
WHEN (OLD.slug <> NEW.slug OR OLD.name <> NEW.name
	OR OLD.description <> NEW.description OR OLD.description_html <> NEW.description_html
	OR OLD.image <> NEW.image)
	AND (NEW.listed_count > 0 OR EXISTS (SELECT 1 FROM post_tag pt CROSS JOIN post p ON p.id = pt.post_id
		WHERE pt.tag_id = NEW.id AND p.status = 'published')) BEGIN
	UPDATE counter SET value = value + 1 WHERE name = 'public_seq';
END;
