//! The world is a pure function of its description.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sha2::{Digest, Sha256};
use simulated_aws::{AccountState, Partition, ReportStart, RootForm, Trouble, Troubles, World, WorldError, WorldSpec};

use super::client::world;

fn spec(accounts: usize) -> WorldSpec {
    WorldSpec {
        accounts,
        ..WorldSpec::default()
    }
}

/// What people see of a world: its accounts and their reports.
fn fingerprint(world: &World) -> String {
    let mut hash = Sha256::new();
    for account in world.accounts() {
        hash.update(format!(
            "{} {} {:?} {:?}",
            account.id, account.name, account.state, account.trouble
        ));
        if account.trouble != Some(Trouble::ReportTooLarge) {
            hash.update(world.credential_report_csv(account));
        }
    }
    let bytes: Vec<String> = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.concat()
}

#[test]
fn the_same_description_gives_the_same_world_for_ever() {
    let (one, other) = (world(spec(60)), world(spec(60)));
    assert_eq!(one.ground_truth(), other.ground_truth());
    for (account, same) in one.accounts().iter().zip(other.accounts()) {
        assert_eq!(one.users(account), other.users(same));
        assert_eq!(one.report_pace(account), other.report_pace(same));
    }
    assert_eq!(fingerprint(&one), fingerprint(&other));
    assert_eq!(fingerprint(&one), PINNED, "worlds of old seeds changed");
}

const PINNED: &str = "fb0ca2c234d902cd76e222916bd542ecbc57d679d26ffcb698a68c77fbab6f72";

#[test]
fn seed_moment_and_size_matter() {
    let first = fingerprint(&world(spec(60)));
    let later = WorldSpec::default().at + Duration::from_secs(1);
    for other in [
        WorldSpec { seed: 8, ..spec(60) },
        WorldSpec { at: later, ..spec(60) },
        spec(61),
    ] {
        assert_ne!(fingerprint(&world(other)), first);
    }
}

#[test]
fn the_present_does_not_matter() {
    let world = world(spec(60));
    for account in world.accounts() {
        assert!(account.joined < world.at());
        for user in world.users(account) {
            let used = user.password.and_then(|password| password.last_used);
            let keys = user.keys.iter().flatten().filter_map(|key| key.last_used);
            assert!(
                used.into_iter()
                    .chain(keys)
                    .chain([user.created])
                    .all(|moment| moment <= world.at())
            );
        }
    }
}

#[test]
fn ids_are_distinct_and_some_begin_with_zero() {
    let world = world(spec(20_000));
    let ids: BTreeSet<&str> = world.accounts().iter().map(|account| account.id.as_str()).collect();
    assert_eq!(ids.len(), 20_000);
    assert!(
        ids.iter()
            .all(|id| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()))
    );
    assert!(ids.iter().any(|id| id.starts_with('0')));
}

#[test]
fn a_small_world_already_has_every_state_and_nasty_names() {
    let world = world(spec(40));
    let states: BTreeSet<AccountState> = world.accounts().iter().map(|account| account.state).collect();
    assert_eq!(states.len(), AccountState::ALL.len());
    let names: String = world.accounts().iter().map(|account| account.name.as_str()).collect();
    for nasty in ['=', '\n', '\u{202e}', '<', '"', '🚀'] {
        assert!(names.contains(nasty), "{nasty:?}");
    }
    let units: String = world.units().iter().map(|unit| unit.name.as_str()).collect();
    for nasty in ['=', ',', '/', '🚀'] {
        assert!(units.contains(nasty), "{nasty:?}");
    }
    let depth = |mut unit: usize| {
        let mut depth = 1;
        while let Some(parent) = world.units()[unit].parent {
            (unit, depth) = (parent, depth + 1);
        }
        depth
    };
    assert_eq!((0..world.units().len()).map(depth).max(), Some(5));
}

#[test]
fn special_accounts_are_active_and_sound() {
    for accounts in [1, 2, 3, 500] {
        let world = world(spec(accounts));
        let hub = world.account(world.hub_account()).expect("a hub");
        let management = world.account(world.management_account()).expect("a management account");
        assert_eq!(hub.id == management.id, accounts == 1);
        assert_eq!(world.sample_account().is_some(), accounts >= 3);
        for account in [hub, management].into_iter().chain(world.sample_account()) {
            assert_eq!((account.state, account.trouble), (AccountState::Active, None));
        }
    }
}

#[test]
fn troubles_come_in_the_numbers_asked_for() {
    let counted = |troubles: Troubles, accounts: usize| {
        let world = world(WorldSpec {
            troubles,
            ..spec(accounts)
        });
        let mut counts: BTreeMap<Trouble, usize> = BTreeMap::new();
        for account in world.accounts() {
            if let Some(trouble) = account.trouble {
                assert!(account.state.is_functional());
                *counts.entry(trouble).or_default() += 1;
            }
        }
        counts
    };
    assert!(counted(Troubles::None, 500).is_empty());
    assert!(counted(Troubles::Typical, 7).is_empty());
    assert!(counted(Troubles::Typical, 40).len() >= 3);
    let typical: usize = counted(Troubles::Typical, 1_000).values().sum();
    assert!((70..=80).contains(&typical), "{typical}");
    let each = counted(Troubles::EachCause(20), 2_000);
    assert_eq!(each.len(), Trouble::ALL.len());
    assert!(each.values().all(|number| *number == 20));
    let exactly = vec![(Trouble::Throttled, 3), (Trouble::Misrouted, 1)];
    let expected: BTreeMap<Trouble, usize> = exactly.iter().copied().collect();
    assert_eq!(counted(Troubles::Exactly(exactly), 60), expected);
}

#[test]
fn descriptions_that_give_no_world() {
    let error = |spec: WorldSpec| World::new(spec).expect_err("an error");
    assert_eq!(error(spec(0)), WorldError::Accounts(0));
    assert_eq!(error(spec(50_001)), WorldError::Accounts(50_001));
    let users_per_account = Some(5_001);
    let crowded = WorldSpec {
        users_per_account,
        ..spec(1)
    };
    assert_eq!(error(crowded), WorldError::Users(5_001));
    let broken = WorldSpec {
        troubles: Troubles::EachCause(2),
        ..spec(20)
    };
    assert!(matches!(error(broken), WorldError::Troubles { wanted: 26, available } if available < 20));
}

#[test]
fn options_do_what_they_say() {
    let world = |spec| world(spec);
    let crowded = world(WorldSpec {
        users_per_account: Some(50),
        all_active: true,
        ..spec(50)
    });
    for account in crowded.accounts() {
        let users = crowded.users(account).len();
        let sample = crowded.sample_account().is_some_and(|sample| sample.id == account.id);
        assert_eq!(users, if sample { 3 } else { 50 });
        assert_eq!(account.state, AccountState::Active);
    }
    for (reports, expected) in [(ReportStart::Ready, true), (ReportStart::Absent, false)] {
        let world = world(WorldSpec {
            reports,
            troubles: Troubles::None,
            ..spec(50)
        });
        let ready = |account| {
            world
                .report_pace(account)
                .age
                .is_some_and(|age| age < Duration::from_hours(4))
        };
        assert!(world.accounts().iter().all(|account| ready(account) == expected));
    }
    let gov = world(WorldSpec {
        partition: Partition::AwsUsGov,
        ..spec(20)
    });
    let forms = gov.accounts().iter().map(|account| gov.root_user(account).form);
    assert!(forms.into_iter().all(|form| form == RootForm::GovCloud));
    let report = String::from_utf8(gov.credential_report_csv(&gov.accounts()[0])).expect("text");
    assert!(report.contains("arn:aws-us-gov:iam::"));
}
