ALTER TABLE people_import DROP COLUMN applied_at;
DROP TABLE import_mapping;
DROP TABLE person_field_value;
DROP TABLE person_field;
