//! Patterns for files, for shells that leave them alone and for quoted ones: `*`, `?`, and `**` for folders at any depth.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Whether a path is a pattern.
pub(super) fn is_pattern(path: &Path) -> bool {
    has_wildcard(path.as_os_str())
}

/// The paths that a pattern stands for, sorted. Names that begin with a dot are found only by patterns that do.
pub(super) fn find(pattern: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = vec![PathBuf::new()];
    for component in pattern.components() {
        let part = component.as_os_str();
        let mut next = Vec::new();
        for folder in found {
            if part == "**" {
                any_depth(folder, &mut next)?;
            } else if has_wildcard(part) {
                let part = part.to_string_lossy();
                next.extend(names(&folder)?.into_iter().filter(|path| is_named(path, &part)));
            } else {
                next.push(folder.join(component));
            }
        }
        found = next;
    }
    found.retain(|path| path.exists());
    found.sort();
    found.dedup();
    Ok(found)
}

fn has_wildcard(part: &OsStr) -> bool {
    part.to_string_lossy().contains(['*', '?'])
}

fn is_named(path: &Path, pattern: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    (pattern.starts_with('.') || !name.starts_with('.')) && matches(pattern, &name)
}

/// The folder and all folders in it. Links are not followed, because they may lead back.
fn any_depth(folder: PathBuf, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for path in names(&folder)? {
        if path.is_dir() && !path.is_symlink() {
            any_depth(path, found)?;
        }
    }
    found.push(folder);
    Ok(())
}

/// What is in a folder; nothing is in what is no folder.
fn names(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    if !here.is_dir() {
        return Ok(Vec::new());
    }
    let unreadable = || format!("{} cannot be read", here.display());
    let entries = fs::read_dir(here).with_context(unreadable)?;
    let paths = entries.map(|entry| Ok(folder.join(entry?.file_name())));
    paths.collect::<std::io::Result<_>>().with_context(unreadable)
}

/// Whether a name matches as a whole; after a star, every rest of the name is tried.
fn matches(pattern: &str, name: &str) -> bool {
    let mut rest = pattern.chars();
    let mut left = name.chars();
    match rest.next() {
        None => name.is_empty(),
        Some('*') => {
            let mut tails = name
                .char_indices()
                .map(|(at, _)| name.get(at..).unwrap_or_default())
                .chain([""]);
            tails.any(|tail| matches(rest.as_str(), tail))
        }
        Some(wanted) => {
            let met = left
                .next()
                .is_some_and(|character| wanted == '?' || wanted == character);
            met && matches(rest.as_str(), left.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_a_whole() {
        for (pattern, name, expected) in [
            ("*.csv", "a.csv", true),
            ("*.csv", "a.csv.gz", false),
            ("a?c*", "abcdef", true),
            ("a?c*", "ac", false),
            ("*a*b*", "xaybz", true),
            ("*", "", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
