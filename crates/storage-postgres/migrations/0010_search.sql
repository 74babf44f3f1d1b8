-- A search sorts what it finds by keys that stand beside the letters, so it reads a row of the list only to show it. When somebody
-- visits, these change in place: no index holds them.
DROP INDEX person_letters_parts;

ALTER TABLE person_letters
    ADD COLUMN cluster integer,
    ADD COLUMN first_key text COLLATE "C",
    ADD COLUMN last_key text COLLATE "C",
    ADD COLUMN name_key text COLLATE "C",
    ADD COLUMN invited_at bigint,
    ADD COLUMN active_key bigint;

UPDATE person_letters AS l SET cluster = p.cluster, first_key = p.first_key, last_key = p.last_key, name_key = p.name_key,
        invited_at = p.invited_at, active_key = p.active_key
    FROM person AS p WHERE p.practice = l.practice AND p.id = l.id;

ALTER TABLE person_letters
    ALTER COLUMN cluster SET NOT NULL,
    ALTER COLUMN first_key SET NOT NULL,
    ALTER COLUMN last_key SET NOT NULL,
    ALTER COLUMN name_key SET NOT NULL,
    ALTER COLUMN invited_at SET NOT NULL,
    ALTER COLUMN active_key SET NOT NULL,
    SET (fillfactor = 90);

-- To find the letters of a row takes long, and the planner is told so.
ALTER FUNCTION letters_of(uuid, text) COST 1000;

CREATE INDEX person_letters_parts ON person_letters USING gin (letters_of(practice, search_key)) WITH (fastupdate = off);

DROP TRIGGER person_has_letters ON person;
DROP TRIGGER person_gets_other_letters ON person;
DROP FUNCTION person_is_found();

CREATE FUNCTION person_is_found() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO person_letters (
            practice, id, search_key, cluster, first_key, last_key, name_key, invited_at, active_key)
        VALUES (new.practice, new.id, new.search_key, new.cluster, new.first_key, new.last_key, new.name_key, new.invited_at,
            new.active_key);
    RETURN NULL;
END $$;

CREATE FUNCTION person_is_found_otherwise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE person_letters SET search_key = new.search_key, cluster = new.cluster, first_key = new.first_key,
            last_key = new.last_key, name_key = new.name_key, invited_at = new.invited_at, active_key = new.active_key
        WHERE practice = new.practice AND id = new.id;
    RETURN NULL;
END $$;

CREATE TRIGGER person_has_letters AFTER INSERT ON person FOR EACH ROW EXECUTE FUNCTION person_is_found();
CREATE TRIGGER person_gets_other_letters AFTER UPDATE ON person FOR EACH ROW
    WHEN ((old.search_key, old.cluster, old.name_key, old.invited_at, old.active_key)
        IS DISTINCT FROM (new.search_key, new.cluster, new.name_key, new.invited_at, new.active_key))
    EXECUTE FUNCTION person_is_found_otherwise();

-- Whoever looks for people who have not been here for long leaves out those who never registered; they stand before all others.
CREATE INDEX person_visited ON person (practice, active_key, name_key, id) INCLUDE (cluster) WHERE standing <> 'not-registered';

-- The operator's list of what will not arrive, among all that did.
CREATE INDEX notice_parked ON notice (settled_at DESC, id) WHERE outcome IN ('refused', 'gave-up');
