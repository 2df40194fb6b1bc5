//! Runs the rules of an edition over the facts, and forgets neither a check nor a record.

mod report;

use jiff::Timestamp;

use super::{Answer, Check, Context, Judged, Parameters, Rule, Scope, Status, Verdict};
use crate::account::AccountId;
use crate::benchmark::{Control, Edition};
use crate::checks;
use crate::facts::{AccountFacts, FactName, OrganizationFacts};
use crate::finding::{Finding, Resource};

/// By what all facts are judged: one edition, one instant, one set of parameters.
#[derive(Debug)]
pub struct Judge<'p> {
    as_of: Timestamp,
    parameters: &'p Parameters,
    checks: Vec<(&'static Check, Control)>,
}

/// A verdict on its way to whoever collects it; what it borrows is gone with the next one.
#[derive(Debug)]
pub struct Judgement<'a> {
    /// The check.
    pub check: &'static Check,
    /// Its control in the edition that is judged.
    pub control: Control,
    /// The account, of an organization the management account.
    pub account: AccountId,
    /// The Region, for what lives in one.
    pub region: Option<String>,
    /// What it is about.
    pub resource: Resource<'a>,
    /// The verdict.
    pub verdict: Verdict,
}

impl<'p> Judge<'p> {
    /// Judges every check that an edition has.
    #[must_use]
    pub fn new(edition: Edition, as_of: Timestamp, parameters: &'p Parameters) -> Self {
        Self {
            as_of,
            parameters,
            checks: checks::of_edition(edition),
        }
    }

    /// All verdicts about an account, each handed to `see` as soon as it is there.
    ///
    /// The order is that of the report's rows, not that of findings.
    pub fn account(&self, facts: &AccountFacts, see: &mut impl FnMut(Judgement<'_>)) {
        let mut desk = Desk {
            judge: self,
            account: facts.account,
            see,
        };
        report::judge(&mut desk, facts);
        for &(check, control) in &self.checks {
            match check.rule {
                Rule::Account(rule) => {
                    desk.answer(check, control, Resource::Account, rule(facts, &self.context(control)));
                }
                Rule::Manual(Scope::Account) => desk.manual(check, control, Resource::Account),
                Rule::Manual(Scope::Organization)
                | Rule::Organization(_)
                | Rule::Root(_)
                | Rule::User(_)
                | Rule::AccessKey(_) => {}
            }
        }
    }

    /// All verdicts about an organization.
    pub fn organization(&self, facts: &OrganizationFacts, see: &mut impl FnMut(Judgement<'_>)) {
        let mut desk = Desk {
            judge: self,
            account: facts.management,
            see,
        };
        for &(check, control) in &self.checks {
            match check.rule {
                Rule::Organization(rule) => {
                    desk.answer(
                        check,
                        control,
                        Resource::Organization,
                        rule(facts, &self.context(control)),
                    );
                }
                Rule::Manual(Scope::Organization) => desk.manual(check, control, Resource::Organization),
                Rule::Manual(Scope::Account)
                | Rule::Account(_)
                | Rule::Root(_)
                | Rule::User(_)
                | Rule::AccessKey(_) => {}
            }
        }
    }

    /// The findings about an account, in the order of controls, Regions and resources.
    #[must_use]
    pub fn account_findings(&self, facts: &AccountFacts) -> Vec<Finding> {
        let generated = facts.credential_report.known().and_then(|report| report.generated);
        self.in_order(|see| self.account(facts, &mut |judgement| see(judgement.into_finding(generated))))
    }

    /// The findings about an organization, in the same order.
    #[must_use]
    pub fn organization_findings(&self, facts: &OrganizationFacts) -> Vec<Finding> {
        self.in_order(|see| self.organization(facts, &mut |judgement| see(judgement.into_finding(None))))
    }

    /// Sorts findings check by check, because those of one check mostly come in order already.
    fn in_order(&self, judge: impl FnOnce(&mut dyn FnMut(Finding))) -> Vec<Finding> {
        let mut of_checks: Vec<Vec<Finding>> = self.checks.iter().map(|_| Vec::new()).collect();
        judge(&mut |finding| {
            let place = self
                .checks
                .binary_search_by_key(&finding.control.id, |(_, control)| control.id);
            if let Some(findings) = place.ok().and_then(|place| of_checks.get_mut(place)) {
                findings.push(finding);
            }
        });
        for findings in &mut of_checks {
            findings.sort_by(|one, other| (&one.region, &one.resource).cmp(&(&other.region, &other.resource)));
        }
        of_checks.into_iter().flatten().collect()
    }

    const fn context(&self, control: Control) -> Context<'p> {
        Context {
            as_of: self.as_of,
            control,
            parameters: self.parameters,
        }
    }
}

impl Judgement<'_> {
    /// The finding, with the time of the credential report where the check uses one.
    #[must_use]
    pub fn into_finding(self, generated: Option<Timestamp>) -> Finding {
        let uses_report = self.check.uses.contains(&FactName::CredentialReport);
        Finding {
            check: self.check,
            control: self.control,
            account: self.account,
            region: self.region,
            resource: self.resource.into_owned(),
            status: self.verdict.status,
            because: self.verdict.because,
            evidence_generated: generated.filter(|_| uses_report),
            exception: None,
        }
    }
}

/// Stamps check, control and account on verdicts and passes them on.
struct Desk<'j, 'p, See> {
    judge: &'j Judge<'p>,
    account: AccountId,
    see: &'j mut See,
}

impl<See: FnMut(Judgement<'_>)> Desk<'_, '_, See> {
    fn pass(&mut self, check: &'static Check, control: Control, resource: Resource<'_>, verdict: Verdict) {
        (self.see)(Judgement {
            check,
            control,
            account: self.account,
            region: None,
            resource,
            verdict,
        });
    }

    fn answer(&mut self, check: &'static Check, control: Control, whole: Resource<'_>, answer: Answer) {
        match answer {
            Err(because) => self.pass(check, control, whole, Verdict::unknown(because)),
            Ok(judged) => {
                for Judged {
                    region,
                    resource,
                    verdict,
                } in judged
                {
                    let account = self.account;
                    (self.see)(Judgement {
                        check,
                        control,
                        account,
                        region,
                        resource,
                        verdict,
                    });
                }
            }
        }
    }

    fn manual(&mut self, check: &'static Check, control: Control, whole: Resource<'_>) {
        let look_at = check.look_at.unwrap_or(check.title);
        self.pass(check, control, whole, Status::Manual.because(look_at));
    }
}
