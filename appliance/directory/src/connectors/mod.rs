//! Connectors: programs that ask the directory over LDAP (a printer's address book, GitLab, SSSD). Each has an account with
//! a secret of 160 random bits, the networks it may come from, limits, and a view: what it sees of whom.
//!
//! A person's own password is checked only through a connector that is allowed to, and which one that is follows from where
//! the question comes from: the narrowest network that holds the address.

mod create;
mod delete;
mod edit;
mod known;
mod list;
mod network;
mod rows;
mod settings;
mod view;

pub use create::{NewConnectorRequest, create};
pub use delete::delete;
pub use edit::{edit, renew};
pub use known::{Connector, for_passwords, resolve, standing};
pub(crate) use list::all;
pub use list::list;
pub use network::Network;
pub use settings::{ATTRIBUTES, ConnectorSettings};
pub use view::View;

pub(crate) use known::Connectors;
