//! The searches of one Region of one account, one after the other, at the pace that CloudTrail takes them.

use std::collections::BTreeSet;

use audit_aws::cloudtrail::{CloudTrail, Found, Lookup};
use audit_aws::errand::Errand;
use audit_aws::error::CallError;
use audit_aws::sweep::failure;
use audit_core::account::AccountId;
use audit_core::ledger::Failure;
use audit_core::reason::Reason;
use audit_core::root_activity::{Act, By, Ended, Purpose, Search, TrailEvent};

use super::{Plan, Reader, may_pass};

/// What CloudTrail calls the root user beside its events, where the account has no alias.
const ROOT: &str = "root";

/// The event of a sign-in to the console, whoever signs in.
const SIGN_IN: &str = "ConsoleLogin";

/// AWS refuses a token that it gave, as it does when the token is old.
const INVALID_TOKEN: &str = "InvalidNextTokenException";

/// The searches of one Region.
pub(super) struct RegionSearch {
    region: String,
    searches: Vec<Under>,
    /// Whether the next call has to wait for the pace.
    is_paced: bool,
}

/// A search under way.
struct Under {
    search: Search,
    has_ended: bool,
    token: Option<String>,
    /// Tokens that were used.
    seen: BTreeSet<String>,
    found: Vec<TrailEvent>,
}

impl RegionSearch {
    /// The searches that a plan has for a Region.
    pub(super) fn new(region: String, plan: &Plan) -> Self {
        // Sign-ins of everybody, of which the root user's are chosen: it may go by the alias of the account.
        let root = [By::EventName(SIGN_IN.to_owned()), By::Username(ROOT.to_owned())];
        let root = root.map(|by| (Purpose::Root, by, plan.from));
        let changes = plan.changes.iter().cloned();
        let changes = changes.map(|by| (Purpose::Changes, by, plan.changes_from));
        let searches = root.into_iter().chain(changes).map(|(purpose, by, from)| Under {
            search: Search {
                purpose,
                region: region.clone(),
                by,
                from,
                to: plan.to,
                pages: 0,
                events: 0,
                unreadable: 0,
                ended: Ended::Whole,
            },
            has_ended: false,
            token: None,
            seen: BTreeSet::new(),
            found: Vec::new(),
        });
        Self {
            searches: searches.collect(),
            region,
            is_paced: false,
        }
    }

    /// Goes on with what has not ended.
    ///
    /// # Errors
    /// When a call fails that a further try may mend; what fails for good ends its search.
    pub(super) async fn go_on(&mut self, reader: &Reader<'_>, errand: &Errand<'_>) -> Result<(), CallError> {
        for under in self.searches.iter_mut().filter(|under| !under.has_ended) {
            while !under.has_ended {
                if self.is_paced {
                    reader.caller.clock().sleep(CloudTrail::PACE).await;
                }
                self.is_paced = true;
                let lookup = Lookup {
                    region: &self.region,
                    by: &under.search.by,
                    from: under.search.from,
                    to: under.search.to,
                };
                match reader.trail.look_up(errand, &lookup, under.token.as_deref()).await {
                    Ok(page) => {
                        under.take(errand.account, page.events, reader);
                        under.turn(page.next, reader.plan.max_pages)?;
                    }
                    Err(error) if error.has_code(&[INVALID_TOKEN]) && under.token.is_some() => {
                        under.begin_again();
                        return Err(error);
                    }
                    Err(error) if may_pass(&error) => return Err(error),
                    Err(error) => under.end(Ended::Failed(failure(errand.account, error))),
                }
            }
        }
        Ok(())
    }

    /// Hands over what was found. What has not ended failed for this reason.
    pub(super) fn into_found(
        self,
        failed: Option<&Failure>,
        searches: &mut Vec<Search>,
        (root, changes): (&mut Vec<TrailEvent>, &mut Vec<TrailEvent>),
    ) {
        for under in self.searches {
            let mut search = under.search;
            if let (false, Some(failure)) = (under.has_ended, failed) {
                search.ended = Ended::Failed(failure.clone());
            }
            match search.purpose {
                Purpose::Root => root.extend(under.found),
                Purpose::Changes => changes.extend(under.found),
            }
            searches.push(search);
        }
    }
}

impl Under {
    /// Reads the events of a page, and keeps those that are looked for.
    fn take(&mut self, account: AccountId, page: Vec<Found>, reader: &Reader<'_>) {
        self.search.pages += 1;
        for Found { text, resources } in page {
            self.search.events += 1;
            let Ok(mut event) = TrailEvent::read(&text, account) else {
                self.search.unreadable += 1;
                continue;
            };
            let is_wanted = match self.search.purpose {
                Purpose::Root => event.act.is_some(),
                Purpose::Changes => event.read_only != Some(true),
            };
            if !is_wanted {
                continue;
            }
            if event.act == Some(Act::Session) && reader.tasks.include(account, &text) {
                event.act = Some(Act::PrivilegedTask);
            }
            event.resources = resources;
            self.found.push(event);
        }
    }

    /// Turns to the next page, or ends.
    fn turn(&mut self, next: Option<String>, max_pages: u32) -> Result<(), CallError> {
        let is_sign_in = |event: &TrailEvent| event.act == Some(Act::SignIn);
        let is_of_sign_ins = self.search.purpose == Purpose::Root && matches!(self.search.by, By::EventName(_));
        match next {
            // The newest come first, so that no older one is the last sign-in.
            _ if is_of_sign_ins && self.found.iter().any(is_sign_in) => self.end(Ended::Found),
            None => self.end(Ended::Whole),
            Some(_) if self.search.pages >= max_pages => self.end(Ended::Truncated),
            Some(token) if !self.seen.insert(token.clone()) => {
                self.begin_again();
                return Err(CallError::new("cloudtrail:LookupEvents", Reason::MalformedAnswer));
            }
            Some(token) => self.token = Some(token),
        }
        Ok(())
    }

    fn end(&mut self, ended: Ended) {
        self.search.ended = ended;
        self.has_ended = true;
        self.token = None;
    }

    fn begin_again(&mut self) {
        (self.search.pages, self.search.events, self.search.unreadable) = (0, 0, 0);
        self.token = None;
        self.seen.clear();
        self.found.clear();
    }
}
