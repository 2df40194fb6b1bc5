//! What the selectors of a trail let through.

use audit_core::facts::EventSelection;
use aws_sdk_cloudtrail::types::{AdvancedEventSelector, AdvancedFieldSelector, EventSelector, ReadWriteType};

/// Services whose management events a trail may leave out and still record what the root user does: they are the only
/// ones that basic selectors can leave out, and every trail of some size does (AWS CloudTrail API Reference,
/// `EventSelector`).
const NOISY: [&str; 2] = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];

/// Which management events the selectors let through together: a trail records what any of them does.
pub(super) fn selection(basic: &[EventSelector], advanced: &[AdvancedEventSelector]) -> EventSelection {
    let basic = basic.iter().map(of_basic);
    let advanced = advanced.iter().map(of_advanced);
    let (reads, writes) = basic
        .chain(advanced)
        .fold((false, false), |all, one| (all.0 | one.0, all.1 | one.1));
    if reads && writes {
        EventSelection::All
    } else {
        EventSelection::Partial
    }
}

/// Whether reads and writes are recorded.
fn of_basic(selector: &EventSelector) -> (bool, bool) {
    // Both members have these defaults (AWS CloudTrail API Reference, `EventSelector`).
    if selector.include_management_events == Some(false) {
        return (false, false);
    }
    match selector.read_write_type {
        None | Some(ReadWriteType::All) => (true, true),
        Some(ReadWriteType::ReadOnly) => (true, false),
        Some(ReadWriteType::WriteOnly) => (false, true),
        Some(_) => (false, false),
    }
}

fn of_advanced(selector: &AdvancedEventSelector) -> (bool, bool) {
    let (mut management, mut reads, mut writes) = (false, true, true);
    for field in &selector.field_selectors {
        match field.field.as_str() {
            "eventCategory" if equals(field, "Management") => management = true,
            "readOnly" if equals(field, "true") => writes = false,
            "readOnly" if equals(field, "false") => reads = false,
            "eventSource" if leaves_out_only_noise(field) => {}
            _ => return (false, false),
        }
    }
    (management && reads, management && writes)
}

fn equals(field: &AdvancedFieldSelector, value: &str) -> bool {
    field.equals() == [value] && only(field, field.equals().len())
}

fn leaves_out_only_noise(field: &AdvancedFieldSelector) -> bool {
    let noise = field.not_equals().iter().all(|source| NOISY.contains(&source.as_str()));
    noise && only(field, field.not_equals().len())
}

/// The field has no other conditions than these.
fn only(field: &AdvancedFieldSelector, conditions: usize) -> bool {
    let all = [
        field.equals(),
        field.starts_with(),
        field.ends_with(),
        field.not_equals(),
        field.not_starts_with(),
        field.not_ends_with(),
    ];
    all.iter().map(|conditions| conditions.len()).sum::<usize>() == conditions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(kind: ReadWriteType, management: bool) -> EventSelector {
        EventSelector::builder()
            .read_write_type(kind)
            .include_management_events(management)
            .build()
    }

    fn advanced(fields: &[(&str, Option<&str>, Option<&str>)]) -> AdvancedEventSelector {
        let fields = fields.iter().map(|(name, is, is_not)| {
            let field = AdvancedFieldSelector::builder().field(*name);
            field
                .set_equals(is.map(|value| vec![value.to_owned()]))
                .set_not_equals(is_not.map(|value| vec![value.to_owned()]))
                .build()
                .expect("a field")
        });
        AdvancedEventSelector::builder()
            .set_field_selectors(Some(fields.collect()))
            .build()
            .expect("a selector")
    }

    #[test]
    fn a_trail_records_all_management_events_or_it_does_not() {
        use ReadWriteType::{All, ReadOnly, WriteOnly};
        let management = ("eventCategory", Some("Management"), None);
        for (basic, advanced, all) in [
            (vec![basic(All, true)], vec![], true),
            (vec![basic(All, false)], vec![], false),
            (vec![basic(ReadOnly, true)], vec![], false),
            (vec![basic(ReadOnly, true), basic(WriteOnly, true)], vec![], true),
            (vec![], vec![], false),
            (vec![], vec![advanced(&[management])], true),
            (vec![], vec![advanced(&[("eventCategory", Some("Data"), None)])], false),
            (
                vec![],
                vec![advanced(&[management, ("readOnly", Some("true"), None)])],
                false,
            ),
            (
                vec![],
                vec![
                    advanced(&[management, ("readOnly", Some("true"), None)]),
                    advanced(&[management, ("readOnly", Some("false"), None)]),
                ],
                true,
            ),
            (
                vec![],
                vec![advanced(&[
                    management,
                    ("eventSource", None, Some("kms.amazonaws.com")),
                ])],
                true,
            ),
            (
                vec![],
                vec![advanced(&[
                    management,
                    ("eventSource", None, Some("iam.amazonaws.com")),
                ])],
                false,
            ),
            (
                vec![],
                vec![advanced(&[management, ("eventName", Some("ConsoleLogin"), None)])],
                false,
            ),
        ] {
            let expected = if all {
                EventSelection::All
            } else {
                EventSelection::Partial
            };
            assert_eq!(selection(&basic, &advanced), expected, "{basic:?} {advanced:?}");
        }
    }
}
