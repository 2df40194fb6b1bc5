//! The check catalogue, as a table for a terminal and as JSON.

use std::io;

use audit_core::benchmark::{Control, Edition};
use audit_core::check::Check;
use audit_core::checks::{CATALOGUE, of_edition};
use serde::Serialize;

/// Writes an array of checks with their controls: of every edition, or of one and then only the checks that it has.
///
/// # Errors
/// When the output cannot be written.
pub fn write_json(edition: Option<Edition>, mut out: impl io::Write) -> io::Result<()> {
    let checks: Vec<Entry> = match edition {
        None => CATALOGUE
            .iter()
            .map(|check| Entry::of(check, check.controls()))
            .collect(),
        Some(edition) => of_edition(edition)
            .into_iter()
            .map(|(check, control)| Entry::of(check, [control]))
            .collect(),
    };
    serde_json::to_writer_pretty(&mut out, &checks)?;
    out.write_all(b"\n")
}

/// Writes a table of at most 80 columns with the numbers of one edition.
///
/// Without an edition, all checks are told, those that the newest edition has no number for at the end.
///
/// # Errors
/// When the output cannot be written.
pub fn write_text(edition: Option<Edition>, mut out: impl io::Write) -> io::Result<()> {
    let of = edition.unwrap_or(Edition::LATEST);
    let listed = of_edition(of);
    writeln!(out, "CIS AWS Foundations Benchmark {of}")?;
    writeln!(
        out,
        "{:<7} {:<5} {:<9} {:<8} check",
        "control", "level", "assessed", "severity"
    )?;
    for (check, control) in &listed {
        let assessed = if control.is_automated() { "automated" } else { "manual" };
        let (id, level, severity) = (control.id, check.level.number(), check.severity);
        writeln!(out, "{id:<7} {level:<5} {assessed:<9} {severity:<8} {}", check.slug)?;
    }
    let others = CATALOGUE
        .iter()
        .filter(|check| check.control(of).is_none())
        .collect::<Vec<_>>();
    if edition.is_none() {
        for check in &others {
            let (level, severity) = (check.level.number(), check.severity);
            let last = check
                .controls()
                .last()
                .map(|control| control.edition.as_str())
                .unwrap_or_default();
            writeln!(
                out,
                "{:<7} {level:<5} {:<9} {severity:<8} {}",
                "-",
                format!("to {last}"),
                check.slug
            )?;
        }
    }
    writeln!(
        out,
        "{} checks",
        if edition.is_none() {
            CATALOGUE.len()
        } else {
            listed.len()
        }
    )
}

#[derive(Serialize)]
struct Entry {
    slug: &'static str,
    title: &'static str,
    severity: &'static str,
    controls: Vec<Number>,
}

#[derive(Serialize)]
struct Number {
    edition: &'static str,
    id: String,
    level: u8,
    automated: bool,
}

impl Entry {
    fn of(check: &Check, controls: impl IntoIterator<Item = Control>) -> Self {
        let controls = controls.into_iter().map(|control| Number {
            edition: control.edition.as_str(),
            id: control.id.to_string(),
            level: check.level.number(),
            automated: control.is_automated(),
        });
        Self {
            slug: check.slug,
            title: check.title,
            severity: check.severity.as_str(),
            controls: controls.collect(),
        }
    }
}
