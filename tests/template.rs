//! The deployment templates, read as CloudFormation reads them.

mod fan_out;
mod member_roles;
mod parameters;
mod permissions;
mod quicksight;
mod reader;
mod resolve;
mod schedule;
mod stack_sets;
mod watch;

pub(crate) use reader::Template;
pub(crate) use resolve::Resolver;

/// An `AllowedPattern`, which knows only ASCII letters and digits.
fn rule(pattern: &serde_json::Value) -> regex::bytes::Regex {
    let pattern = pattern.as_str().expect("a pattern");
    regex::bytes::RegexBuilder::new(pattern)
        .unicode(false)
        .build()
        .unwrap_or_else(|error| panic!("{pattern}: {error}"))
}
