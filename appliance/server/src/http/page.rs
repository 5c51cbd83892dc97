//! Lists: `{items, next}`.

pub use holdfast_base::Page;
use holdfast_base::limits::{PAGE_ITEMS, PAGE_ITEMS_DEFAULT};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// What the page before answered as `next`.
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

impl PageQuery {
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(PAGE_ITEMS_DEFAULT).clamp(1, PAGE_ITEMS)
    }
}
