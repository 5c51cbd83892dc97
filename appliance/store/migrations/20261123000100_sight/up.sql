-- Who sees whom: tags of people, and the rules of visibility. Each row bears an HMAC under the directory's key.

CREATE TABLE tag (
    id INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    -- JSON; none: its members are named one by one.
    rule TEXT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    mac BLOB NOT NULL
);

CREATE TABLE tag_member (
    tag_id BIGINT NOT NULL REFERENCES tag (id),
    kind TEXT NOT NULL CHECK (kind IN ('person', 'department', 'tag')),
    subject_id BIGINT NOT NULL,
    -- None: until somebody takes it out.
    until BIGINT,
    mac BLOB NOT NULL,
    PRIMARY KEY (tag_id, kind, subject_id)
);
CREATE INDEX tag_member_subject ON tag_member (kind, subject_id);
CREATE INDEX tag_member_until ON tag_member (until) WHERE until IS NOT NULL;

CREATE TABLE visibility_rule (
    id INTEGER PRIMARY KEY NOT NULL,
    -- JSON: whom it hides, whom it restricts, what it masks, who is exempt.
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    mac BLOB NOT NULL
);
