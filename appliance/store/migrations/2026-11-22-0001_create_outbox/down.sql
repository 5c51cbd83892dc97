DROP TABLE commit_head;
DROP INDEX outbox_by_topic;
DROP TABLE outbox;
