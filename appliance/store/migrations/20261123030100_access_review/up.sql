-- Who looked through everything that anybody holds, and when.
CREATE TABLE access_review (
    id INTEGER PRIMARY KEY NOT NULL,
    reviewed_by BIGINT NOT NULL REFERENCES person (id),
    reviewed_at BIGINT NOT NULL,
    -- How many rows the list had then.
    holdings BIGINT NOT NULL,
    note TEXT NOT NULL
);
