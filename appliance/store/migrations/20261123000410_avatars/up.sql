-- A person's picture, sealed. `person_id` as everywhere: whoever is erased takes it along.
CREATE TABLE avatar (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES person (id),
    -- From the picture's MAC: another picture has another one.
    version BIGINT NOT NULL,
    picture_sealed BLOB NOT NULL,
    changed_at BIGINT NOT NULL
);
