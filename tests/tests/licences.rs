//! Every crate that is linked in may be: nothing under GPL or AGPL (DESIGN section 7).

use cargo_metadata::MetadataCommand;
use spdx::{Expression, LicenseReq, ParseMode};

/// Licences that ask for no more than a notice, or whose copyleft ends at their own files.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Zlib",
];
/// LGPL with the GCC exception, which lifts it from what is linked with it: the crates of the journal and of `sd_notify`.
const LINKING_EXCEPTION: (&str, &str) = ("LGPL-2.1", "GCC-exception-2.0");

fn accepted(requirement: &LicenseReq) -> bool {
    let text = requirement.to_string();
    let (licence, exception) = text.split_once(" WITH ").unwrap_or((&text, ""));
    ACCEPTED.contains(&licence) || (licence.starts_with(LINKING_EXCEPTION.0) && exception == LINKING_EXCEPTION.1)
}

#[test]
fn every_licence_is_one_that_we_may_link() {
    // What this platform links: a build has fetched it, and nothing of others.
    let platform = format!("--filter-platform={}-unknown-linux-gnu", std::env::consts::ARCH);
    let metadata = MetadataCommand::new().other_options(vec!["--offline".to_owned(), platform]).exec().expect("cargo metadata");
    assert!(metadata.packages.len() > 200, "the graph holds {} packages", metadata.packages.len());
    for package in &metadata.packages {
        let text = package.license.as_deref().unwrap_or_default();
        let expression = Expression::parse_mode(text, ParseMode::LAX).expect("a licence expression");
        assert!(expression.evaluate(accepted), "{} {}: {text:?} is not accepted", package.name, package.version);
    }
}

#[test]
fn copyleft_is_refused() {
    for (text, fits) in [("MIT OR GPL-3.0-only", true), ("GPL-3.0-only", false), ("MIT AND AGPL-3.0-or-later", false)] {
        let expression = Expression::parse(text).expect("a licence expression");
        assert_eq!(expression.evaluate(accepted), fits, "{text}");
    }
}
