-- A practice's own policy: the values in which it differs from its preset, as words `key=value`. The 2-step switches are two of them.

ALTER TABLE practice ADD COLUMN policy TEXT NOT NULL DEFAULT '';

UPDATE practice SET policy = trim(
    CASE two_step_doctors WHEN 0 THEN 'two_step.doctors=false ' ELSE '' END
    || CASE two_step_patients WHEN 0 THEN 'two_step.patients=false' ELSE '' END
);

ALTER TABLE practice DROP COLUMN two_step_doctors;
ALTER TABLE practice DROP COLUMN two_step_patients;
