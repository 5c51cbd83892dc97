DROP TABLE data_request;
DROP TABLE handover;
DROP TABLE departure;
DROP TRIGGER role_grant_last_holder;
CREATE TRIGGER role_grant_last_holder BEFORE DELETE ON role_grant
WHEN (SELECT COUNT(*) FROM role_grant WHERE role = OLD.role) = 1
BEGIN
    SELECT RAISE(ABORT, 'last-holder');
END;
ALTER TABLE role_grant DROP COLUMN valid_until;
ALTER TABLE membership DROP COLUMN valid_until;
DROP TABLE term;
