-- What a transaction queued: drained after its commit, dropped once the reader has it durably.
-- AUTOINCREMENT: an id is never used again, also after its row is gone.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    topic INTEGER NOT NULL,
    entry BLOB NOT NULL,
    payload BLOB NOT NULL
);
CREATE INDEX outbox_by_topic ON outbox (topic, id);

-- The store's own sequence: one number for each commit, and the instant of the last one.
CREATE TABLE commit_head (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL
);
INSERT INTO commit_head (id, seq, at) VALUES (1, 0, 0);
