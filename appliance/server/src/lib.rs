//! The process that people and programs speak to: HTTP, WebSocket, WebDAV, jobs, configuration.
//!
//! Always true: a handler extracts, calls one slice function, answers; who may enter stands in the handler's signature;
//! a 2xx goes out only after the change and its audit entry are durable; while the box is sealed every door but the
//! sealed page answers 503 `sealed`.
//! Absent on purpose: SQL, RocksDB keys, rights decisions. They live in the rooms behind.

pub mod api;
pub mod app;
pub mod config;
pub mod control;
mod custody;
pub mod dav;
pub mod effects;
mod explain;
mod forwarding;
pub mod http;
pub mod jobs;
pub mod ldap;
mod lifecycle;
pub mod openings;
pub mod ops;
pub mod realtime;
mod records;
pub mod renewal;
mod review;
pub mod rooms;
pub mod sample;
pub mod scrub;
pub mod search;
pub mod serve;
pub mod shred;
pub mod stores;
pub mod web;
