//! A line of output.

use std::io::Write as _;

use super::Answered;
use crate::decision::{Decision, Layer};
use crate::statement::Effect;

/// Writes a decision.
pub(super) fn decided(id: Option<&str>, decision: &Decision<'_>, out: &mut Vec<u8>) -> Answered {
    open(id, out);
    put(out, "\"decision\":\"");
    put(out, decision.outcome.name());
    put(out, "\"");
    if let Some(layer) = decision.blocked_by {
        put(out, ",\"blocked_by\":{");
        place(layer, out);
        put(out, "}");
    }
    put(out, ",\"decisive\":[");
    for (at, decisive) in decision.decisive.iter().enumerate() {
        put(out, if at == 0 { "{" } else { ",{" });
        place(decisive.layer, out);
        number(",\"policy\":", decisive.policy, out);
        number(",\"statement\":", decisive.statement, out);
        if let Some(sid) = decisive.sid {
            put(out, ",\"sid\":");
            string(sid, out);
        }
        put(
            out,
            match decisive.effect {
                Effect::Allow => ",\"effect\":\"Allow\"}",
                Effect::Deny => ",\"effect\":\"Deny\"}",
            },
        );
    }
    put(out, "]");
    if !decision.not_evaluated.is_empty() {
        put(out, ",\"not_evaluated\":[");
        for (at, skipped) in decision.not_evaluated.iter().enumerate() {
            put(out, if at == 0 { "{" } else { ",{" });
            place(skipped.layer, out);
            number(",\"policy\":", skipped.policy, out);
            if let Some(statement) = skipped.statement {
                number(",\"statement\":", statement, out);
            }
            put(out, ",\"reason\":");
            string(skipped.reason, out);
            put(out, "}");
        }
        put(out, "]");
    }
    put(out, "}\n");
    Answered::Decided
}

/// Writes why a line cannot be answered.
pub(super) fn unreadable(id: Option<&str>, error: &str, out: &mut Vec<u8>) -> Answered {
    open(id, out);
    put(out, "\"error\":");
    string(error, out);
    put(out, "}\n");
    Answered::Unreadable
}

/// Opens the object with the `id` as it stood in the line.
fn open(id: Option<&str>, out: &mut Vec<u8>) {
    put(out, "{");
    if let Some(id) = id {
        put(out, "\"id\":");
        put(out, id);
        put(out, ",");
    }
}

fn place(layer: Layer, out: &mut Vec<u8>) {
    put(out, "\"layer\":\"");
    put(out, layer.name());
    put(out, "\"");
    if let Some(level) = layer.level() {
        number(",\"level\":", level, out);
    }
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn number(name: &str, value: usize, out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = write!(out, "{name}{value}");
}

fn string(text: &str, out: &mut Vec<u8>) {
    // A string always has a JSON form, and writing to memory cannot fail.
    let _ = serde_json::to_writer(out, text);
}
