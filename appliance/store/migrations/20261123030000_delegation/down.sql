DROP TRIGGER role_grant_beside_a_delegation;
DROP TABLE delegation;
