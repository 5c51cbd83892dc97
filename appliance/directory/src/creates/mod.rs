//! What a client's create led to.

mod rows;

pub(crate) use rows::Create;
