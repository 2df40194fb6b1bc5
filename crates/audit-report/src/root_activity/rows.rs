//! The rows of the report, account by account, so that no format has to hold them all.

use audit_core::credential_report::Moment;
use audit_core::ledger::{AccountEntry, Outcome};
use audit_core::root_activity::{AccountActivity, Act, Evidence, Standing, TrailEvent, Whence};
use jiff::Timestamp;

use super::{Searched, Sheet};
use crate::table::Value;

/// What takes the rows.
pub(super) type Sink<'s, E> = dyn FnMut(Sheet, &[Value<'_>]) -> Result<(), E> + 's;

/// One account: what became of it, what was found, and what follows.
#[derive(Clone, Debug)]
pub struct AccountLine<'a> {
    /// The account as the ledger has it.
    pub entry: &'a AccountEntry,
    /// What was found, as far as anything was.
    pub evidence: Option<&'a Evidence>,
    /// What follows.
    pub activity: AccountActivity<'a>,
    /// Why it was not searched as a whole, in words.
    pub problem: Option<String>,
}

impl<'a> AccountLine<'a> {
    /// What is told of an account.
    #[must_use]
    pub fn new(entry: &'a AccountEntry, evidence: Option<&'a Evidence>, activity: AccountActivity<'a>) -> Self {
        let problem = match &entry.outcome {
            Outcome::Collected(_) | Outcome::Skipped { .. } => None,
            Outcome::Left => Some("the account was not reached in the time allowed".to_owned()),
            // The searches tell it themselves.
            Outcome::Failed(_) if has_doubtful_search(evidence) => None,
            Outcome::Failed(failure) => {
                let code = failure.code.as_deref().unwrap_or(failure.reason.code());
                Some(format!(
                    "{} answered {code}: {}",
                    failure.operation,
                    failure.reason.advice()
                ))
            }
        };
        Self {
            entry,
            evidence,
            activity,
            problem,
        }
    }

    /// Whether the root user signed in, in words that claim no more than is known.
    #[must_use]
    pub fn in_words(&self, searched: &Searched) -> String {
        let activity = &self.activity;
        match (activity.standing, activity.last) {
            (Standing::SignedIn, Some((at, whence))) => {
                let later = if activity.missing.is_empty() {
                    ""
                } else {
                    "; there may be a later one"
                };
                format!("signed in at {at} ({}){later}", whence.as_str())
            }
            (Standing::NoneFound, _) => format!(
                "none in the last {} days ({})",
                searched.days,
                activity.regions.join(", ")
            ),
            (Standing::SignedIn | Standing::Unknown, _) => "not known".to_owned(),
        }
    }

    /// Everything that is in doubt, in words.
    pub fn doubts(&self) -> impl Iterator<Item = &str> {
        self.problem.iter().chain(&self.activity.doubts).map(String::as_str)
    }

    /// Hands every row to `sink`, with the sheet that it belongs to.
    pub(super) fn each_row<E>(&self, searched: &Searched, sink: &mut Sink<'_, E>) -> Result<(), E> {
        self.account_row(searched, sink)?;
        let (id, name) = (self.entry.account.as_str(), self.entry.name.as_str());
        let (id, name) = (Value::Text(id), Value::Text(name));
        for event in self.evidence.iter().flat_map(|evidence| &evidence.root) {
            let resources = resources(event);
            sink(
                Sheet::Events,
                &[
                    id,
                    name,
                    Value::Time(event.time),
                    Value::Text(event.act.map_or("", Act::as_str)),
                    Value::Text(&event.source),
                    Value::Text(&event.name),
                    Value::Text(&event.region),
                    boolean(event.mfa),
                    text(event.source_ip.as_deref()),
                    text(event.user_agent.as_deref()),
                    text(event.error.as_deref()),
                    text(resources.as_deref()),
                    Value::Text(&event.id),
                ],
            )?;
        }
        for sign_in in self.activity.trail {
            sink(
                Sheet::Trail,
                &[
                    id,
                    name,
                    Value::Time(sign_in.at),
                    Value::Text(sign_in.outcome.as_str()),
                    Value::Text(&sign_in.region),
                    boolean(sign_in.mfa),
                    text(sign_in.source_ip.as_deref()),
                    text(sign_in.user_agent.as_deref()),
                    Value::Text(&sign_in.id),
                ],
            )?;
        }
        for event in self.evidence.iter().flat_map(|evidence| &evidence.changes) {
            let resources = resources(event);
            sink(
                Sheet::Changes,
                &[
                    id,
                    name,
                    Value::Time(event.time),
                    Value::Text(&event.source),
                    Value::Text(&event.name),
                    text(resources.as_deref()),
                    text(event.who.as_deref()),
                    boolean(event.mfa),
                    text(event.source_ip.as_deref()),
                    text(event.user_agent.as_deref()),
                    Value::Text(&event.region),
                    text(event.error.as_deref()),
                    Value::Text(&event.id),
                ],
            )?;
        }
        for search in self.evidence.iter().flat_map(|evidence| &evidence.head.searches) {
            let (by, why) = (search.by.to_string(), search.doubt());
            sink(
                Sheet::Searches,
                &[
                    id,
                    name,
                    Value::Text(search.purpose.as_str()),
                    Value::Text(&search.region),
                    Value::Text(&by),
                    Value::Time(search.from),
                    Value::Time(search.to),
                    Value::Integer(search.pages.into()),
                    integer(search.events),
                    integer(search.unreadable),
                    Value::Boolean(search.is_conclusive()),
                    text(why.as_deref()),
                ],
            )?;
        }
        for doubt in self.doubts() {
            sink(Sheet::NotKnown, &[id, name, Value::Text(doubt)])?;
        }
        Ok(())
    }

    fn account_row<E>(&self, searched: &Searched, sink: &mut Sink<'_, E>) -> Result<(), E> {
        let activity = &self.activity;
        let done = |act: Act| activity.uses.get(&act);
        let times = |act: Act| match done(act) {
            Some(done) => integer(done.times),
            // Where no search came to an answer nobody counted.
            None if activity.regions.is_empty() => Value::Null,
            None => integer(0),
        };
        let last = |act: Act| time(done(act).map(|done| done.last));
        let circumstances = Circumstances::of(activity);
        let reported = activity.reported;
        let [key_1, key_2] = reported.map_or([None; 2], |reported| reported.keys.map(Moment::at));
        let words = self.in_words(searched);
        let (regions, missing) = (activity.regions.join(", "), activity.missing.join(", "));
        let doubts: Vec<&str> = self.doubts().collect();
        let doubts = doubts.join("; ");
        let filled = |text: &'_ str| !text.is_empty();
        sink(
            Sheet::Accounts,
            &[
                Value::Text(self.entry.account.as_str()),
                Value::Text(&self.entry.name),
                Value::Text(&self.entry.state),
                Value::Text(activity.standing.as_str()),
                Value::Text(&words),
                time(activity.last.map(|(at, _)| at)),
                text(activity.last.map(|(_, whence)| whence.as_str())),
                boolean(circumstances.mfa),
                text(circumstances.region),
                text(circumstances.source_ip),
                text(circumstances.user_agent),
                times(Act::SignIn),
                times(Act::FailedSignIn),
                last(Act::FailedSignIn),
                times(Act::AccessKey),
                last(Act::AccessKey),
                times(Act::Session),
                times(Act::PrivilegedTask),
                time(reported.and_then(|reported| reported.password.at())),
                time(key_1),
                time(key_2),
                time(reported.and_then(|reported| reported.generated)),
                Value::Text(&regions),
                text(Some(missing.as_str()).filter(|text| filled(text))),
                text(Some(doubts.as_str()).filter(|text| filled(text))),
            ],
        )
    }
}

fn has_doubtful_search(evidence: Option<&Evidence>) -> bool {
    let mut searches = evidence.into_iter().flat_map(|evidence| &evidence.head.searches);
    searches.any(|search| search.doubt().is_some())
}

/// How the last sign-in came about, where its event is known; the credential report tells nothing but the instant.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Circumstances<'a> {
    pub(super) mfa: Option<bool>,
    pub(super) region: Option<&'a str>,
    pub(super) source_ip: Option<&'a str>,
    pub(super) user_agent: Option<&'a str>,
}

impl<'a> Circumstances<'a> {
    pub(super) fn of(activity: &AccountActivity<'a>) -> Self {
        match activity.last {
            Some((at, Whence::Trail)) => {
                let told = activity.last_of_trail().filter(|sign_in| sign_in.at == at);
                told.map_or_else(Self::default, |sign_in| Self {
                    mfa: sign_in.mfa,
                    region: Some(&sign_in.region),
                    source_ip: sign_in.source_ip.as_deref(),
                    user_agent: sign_in.user_agent.as_deref(),
                })
            }
            Some((at, Whence::EventHistory | Whence::CredentialReport)) => {
                let told = activity.sign_in.filter(|event| event.time == at);
                told.map_or_else(Self::default, |event| Self {
                    mfa: event.mfa,
                    region: Some(&event.region),
                    source_ip: event.source_ip.as_deref(),
                    user_agent: event.user_agent.as_deref(),
                })
            }
            None => Self::default(),
        }
    }
}

/// What an event is about: type and name of each resource.
fn resources(event: &TrailEvent) -> Option<String> {
    let named = event.resources.iter().map(|resource| match resource.kind.as_str() {
        "" => resource.name.clone(),
        kind => format!("{kind} {}", resource.name),
    });
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| named.join(", "))
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Null, Value::Text)
}

fn time(at: Option<Timestamp>) -> Value<'static> {
    at.map_or(Value::Null, Value::Time)
}

fn boolean(value: Option<bool>) -> Value<'static> {
    value.map_or(Value::Null, Value::Boolean)
}

fn integer(count: u64) -> Value<'static> {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}
