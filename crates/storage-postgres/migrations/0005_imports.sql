-- Uploaded files of employees and invitations. The text is apart, so that noting a row does not write it again.
CREATE TABLE import (
    practice uuid NOT NULL REFERENCES practice (id),
    id uuid NOT NULL,
    version bigint NOT NULL CHECK (version >= 0),
    account uuid NOT NULL REFERENCES account (id),
    cookie bytea NOT NULL CHECK (length(cookie) = 32),
    content text COLLATE "C" NOT NULL CHECK (content IN ('employees', 'securemail', 'truform', 'collaborator')),
    name text COLLATE "C" NOT NULL,
    stage text COLLATE "C" NOT NULL CHECK (stage IN ('judged', 'going', 'stopped', 'not-allowed', 'done')),
    uploaded_at bigint NOT NULL,
    leased_until bigint,
    PRIMARY KEY (practice, id)
);

CREATE INDEX import_going ON import (uploaded_at, id) WHERE stage = 'going';
CREATE INDEX import_uploaded ON import (uploaded_at);

CREATE TABLE import_text (
    practice uuid NOT NULL,
    import uuid NOT NULL,
    text text COLLATE "C" NOT NULL,
    plan text COLLATE "C" NOT NULL,
    PRIMARY KEY (practice, import),
    FOREIGN KEY (practice, import) REFERENCES import (practice, id) ON DELETE CASCADE
);

CREATE TABLE import_outcome (
    practice uuid NOT NULL,
    import uuid NOT NULL,
    number bigint NOT NULL CHECK (number >= 0),
    line bigint NOT NULL CHECK (line > 0),
    came text COLLATE "C" NOT NULL CHECK (came IN ('created', 'already-there', 'changed', 'refused')),
    why text COLLATE "C" NOT NULL,
    PRIMARY KEY (practice, import, number),
    CHECK ((came = 'refused') = (why <> '')),
    FOREIGN KEY (practice, import) REFERENCES import (practice, id) ON DELETE CASCADE
);
