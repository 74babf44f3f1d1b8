-- The rows of Manage Account. `cluster` numbers what filters tell apart: cell * 6 + tier * 2 + locked.
CREATE TABLE person (
    practice uuid NOT NULL REFERENCES practice DEFERRABLE INITIALLY DEFERRED,
    id uuid NOT NULL,
    account uuid,
    first_name text COLLATE "C" NOT NULL,
    last_name text COLLATE "C" NOT NULL,
    email text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('doctor', 'staff', 'patient')),
    placement text COLLATE "C" NOT NULL CHECK (placement IN ('in-practice', 'outside')),
    invited_at bigint NOT NULL,
    active_at bigint,
    standing text COLLATE "C" NOT NULL CHECK (standing IN ('not-registered', 'unproven', 'proven')),
    tier text COLLATE "C" NOT NULL CHECK (tier IN ('free', 'paid', 'paid-with-plugin')),
    locked boolean NOT NULL,
    user_manager boolean NOT NULL,
    mail text COLLATE "C" NOT NULL CHECK (mail IN ('queued', 'sent', 'refused', 'gave-up')),
    first_key text COLLATE "C" NOT NULL,
    last_key text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    search_key text COLLATE "C" NOT NULL,
    role_key bigint NOT NULL GENERATED ALWAYS AS (CASE kind WHEN 'patient' THEN 1 ELSE 0 END) STORED,
    active_key bigint NOT NULL GENERATED ALWAYS AS (coalesce(active_at, 0)) STORED,
    standing_key bigint NOT NULL GENERATED ALWAYS AS (
        CASE standing WHEN 'not-registered' THEN 0 WHEN 'unproven' THEN 1 ELSE 2 END) STORED,
    tier_key bigint NOT NULL GENERATED ALWAYS AS (CASE tier WHEN 'free' THEN 0 WHEN 'paid' THEN 1 ELSE 2 END) STORED,
    cluster integer NOT NULL GENERATED ALWAYS AS (
        CASE standing WHEN 'not-registered' THEN 0 WHEN 'unproven' THEN 12 ELSE 24 END
        + CASE kind WHEN 'patient' THEN 6 ELSE 0 END
        + CASE tier WHEN 'free' THEN 0 WHEN 'paid' THEN 2 ELSE 4 END
        + CASE WHEN locked THEN 1 ELSE 0 END) STORED,
    PRIMARY KEY (practice, id)
);

CREATE INDEX person_first ON person (practice, first_key, name_key, id) INCLUDE (cluster);
CREATE INDEX person_last ON person (practice, last_key, name_key, id) INCLUDE (cluster);
CREATE INDEX person_role ON person (practice, role_key, name_key, id) INCLUDE (cluster);
CREATE INDEX person_invited ON person (practice, invited_at, name_key, id) INCLUDE (cluster);
CREATE INDEX person_active ON person (practice, active_key, name_key, id) INCLUDE (cluster);
CREATE INDEX person_standing ON person (practice, standing_key, name_key, id) INCLUDE (cluster);
CREATE INDEX person_tier ON person (practice, tier_key, name_key, id) INCLUDE (cluster);
CREATE INDEX person_cluster ON person (practice, cluster);
CREATE INDEX person_account ON person (account, practice) WHERE account IS NOT NULL;

-- How many rows each cluster has.
CREATE TABLE tally (
    practice uuid NOT NULL,
    cluster integer NOT NULL CHECK (cluster BETWEEN 0 AND 35),
    number bigint NOT NULL CHECK (number >= 0),
    PRIMARY KEY (practice, cluster)
);

-- A statement counts once for each cluster, however many rows it touches, and always in the same order.
CREATE FUNCTION person_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tally AS t (practice, cluster, number)
            SELECT practice, cluster, count(*) FROM come GROUP BY practice, cluster ORDER BY practice, cluster
            ON CONFLICT (practice, cluster) DO UPDATE SET number = t.number + excluded.number;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO tally AS t (practice, cluster, number)
            SELECT practice, cluster, 0 FROM gone GROUP BY practice, cluster ORDER BY practice, cluster
            ON CONFLICT (practice, cluster) DO UPDATE SET number = t.number - (
                SELECT count(*) FROM gone AS g WHERE g.practice = t.practice AND g.cluster = t.cluster);
    ELSE
        INSERT INTO tally AS t (practice, cluster, number)
            SELECT m.practice, m.cluster, greatest(sum(m.number), 0) FROM (
                SELECT practice, cluster, 1 AS number FROM come UNION ALL SELECT practice, cluster, -1 FROM gone
            ) AS m GROUP BY m.practice, m.cluster HAVING sum(m.number) <> 0 ORDER BY m.practice, m.cluster
            ON CONFLICT (practice, cluster) DO UPDATE SET number = t.number
                + (SELECT count(*) FROM come AS c WHERE c.practice = t.practice AND c.cluster = t.cluster)
                - (SELECT count(*) FROM gone AS g WHERE g.practice = t.practice AND g.cluster = t.cluster);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER person_comes AFTER INSERT ON person REFERENCING NEW TABLE AS come
    FOR EACH STATEMENT EXECUTE FUNCTION person_counts();
CREATE TRIGGER person_moves AFTER UPDATE ON person REFERENCING OLD TABLE AS gone NEW TABLE AS come
    FOR EACH STATEMENT EXECUTE FUNCTION person_counts();
CREATE TRIGGER person_goes AFTER DELETE ON person REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION person_counts();

-- Every one, two, three and five letters in a row of a text, one number for each; numbers of different practices differ, so a search
-- never looks at another practice. A number that two parts share is no harm: what is found is looked at again.
CREATE FUNCTION letters_of(practice uuid, search_key text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT hashtextextended(substr(line, at, size), uuid_hash_extended(practice, 0))), '{}')
    FROM unnest(string_to_array(search_key, E'\n')) AS line, unnest(ARRAY[1, 2, 3, 5]) AS size,
        generate_series(1, length(line) - size + 1) AS at
$$;

-- The same numbers for the parts that a search asks for.
CREATE FUNCTION letters_among(practice uuid, parts text[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(hashtextextended(part, uuid_hash_extended(practice, 0))) FROM unnest(parts) AS part
$$;

-- What a search looks at, apart from the rows: those change with every visit, letters hardly ever.
CREATE TABLE person_letters (
    practice uuid NOT NULL,
    id uuid NOT NULL,
    search_key text COLLATE "C" NOT NULL,
    PRIMARY KEY (practice, id),
    FOREIGN KEY (practice, id) REFERENCES person ON DELETE CASCADE
);

CREATE INDEX person_letters_parts ON person_letters USING gin (letters_of(practice, search_key)) WITH (fastupdate = off);

CREATE FUNCTION person_is_found() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO person_letters (practice, id, search_key) VALUES (new.practice, new.id, new.search_key)
        ON CONFLICT (practice, id) DO UPDATE SET search_key = excluded.search_key;
    RETURN NULL;
END $$;

CREATE TRIGGER person_has_letters AFTER INSERT ON person FOR EACH ROW EXECUTE FUNCTION person_is_found();
CREATE TRIGGER person_gets_other_letters AFTER UPDATE ON person FOR EACH ROW
    WHEN (old.search_key <> new.search_key) EXECUTE FUNCTION person_is_found();
