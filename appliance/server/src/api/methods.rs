//! Which methods a path takes, read from the API document: what no handler took is then 405 with `Allow`, not 404.

use std::sync::OnceLock;

use utoipa::openapi::PathItem;

use super::openapi;

/// A documented path, in segments, with its methods.
type Known = (Vec<String>, Vec<&'static str>);

/// What `Allow` says of this path; `None` when the document has no such path.
pub fn allowed(path: &str) -> Option<String> {
    static KNOWN: OnceLock<Vec<Known>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| openapi().paths.paths.iter().map(|(path, item)| (segments(path), methods(item))).collect());
    let asked = segments(path);
    let fitting = known.iter().filter(|(of, _)| fits(of, &asked));
    // A name that stands in the document is that name, and not somebody's id.
    let (_, methods) = fitting.max_by_key(|(of, _)| of.iter().filter(|segment| !is_variable(segment)).count())?;
    Some(methods.join(", "))
}

fn is_variable(segment: &str) -> bool {
    segment.starts_with('{')
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

fn fits(known: &[String], asked: &[String]) -> bool {
    known.len() == asked.len()
        && known.iter().zip(asked).all(|(known, asked)| if is_variable(known) { !asked.is_empty() } else { known == asked })
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    let all = [
        ("DELETE", &item.delete),
        ("GET", &item.get),
        ("HEAD", &item.head),
        ("PATCH", &item.patch),
        ("POST", &item.post),
        ("PUT", &item.put),
    ];
    all.into_iter().filter(|(_, operation)| operation.is_some()).map(|(method, _)| method).collect()
}

#[cfg(test)]
mod tests {
    use super::{allowed, is_variable, openapi, segments};

    #[test]
    fn paths_with_ids_are_known_and_others_are_not() {
        assert_eq!(allowed("/api/v1/me").as_deref(), Some("GET, PATCH"));
        assert_eq!(allowed("/api/v1/drive/nodes/42").as_deref(), Some("DELETE, GET, PATCH"));
        assert_eq!(allowed("/api/v1/drive/nodes//").as_deref(), None);
        assert_eq!(allowed("/api/v1/people/gu.wenzhou").as_deref(), Some("GET, PATCH"));
        assert_eq!(allowed("/api/v1/people/imports").as_deref(), Some("POST"));
        assert_eq!(allowed("/api/v1/nowhere"), None);
    }

    /// OpenAPI 3.1, section 4.8.8: paths that differ only in the names of their variables are identical, and one is too many.
    #[test]
    fn no_path_stands_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for path in openapi().paths.paths.keys() {
            let bare: Vec<String> =
                segments(path).into_iter().map(|s| if is_variable(&s) { "{}".to_owned() } else { s }).collect();
            assert!(seen.insert(bare), "{path}");
        }
    }
}
