//! Lists: `{items, next}`.

use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A list that is never long.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}
