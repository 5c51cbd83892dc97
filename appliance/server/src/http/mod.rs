//! What is HTTP and no feature: who asks, problems, headers, limits.

pub mod answer;
pub mod bodies;
pub mod headers;
pub mod json;
pub mod limits;
pub mod page;
pub mod pieces;
pub mod problem;
pub mod under_way;
pub mod who;

pub use answer::{Answer, Created, NoContent};
pub use json::Json;
pub use problem::Problem;
pub use who::{Auditor, DirectoryKeeper, Proven, Reviewer, SecurityAdmin, Session, Stranger, SystemAdmin};
