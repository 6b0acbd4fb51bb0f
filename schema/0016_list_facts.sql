-- 0016_list_facts.sql: what the list of posts in the admin filters by, shows and counts, kept where it walks.
-- min_program: 0.1.0

-- It fills its columns by itself, and not by a job that can be resumed: the lists count and filter by them from the
-- first request on, and the whole step takes 3.2 s for 100 000 posts.

-- Tags and authors of a post in its order, ",7,12,": an index tells them of a row without a look at post_tag.
ALTER TABLE post ADD COLUMN tag_ids TEXT NOT NULL DEFAULT '';
ALTER TABLE post ADD COLUMN author_ids TEXT NOT NULL DEFAULT '';
-- A copy of the post's: the posts of a tag or a person in the order of their changes are one range.
ALTER TABLE post_tag ADD COLUMN updated_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE post_author ADD COLUMN updated_ms INTEGER NOT NULL DEFAULT 0;

DROP INDEX post_by_change;
DROP INDEX post_by_date;
DROP INDEX post_by_title;
DROP INDEX post_facts;

UPDATE post_tag SET updated_ms = (SELECT updated_ms FROM post WHERE id = post_id);
UPDATE post_author SET updated_ms = (SELECT updated_ms FROM post WHERE id = post_id);
UPDATE post SET (tag_ids, author_ids) = (
	(SELECT coalesce(',' || group_concat(tag_id, ',') || ',', '') FROM (SELECT tag_id FROM post_tag WHERE post_id = post.id ORDER BY position)),
	(SELECT coalesce(',' || group_concat(user_id, ',') || ',', '') FROM (SELECT user_id FROM post_author WHERE post_id = post.id ORDER BY position)));

-- As in 0012, with tags and authors too.
CREATE INDEX post_by_change ON post (in_trash, updated_ms, id, dated_ms, kind, status, visibility, featured, lang, tag_ids, author_ids);
CREATE INDEX post_by_date ON post (in_trash, dated_ms, id, kind, status, visibility, featured, lang, tag_ids, author_ids);
CREATE INDEX post_by_title ON post (in_trash, title_key, id, dated_ms, kind, status, visibility, featured, lang, tag_ids, author_ids);
-- All that is filtered by and all that is shown of one post, in a fifth of its row: rows that lie apart are
-- one page each.
CREATE INDEX post_facts ON post (id, in_trash, updated_ms, dated_ms, kind, status, visibility, featured, lang, tag_ids, author_ids,
	published_ms, version, public_id, title);
CREATE INDEX post_tag_changed ON post_tag (tag_id, updated_ms, post_id);
CREATE INDEX post_author_changed ON post_author (user_id, updated_ms, post_id);

-- How many posts of a status there are, of everybody (user_id 0) and of each person.
CREATE TABLE post_tally (
	user_id INTEGER NOT NULL,
	status TEXT NOT NULL,
	n INTEGER NOT NULL,
	PRIMARY KEY (user_id, status)
) STRICT, WITHOUT ROWID;
INSERT INTO post_tally (user_id, status, n) SELECT 0, status, count(*) FROM post GROUP BY status;
INSERT INTO post_tally (user_id, status, n)
	SELECT pa.user_id, p.status, count(*) FROM post_author pa CROSS JOIN post p ON p.id = pa.post_id GROUP BY pa.user_id, p.status;

CREATE TRIGGER post_tally_insert AFTER INSERT ON post BEGIN
	INSERT INTO post_tally (user_id, status, n) VALUES (0, NEW.status, 1) ON CONFLICT (user_id, status) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER post_tally_update AFTER UPDATE OF status ON post WHEN OLD.status <> NEW.status BEGIN
	UPDATE post_tally SET n = n - 1
		WHERE user_id IN (SELECT 0 UNION ALL SELECT user_id FROM post_author WHERE post_id = NEW.id) AND status = OLD.status;
	INSERT INTO post_tally (user_id, status, n)
		SELECT user_id, NEW.status, 1 FROM (SELECT 0 AS user_id UNION ALL SELECT user_id FROM post_author WHERE post_id = NEW.id) WHERE 1
		ON CONFLICT (user_id, status) DO UPDATE SET n = n + 1;
END;
-- Before: behind it the rows of post_author go, which find no post any more.
CREATE TRIGGER post_tally_delete BEFORE DELETE ON post BEGIN
	UPDATE post_tally SET n = n - 1
		WHERE user_id IN (SELECT 0 UNION ALL SELECT user_id FROM post_author WHERE post_id = OLD.id) AND status = OLD.status;
END;

CREATE TRIGGER post_changed_update AFTER UPDATE OF updated_ms ON post WHEN OLD.updated_ms <> NEW.updated_ms BEGIN
	UPDATE post_tag SET updated_ms = NEW.updated_ms WHERE post_id = NEW.id;
	UPDATE post_author SET updated_ms = NEW.updated_ms WHERE post_id = NEW.id;
END;

CREATE TRIGGER post_tag_ids_insert AFTER INSERT ON post_tag BEGIN
	UPDATE post_tag SET updated_ms = coalesce((SELECT updated_ms FROM post WHERE id = NEW.post_id), 0)
		WHERE post_id = NEW.post_id AND tag_id = NEW.tag_id;
	UPDATE post SET tag_ids = (SELECT coalesce(',' || group_concat(tag_id, ',') || ',', '')
		FROM (SELECT tag_id FROM post_tag WHERE post_id = NEW.post_id ORDER BY position)) WHERE id = NEW.post_id;
END;
CREATE TRIGGER post_tag_ids_update AFTER UPDATE OF position ON post_tag WHEN OLD.position <> NEW.position BEGIN
	UPDATE post SET tag_ids = (SELECT coalesce(',' || group_concat(tag_id, ',') || ',', '')
		FROM (SELECT tag_id FROM post_tag WHERE post_id = NEW.post_id ORDER BY position)) WHERE id = NEW.post_id;
END;
CREATE TRIGGER post_tag_ids_delete AFTER DELETE ON post_tag BEGIN
	UPDATE post SET tag_ids = (SELECT coalesce(',' || group_concat(tag_id, ',') || ',', '')
		FROM (SELECT tag_id FROM post_tag WHERE post_id = OLD.post_id ORDER BY position)) WHERE id = OLD.post_id;
END;

CREATE TRIGGER post_author_ids_insert AFTER INSERT ON post_author BEGIN
	UPDATE post_author SET updated_ms = coalesce((SELECT updated_ms FROM post WHERE id = NEW.post_id), 0)
		WHERE post_id = NEW.post_id AND user_id = NEW.user_id;
	UPDATE post SET author_ids = (SELECT coalesce(',' || group_concat(user_id, ',') || ',', '')
		FROM (SELECT user_id FROM post_author WHERE post_id = NEW.post_id ORDER BY position)) WHERE id = NEW.post_id;
	INSERT INTO post_tally (user_id, status, n) SELECT NEW.user_id, status, 1 FROM post WHERE id = NEW.post_id
		ON CONFLICT (user_id, status) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER post_author_ids_update AFTER UPDATE OF position ON post_author WHEN OLD.position <> NEW.position BEGIN
	UPDATE post SET author_ids = (SELECT coalesce(',' || group_concat(user_id, ',') || ',', '')
		FROM (SELECT user_id FROM post_author WHERE post_id = NEW.post_id ORDER BY position)) WHERE id = NEW.post_id;
END;
CREATE TRIGGER post_author_ids_delete AFTER DELETE ON post_author BEGIN
	UPDATE post SET author_ids = (SELECT coalesce(',' || group_concat(user_id, ',') || ',', '')
		FROM (SELECT user_id FROM post_author WHERE post_id = OLD.post_id ORDER BY position)) WHERE id = OLD.post_id;
	UPDATE post_tally SET n = n - 1
		WHERE user_id = OLD.user_id AND status = (SELECT status FROM post WHERE id = OLD.post_id);
END;
