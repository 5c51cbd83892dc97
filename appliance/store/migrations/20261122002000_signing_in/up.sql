-- Signing in: what is required of whom, earlier passwords, second factors, passkeys. What ends in `_sealed` authenticates
-- its place too: a row that was written past us opens nothing.

-- One row: what the security administrator set. None: what the product begins with.
CREATE TABLE sign_in_policy (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    policy_sealed BLOB NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Hashes of passwords that a person had before the one in `credential`; the highest id is the latest.
CREATE TABLE password_history (
    id INTEGER PRIMARY KEY NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id),
    password_sealed BLOB NOT NULL
);
CREATE INDEX password_history_person ON password_history (person_id, id);

CREATE TABLE totp (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES person (id),
    secret_sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    -- Null until a first code has shown that the person's device has the secret.
    confirmed_at BIGINT,
    -- The latest step of which a code was taken: none of it or before it is taken again.
    step BIGINT NOT NULL
);

CREATE TABLE recovery_code (
    person_id BIGINT NOT NULL REFERENCES person (id),
    -- HMAC over person and code under the directory's key.
    mac BLOB NOT NULL,
    PRIMARY KEY (person_id, mac)
);

CREATE TABLE passkey (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id),
    credential BLOB NOT NULL UNIQUE,
    -- Public key, host name, person and credential.
    key_sealed BLOB NOT NULL,
    name TEXT NOT NULL,
    counter BIGINT NOT NULL,
    synced BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkey_person ON passkey (person_id);

-- App passwords open the LDAP door too, and may end by themselves.
CREATE TABLE app_password_next (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id),
    label TEXT NOT NULL,
    door TEXT NOT NULL CHECK (door IN ('webdav', 'ldap', 'any')),
    mac BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT
);
INSERT INTO app_password_next (id, person_id, label, door, mac, created_at, used_at)
SELECT id, person_id, label, door, mac, created_at, used_at FROM app_password;
DROP TABLE app_password;
ALTER TABLE app_password_next RENAME TO app_password;
CREATE INDEX app_password_person ON app_password (person_id);
