//! Limits that more than one crate must agree on. Each crate names its own in a `limits` of its own.

/// Bytes of a user agent that are kept.
pub const AGENT_BYTES: usize = 256;
/// Items of one page of a list.
pub const PAGE_ITEMS: usize = 200;
/// Items of one page where the caller names no number.
pub const PAGE_ITEMS_DEFAULT: usize = 50;
