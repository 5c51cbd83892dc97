-- What auditors keep in their console: witnesses outside the box, and filters by name.

CREATE TABLE audit_witness (
    id BLOB PRIMARY KEY NOT NULL,
    -- C2SP verifier key, type 0x04.
    vkey TEXT NOT NULL UNIQUE,
    registered_by BIGINT NOT NULL REFERENCES person (id),
    registered_at BIGINT NOT NULL,
    -- The checkpoint that it was asked about last.
    asked_note TEXT,
    asked_at BIGINT,
    -- The largest checkpoint that it has cosigned, with both signatures; when, as it says; and when that came in.
    note TEXT,
    size BIGINT,
    cosigned_at BIGINT,
    received_at BIGINT
);

CREATE TABLE audit_filter (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    -- JSON, as the API writes it.
    filter TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX audit_filter_name ON audit_filter (person_id, name);
