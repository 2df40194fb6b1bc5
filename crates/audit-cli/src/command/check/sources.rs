//! Where saved credential reports come from: files, folders, standard input.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use audit_core::facts::SavedReport;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;

use super::glob;

/// One report that is yet to be read.
pub(super) enum Source {
    File(PathBuf),
    StandardInput,
}

/// The sources that arguments stand for; those of a folder are its CSV files, at any depth, in the order of their names.
pub(super) fn find(arguments: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for argument in arguments {
        if argument.as_os_str() == "-" {
            if sources.iter().any(|source| matches!(source, Source::StandardInput)) {
                bail!("standard input, `-`, can be read only once");
            }
            sources.push(Source::StandardInput);
        } else if argument.is_dir() {
            let before = sources.len();
            walk(argument, &mut sources)?;
            if sources.len() == before {
                bail!("{} holds no CSV file", argument.display());
            }
        } else if argument.exists() {
            sources.push(Source::File(argument.clone()));
        } else if glob::is_pattern(argument) {
            let found = glob::find(argument)?;
            if found.is_empty() {
                bail!("{} matches no file", argument.display());
            }
            for path in found {
                if path.is_dir() {
                    walk(&path, &mut sources)?;
                } else {
                    sources.push(Source::File(path));
                }
            }
        } else {
            bail!("{} does not exist", argument.display());
        }
    }
    Ok(sources)
}

fn walk(folder: &Path, sources: &mut Vec<Source>) -> anyhow::Result<()> {
    let unreadable = || format!("{} cannot be read", folder.display());
    let entries = fs::read_dir(folder).with_context(unreadable)?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .with_context(unreadable)?;
    paths.sort();
    for path in paths {
        // A link to a folder above would never end, and links to files are followed.
        if path.is_dir() && !path.is_symlink() {
            walk(&path, sources)?;
        } else if path.is_file()
            && path
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
        {
            sources.push(Source::File(path));
        }
    }
    Ok(())
}

impl Source {
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::StandardInput => "standard input".to_owned(),
        }
    }

    pub(super) fn read(&self) -> anyhow::Result<SavedReport> {
        let bytes = match self {
            Self::File(path) => fs::read(path)?,
            Self::StandardInput => {
                let mut bytes = Vec::new();
                std::io::stdin().lock().read_to_end(&mut bytes)?;
                bytes
            }
        };
        if bytes.trim_ascii_start().starts_with(b"{") {
            return answer(&bytes);
        }
        Ok(SavedReport { bytes, generated: None })
    }
}

/// The answer of `aws iam get-credential-report`, whose content is base64 and which says when it was generated.
fn answer(bytes: &[u8]) -> anyhow::Result<SavedReport> {
    let answer: Value = serde_json::from_slice(bytes).context("it is neither CSV nor JSON")?;
    let content = answer
        .get("Content")
        .and_then(Value::as_str)
        .context("it has no `Content`")?;
    let bytes = STANDARD.decode(content).context("`Content` is not base64")?;
    let generated = match answer.get("GeneratedTime") {
        None => None,
        Some(time) => Some(
            time.as_str()
                .and_then(instant)
                .context("`GeneratedTime` is not an RFC 3339 instant")?,
        ),
    };
    Ok(SavedReport { bytes, generated })
}

fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}
