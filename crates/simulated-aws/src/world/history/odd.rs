//! Events that break careless readers: damaged, from the future, with terminal escapes, and very long.

use std::time::Duration;

use super::actor;
use super::draft::Draft;
use super::{Place, TrailEvent};
use crate::random::Random;
use crate::time::{earlier, later};

/// A user agent of 8 KB that clears the terminal.
pub(super) fn agent() -> String {
    format!("\u{1b}[2J\u{1b}[1;31mMozilla\u{7}\r\n{}", "x".repeat(8_192))
}

pub(super) fn events(place: &Place<'_>) -> Vec<TrailEvent> {
    let mut random = Random::of(place.spec.seed, "odd-events", place.account.number());
    let mut events = Vec::new();
    let person = "mallory@example.com\u{1b}[31m";
    let mut visitor = || {
        let mut visitor = actor::session(place, &mut random, "visitor", person);
        visitor.agent = agent();
        visitor
    };
    let (early, late) = (visitor(), visitor());
    let at = earlier(place.spec.at, Duration::from_hours(5));
    let mut damaged = Draft::sign_in(at, place.home(), early, true, None).write(place, &mut random);
    if place.account.index() % 4 == 2 {
        let text = damaged.record.to_string();
        damaged.damaged = Some(text.chars().take(text.chars().count() / 2).collect());
        damaged.username = Some("root".to_owned());
    }
    events.push(damaged);
    let future = later(place.spec.at, Duration::from_hours(48));
    events.push(Draft::sign_in(future, place.home(), late, true, Some(false)).write(place, &mut random));
    events
}
