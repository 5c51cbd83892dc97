-- What an enterprise wants to know of its people besides what every directory has, and the mappings that imports remember.

CREATE TABLE person_field (
    id BIGINT PRIMARY KEY NOT NULL,
    -- Part of sheets and programs: never changes.
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    position BIGINT NOT NULL,
    -- JSON: labels, limits, who sees it, who may change it.
    settings TEXT NOT NULL
);

CREATE TRIGGER person_field_key_never_changes BEFORE UPDATE OF key, kind ON person_field
WHEN NEW.key <> OLD.key OR NEW.kind <> OLD.kind
BEGIN
    SELECT RAISE(ABORT, 'key-never-changes');
END;

CREATE TABLE person_field_value (
    person_id BIGINT NOT NULL REFERENCES person (id),
    field_id BIGINT NOT NULL REFERENCES person_field (id),
    -- The values, sealed to person and field whatever the field's sensitivity: it may be changed later.
    values_sealed BLOB NOT NULL,
    PRIMARY KEY (person_id, field_id)
) WITHOUT ROWID;
CREATE INDEX person_field_value_field ON person_field_value (field_id);

-- Which column held what, by the HMAC of the sheet's headings.
CREATE TABLE import_mapping (
    headings BLOB PRIMARY KEY NOT NULL,
    mapping_sealed BLOB NOT NULL,
    used_at BIGINT NOT NULL
);

-- What was kept of earlier imports has another form, and would have been forgotten after a day anyway.
DELETE FROM people_import;
ALTER TABLE people_import ADD COLUMN applied_at BIGINT;
