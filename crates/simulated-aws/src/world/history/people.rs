//! Sign-ins of everybody but the root user.

use std::time::Duration;

use serde_json::json;

use super::actor::{self, Actor};
use super::draft::Draft;
use super::{Place, TrailEvent, sign_in_regions};
use crate::random::Random;
use crate::time::earlier;
use crate::world::names::{FIRST_NAMES, LAST_NAMES};
use crate::world::{User, users};

const SINGLE_SIGN_ON: &str = "aws-reserved/sso.amazonaws.com/AWSReservedSSO_ReadOnly_0123456789abcdef";

pub(super) fn events(place: &Place<'_>, users: &[User]) -> Vec<TrailEvent> {
    let mut random = Random::of(place.spec.seed, "people-events", place.account.number());
    let mut events = Vec::new();
    for user in users {
        let used = user.password.and_then(|password| password.last_used);
        if let Some(at) = used.filter(|at| *at >= place.days_ago(400)) {
            let region = random.word(sign_in_regions(place.spec.partition));
            let actor = actor::user(place, &mut random, user);
            let mfa = Some(!user.mfa.is_empty());
            events.push(Draft::sign_in(at, region, actor, true, mfa).write(place, &mut random));
        }
    }
    federated(place, &mut random, &mut events);
    namesakes(place, &mut random, &mut events);
    events
}

/// People who come by single sign-on: enough for many pages in some accounts, few in others.
fn federated(place: &Place<'_>, random: &mut Random, events: &mut Vec<TrailEvent>) {
    let busy = place.account.index() == 0 || place.account.index() % 9 == 4;
    let number = if busy {
        random.between(130, 260)
    } else {
        random.below(6)
    };
    let from = place.days_ago(85);
    for _ in 0..number {
        let at = users::between(random, from, place.spec.at);
        let person = format!(
            "{}.{}@example.com",
            random.word(FIRST_NAMES).to_lowercase(),
            random.word(LAST_NAMES).to_lowercase()
        );
        let regions = sign_in_regions(place.spec.partition);
        let region = if random.chance(80) {
            place.home()
        } else {
            random.word(regions)
        };
        let mut actor = actor::session(place, random, SINGLE_SIGN_ON, &person);
        actor.agent = actor::agent(random);
        events.push(Draft::sign_in(at, region, actor, true, Some(false)).write(place, random));
    }
}

/// IAM users who bear the root user's names, and names that nobody may read.
fn namesakes(place: &Place<'_>, random: &mut Random, events: &mut Vec<TrailEvent>) {
    let mut names = Vec::new();
    if random.chance(15) {
        names.push("root".to_owned());
    }
    if random.chance(15) {
        names.push(actor::alias(place.account));
    }
    for name in names {
        let user = User::new(&name, place.days_ago(300));
        let at = earlier(place.spec.at, Duration::from_secs(random.between(60, 30 * 86_400)));
        let success = random.chance(70);
        let actor = actor::user(place, random, &user);
        let region = random.word(sign_in_regions(place.spec.partition));
        events.push(Draft::sign_in(at, region, actor, success, Some(false)).write(place, random));
    }
    if random.chance(25) {
        const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
        let actor = Actor {
            identity: json!({
                "type": "IAMUser", "accountId": place.account.id, "accessKeyId": "", "userName": HIDDEN,
            }),
            username: HIDDEN.to_owned(),
            access_key: None,
            address: actor::address(random),
            agent: actor::agent(random),
        };
        let at = users::between(random, place.days_ago(80), place.spec.at);
        let region = random.word(sign_in_regions(place.spec.partition));
        let draft = Draft {
            error: Some((None, "No username found in supplied account")),
            ..Draft::sign_in(at, region, actor, false, Some(false))
        };
        events.push(draft.write(place, random));
    }
}
