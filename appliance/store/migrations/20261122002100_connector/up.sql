-- Programs that ask the directory over LDAP: each with an account, a network range, limits and a view of its own.

CREATE TABLE connector (
    id BLOB PRIMARY KEY NOT NULL,
    -- Part of its bind name: never changes.
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    -- JSON: where from, how much, what it sees, what it may do.
    settings TEXT NOT NULL,
    secret_mac BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- HMAC over the row under the directory's key; a row that does not match opens nothing.
    mac BLOB NOT NULL
);

CREATE TRIGGER connector_name_never_changes BEFORE UPDATE OF name ON connector
WHEN NEW.name <> OLD.name
BEGIN
    SELECT RAISE(ABORT, 'name-never-changes');
END;
