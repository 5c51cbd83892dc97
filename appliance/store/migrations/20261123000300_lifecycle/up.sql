-- From joining to erasure: what ends by itself, who leaves, what they hand over, and what people ask of their own data.

-- An account that ends by itself, a freeze that ends by itself. No row: neither does.
CREATE TABLE term (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES person (id),
    valid_until BIGINT,
    frozen_until BIGINT
);

ALTER TABLE membership ADD COLUMN valid_until BIGINT;

-- Part of what the row's HMAC is over.
ALTER TABLE role_grant ADD COLUMN valid_until BIGINT;

-- Somebody always holds the role for good: a grant that ends by itself may end, the last one without an end may not.
DROP TRIGGER role_grant_last_holder;
CREATE TRIGGER role_grant_last_holder BEFORE DELETE ON role_grant
WHEN OLD.valid_until IS NULL
    AND (SELECT COUNT(*) FROM role_grant WHERE role = OLD.role AND valid_until IS NULL) = 1
BEGIN
    SELECT RAISE(ABORT, 'last-holder');
END;

-- Who is leaving, and who is gone and may still be brought back. Whoever is gone is `frozen` in `person`: should this row be
-- lost, the account stays shut.
CREATE TABLE departure (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES person (id),
    leaves_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    -- Gets what nobody else is named for.
    heir_id BIGINT REFERENCES person (id),
    ordered_by BIGINT NOT NULL REFERENCES person (id),
    ordered_at BIGINT NOT NULL,
    gone_at BIGINT,
    erase_at BIGINT,
    -- The shredding of the person's own space.
    shred BIGINT,
    -- Why it does not go on, as a code.
    waits_for TEXT
);
CREATE INDEX departure_erase ON departure (erase_at);

-- What becomes of one thing that somebody leaves behind: an heir, or a reason why nobody gets it.
CREATE TABLE handover (
    person_id BIGINT NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL CHECK (kind IN ('files', 'conversation', 'reports')),
    -- Which one; 0 where there is one of its kind.
    object BIGINT NOT NULL,
    heir_id BIGINT REFERENCES person (id),
    waived TEXT,
    done_at BIGINT,
    failure TEXT,
    PRIMARY KEY (person_id, kind, object),
    CHECK (heir_id IS NULL OR waived IS NULL)
);

-- What people ask of their own data (PIPL, articles 44 to 50). The id is the number that the person is given.
CREATE TABLE data_request (
    id INTEGER PRIMARY KEY NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL CHECK (kind IN ('copy', 'correct', 'delete', 'restrict')),
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'refused', 'withdrawn')),
    opened_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    reminded_at BIGINT,
    answered_at BIGINT,
    answered_by BIGINT,
    -- Field, wanted value, reason and answer.
    words_sealed BLOB NOT NULL,
    -- The copy that was asked for; empty once it has expired.
    copy_sealed BLOB,
    copy_bytes BIGINT NOT NULL DEFAULT 0,
    copy_expires_at BIGINT
);
CREATE INDEX data_request_person ON data_request (person_id);
CREATE INDEX data_request_due ON data_request (state, due_at);
