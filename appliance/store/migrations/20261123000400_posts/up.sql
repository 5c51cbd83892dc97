-- What somebody is in a department, where that is more than a member.
ALTER TABLE membership ADD COLUMN title TEXT;
-- Leads the department.
ALTER TABLE membership ADD COLUMN head BOOLEAN NOT NULL DEFAULT FALSE;
-- Where an administrator has put the person among those of the department; the others follow by name.
ALTER TABLE membership ADD COLUMN place INTEGER;
