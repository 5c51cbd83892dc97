//! The box as its users meet it, over REST, with a real token, real TLS and real files.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, its helpers too")]

mod whole {
    mod abuse;
    mod administration;
    mod audit;
    mod avatars;
    mod conversations;
    mod coverage;
    mod delegations;
    mod drive;
    mod enrolment;
    mod evidence;
    mod lifecycle;
    mod openings;
    mod person_fields;
    mod realtime;
    mod search;
    mod session;
    mod sheets;
    mod shred;
    mod signing_in;
    mod surface;
    mod visibility;
    mod webdav;
    mod witnesses;
}
