CREATE TABLE app_password_before (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id),
    label TEXT NOT NULL,
    door TEXT NOT NULL CHECK (door IN ('webdav', 'any')),
    mac BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
INSERT INTO app_password_before (id, person_id, label, door, mac, created_at, used_at)
SELECT id, person_id, label, door, mac, created_at, used_at FROM app_password WHERE door <> 'ldap';
DROP TABLE app_password;
ALTER TABLE app_password_before RENAME TO app_password;
CREATE INDEX app_password_person ON app_password (person_id);
DROP TABLE passkey;
DROP TABLE recovery_code;
DROP TABLE totp;
DROP TABLE password_history;
DROP TABLE sign_in_policy;
