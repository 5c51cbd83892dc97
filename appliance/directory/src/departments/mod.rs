//! The department tree: adjacency is the truth, a closure table answers SQL, an Euler tour in memory answers everybody else.

mod create;
mod delete;
mod edit;
mod list;
pub(crate) mod rows;

pub use create::{NewDepartment, create};
pub use delete::delete;
pub use edit::{DepartmentChange, edit};
pub use list::{list, view};

pub(crate) use list::path;
