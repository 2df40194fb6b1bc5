//! Sessions of `sts:AssumeRoot` that began in the suite's own account, by which calls in member accounts are known that
//! an administrator made and not the root user.

use std::collections::{BTreeMap, BTreeSet};

use audit_aws::cloudtrail::{CloudTrail, Lookup};
use audit_aws::errand::Errand;
use audit_aws::error::CallError;
use audit_aws::sweep::failure;
use audit_core::account::AccountId;
use audit_core::reason::Reason;
use audit_core::root_activity::{By, TrailEvent, assumed_root};
use futures_util::future::try_join_all;

use super::Plan;

/// The access keys of those sessions, by the account that each is in.
pub(crate) struct Tasks {
    keys: BTreeMap<AccountId, BTreeSet<String>>,
    doubt: Option<String>,
}

impl Tasks {
    /// Searches the event history of the suite's own account for them.
    pub(crate) async fn search(trail: &CloudTrail, errand: &Errand<'_>, plan: &Plan, regions: &[String]) -> Self {
        let searches = regions.iter().map(|region| one(trail, errand, plan, region));
        match try_join_all(searches).await {
            Ok(found) => {
                let mut keys: BTreeMap<AccountId, BTreeSet<String>> = BTreeMap::new();
                let is_whole = found.iter().all(|region| region.is_whole);
                for (account, key) in found.into_iter().flat_map(|region| region.keys) {
                    keys.entry(account).or_default().insert(key);
                }
                let cut = || format!("the search stopped after {} pages", plan.max_pages);
                let doubt = (!is_whole).then(|| in_words(&cut()));
                Self { keys, doubt }
            }
            Err(error) => {
                let told = failure(errand.account, error);
                let code = told.code.as_deref().unwrap_or(told.reason.code());
                Self::unknown(&format!("{} answered {code}", told.operation))
            }
        }
    }

    /// Nothing is known of them.
    pub(crate) fn unknown(why: &str) -> Self {
        Self {
            keys: BTreeMap::new(),
            doubt: Some(in_words(why)),
        }
    }

    /// Why a task may be told as another session, if it may.
    pub(crate) fn doubt(&self) -> Option<String> {
        self.doubt.clone()
    }

    /// Whether an event of an account is of such a session.
    pub(crate) fn include(&self, account: AccountId, event: &str) -> bool {
        let key = || TrailEvent::access_key(event);
        self.keys
            .get(&account)
            .is_some_and(|keys| key().is_some_and(|key| keys.contains(&key)))
    }
}

fn in_words(why: &str) -> String {
    format!("calls in privileged task sessions may be told as calls in sessions: {why} where they began")
}

/// What one Region tells.
struct Found {
    keys: Vec<(AccountId, String)>,
    is_whole: bool,
}

async fn one(trail: &CloudTrail, errand: &Errand<'_>, plan: &Plan, region: &str) -> Result<Found, CallError> {
    let by = By::EventName("AssumeRoot".to_owned());
    let lookup = Lookup {
        region,
        by: &by,
        from: plan.from,
        to: plan.to,
    };
    let (mut keys, mut token, mut pages) = (Vec::new(), None::<String>, 0);
    loop {
        let page = trail.look_up(errand, &lookup, token.as_deref()).await?;
        keys.extend(page.events.iter().filter_map(|found| assumed_root(&found.text)));
        pages += 1;
        match page.next {
            None => return Ok(Found { keys, is_whole: true }),
            next if next == token => {
                return Err(CallError::new("cloudtrail:LookupEvents", Reason::MalformedAnswer));
            }
            Some(_) if pages >= plan.max_pages => return Ok(Found { keys, is_whole: false }),
            next => token = next,
        }
        errand.caller.clock().sleep(CloudTrail::PACE).await;
    }
}
