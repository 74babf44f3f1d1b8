-- What this store has lived through, in one row. `epoch` goes into every link and code, and is drawn anew by a restore. Since
-- `held_since` nothing is sent or sold. `stage` says whether everything is here; `source` is the store whose rows are coming.
CREATE TABLE life (
    one integer NOT NULL PRIMARY KEY CHECK (one = 1),
    id uuid NOT NULL,
    epoch uuid,
    held_since bigint,
    stage text COLLATE "C" NOT NULL CHECK (stage IN ('whole', 'filling', 'moved')),
    source uuid,
    CHECK ((stage = 'filling') = (source IS NOT NULL))
);

INSERT INTO life (one, id, stage) VALUES (1, gen_random_uuid(), 'whole');

-- How many rows of each table have come from there.
CREATE TABLE arrival (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    number bigint NOT NULL CHECK (number >= 0)
);
