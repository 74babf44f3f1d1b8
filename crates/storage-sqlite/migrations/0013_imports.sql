-- Uploaded files of employees and invitations (section 12). The text is apart, so that noting a row does not write it again.

CREATE TABLE import (
    practice BLOB NOT NULL REFERENCES practice (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    account BLOB NOT NULL REFERENCES account (id),
    cookie BLOB NOT NULL CHECK (length(cookie) = 32),
    content TEXT NOT NULL CHECK (content IN ('employees', 'securemail', 'truform', 'collaborator')),
    name TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('judged', 'going', 'stopped', 'not-allowed', 'done')),
    uploaded_at INTEGER NOT NULL,
    leased_until INTEGER,
    PRIMARY KEY (practice, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_going ON import (uploaded_at, id) WHERE stage = 'going';

CREATE TABLE import_text (
    practice BLOB NOT NULL,
    import BLOB NOT NULL,
    text TEXT NOT NULL,
    plan TEXT NOT NULL,
    UNIQUE (practice, import),
    FOREIGN KEY (practice, import) REFERENCES import (practice, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE import_outcome (
    practice BLOB NOT NULL,
    import BLOB NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 0),
    line INTEGER NOT NULL CHECK (line > 0),
    came TEXT NOT NULL CHECK (came IN ('created', 'already-there', 'changed', 'refused')),
    why TEXT NOT NULL,
    PRIMARY KEY (practice, import, number),
    CHECK ((came = 'refused') = (why <> '')),
    FOREIGN KEY (practice, import) REFERENCES import (practice, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
