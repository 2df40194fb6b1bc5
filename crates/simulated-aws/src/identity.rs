//! Who calls: the access key decides, and a session can be read back from its own token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::world::World;

/// The access key id of the hub's own principal in [`Simulator::sdk_config`](crate::Simulator::sdk_config); every
/// key id that is neither a session's nor twelve digits means the same principal.
pub const HUB_ACCESS_KEY_ID: &str = "AKIASIMULATEDHUB0001";

/// A principal that makes calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) account: String,
    pub(crate) principal: Principal,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Principal {
    /// The hub's own principal.
    Hub,
    /// The account itself, by its number as access key id.
    Account,
    /// A session of a role; `policy` is the number of its session policy.
    Session {
        role: String,
        name: String,
        policy: Option<u64>,
    },
    /// A session of the account's root user for one task, from `AssumeRoot`.
    RootSession { task: String },
}

/// What a session token says, beside the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claims<'a> {
    pub(crate) account: &'a str,
    /// Path and name of the role; [`ROOT_TASK`] and the task's name for root sessions.
    pub(crate) role: &'a str,
    /// The name of the session.
    pub(crate) name: &'a str,
    /// The number of the session policy.
    pub(crate) policy: Option<u64>,
    /// Seconds since 1970 at which the session ends.
    pub(crate) expiry: i64,
}

/// The path of task policies; no role can have it, because a role's path with name never begins with a slash.
pub(crate) const ROOT_TASK: &str = "/root-task/";

/// Why credentials are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadCredentials {
    /// Nothing is signed.
    Unsigned,
    /// Nobody issued this key.
    Unknown,
    /// The session is over.
    Expired,
}

/// What STS issues.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) session_token: String,
}

impl Caller {
    /// The principal behind an access key id and, for sessions, its token.
    pub(crate) fn identify(
        world: &World,
        access_key: Option<&str>,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, BadCredentials> {
        let key = access_key.ok_or(BadCredentials::Unsigned)?;
        if key.starts_with("ASIA") {
            return Self::session(world, key, token.ok_or(BadCredentials::Unknown)?, now);
        }
        if key.len() == 12 && key.bytes().all(|byte| byte.is_ascii_digit()) {
            let account = world.account(key).ok_or(BadCredentials::Unknown)?;
            return Ok(Self {
                account: account.id.clone(),
                principal: Principal::Account,
            });
        }
        Ok(Self {
            account: world.hub_account().to_owned(),
            principal: Principal::Hub,
        })
    }

    fn session(world: &World, key: &str, token: &str, now: Timestamp) -> Result<Self, BadCredentials> {
        let bytes = STANDARD.decode(token).map_err(|_| BadCredentials::Unknown)?;
        let text = String::from_utf8(bytes).map_err(|_| BadCredentials::Unknown)?;
        let fields: Vec<&str> = text.split('\n').collect();
        let (account, role, name, expiry, policy) = match fields.as_slice() {
            [account, role, name, expiry, _seal] => (account, role, name, expiry, None),
            [account, role, name, expiry, policy, _seal] => (account, role, name, expiry, Some(policy)),
            _ => return Err(BadCredentials::Unknown),
        };
        let policy = policy.map(|number| u64::from_str_radix(number, 16)).transpose();
        let claims = Claims {
            account,
            role,
            name,
            policy: policy.map_err(|_| BadCredentials::Unknown)?,
            expiry: expiry.parse().map_err(|_| BadCredentials::Unknown)?,
        };
        let genuine = issue(world, &claims);
        if genuine.session_token != token || genuine.access_key_id != key {
            return Err(BadCredentials::Unknown);
        }
        if now.as_second() >= claims.expiry {
            return Err(BadCredentials::Expired);
        }
        let principal = match role.strip_prefix(ROOT_TASK) {
            Some(task) => Principal::RootSession { task: task.to_owned() },
            None => Principal::Session {
                role: (*role).to_owned(),
                name: (*name).to_owned(),
                policy: claims.policy,
            },
        };
        Ok(Self {
            account: (*account).to_owned(),
            principal,
        })
    }

    /// The ARN that `GetCallerIdentity` tells and that error messages name.
    pub(crate) fn arn(&self, world: &World) -> String {
        let (partition, account) = (world.spec().partition.id(), &self.account);
        match &self.principal {
            Principal::Hub => format!("arn:{partition}:iam::{account}:user/iam-census"),
            Principal::Account | Principal::RootSession { .. } => format!("arn:{partition}:iam::{account}:root"),
            Principal::Session { role, name, .. } => session_arn(world, account, role, name),
        }
    }

    /// The unique id that `GetCallerIdentity` tells.
    pub(crate) fn user_id(&self, world: &World) -> String {
        match &self.principal {
            Principal::Hub => unique_id(world, "AIDA", &self.account, "user/iam-census"),
            Principal::Account | Principal::RootSession { .. } => self.account.clone(),
            Principal::Session { role, name, .. } => {
                format!("{}:{name}", unique_id(world, "AROA", &self.account, role))
            }
        }
    }

    pub(crate) fn is_session(&self) -> bool {
        matches!(self.principal, Principal::Session { .. })
    }
}

/// The ARN of a session; the role's path is not part of it.
pub(crate) fn session_arn(world: &World, account: &str, role: &str, name: &str) -> String {
    let partition = world.spec().partition.id();
    let role = role.rsplit('/').next().unwrap_or(role);
    format!("arn:{partition}:sts::{account}:assumed-role/{role}/{name}")
}

/// The unique id of a role or user, as IAM shapes it.
pub(crate) fn unique_id(world: &World, prefix: &str, account: &str, name: &str) -> String {
    let seal = seal(world, &format!("id\n{account}\n{name}"));
    format!("{prefix}{}", base32(&seal, 17))
}

/// The id of the access key in a slot of `root` or `user/NAME`.
pub(crate) fn key_id(world: &World, account: &str, owner: &str, slot: usize) -> String {
    let id = unique_id(world, "AKIA", account, &format!("key/{owner}/{slot}"));
    id.chars().take(20).collect()
}

/// Credentials for a session; the same arguments give the same credentials.
pub(crate) fn issue(world: &World, claims: &Claims<'_>) -> Issued {
    let policy = claims.policy.map(|number| format!("\n{number:x}"));
    let claims = format!(
        "{}\n{}\n{}\n{}{}",
        claims.account,
        claims.role,
        claims.name,
        claims.expiry,
        policy.unwrap_or_default()
    );
    let seal = seal(world, &claims);
    let (head, tail) = seal.split_at(16);
    Issued {
        access_key_id: format!("ASIA{}", base32(tail, 16)),
        secret_access_key: STANDARD.encode(head.iter().chain(tail).take(30).copied().collect::<Vec<u8>>()),
        session_token: STANDARD.encode(format!("{claims}\n{}", crate::wire::checksum::hex(head))),
    }
}

fn seal(world: &World, claims: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(world.spec().seed.to_be_bytes());
    hash.update(claims.as_bytes());
    hash.finalize().into()
}

fn base32(bytes: &[u8], length: usize) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letters = bytes.iter().cycle().take(length);
    let letters = letters.filter_map(|byte| LETTERS.get(usize::from(byte & 31)));
    letters.map(|letter| char::from(*letter)).collect()
}
