ALTER TABLE membership DROP COLUMN place;
ALTER TABLE membership DROP COLUMN head;
ALTER TABLE membership DROP COLUMN title;
