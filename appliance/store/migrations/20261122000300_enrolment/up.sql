-- One-time codes with which a person sets the first, or a new, password. At most one for each person; the row goes when it
-- is redeemed. Only the code's HMAC under the directory's key is here.
CREATE TABLE enrolment (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES person (id),
    mac BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
