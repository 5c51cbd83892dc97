//! Lists: `{items, next}`.

pub use holdfast_base::Page;
use holdfast_base::{
    Error,
    limits::{PAGE_ITEMS, PAGE_ITEMS_DEFAULT},
};
use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::IntoParams;

use super::Problem;

/// Which page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// What the page before answered as `next`.
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
}

/// A number of a query, refused where it lies outside of its documented bounds.
pub fn within<'de, D, T, const LEAST: i64, const MOST: i64>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Copy + TryInto<i64>,
{
    let number = T::deserialize(from)?;
    match number.try_into() {
        Ok(wide) if (LEAST..=MOST).contains(&wide) => Ok(Some(number)),
        _ => Err(D::Error::custom(format!("a number from {LEAST} to {MOST} is expected"))),
    }
}

impl PageQuery {
    /// The cursor of a list that is numbered.
    pub fn before(&self) -> Result<Option<u64>, Problem> {
        let number = |text: &String| text.parse().map_err(|_| Problem::invalid("cursor", "not-a-cursor"));
        self.cursor.as_ref().map(number).transpose()
    }

    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(PAGE_ITEMS_DEFAULT).clamp(1, PAGE_ITEMS)
    }
}

/// The number in a path; what is none names nothing.
pub fn numbered(text: &str) -> Result<u64, Problem> {
    text.parse().map_err(|_| Error::NotFound.into())
}

#[cfg(test)]
mod tests {
    use actix_web::web::Query;

    use super::PageQuery;

    #[test]
    fn a_limit_outside_of_its_bounds_is_refused() {
        let read = |text: &str| Query::<PageQuery>::from_query(text).map(|query| query.limit()).ok();
        assert_eq!([read(""), read("limit=1"), read("limit=200")], [Some(50), Some(1), Some(200)]);
        for bad in ["limit=0", "limit=201", "limit=-1", "limit=", "limit=x", "limit=99999999999999999999"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
