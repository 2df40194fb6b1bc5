//! Who does things, from where and with what.

use serde_json::{Value, json};

use super::Place;
use crate::identity::unique_id;
use crate::random::Random;
use crate::world::{Account, User};

const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36",
];

/// Addresses of the documentation (RFC 5737, RFC 3849); every fifth is of IPv6.
pub(super) fn address(random: &mut Random) -> String {
    let host = random.between(1, 254);
    match random.below(5) {
        0 => format!("2001:db8:85a3::8a2e:{:x}:{host:x}", random.below(0xffff)),
        1..3 => format!("192.0.2.{host}"),
        3 => format!("198.51.100.{host}"),
        _ => format!("203.0.113.{host}"),
    }
}

/// A browser.
pub(super) fn agent(random: &mut Random) -> String {
    random.word(BROWSERS).to_owned()
}

/// An id of an event or a request.
pub(crate) fn uuid(random: &mut Random) -> String {
    let (high, low) = (random.draw(), random.draw());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 50),
        low & 0xffff_ffff_ffff
    )
}

/// The alias of an account.
pub(super) fn alias(account: &Account) -> String {
    format!("acme-{}", account.id)
}

/// Somebody who makes a call.
pub(super) struct Actor {
    /// The member `userIdentity`.
    pub(super) identity: Value,
    /// By which name the event history finds them.
    pub(super) username: String,
    pub(super) access_key: Option<String>,
    pub(super) address: String,
    pub(super) agent: String,
}

/// An IAM user of the account at the console.
pub(super) fn user(place: &Place<'_>, random: &mut Random, user: &User) -> Actor {
    let resource = format!("user/{}{}", user.path, user.name);
    Actor {
        identity: json!({
            "type": "IAMUser",
            "principalId": unique_id(place.world, "AIDA", &place.account.id, &format!("user/{}", user.name)),
            "arn": place.arn("iam", &resource),
            "accountId": place.account.id,
            "userName": user.name,
        }),
        username: user.name.clone(),
        access_key: None,
        address: address(random),
        agent: agent(random),
    }
}

/// A session of a role, named after the person or program that has it.
pub(super) fn session(place: &Place<'_>, random: &mut Random, role: &str, name: &str) -> Actor {
    let id = unique_id(place.world, "AROA", &place.account.id, role);
    let since = place.days_ago(90).to_string();
    let access_key = format!("ASIA{}", random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16));
    let short = role.rsplit('/').next().unwrap_or(role);
    Actor {
        identity: json!({
            "type": "AssumedRole",
            "principalId": format!("{id}:{name}"),
            "arn": place.arn("sts", &format!("assumed-role/{short}/{name}")),
            "accountId": place.account.id,
            "accessKeyId": access_key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": id,
                    "arn": place.arn("iam", &format!("role/{role}")),
                    "accountId": place.account.id,
                    "userName": short,
                },
                "attributes": { "creationDate": since, "mfaAuthenticated": "false" },
            },
        }),
        username: name.to_owned(),
        access_key: Some(access_key),
        address: address(random),
        agent: random
            .word(&[
                "aws-cli/2.28.1",
                "Terraform/1.12.2 aws-sdk-go-v2/1.36.3",
                "Boto3/1.40.2",
            ])
            .to_owned(),
    }
}
