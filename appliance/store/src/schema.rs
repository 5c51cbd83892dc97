//! All diesel tables, one section per slice.

// --- store ---
diesel::table! {
    outbox (id) {
        id -> BigInt,
        topic -> Integer,
        entry -> Binary,
        payload -> Binary,
    }
}

diesel::table! {
    commit_head (id) {
        id -> Integer,
        seq -> BigInt,
        at -> BigInt,
    }
}

// --- directory ---
diesel::table! {
    enterprise (id) {
        id -> Integer,
        name -> Text,
        created_at -> BigInt,
        administrators_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    directory_counter (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    person (id) {
        id -> BigInt,
        uid -> Text,
        name -> Text,
        pinyin -> Text,
        initials -> Text,
        employee_no -> Nullable<Text>,
        mail -> Nullable<Text>,
        mobile_sealed -> Nullable<Binary>,
        mobile_blind -> Nullable<Binary>,
        phone -> Nullable<Text>,
        title -> Nullable<Text>,
        work_place -> Nullable<Text>,
        hired_on -> Nullable<Text>,
        manager_id -> Nullable<BigInt>,
        state -> Text,
        epoch -> BigInt,
        created_at -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    department (id) {
        id -> BigInt,
        name -> Text,
        parent_id -> Nullable<BigInt>,
        position -> BigInt,
        created_at -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    department_closure (ancestor_id, descendant_id) {
        ancestor_id -> BigInt,
        descendant_id -> BigInt,
        depth -> Integer,
    }
}

diesel::table! {
    membership (person_id, department_id) {
        person_id -> BigInt,
        department_id -> BigInt,
        is_main -> Bool,
        position -> Integer,
        valid_until -> Nullable<BigInt>,
        title -> Nullable<Text>,
        head -> Bool,
        place -> Nullable<Integer>,
    }
}

diesel::table! {
    role_grant (person_id) {
        person_id -> BigInt,
        role -> Text,
        granted_by -> Nullable<BigInt>,
        granted_at -> BigInt,
        reason -> Text,
        mac -> Binary,
        valid_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    delegation (id) {
        id -> BigInt,
        person_id -> BigInt,
        departments -> Text,
        powers -> Text,
        granted_by -> BigInt,
        granted_at -> BigInt,
        reason -> Text,
        valid_until -> Nullable<BigInt>,
        mac -> Binary,
    }
}

diesel::table! {
    access_review (id) {
        id -> BigInt,
        reviewed_by -> BigInt,
        reviewed_at -> BigInt,
        holdings -> BigInt,
        note -> Text,
    }
}

diesel::table! {
    credential (person_id) {
        person_id -> BigInt,
        password_sealed -> Binary,
        must_change -> Bool,
        changed_at -> BigInt,
    }
}

diesel::table! {
    app_password (id) {
        id -> Binary,
        person_id -> BigInt,
        label -> Text,
        door -> Text,
        mac -> Binary,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sign_in_policy (id) {
        id -> Integer,
        policy_sealed -> Binary,
        changed_at -> BigInt,
    }
}

diesel::table! {
    password_history (id) {
        id -> BigInt,
        person_id -> BigInt,
        password_sealed -> Binary,
    }
}

diesel::table! {
    totp (person_id) {
        person_id -> BigInt,
        secret_sealed -> Binary,
        created_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
        step -> BigInt,
    }
}

diesel::table! {
    recovery_code (person_id, mac) {
        person_id -> BigInt,
        mac -> Binary,
    }
}

diesel::table! {
    passkey (id) {
        id -> Binary,
        person_id -> BigInt,
        credential -> Binary,
        key_sealed -> Binary,
        name -> Text,
        counter -> BigInt,
        synced -> Bool,
        created_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    connector (id) {
        id -> Binary,
        name -> Text,
        settings -> Text,
        secret_mac -> Binary,
        created_at -> BigInt,
        changed_at -> BigInt,
        mac -> Binary,
    }
}

diesel::table! {
    enrolment (person_id) {
        person_id -> BigInt,
        mac -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    preference (person_id) {
        person_id -> BigInt,
        locale -> Text,
        theme -> Text,
    }
}

diesel::table! {
    directory_create (cid) {
        cid -> Binary,
        kind -> Text,
        digest -> Binary,
        object -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    avatar (person_id) {
        person_id -> BigInt,
        version -> BigInt,
        picture_sealed -> Binary,
        changed_at -> BigInt,
    }
}

diesel::table! {
    term (person_id) {
        person_id -> BigInt,
        valid_until -> Nullable<BigInt>,
        frozen_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    departure (person_id) {
        person_id -> BigInt,
        leaves_at -> BigInt,
        reason -> Text,
        heir_id -> Nullable<BigInt>,
        ordered_by -> BigInt,
        ordered_at -> BigInt,
        gone_at -> Nullable<BigInt>,
        erase_at -> Nullable<BigInt>,
        shred -> Nullable<BigInt>,
        waits_for -> Nullable<Text>,
    }
}

diesel::table! {
    handover (person_id, kind, object) {
        person_id -> BigInt,
        kind -> Text,
        object -> BigInt,
        heir_id -> Nullable<BigInt>,
        waived -> Nullable<Text>,
        done_at -> Nullable<BigInt>,
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    data_request (id) {
        id -> BigInt,
        person_id -> BigInt,
        kind -> Text,
        state -> Text,
        opened_at -> BigInt,
        due_at -> BigInt,
        reminded_at -> Nullable<BigInt>,
        answered_at -> Nullable<BigInt>,
        answered_by -> Nullable<BigInt>,
        words_sealed -> Binary,
        copy_sealed -> Nullable<Binary>,
        copy_bytes -> BigInt,
        copy_expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    people_import (id) {
        id -> Binary,
        state -> Text,
        created_by -> BigInt,
        created_at -> BigInt,
        summary_sealed -> Binary,
        sheet_sealed -> Binary,
        plan_sealed -> Binary,
        applied_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    import_mapping (headings) {
        headings -> Binary,
        mapping_sealed -> Binary,
        used_at -> BigInt,
    }
}

diesel::table! {
    person_field (id) {
        id -> BigInt,
        key -> Text,
        kind -> Text,
        position -> BigInt,
        settings -> Text,
    }
}

diesel::table! {
    person_field_value (person_id, field_id) {
        person_id -> BigInt,
        field_id -> BigInt,
        values_sealed -> Binary,
    }
}

// --- audit ---
diesel::table! {
    audit_witness (id) {
        id -> Binary,
        vkey -> Text,
        registered_by -> BigInt,
        registered_at -> BigInt,
        asked_note -> Nullable<Text>,
        asked_at -> Nullable<BigInt>,
        note -> Nullable<Text>,
        size -> Nullable<BigInt>,
        cosigned_at -> Nullable<BigInt>,
        received_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit_filter (id) {
        id -> Binary,
        person_id -> BigInt,
        name -> Text,
        filter -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    tag (id) {
        id -> BigInt,
        name -> Text,
        rule -> Nullable<Text>,
        created_at -> BigInt,
        changed_at -> BigInt,
        mac -> Binary,
    }
}

diesel::table! {
    tag_member (tag_id, kind, subject_id) {
        tag_id -> BigInt,
        kind -> Text,
        subject_id -> BigInt,
        until -> Nullable<BigInt>,
        mac -> Binary,
    }
}

diesel::table! {
    visibility_rule (id) {
        id -> BigInt,
        settings -> Text,
        created_at -> BigInt,
        changed_at -> BigInt,
        mac -> Binary,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    person,
    membership,
    department,
    department_closure,
    role_grant,
    credential,
    app_password,
    preference,
    departure,
);
