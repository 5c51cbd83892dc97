-- Parts of the directory that somebody besides the system administrator keeps.

CREATE TABLE delegation (
    id INTEGER PRIMARY KEY NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id),
    -- JSON: numbers of departments, each with everything below it, and words of powers. Part of what the HMAC is over, so
    -- they stand in the row itself.
    departments TEXT NOT NULL,
    powers TEXT NOT NULL,
    granted_by BIGINT NOT NULL REFERENCES person (id),
    granted_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    valid_until BIGINT,
    -- HMAC over the row under the directory's key; a row that does not match counts for nothing.
    mac BLOB NOT NULL,
    CHECK (granted_by <> person_id)
);
CREATE INDEX delegation_person ON delegation (person_id);

CREATE TRIGGER delegation_by_system BEFORE INSERT ON delegation
WHEN NOT EXISTS (SELECT 1 FROM role_grant WHERE person_id = NEW.granted_by AND role = 'system')
BEGIN
    SELECT RAISE(ABORT, 'granter-is-not-system');
END;

-- Nobody holds one of the three roles and a part of the directory besides.
CREATE TRIGGER delegation_beside_a_role BEFORE INSERT ON delegation
WHEN EXISTS (SELECT 1 FROM role_grant WHERE person_id = NEW.person_id)
BEGIN
    SELECT RAISE(ABORT, 'holds-a-role');
END;

CREATE TRIGGER role_grant_beside_a_delegation BEFORE INSERT ON role_grant
WHEN EXISTS (SELECT 1 FROM delegation WHERE person_id = NEW.person_id)
BEGIN
    SELECT RAISE(ABORT, 'holds-a-delegation');
END;

CREATE TRIGGER delegation_never_changes BEFORE UPDATE ON delegation
BEGIN
    SELECT RAISE(ABORT, 'grant-never-changes');
END;
