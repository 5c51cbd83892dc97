-- The directory: enterprise, people, departments, roles, credentials, imports.
-- Instants are UTC microseconds. What ends in `_sealed` is sealed by holdfast-hsm on top of SQLCipher.

CREATE TABLE enterprise (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When the first administrators were appointed; afterwards every grant names a granter.
    administrators_at BIGINT
);

-- Dense ids that are never used again, also after a row is gone.
CREATE TABLE directory_counter (
    name TEXT PRIMARY KEY NOT NULL,
    value BIGINT NOT NULL
);

CREATE TABLE person (
    id INTEGER PRIMARY KEY NOT NULL,
    uid TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(uid) BETWEEN 1 AND 64),
    name TEXT NOT NULL,
    pinyin TEXT NOT NULL,
    initials TEXT NOT NULL,
    employee_no TEXT UNIQUE,
    mail TEXT COLLATE NOCASE UNIQUE,
    mobile_sealed BLOB,
    mobile_blind BLOB UNIQUE,
    phone TEXT,
    title TEXT,
    work_place TEXT,
    hired_on TEXT,
    -- Checked at the commit: people who are imported together may lead each other in any order.
    manager_id BIGINT REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'frozen', 'leaving', 'erased')),
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX person_manager ON person (manager_id);

CREATE TRIGGER person_uid_never_changes BEFORE UPDATE OF uid ON person
WHEN NEW.uid <> OLD.uid OR NEW.id <> OLD.id
BEGIN
    SELECT RAISE(ABORT, 'uid-never-changes');
END;

CREATE TABLE department (
    id INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    parent_id BIGINT REFERENCES department (id),
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CHECK (parent_id IS NULL OR parent_id <> id)
);
CREATE UNIQUE INDEX department_sibling ON department (COALESCE(parent_id, 0), name);
CREATE INDEX department_parent ON department (parent_id);

-- Every department is its own ancestor at depth 0.
CREATE TABLE department_closure (
    ancestor_id BIGINT NOT NULL REFERENCES department (id),
    descendant_id BIGINT NOT NULL REFERENCES department (id),
    depth INTEGER NOT NULL CHECK (depth BETWEEN 0 AND 31),
    PRIMARY KEY (ancestor_id, descendant_id)
);
CREATE INDEX department_closure_up ON department_closure (descendant_id, ancestor_id);

CREATE TABLE membership (
    person_id BIGINT NOT NULL REFERENCES person (id),
    department_id BIGINT NOT NULL REFERENCES department (id),
    is_main BOOLEAN NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (person_id, department_id)
);
CREATE UNIQUE INDEX membership_one_main ON membership (person_id) WHERE is_main;
CREATE INDEX membership_department ON membership (department_id);

-- One row for each person: so nobody can hold two of the three roles.
CREATE TABLE role_grant (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES person (id),
    role TEXT NOT NULL CHECK (role IN ('system', 'security', 'audit')),
    granted_by BIGINT REFERENCES person (id),
    granted_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    -- HMAC over the row under the directory's key; a row that does not match counts for nothing.
    mac BLOB NOT NULL,
    CHECK (granted_by IS NULL OR granted_by <> person_id)
);
CREATE INDEX role_grant_role ON role_grant (role);

CREATE TRIGGER role_grant_by_security BEFORE INSERT ON role_grant
WHEN NEW.granted_by IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM role_grant WHERE person_id = NEW.granted_by AND role = 'security')
BEGIN
    SELECT RAISE(ABORT, 'granter-is-not-security');
END;

CREATE TRIGGER role_grant_first_only_once BEFORE INSERT ON role_grant
WHEN NEW.granted_by IS NULL AND (SELECT administrators_at FROM enterprise WHERE id = 1) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'grant-without-granter');
END;

CREATE TRIGGER role_grant_never_changes BEFORE UPDATE ON role_grant
BEGIN
    SELECT RAISE(ABORT, 'grant-never-changes');
END;

CREATE TRIGGER role_grant_last_holder BEFORE DELETE ON role_grant
WHEN (SELECT COUNT(*) FROM role_grant WHERE role = OLD.role) = 1
BEGIN
    SELECT RAISE(ABORT, 'last-holder');
END;

CREATE TABLE credential (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES person (id),
    password_sealed BLOB NOT NULL,
    must_change BOOLEAN NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE app_password (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id),
    label TEXT NOT NULL,
    door TEXT NOT NULL CHECK (door IN ('webdav', 'any')),
    mac BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX app_password_person ON app_password (person_id);

CREATE TABLE preference (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES person (id),
    locale TEXT NOT NULL,
    theme TEXT NOT NULL
);

-- What a client's create led to, so that a retry gets the same answer.
CREATE TABLE directory_create (
    cid BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    digest BLOB NOT NULL,
    object TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE people_import (
    id BLOB PRIMARY KEY NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('checked', 'applied', 'expired')),
    created_by BIGINT NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    -- Name, counts, columns and mapping.
    summary_sealed BLOB NOT NULL,
    -- The sheet as it was read, and the plan that was made of it; empty once expired.
    sheet_sealed BLOB NOT NULL,
    plan_sealed BLOB NOT NULL
);
