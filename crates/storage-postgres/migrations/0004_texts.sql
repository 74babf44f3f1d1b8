-- What is observed of texts and calls. A number is kept as its digest; `stopped` is whether it wants no texts.
CREATE TABLE texts_wish (
    number bytea NOT NULL PRIMARY KEY CHECK (length(number) = 32),
    stopped boolean NOT NULL,
    at bigint NOT NULL
);

-- How each text or call fares; `about`, `subject` and `ordinal` are its notice's. `fate` is 0 sent, 1 failed, 2 delivered: the greater
-- counts.
CREATE TABLE text_fate (
    about text COLLATE "C" NOT NULL CHECK (about IN ('secret-code', 'code-word')),
    subject uuid NOT NULL,
    ordinal bigint NOT NULL CHECK (ordinal >= 0),
    fate bigint NOT NULL CHECK (fate BETWEEN 0 AND 2),
    PRIMARY KEY (about, subject, ordinal)
);
