//! The directory at its door, on real stores with real formats; only the token is a throwaway key.

mod bench;
mod delegations;
mod departments;
mod enrolments;
mod import;
mod import_files;
mod lifecycle;
mod names;
mod people;
mod posts;
mod roles;
mod sessions;
mod sight;
mod signing_in;
