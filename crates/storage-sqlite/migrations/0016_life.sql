-- What this store has lived through, in one row. `epoch` goes into every link and code, and is drawn anew by a restore. Since
-- `held_since` nothing is sent or sold. `stage` says whether everything is here; `source` is the store whose rows are coming.
CREATE TABLE life (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL CHECK (length(id) = 16),
    epoch BLOB CHECK (length(epoch) = 16),
    held_since INTEGER,
    stage TEXT NOT NULL CHECK (stage IN ('whole', 'filling', 'moved')),
    source BLOB CHECK (length(source) = 16),
    CHECK ((stage = 'filling') = (source IS NOT NULL))
) STRICT;

INSERT INTO life (one, id, stage) VALUES (1, randomblob(16), 'whole');

-- How many rows of each table have come from there.
CREATE TABLE arrival (
    name TEXT NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL CHECK (number >= 0)
) STRICT, WITHOUT ROWID;
