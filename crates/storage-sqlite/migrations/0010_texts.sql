-- What is observed of texts and calls. A number is kept as its digest; `stopped` is whether it wants no texts.

CREATE TABLE texts_wish (
    number BLOB NOT NULL PRIMARY KEY CHECK (length(number) = 32),
    stopped INTEGER NOT NULL CHECK (stopped IN (0, 1)),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How each text or call fares; `about`, `subject` and `ordinal` are its notice's. `fate` is 0 sent, 1 failed, 2 delivered: the greater
-- counts.
CREATE TABLE text_fate (
    about TEXT NOT NULL CHECK (about IN ('secret-code', 'code-word')),
    subject BLOB NOT NULL CHECK (length(subject) = 16),
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    fate INTEGER NOT NULL CHECK (fate BETWEEN 0 AND 2),
    PRIMARY KEY (about, subject, ordinal)
) STRICT, WITHOUT ROWID;
