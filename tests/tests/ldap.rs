//! The LDAP door as programs meet it: Debian's own clients, answers held against slapd's, and what no client should send.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod ldap {
    mod bad_input;
    mod clients;
    mod connectors;
    mod desk;
    mod differential;
    mod sssd;
}
