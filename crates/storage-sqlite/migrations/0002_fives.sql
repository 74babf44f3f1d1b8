-- The letters are written anew, because five in a row count from now on, too: a store that finds no letters fills them in when it
-- opens the file.
INSERT INTO person_gram (person_gram) VALUES ('delete-all');
